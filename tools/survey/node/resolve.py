"""Resolve what a module name means: a file of the repository, or the name of an installed library."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import re2

from .jsonfile import JsonFile
from .manifest import Package
from .sources import Sources, join, parent
from .workspace import Workspace

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")
COMPILED = {".js": (".ts", ".tsx"), ".mjs": (".mts", ".ts"), ".cjs": (".cts", ".ts"), ".jsx": (".tsx",)}
HOMES = ("", "src", "lib", "server", "app", "source")
BUILTIN = frozenset(
    """assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs
 http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys timers
 tls tty url util v8 vm wasi worker_threads zlib test sqlite""".split()
)


def library_of(module: str) -> str | None:
    """Return the library that a module name belongs to: `@a/b/c` gives `@a/b`, `npm:hono@4` gives `hono`; None for files and built-ins."""
    name = module
    for prefix in ("npm:/", "npm:", "jsr:/", "jsr:"):
        if name.startswith(prefix):
            name = name[len(prefix) :]
            break
    if name.startswith((".", "/", "#", "node:", "bun:", "file:", "~/", "$")) or not name:
        return None
    if "://" in name:
        return _of_url(name)
    parts = name.split("/")
    head = "/".join(parts[:2]) if name.startswith("@") else parts[0]
    at = head.find("@", 1)
    head = head[:at] if at > 0 else head
    return None if head in BUILTIN else head


def naming(libraries: Iterable[str]) -> str:
    """Return the RE2 source that is found in every file that loads one of the libraries by its own name, as a module or an address."""
    return f"[\"'`/:](?:{'|'.join(map(re2.escape, sorted(libraries)))})[\"'`/@?#]"


def _of_url(url: str) -> str | None:
    """Return `oak` for `https://deno.land/x/oak@v12/mod.ts`, `express` for `https://esm.sh/express@4`."""
    rest = url.split("://", 1)[1].split("/")
    if not rest[0] or len(rest) < 2:
        return None
    parts = [p for p in rest[1:] if p not in ("x", "npm", "gh", "pin")]
    if not parts:
        return None
    head = "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]
    at = head.find("@", 1)
    return head[:at] if at > 0 else head


class Resolver:
    """Resolve module names from the files that import them."""

    def __init__(self, sources: Sources, workspace: Workspace) -> None:
        self.sources, self.workspace = sources, workspace
        self._known: dict[tuple[str, str], str | None] = {}

    def resolve(self, module: str, importer: str) -> str | None:
        """Return the repository file that `module` names in `importer`; None for a library, a built-in or a missing file."""
        key = (module, parent(importer))
        if key not in self._known:
            self._known[key] = self._resolve(module, importer)
        return self._known[key]

    def library(self, module: str, importer: str) -> str | None:
        """Return the library that a module name means in a file, through an import map: `$fresh/dev.ts` gives `fresh`."""
        for folder in self.workspace.above(parent(importer)):
            for prefix, target in self._maps.get(folder, {}).items():
                if module == prefix or (prefix.endswith("/") and module.startswith(prefix)):
                    return library_of(target)
        return library_of(module)

    @property
    def maps_names(self) -> bool:
        """Say whether an import map lets files call a library by another name."""
        return bool(self._maps)

    @cached_property
    def _maps(self) -> dict[str, dict[str, str]]:
        """Return folder -> (prefix -> target) of the import maps that name libraries."""
        found: dict[str, dict[str, str]] = {}
        for path in self.sources.named("import_map.json", "deno.json", "deno.jsonc"):
            table = JsonFile(path, self.sources.text(path) or "").table("imports")
            found.setdefault(parent(path), {}).update({k: v for k, v in table.items() if isinstance(v, str) and ":" in v})
        return found

    def _resolve(self, module: str, importer: str) -> str | None:
        if module.startswith("."):
            return self.file(join(parent(importer), module))
        if module.startswith(("node:", "npm:", "jsr:", "bun:")) or "://" in module:
            return None
        found = self._by_alias(module, importer)
        if found is not None:
            return found
        package = self.workspace.nearest(importer)
        if package is not None and (target := self._by_manifest(module, package)) is not None:
            return target
        return self._member(module) or (self.file(join(package.folder, module)) if package and "/" in module and module[0] != "@" else None)

    def file(self, path: str) -> str | None:
        """Return the source file that a path without suffix, with a compiled suffix, or of a folder names."""
        known = self.sources.known
        stem, dot, last = path.rpartition(".")
        for other in COMPILED.get(dot + last, ()):
            if stem + other in known:
                return stem + other
        if path in known:
            return path
        for suffix in SUFFIXES:
            if path + suffix in known:
                return path + suffix
        if path in self.sources.folders:
            for suffix in SUFFIXES:
                if join(path, "index" + suffix) in known:
                    return join(path, "index" + suffix)
        return None

    @cached_property
    def _configs(self) -> dict[str, list[tuple[str, list[str]]]]:
        """Return folder -> (pattern, targets) of the tsconfig/jsconfig/deno import map that stands there."""
        found: dict[str, list[tuple[str, list[str]]]] = {}
        for path in self.sources.named(
            "jsconfig.json", "tsconfig.base.json", "tsconfig.json", "import_map.json", "deno.jsonc", "deno.json"
        ):
            aliases = self._aliases(path, 0)
            if aliases:
                found[parent(path)] = aliases
        return found

    def _aliases(self, path: str, depth: int) -> list[tuple[str, list[str]]]:
        file = JsonFile(path, self.sources.text(path) or "")
        here = parent(path)
        found: list[tuple[str, list[str]]] = []
        base = file.text("compilerOptions", "baseUrl")
        root = join(here, base) if base else here
        for pattern, targets in file.table("compilerOptions", "paths").items():
            if isinstance(targets, list):
                found.append((pattern, [join(root, t) for t in targets if isinstance(t, str)]))
        for pattern, target in file.table("imports").items():
            if isinstance(target, str) and target.startswith("."):
                star = pattern.endswith("/")
                found.append((pattern + "*" * star, [join(here, target) + ("/*" if star else "")]))
        if base:
            found.append(("*", [join(root, "*")]))
        extended = file.text("extends")
        if not found and extended and extended.startswith(".") and depth < 4:
            other = join(here, extended if extended.endswith(".json") else extended + ".json")
            if other in self.sources.known:
                return self._aliases(other, depth + 1)
        return found

    def _by_alias(self, module: str, importer: str) -> str | None:
        for folder in self.workspace.above(parent(importer)):
            for pattern, targets in self._configs.get(folder, ()):
                hole = _hole(pattern, module)
                if hole is None:
                    continue
                for target in targets:
                    found = self.file(join(target.replace("*", hole, 1)))
                    if found is not None:
                        return found
        return None

    def _by_manifest(self, module: str, package: Package) -> str | None:
        for key in ("imports", "_moduleAliases"):
            for pattern, target in package.file.table(key).items():
                if isinstance(target, dict):
                    target = target.get("import") or target.get("default") or target.get("node")
                if not isinstance(target, str) or not target.startswith("."):
                    continue
                hole = _hole(pattern, module)
                if hole is None and key == "_moduleAliases" and module.startswith(pattern + "/"):
                    hole, target = module[len(pattern) + 1 :], target.rstrip("/") + "/*"
                if hole is not None:
                    found = self.built(package.folder, target.replace("*", hole, 1))
                    if found is not None:
                        return found
        return None

    def _member(self, module: str) -> str | None:
        name = library_of(module)
        package = self.workspace.by_name.get(name or "")
        if package is None or name is None:
            return None
        rest = module[len(name) :].lstrip("/")
        if rest:
            return self.file(join(package.folder, rest)) or self.file(join(package.folder, "src", rest))
        for target in (
            _main_export(package.file.get("exports")),
            package.file.get("source"),
            package.file.get("module"),
            package.file.get("main"),
            "index",
        ):
            if isinstance(target, str) and (found := self.built(package.folder, target)) is not None:
                return found
        return self.file(join(package.folder, "src"))

    def built(self, folder: str, target: str) -> str | None:
        """Return the source file of a path below `folder` that may only exist after a build: `dist/a.js` finds `src/a.ts`."""
        direct = self.file(join(folder, target))
        if direct is not None:
            return direct
        parts = [p for p in target.split("/") if p not in (".", "")]
        while len(parts) > 1:
            parts = parts[1:]
            for home in HOMES:
                found = self.file(join(folder, home, *parts)) if ".." not in parts else None
                if found is not None:
                    return found
        return None


def _hole(pattern: str, module: str) -> str | None:
    """Return what the `*` of a pattern stands for in a module name, `""` for a plain match; None for no match."""
    head, star, tail = pattern.partition("*")
    if not star:
        return "" if module == pattern else None
    if module.startswith(head) and module.endswith(tail) and len(module) >= len(head) + len(tail):
        return module[len(head) : len(module) - len(tail) or None]
    return None


def _main_export(exports: object) -> object:
    while isinstance(exports, dict):
        exports = next((exports[k] for k in (".", "source", "import", "node", "default", "require") if k in exports), None)
    return exports
