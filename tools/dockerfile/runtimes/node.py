"""Build Node services: install, build and prune in one stage, run as the image's own unprivileged user in the next."""

from __future__ import annotations

import json

from ..generate import Recipe

RUNTIMES = ("node",)
INSTALL = {
    "npm": (("package.json", "package-lock.json"), "npm ci", "npm prune --omit=dev", "/root/.npm"),
    "pnpm": (
        ("package.json", "pnpm-lock.yaml"),
        "pnpm install --frozen-lockfile",
        "CI=true pnpm prune --prod",
        "/root/.local/share/pnpm/store",
    ),
    "yarn": (
        ("package.json", "yarn.lock"),
        "yarn install --frozen-lockfile",
        "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline",
        "/usr/local/share/.cache/yarn",
    ),
}
"""Manifest and lock file, frozen install, removal of development packages, cache folder of each package manager (their documentation)."""


def dockerfile(recipe: Recipe) -> str:
    """Return the Dockerfile text."""
    service = recipe.service
    manager = service.package_manager if service.package_manager in INSTALL and service.lock_file else "npm"
    files, install, prune, cache = INSTALL[str(manager)]
    prisma = recipe.migration_tool == "prisma" or "@prisma/client" in service.libraries
    lines = [
        f"# Image of {service.name}: installed and built in one stage, pruned to what production needs in the next.",
        f"FROM {recipe.image} AS build",
    ]
    lines += _system(recipe, prisma)
    lines += ["WORKDIR /app"]
    if manager == "pnpm":
        lines.append(f"RUN npm install --global pnpm@{service.package_manager_version or recipe.tools['pnpm']}")
    present = files if service.lock_file else files[:1]
    if manager == "npm" and not service.lock_file:
        install = "npm install --no-audit --no-fund"
    lines += [f"COPY {' '.join(present)} ./"]
    lines += [f"COPY {path} ./{path}" for path in recipe.migration_files]
    lines += [f"RUN --mount=type=cache,target={cache} {install}", "COPY . ."]
    for name in _environment_files(service.scripts):
        lines.append(f"RUN touch {name}")
    if prisma:
        lines.append("RUN node_modules/.bin/prisma generate")
    if "build" in service.scripts:
        lines.append(f"RUN {manager} run build")
    lines += ["", "FROM build AS pruned", f"RUN {prune}"]
    lines += ["", f"FROM {recipe.image}", *_system(recipe, prisma)]
    lines += ["WORKDIR /app", "ENV NODE_ENV=production", "COPY --from=pruned /app /app", "USER node"]
    if service.port:
        lines.append(f"EXPOSE {service.port}")
    if recipe.command:
        lines.append(f"CMD {json.dumps(list(recipe.command))}")
    return "\n".join(lines) + "\n"


def _environment_files(scripts: dict[str, str]) -> list[str]:
    """Return the files that scripts hand to `--env-file`: Node stops when one is missing, and an empty one leaves the container's own values in force."""
    names = {word.partition("=")[2] for text in scripts.values() for word in text.split() if word.startswith("--env-file=")}
    return sorted(n for n in names if n and ".." not in n and not n.startswith(("/", "-")) and all(c.isalnum() or c in "._-/" for c in n))


def _system(recipe: Recipe, prisma: bool) -> list[str]:
    """Return the line that brings OpenSSL where Prisma's engines need it: Debian's slim Node images come without."""
    if not prisma or "alpine" in recipe.image or "openssl" not in recipe.apt:
        return []
    return [
        "RUN apt-get update \\",
        f"    && apt-get install --yes --no-install-recommends openssl={recipe.apt['openssl']} \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ]
