"""Know how packages belong together: workspaces of npm, yarn, pnpm, bun, lerna, nx and deno, and who depends on whom."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property

from .jsonfile import JsonFile
from .manifest import DENO_MANIFESTS, NODE_MANIFESTS, Package, read_package
from .sources import Sources, is_aside, is_test, parent


def matches(folder: str, pattern: str) -> bool:
    """Tell whether a folder fits a workspace pattern: `*` is one level, `**` any number of them."""
    return _fits([p for p in folder.split("/") if p != "."], [p for p in pattern.strip("/").split("/") if p not in (".", "")])


def _fits(parts: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(_fits(parts[i:], wanted[1:]) for i in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], wanted[0]) and _fits(parts[1:], wanted[1:])


class Workspace:
    """Hold all packages of a repository and their membership."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._needs: dict[str, list[Package]] = {}

    @cached_property
    def packages(self) -> dict[str, Package]:
        """Return folder -> package; package.json wins over deno.json where both stand in one folder."""
        found: dict[str, Package] = {}
        for path in self.sources.named(*DENO_MANIFESTS, *reversed(NODE_MANIFESTS)):
            source = self.sources.text(path) if not path.endswith(".yaml") else None
            if source is None or is_test(path):
                continue
            package = read_package(path, source)
            if package.file.root is None:
                self.sources.view.unparsed(path)
            held = found.get(package.folder)
            if package.file.root is not None and (held is None or held.flavour == "deno" or path.endswith("package.json")):
                found[package.folder] = package
        return dict(sorted(found.items()))

    def nearest(self, path: str) -> Package | None:
        """Return the package in whose folder a path lies, the innermost one."""
        folder = path if path in self.packages else parent(path)
        while True:
            if folder in self.packages:
                return self.packages[folder]
            if folder == ".":
                return None
            folder = parent(folder)

    @cached_property
    def patterns(self) -> dict[str, tuple[str, ...]]:
        """Return workspace root -> patterns of its members, from every tool's file."""
        found = {p.folder: p.workspaces for p in self.packages.values() if p.workspaces}
        for path in self.sources.named("pnpm-workspace.yaml", "pnpm-workspace.yml"):
            listed = self._listed(path)
            if listed:
                found[parent(path)] = (*found.get(parent(path), ()), *listed)
        for path in self.sources.named("lerna.json"):
            listed = JsonFile(path, self.sources.text(path) or "").get("packages")
            if isinstance(listed, list):
                found[parent(path)] = (*found.get(parent(path), ()), *(v for v in listed if isinstance(v, str)))
        return found

    def _listed(self, path: str) -> tuple[str, ...]:
        document = self.sources.view.document(path)
        data = document.data if document is not None else None
        listed = data.get("packages") if isinstance(data, dict) else None
        return tuple(v for v in listed if isinstance(v, str)) if isinstance(listed, list) else ()

    def root_of(self, folder: str) -> str | None:
        """Return the workspace root that has this folder as a member; None for a package of its own."""
        above = parent(folder) if folder != "." else None
        while above is not None:
            if self._holds(above, folder):
                return above
            above = parent(above) if above != "." else None
        return None

    def _holds(self, root: str, folder: str) -> bool:
        inside = folder if root == "." else folder[len(root) + 1 :]
        patterns = self.patterns.get(root, ())
        wanted = [p for p in patterns if not p.startswith("!")]
        barred = [p[1:] for p in patterns if p.startswith("!")]
        if any(matches(inside, p) for p in wanted) and not any(matches(inside, p) for p in barred):
            return True
        return not patterns and f"{root}/nx.json".removeprefix("./") in self.sources.known

    def upward(self, folder: str) -> list[str]:
        """Return the folder, its workspace root and the roots above that, nearest first."""
        found = [folder]
        while (above := self.root_of(found[-1])) is not None and above not in found:
            found.append(above)
        return found

    def above(self, folder: str) -> list[str]:
        """Return the folder and all folders above it up to the repository's root, nearest first."""
        found = [folder]
        while found[-1] != ".":
            found.append(parent(found[-1]))
        return found

    @cached_property
    def by_name(self) -> dict[str, Package]:
        """Return package name -> package, for the packages that carry a name."""
        return {p.file.text("name") or "": p for p in self.packages.values() if p.file.text("name")}

    @cached_property
    def depended(self) -> frozenset[str]:
        """Return the folders of packages that another package of the repository depends on: libraries."""
        return frozenset(
            self.by_name[name].folder
            for p in self.packages.values()
            for name in p.libraries
            if name in self.by_name and self.by_name[name].folder != p.folder
        )

    def needs(self, package: Package) -> list[Package]:
        """Return the package and every package of the repository that it depends on, in order of discovery."""
        if package.folder not in self._needs:
            self._needs[package.folder] = self._needed(package)
        return self._needs[package.folder]

    def _needed(self, package: Package) -> list[Package]:
        found, queue = {package.folder: package}, [package]
        while queue:
            current = queue.pop(0)
            for name in sorted(current.runtime_libraries):
                other = self.by_name.get(name)
                if other is not None and other.folder not in found:
                    found[other.folder] = other
                    queue.append(other)
        return list(found.values())

    def own_files(self, package: Package) -> list[str]:
        """Return the code files of a package, without those of packages inside it, examples and documentation."""
        return [f for f in self._owned.get(package.folder, ()) if not is_aside(f, package.folder)]

    @cached_property
    def _owned(self) -> dict[str, list[str]]:
        """Return package folder -> the code files whose nearest package it is."""
        found: dict[str, list[str]] = {}
        for path in self.sources.code:
            package = self.nearest(path)
            if package is not None:
                found.setdefault(package.folder, []).append(path)
        return found
