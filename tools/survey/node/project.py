"""Hold what all detectors of the Node world share about one tree, made once: sources, packages, module names, values."""

from __future__ import annotations

from collections import deque
from functools import cached_property

from ..parsers.javascript import Import
from ..view import View
from .evaluate import Evaluator
from .manifest import Package
from .operators import set_value
from .resolve import Resolver
from .settings import Settings
from .sources import Sources
from .workspace import Workspace


class Project:
    """Be the Node side of a repository."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.sources = Sources(view)
        self.workspace = Workspace(self.sources)
        self.resolver = Resolver(self.sources, self.workspace)
        self.settings = Settings(self)
        self.values = Evaluator(self.sources, self.resolver, (self.settings.extension, set_value))
        self._reached: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._loaded: dict[str, dict[str, list[tuple[str, int]]]] = {}

    def imports(self, path: str) -> tuple[Import, ...]:
        """Return what a file imports, kept without its tree."""
        if path not in self._imports:
            script = self.sources.script(path)
            self._imports[path] = script.imports if script is not None else ()
        return self._imports[path]

    def reached(self, *entries: str) -> tuple[str, ...]:
        """Return the files that a program loads from its entry files on, the entries first, in order of discovery."""
        if entries not in self._reached:
            found, queue = dict.fromkeys(entries), deque(entries)
            while queue:
                path = queue.popleft()
                for item in self.imports(path):
                    target = None if item.types_only else self.resolver.resolve(item.module, path)
                    if target is not None and target not in found:
                        found[target] = None
                        queue.append(target)
            self._reached[entries] = tuple(found)
        return self._reached[entries]

    def loaded(self, path: str) -> dict[str, list[tuple[str, int]]]:
        """Return library -> (module name, line) of what a file loads at run time."""
        if path not in self._loaded:
            found: dict[str, list[tuple[str, int]]] = {}
            for item in self.imports(path):
                name = self.resolver.library(item.module, path)
                if name is not None and not item.types_only and self.resolver.resolve(item.module, path) is None:
                    found.setdefault(name, []).append((item.module, item.line))
            self._loaded[path] = found
        return self._loaded[path]

    def files_of(self, package: Package) -> list[str]:
        """Return the code files of a package."""
        return self.workspace.own_files(package)

    @cached_property
    def packages(self) -> list[Package]:
        """Return all packages, by folder."""
        return list(self.workspace.packages.values())

    def inside(self, folder: str) -> list[str]:
        """Return all files below a folder."""
        return self.sources.below(folder)


def project(view: View) -> Project:
    """Return the Node side of the tree, made once."""
    return view.kept("node.project", lambda: Project(view))


__all__ = ["Project", "project"]
