"""Build Python services: dependencies into a virtual environment in one stage, code and that environment in the next."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from ..generate import Recipe

RUNTIMES = ("python",)
BUILD_PACKAGES = {"psycopg2": ("gcc", "libpq-dev"), "mysqlclient": ("gcc", "default-libmysqlclient-dev", "pkg-config")}
"""Debian packages that a source distribution needs to compile (from the projects' own installation pages)."""
RUN_PACKAGES = {"psycopg2": ("libpq5",), "psycopg": ("libpq5",), "mysqlclient": ("libmariadb3",)}


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    names = {n.split("[")[0].lower(): n for n in service.libraries}
    lines = [
        f"# Image of {service.name}: dependencies are installed in a stage of their own and copied over.",
        f"FROM {recipe.image} AS build",
    ]
    lines += _apt(recipe, [p for n, ps in BUILD_PACKAGES.items() if n in names for p in ps])
    lines += [
        "ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1",
        "WORKDIR /app",
        "RUN python -m venv /opt/venv",
        "ENV PATH=/opt/venv/bin:$PATH",
    ]
    lines += _install(recipe)
    run = [p for n, ps in RUN_PACKAGES.items() if n in names and not (n == "psycopg" and "binary" in names[n]) for p in ps]
    lines += ["", f"FROM {recipe.image}", *_apt(recipe, run)]
    lines += [
        "RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app --home-dir /app --no-create-home app"
        if "alpine" not in recipe.image
        else "RUN addgroup -S -g 10001 app && adduser -S -u 10001 -G app -h /app -H app",
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


def _apt(recipe: Recipe, packages: list[str]) -> list[str]:
    wanted = [f"{p}={recipe.apt[p]}" for p in dict.fromkeys(packages) if p in recipe.apt]
    if not wanted:
        return []
    return [
        "RUN apt-get update \\",
        f"    && apt-get install --yes --no-install-recommends {' '.join(wanted)} \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ]


def _install(recipe: Recipe) -> list[str]:
    """Return the lines that install the dependencies as the repository's own package manager does."""
    service = recipe.service
    manager, folder = service.package_manager or "pip", _folder(service.manifest, service.path)
    pip = "RUN --mount=type=cache,target=/root/.cache/pip pip install"
    if manager == "uv" and service.lock_file:
        return [
            f"{pip} uv=={recipe.tools['uv']}",
            f"COPY {folder}pyproject.toml {folder}uv.lock ./",
            "RUN --mount=type=cache,target=/root/.cache/uv UV_PROJECT_ENVIRONMENT=/opt/venv uv sync --frozen --no-dev --no-install-project",
        ]
    if manager == "poetry":
        lock = f"{folder}poetry.lock " if service.lock_file else ""
        return [
            f"{pip} poetry=={recipe.tools['poetry']}",
            f"COPY {folder}pyproject.toml {lock}./",
            "RUN --mount=type=cache,target=/root/.cache/pypoetry VIRTUAL_ENV=/opt/venv poetry install --only main --no-root --no-interaction",
        ]
    manifest = PurePosixPath(service.manifest or "requirements.txt")
    if manifest.suffix == ".txt":
        where = _inside(service.manifest or "requirements.txt", service.path)
        if "/" in where:  # a folder of requirement files that include each other
            parent = where.rsplit("/", 1)[0]
            return [f"COPY {parent}/ ./{parent}/", f"{pip} --requirement {where}"]
        return [f"COPY {where} ./", f"{pip} --requirement {where}"]
    return ["COPY . .", f"{pip} ."]


def _inside(path: str, root: str | None) -> str:
    """Return a repository path relative to the build context."""
    return path.removeprefix(f"{root}/") if root and root != "." else path


def _folder(manifest: str | None, root: str | None) -> str:
    inside = _inside(manifest or "", root)
    return f"{inside.rsplit('/', 1)[0]}/" if "/" in inside else ""
