"""Write the lines that install packages of the base image's own system, Debian or Alpine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ....core.facts import Service
from ..generate import Doubt, Recipe


def is_alpine(recipe: Recipe) -> bool:
    """Tell whether the base image is an Alpine one."""
    return "alpine" in recipe.image


def installed(recipe: Recipe, debian: Iterable[str], alpine: Iterable[str]) -> list[str]:
    """Return the lines that install these packages, exact where the recipe knows the version; none for no packages."""
    if is_alpine(recipe):
        names = list(dict.fromkeys(alpine))
        return ["# hadolint ignore=DL3018", f"RUN apk add --no-cache {' '.join(names)}"] if names else []
    names = list(dict.fromkeys(debian))
    if not names:
        return []
    exact = [f"{name}={recipe.apt[name]}" if name in recipe.apt else name for name in names]
    return [
        *(["# hadolint ignore=DL3008"] if unpinned(recipe, names) else []),
        "RUN apt-get update \\",
        f"    && apt-get install --yes --no-install-recommends {' '.join(exact)} \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ]


def variant(image: str, suffix: str) -> str:
    """Return an image of the same name and version in another variant: `node:22.1.0-alpine3.20` with `bookworm-slim`."""
    name, _, tag = image.partition("@")[0].rpartition(":")
    return f"{name}:{tag.split('-')[0]}-{suffix}"


def unpinned(recipe: Recipe, packages: Sequence[str]) -> list[str]:
    """Return the Debian packages whose version the recipe does not know."""
    return [name for name in packages if name not in recipe.apt]


def system_doubts(recipe: Recipe, debian: list[str]) -> list[Doubt]:
    """Return one doubt for the system packages whose version nobody fixed."""
    if is_alpine(recipe):
        return []
    names = sorted(set(unpinned(recipe, debian)))
    if not names:
        return []
    return [
        Doubt(
            f"packages of {recipe.service.name}",
            f"the versions of {', '.join(f'`{n}`' for n in names)} are known",
            "the catalogue does not list these Debian packages, so the newest of the image's release is installed",
            "`apt-cache policy` inside the build stage shows them",
        )
    ]


def unlocked(service: Service, parts: str, file: str, run: str) -> list[Doubt]:
    """Return one doubt where no lock file fixes the dependencies (`parts`: gems, crates, …), which `run` makes; none where one does."""
    if service.lock_file:
        return []
    claim = f"the {parts} of `{service.name}` are the same at each build"
    return [Doubt(f"lock of {service.name}", claim, f"the repository has no `{file}`", f"run {run} and commit the file")]
