"""Generate a multi-stage Dockerfile from what the survey says about one service."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

from ...core.errors import NothingDetected
from ...core.facts import Service
from ...core.registry import discover


@dataclass(frozen=True)
class Recipe:
    """Hold what a runtime module needs: the service, the exact base image, the container command, and what the repository also has.

    `tools` maps an installer that the image must carry (uv, poetry, …) to the exact version to install; `apt` maps a Debian package to its
    exact version for the base image's suite. `migration_tool` is the migration tool's id, since some tools need more files in the image.
    `images` maps the further roles of a runtime's `bases` (build, composer, …) to exact references; `stores` are the kinds of databases.
    `links` maps a path in the image to the one on a volume that it stands for.
    """

    service: Service
    image: str
    command: tuple[str, ...]
    tools: dict[str, str]
    apt: dict[str, str]
    migration_tool: str | None = None
    migration_files: tuple[str, ...] = ()
    images: dict[str, str] = field(default_factory=dict)
    stores: tuple[str, ...] = ()
    links: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Doubt:
    """Name one thing that a generated Dockerfile takes on trust, why, and how a reader can confirm it."""

    subject: str
    claim: str
    why: str
    confirm: str


@cache
def runtimes() -> dict[str, ModuleType]:
    """Return the runtime modules by the runtime ids they serve."""
    found: dict[str, ModuleType] = {}
    for module in discover(f"{__package__}.runtimes", ("RUNTIMES", "dockerfile", "doubts")).values():
        for runtime in module.RUNTIMES:
            found[runtime] = module
    return found


def user_of(service: Service) -> str:
    """Return `uid:gid` of the user as which the generated image of a service runs."""
    return str(getattr(runtimes().get(service.runtime or ""), "RUN_AS", "10001:10001"))


def workdir_of(service: Service) -> str:
    """Return the folder in which the generated image of a service holds its code."""
    module = runtimes().get(service.runtime or "")
    chooser = getattr(module, "workdir", None)
    return str(chooser(service) if chooser else getattr(module, "ROOT", "/app"))


def generate(recipe: Recipe) -> str:
    """Return a Dockerfile for the recipe's service; raise NothingDetected for a runtime that no module serves."""
    runtime = recipe.service.runtime or ""
    module = runtimes().get(runtime)
    if module is None:
        raise NothingDetected(
            f"no Dockerfile recipe for the runtime {runtime or 'unknown'!r} of {recipe.service.name}",
            f"recipes exist for {', '.join(sorted(runtimes()))}",
            "add a Dockerfile to the repository; deploybook then uses that one",
        )
    return _linked(str(module.dockerfile(recipe)), recipe.links)


def _linked(text: str, links: dict[str, str]) -> str:
    """Return the Dockerfile with links from files among the code to the volume that keeps them, made before the last user takes over."""
    if not links:
        return text
    head, mark, tail = text.rpartition("\nUSER ")
    made = " && ".join(f"ln -sfn {kept} {path}" for path, kept in sorted(links.items()))
    return f"{head}\nRUN {made}{mark}{tail}"


def better_base(service: Service, image: str) -> tuple[str, str] | None:
    """Return the base image that suits a service better than the one at hand, with the reason; null where that one is good.

    A system package that is needed must be had at a known version: on Debian's images it can, or the full image holds it already.
    """
    chooser = getattr(runtimes().get(service.runtime or ""), "better_base", None)
    return chooser(service, image) if chooser else None


def doubts(recipe: Recipe) -> tuple[Doubt, ...]:
    """Return what the Dockerfile of a recipe takes on trust."""
    module = runtimes().get(recipe.service.runtime or "")
    return tuple(module.doubts(recipe)) if module is not None else ()


def bases(service: Service) -> dict[str, str]:
    """Return the images that a service's recipe needs by role, `run` being the one of the last stage; empty where one image does for all.

    Which image that is, is then for the caller to choose: the interpreter at the version that the repository declares.
    """
    chooser = getattr(runtimes().get(service.runtime or ""), "bases", None)
    return dict(chooser(service)) if chooser else {}


def start(service: Service) -> tuple[str, ...]:
    """Return the command that starts a service inside the image of its recipe; empty where the repository's own command stands."""
    chooser = getattr(runtimes().get(service.runtime or ""), "start", None)
    return tuple(chooser(service)) if chooser else ()


def context(service: Service) -> str:
    """Return the build context that a service's recipe needs: its own folder, its workspace's, or the repository."""
    module = runtimes().get(service.runtime or "")
    chooser = getattr(module, "context", None)
    if chooser:
        return str(chooser(service))
    return "." if getattr(module, "CONTEXT", None) == "repository" else service.path or "."


def data_folders(service: Service) -> tuple[str, ...]:
    """Return the folders in the image of a service's recipe where its framework keeps files of users."""
    chooser = getattr(runtimes().get(service.runtime or ""), "data_folders", None)
    return tuple(chooser(service)) if chooser else ()


def writes_beside_code(service: Service) -> bool:
    """Tell whether a framework writes caches and process files into the folder of its code, so that its root cannot be read-only."""
    return bool(getattr(runtimes().get(service.runtime or ""), "WRITES_BESIDE_CODE", False))


def serves(service: Service) -> bool:
    """Tell whether a recipe can build the service: its runtime has one, and that one knows the package manager."""
    module = runtimes().get(service.runtime or "")
    known = getattr(module, "PACKAGE_MANAGERS", None)
    return module is not None and (known is None or service.package_manager is None or service.package_manager in known)
