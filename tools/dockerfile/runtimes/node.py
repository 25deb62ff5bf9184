"""Build Node services: install, build and prune in one stage, run as the image's own unprivileged user in the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePosixPath

from ....core.facts import Service
from ..generate import Doubt, Recipe
from ._system import installed, variant
from ._workspace import built, generated, member_of, root_of
from ._workspace import installed as installed_whole

RUNTIMES = ("node",)
RUN_AS = "1000:1000"  # the user `node` of the official image


@dataclass(frozen=True)
class Manager:
    """Say how a package manager installs what its lock file says, drops development packages, and where it caches."""

    files: tuple[str, ...]  # manifest, lock file, settings
    install: str
    prune: str
    cache: str
    setup: str = ""  # a line that brings the manager itself; `{version}` is filled in


MANAGERS = {
    "npm": Manager(("package.json", "package-lock.json"), "npm ci", "npm prune --omit=dev", "/root/.npm"),
    "pnpm": Manager(
        ("package.json", "pnpm-lock.yaml"),
        "pnpm install --frozen-lockfile",
        "CI=true pnpm prune --prod",
        "/root/.local/share/pnpm/store",
        "RUN npm install --global pnpm@{version}",
    ),
    "yarn": Manager(
        ("package.json", "yarn.lock"),
        "yarn install --frozen-lockfile",
        "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline",
        "/usr/local/share/.cache/yarn",
        "RUN npm install --global --force yarn@{version}",
    ),
    "berry": Manager(
        ("package.json", "yarn.lock"),
        "yarn install --immutable",
        "yarn workspaces focus --all --production",
        "/root/.yarn/berry/cache",
        "RUN npm install --global --force @yarnpkg/cli-dist@{version}",
    ),
}
"""From the managers' own documentation; Yarn 2 and later are distributed to npm as `@yarnpkg/cli-dist`."""


DEFAULTS = {"yarn": "1.22.22"}
"""Yarn's last release of the first line (npm registry), where neither the repository nor the catalogue names one."""


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    prisma = recipe.migration_tool == "prisma" or "@prisma/client" in service.libraries
    root, workspace = "/app", root_of(service) is not None
    lines = [
        f"# Image of {service.name}: installed and built in one stage, "
        + ("whole as the workspace is, and run in the next." if workspace else "pruned to what production needs in the next."),
        f"FROM {recipe.image} AS build",
        *_system(recipe, prisma),
        f"WORKDIR {root}",
        *_dependencies(recipe),
        *([] if workspace else ["COPY . ."]),
    ]
    lines += [f"RUN touch {name}" for name in _environment_files(service.scripts)]
    if prisma:
        lines.append(generated(service, _manager(recipe), recipe.migration_files))
    if "build" in service.scripts:
        lines.append(f"RUN {built(service, _manager(recipe)) if workspace else _program(recipe) + ' run build'}")
    if not workspace:
        lines += ["", "FROM build AS pruned", f"RUN {MANAGERS[_manager(recipe)].prune}"]
    lines += ["", f"FROM {recipe.image}", *_system(recipe, prisma)]
    lines += [f"WORKDIR {workdir(service)}", "ENV NODE_ENV=production"]
    lines += [f"COPY --from={'build' if workspace else 'pruned'} {root} {root}", "USER node"]
    if service.port:
        lines.append(f"EXPOSE {service.port}")
    if recipe.command:
        lines.append(f"CMD {json.dumps(list(recipe.command))}")
    return "\n".join(lines) + "\n"


def context(service: Service) -> str:
    """Return the build context: the workspace's root for a member, else the service's own folder."""
    return root_of(service) or service.path or "."


def workdir(service: Service) -> str:
    """Return the folder that the process works in: the member's inside the workspace."""
    return str(PurePosixPath("/app", member_of(service)))


def better_base(service: Service, image: str) -> tuple[str, str] | None:
    """Prefer Debian's image for Prisma: its engines look for the program `openssl`, which Alpine installs at no fixed version."""
    if "alpine" not in image or "@prisma/client" not in service.libraries:
        return None
    reason = "Prisma's engines need OpenSSL, which Debian's package gives at an exact version and Alpine's does not"
    return variant(image, "bookworm-slim"), reason


def doubts(recipe: Recipe) -> list[Doubt]:
    """Return what the Dockerfile takes on trust: a missing lock file, a manager's version that is no exact one."""
    service, found = recipe.service, []
    if not _locked(recipe):
        found.append(
            Doubt(
                f"lock of {service.name}",
                f"the dependencies of `{service.name}` are the same at each build",
                "the repository has no lock file beside its manifest",
                "run `npm install` and commit `package-lock.json`",
            )
        )
    stated, written = _stated(recipe), (service.package_manager_version or "").split("+")[0]
    if MANAGERS[_manager(recipe)].setup and stated and stated != written:
        name = f"{service.package_manager}@{stated}"
        why = f"the repository states {written}, which is no exact version"
        found.append(Doubt(name, f"`{name}` exists and reads this lock file", why, f"`npm view {name} version` must print it"))
    return found


def _locked(recipe: Recipe) -> bool:
    """Tell whether a lock file lies in the build context: beside the manifest, or at the root of the workspace."""
    lock = recipe.service.lock_file
    beside = bool(lock) and PurePosixPath(str(lock)).parent == PurePosixPath(recipe.service.manifest or "package.json").parent
    return beside or root_of(recipe.service) is not None


def _manager(recipe: Recipe) -> str:
    service = recipe.service
    if service.package_manager not in MANAGERS or not _locked(recipe):
        return "npm"
    modern = service.package_manager == "yarn" and int((_stated(recipe) or "1").split(".")[0]) > 1
    return "berry" if modern else str(service.package_manager)


def _stated(recipe: Recipe) -> str | None:
    """Return the exact version of the manager that the repository states, the lowest one of a range, null where it states none."""
    text = (recipe.service.package_manager_version or "").split("+")[0].lstrip("^~>=v ")
    parts = [p for p in text.split(".") if p not in ("x", "*")]
    if not text or not all(p.isdigit() for p in parts) or not parts:
        return None
    return ".".join([*parts, "0", "0"][:3])


def _program(recipe: Recipe) -> str:
    return {"berry": "yarn"}.get(_manager(recipe), _manager(recipe))


def _dependencies(recipe: Recipe) -> list[str]:
    """Return the lines that bring the manager and install what its lock file says."""
    name = _manager(recipe)
    manager = MANAGERS[name]
    version = _stated(recipe) or recipe.tools.get(name) or DEFAULTS.get(name, "")
    lines = [manager.setup.replace("{version}", version)] if manager.setup else []
    if name == "berry":
        lines.append("ENV YARN_NODE_LINKER=node-modules YARN_ENABLE_GLOBAL_CACHE=true")
    if root_of(recipe.service) is not None:
        return lines + installed_whole(recipe.service, name, manager.cache)
    lines.append(f"COPY {' '.join(manager.files if _locked(recipe) else manager.files[:1])} ./")
    lines += [f"COPY {path} ./{path}" for path in recipe.migration_files]
    install = manager.install if _locked(recipe) else "npm install --no-audit --no-fund"
    return [*lines, f"RUN --mount=type=cache,target={manager.cache} {install}"]


def _environment_files(scripts: dict[str, str]) -> list[str]:
    """Return the files that scripts hand to `--env-file`: Node stops where one is missing, and an empty one changes nothing."""
    names = {word.partition("=")[2] for text in scripts.values() for word in text.split() if word.startswith("--env-file=")}
    return sorted(n for n in names if n and ".." not in n and not n.startswith(("/", "-")) and all(c.isalnum() or c in "._-/" for c in n))


def _system(recipe: Recipe, prisma: bool) -> list[str]:
    """Return the lines that bring OpenSSL where Prisma looks for it: slim and Alpine Node images come without the program."""
    return installed(recipe, ("openssl",), ("openssl",)) if prisma else []
