"""Build Python services: dependencies into a virtual environment in one stage, code and that environment in the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePosixPath

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._system import installed, is_alpine, system_doubts, variant

RUNTIMES = ("python",)
BUILD_PACKAGES = {
    "psycopg2": (("build-essential", "libpq-dev"), ("gcc", "musl-dev", "libpq-dev")),
    "mysqlclient": (("build-essential", "default-libmysqlclient-dev", "pkg-config"), ("gcc", "musl-dev", "mariadb-connector-c-dev")),
}
"""Debian and Alpine packages that a source distribution needs to compile (from the projects' own installation pages)."""
RUN_PACKAGES = {
    "psycopg2": (("libpq5",), ("libpq",)),
    "psycopg": (("libpq5",), ("libpq",)),
    "mysqlclient": (("libmariadb3",), ("mariadb-connector-c",)),
}
OWN_WHEELS = {"psycopg": "binary"}
"""Libraries that bring their C library along when this extra is asked for."""


@dataclass(frozen=True)
class Locker:
    """Say how a package manager turns its lock file into hashed requirements for pip, which needs nothing of the manager afterwards."""

    files: tuple[str, str]  # manifest and lock file
    tools: tuple[str, ...]
    lock: str  # makes the lock file where the repository has none
    export: str


LOCKERS = {
    "poetry": Locker(
        ("pyproject.toml", "poetry.lock"),
        ("poetry", "poetry-plugin-export"),
        "poetry lock",
        "poetry export --format requirements.txt --output requirements.txt",
    ),
    "pdm": Locker(
        ("pyproject.toml", "pdm.lock"), ("pdm",), "pdm lock", "pdm export --prod --format requirements --output requirements.txt"
    ),
    "pipenv": Locker(("Pipfile", "Pipfile.lock"), ("pipenv",), "pipenv lock", "pipenv requirements --hash >requirements.txt"),
}
"""From the managers' own documentation."""
UNCATALOGUED = {"poetry-plugin-export": "1.8.0", "pdm": "2.29.4", "pipenv": "2026.10.3"}
"""Versions that were seen to work here and that the catalogue does not list."""
LAST_FOR_OLD_PYTHON = {"poetry": "1.8.5"}
"""Poetry 2.3 and later need Python 3.10."""


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    build, run = _packages(recipe)
    lines = [f"# Image of {service.name}: dependencies are installed in a stage of their own and copied over.", *_locked(recipe)]
    lines += [f"FROM {recipe.image} AS build", *installed(recipe, *build)]
    lines += [
        "ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1",
        "WORKDIR /app",
        "RUN python -m venv /opt/venv",
        "ENV PATH=/opt/venv/bin:$PATH",
    ]
    lines += _install(recipe)
    lines += ["", f"FROM {recipe.image}", *installed(recipe, *run)]
    lines += [
        "RUN addgroup -S -g 10001 app && adduser -S -u 10001 -G app -h /app -H app"
        if is_alpine(recipe)
        else "RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app --home-dir /app --no-create-home app",
        "COPY --from=build /opt/venv /opt/venv",
        "WORKDIR /app",
        "COPY . .",
        "ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app",
        "USER 10001:10001",
    ]
    if service.port:
        lines.append(f"EXPOSE {service.port}")
    if recipe.command:
        lines.append(f"CMD {json.dumps(list(recipe.command))}")
    return "\n".join(lines) + "\n"


def better_base(service: Service, image: str) -> tuple[str, str] | None:
    """Prefer the full image where headers are needed that have no known version, Debian's where Alpine would build from source."""
    names = service.dependency_names()
    if "mysqlclient" in names and ("alpine" in image or "slim" in image):
        suite = next((s for s in ("trixie", "bookworm", "bullseye") if s in image), "bookworm")
        return variant(image, suite), "mysqlclient is compiled, and the full image holds the compiler and the client library"
    if "alpine" in image and names & set(RUN_PACKAGES):
        return variant(image, "slim-bookworm"), "its database driver needs a C library, which Debian's package gives at an exact version"
    return None


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: uncatalogued tools, system packages without a version, a missing lock file."""
    service, found = recipe.service, []
    locker = LOCKERS.get(service.package_manager or "")
    for tool in locker.tools if locker else ():
        if tool not in recipe.tools or _version(recipe, tool) != recipe.tools[tool]:
            name = f"{tool}=={_version(recipe, tool)}"
            found.append(
                Doubt(name, f"`{name}` can be installed", "the catalogue does not list it", f"`pip download --no-deps {name}` must succeed")
            )
    if locker and not service.lock_file:
        found.append(
            Doubt(
                f"lock of {service.name}",
                f"the dependencies of `{service.name}` are the same at each build",
                f"the repository has no `{locker.files[1]}`",
                f"run `{locker.lock}` and commit the file",
            )
        )
    return found + system_doubts(recipe, [p for side in _packages(recipe) for p in side[0]])


def _packages(recipe: Recipe) -> tuple[tuple[list[str], list[str]], tuple[list[str], list[str]]]:
    """Return Debian's and Alpine's packages for the build stage, then those for the final one."""
    names = {n.split("[")[0].lower(): n for n in recipe.service.libraries}
    if not is_alpine(recipe) and "slim" not in recipe.image:
        return ([], []), ([], [])  # the full image holds compilers, headers and client libraries
    compiled = [ps for n, ps in BUILD_PACKAGES.items() if n in names]
    linked = [ps for n, ps in RUN_PACKAGES.items() if n in names and OWN_WHEELS.get(n, "-") not in names[n]]
    build = [p for debian, _ in compiled for p in debian], [p for _, alpine in compiled for p in alpine]
    return build, ([p for debian, _ in linked for p in debian], [p for _, alpine in linked for p in alpine])


def _version(recipe: Recipe, tool: str) -> str:
    if tool in LAST_FOR_OLD_PYTHON and _older_than(recipe.image, 10):
        return LAST_FOR_OLD_PYTHON[tool]
    return recipe.tools.get(tool) or UNCATALOGUED[tool]


def _older_than(image: str, minor: int) -> bool:
    """Tell whether an image is of a Python 3 before a minor version."""
    parts = image.rpartition(":")[2].split("-")[0].split(".")
    return len(parts) > 1 and parts[0] == "3" and parts[1].isdigit() and int(parts[1]) < minor


def _locked(recipe: Recipe) -> list[str]:
    """Return the stage that turns a manager's lock file into hashed requirements; the manager itself stays in that stage."""
    service = recipe.service
    locker = LOCKERS.get(service.package_manager or "")
    if locker is None:
        return []
    folder = _folder(service.manifest, service.path)
    files = [f"{folder}{name}" for name in (locker.files if service.lock_file else locker.files[:1])]
    tools = " ".join(f"{tool}=={_version(recipe, tool)}" for tool in locker.tools)
    return [
        f"FROM {recipe.image} AS locked",
        "ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1",
        f"RUN --mount=type=cache,target=/root/.cache/pip pip install {tools}",
        "WORKDIR /app",
        f"COPY {' '.join(files)} ./",
        f"RUN {locker.export}" if service.lock_file else f"RUN {locker.lock} && {locker.export}",
        "",
    ]


def _install(recipe: Recipe) -> list[str]:
    """Return the lines that install the dependencies, from the lock file where there is one."""
    service = recipe.service
    manager, folder = service.package_manager or "pip", _folder(service.manifest, service.path)
    pip = "RUN --mount=type=cache,target=/root/.cache/pip pip install"
    if manager in LOCKERS:
        return ["COPY --from=locked /app/requirements.txt ./", f"{pip} --requirement requirements.txt"]
    if manager == "uv" and service.lock_file:
        return [
            f"{pip} uv=={recipe.tools['uv']}",
            f"COPY {folder}pyproject.toml {folder}uv.lock ./",
            "RUN --mount=type=cache,target=/root/.cache/uv UV_PROJECT_ENVIRONMENT=/opt/venv uv sync --frozen --no-dev --no-install-project",
        ]
    manifest = PurePosixPath(service.manifest or "requirements.txt")
    if manifest.suffix == ".txt":
        where = _inside(service.manifest or "requirements.txt", service.path)
        if "/" in where:  # a folder of requirement files that include each other
            parent = where.rsplit("/", 1)[0]
            return [f"COPY {parent}/ ./{parent}/", f"{pip} --requirement {where}"]
        files = "*requirements*.txt" if "requirements" in where else where  # files beside it may be included by it
        return [f"COPY {files} ./", f"{pip} --requirement {where}"]
    return ["COPY . .", f"{pip} ."]


def _inside(path: str, root: str | None) -> str:
    """Return a repository path relative to the build context."""
    return path.removeprefix(f"{root}/") if root and root != "." else path


def _folder(manifest: str | None, root: str | None) -> str:
    inside = _inside(manifest or "", root)
    return f"{inside.rsplit('/', 1)[0]}/" if "/" in inside else ""
