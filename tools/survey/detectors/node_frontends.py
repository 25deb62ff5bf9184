"""Detect browser-only packages: single-page applications, static builds, mobile and desktop shells. No service is made of them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, OutOfScope
from ..detector import View, entry, module
from ..node.built import is_front
from ..node.classes import FRONT
from ..node.manifest import Package
from ..node.orchestrated import browser_applications
from ..node.project import Project, project
from ..node.rendering import full_stack
from ..node.running import programs
from ..node.runs import is_side
from ..node.sources import within
from ..node.values import Place
from ..view import join

TYPED = (".ts", ".tsx", ".mts")
COMPONENTS = (".vue", ".svelte", ".astro", ".js", ".jsx", ".ts", ".tsx", ".mjs")

_STATIC = "browser code, built to static files: no process of it serves requests"
_SERVED = ("composer.json", "artisan", "Gemfile", "manage.py", "mix.exs")  # whose pages the built files belong to
_OTHERS = (*_SERVED, "pyproject.toml", "go.mod", "pom.xml", "Cargo.toml")


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry for every package that a browser, a phone or a static file server runs."""
    made = project(view)
    served = {p.run.folder for p in programs(view) if not p.run.development}
    inner = {p.run.package.folder for p in programs(view) if p.run.package is not None and not p.run.development}
    for package in made.packages:
        if package.folder in served | inner or is_side(made, package) or _is_library(made, package):
            continue
        rendering = full_stack(made, package)
        if rendering is not None and not rendering.serves:
            yield from _out(made, package, rendering.framework, rendering.at, rendering.why)
        elif rendering is None and is_front(made, package):
            framework, place = _framework(package)
            yield from _out(made, package, framework, place, _STATIC)
    folders = {p.folder for p in made.packages} | served
    for folder, framework, place in browser_applications(made):
        if folder not in folders:
            at = view.evidence(place.path, place.line)
            yield module(folder, "frontend", framework, at)
            name = folder.rsplit("/", 1)[-1]
            yield entry("out_of_scope", folder, OutOfScope(name=name, path=folder, framework=framework, why=_STATIC, evidence=(at,)))


def _is_library(made: Project, package: Package) -> bool:
    """Tell whether a package is a member that others use and nothing starts or builds as a site: a component library, a tool's settings."""
    if package.folder in made.workspace.depended:
        return True
    return not package.scripts and not any(f.endswith(".html") for f in made.inside(package.folder))


def _framework(package: Package) -> tuple[str | None, Place]:
    for library, framework in FRONT:
        line = package.library_line(library)
        if line is not None and library not in ("vite", "parcel", "webpack"):
            return framework, Place(package.path, line)
    name = next((s for s in ("build", "start", "dev", "serve") if s in package.scripts), None)
    return None, Place(package.path, package.script_line(name) if name is not None else 1)


def _out(made: Project, package: Package, framework: str | None, place: Place, why: str) -> Iterator[Fact]:
    if _other_language(made, package.folder):
        return
    view = made.view
    at = view.evidence(place.path, place.line)
    inner = [p.folder for p in made.packages if p.folder != package.folder and within(p.folder, package.folder)]
    files = [f for f in made.inside(package.folder) if f.endswith(COMPONENTS) and not any(within(f, i) for i in inner)]
    typed = [f for f in files if f.endswith(TYPED)]
    language = "typescript" if len(typed) * 2 > len([f for f in files if not f.endswith((".vue", ".svelte", ".astro"))]) else "javascript"
    yield module(package.folder, "frontend", framework or "static", at)
    yield entry(
        "out_of_scope",
        package.folder,
        OutOfScope(name=_name(made, package), path=package.folder, language=language, framework=framework, why=why, evidence=(at,)),
    )


def _other_language(made: Project, folder: str) -> bool:
    """Tell whether a folder belongs to an application of another language that merely builds its assets with Node.

    The tree's root does wherever in it such an application stands.
    """
    return bool(made.view.named(*_OTHERS)) if folder == "." else any(made.view.repository.size(join(folder, name)) for name in _SERVED)


def _name(made: Project, package: Package) -> str:
    return made.view.repository.name if package.folder == "." else package.folder.rsplit("/", 1)[-1]
