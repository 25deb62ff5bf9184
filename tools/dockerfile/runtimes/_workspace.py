"""Build a member of a Node workspace: the lock file stands at the workspace's root, and so does the build context."""

from __future__ import annotations

from pathlib import PurePosixPath

from ....core.facts import Service

ROOT = "/app"
INSTALL = {
    "npm": "npm ci",
    "pnpm": "pnpm install --frozen-lockfile",
    "yarn": "yarn install --frozen-lockfile",
    "berry": "yarn install --immutable",
}
"""What installs every member at the versions of the one lock file."""


def root_of(service: Service) -> str | None:
    """Return the workspace's root where a service's lock file stands above its manifest, null for a code base that stands alone."""
    if not service.lock_file or not service.manifest:
        return None
    root, own = PurePosixPath(service.lock_file).parent, PurePosixPath(service.manifest).parent
    return root.as_posix() if root != own and root in own.parents else None


def member_of(service: Service) -> str:
    """Return the member's folder relative to the root of its workspace, `.` for a code base that stands alone."""
    root = root_of(service)
    return "." if root is None else PurePosixPath(service.manifest or "").parent.relative_to(root).as_posix()


def installed(service: Service, manager: str, cache: str) -> list[str]:
    """Return the lines that copy the workspace, install it whole, and go into the member with its programs at hand."""
    return [
        "COPY . .",
        f"RUN --mount=type=cache,target={cache} {INSTALL[manager]}",
        f"WORKDIR {ROOT}/{member_of(service)}",
        "# npm keeps the programs of every member at the root",
        f"RUN mkdir -p node_modules && {{ [ -e node_modules/.bin ] || ln -s {ROOT}/node_modules/.bin node_modules/.bin; }}",
    ]


def generated(service: Service, manager: str, schemas: tuple[str, ...]) -> str:
    """Return the lines that make Prisma's client: in the member, or in the package of the workspace that keeps the schema."""
    root = root_of(service)
    schema = PurePosixPath(schemas[0]) if schemas else None
    if root is None or schema is None or PurePosixPath(service.manifest or "").parent in schema.parents:
        return "RUN node_modules/.bin/prisma generate"
    inside = schema.relative_to(root) if PurePosixPath(root) in schema.parents else schema
    run = {"npm": "npx --no-install", "pnpm": "pnpm exec"}.get(manager, "yarn run")
    there = f"WORKDIR {ROOT}/{inside.parent}\nRUN {run} prisma generate --schema={ROOT}/{inside}"
    return f"{there}\nWORKDIR {ROOT}/{member_of(service)}"


def built(service: Service, manager: str) -> str:
    """Return the command that builds the member, what it depends on in the workspace first where the manager knows how."""
    if manager == "pnpm":
        return f"pnpm --dir {ROOT} --filter './{member_of(service)}...' run build"
    return f"{'npm' if manager == 'npm' else 'yarn'} run build"
