"""Give a project's source files: which ones are code of the running program, and each parsed at most once."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cached_property

from ..parsers.javascript import GRAMMARS, Scopes, Script, parse
from ..parsers.javascript.script import suffix
from ..view import View

FOREIGN = frozenset(
    """node_modules bower_components jspm_packages vendor .git .yarn .pnp .next .nuxt .output .svelte-kit .turbo .nx .cache
 .angular coverage .nyc_output .vercel .serverless .wrangler .docusaurus storybook-static""".split()
)
TESTS = frozenset(
    """test tests __tests__ __mocks__ __fixtures__ fixtures spec specs e2e cypress playwright testing test-utils testutils
 mocks benchmark benchmarks bench .storybook stories storybook""".split()
)
ASIDE = frozenset("docs doc examples example samples sample demos website templates template generators".split())
TEST_MARKS = (".test.", ".spec.", ".e2e-spec.", ".stories.", ".story.", ".mock.", ".bench.", ".cy.")
TOOL_STEMS = (
    "jest.", "vitest.", "karma.", "cypress.", "playwright.", "webpack.", "rollup.", "babel.", "eslint.", ".eslintrc", "prettier.",
    ".prettierrc", "commitlint.", "gulpfile", "gruntfile", "wdio.", "tailwind.", "postcss.", "tsup.", "lint-staged.", "release.config",
    ".mocharc", ".lintstagedrc", "plopfile", "metro.", "ava.", "vite.",
)  # fmt: skip


def parent(path: str) -> str:
    """Return a path's folder, `.` for the root."""
    return posixpath.dirname(path) or "."


def within(path: str, folder: str) -> bool:
    """Tell whether a path lies in a folder (or is it)."""
    return folder == "." or path == folder or path.startswith(folder + "/")


def join(*parts: str) -> str:
    """Join path parts and tidy them: `a/b`, `../c` give `a/c`; `..` past the root stays visible."""
    return posixpath.normpath(posixpath.join(*parts))


def is_foreign(path: str) -> bool:
    """Tell whether a path lies in a folder of installed or generated files."""
    return any(part in FOREIGN for part in path.split("/"))


def is_test(path: str, base: str = ".") -> bool:
    """Tell whether a file below `base` is test code, a fixture or a story."""
    inside = path if base == "." else path[len(base) + 1 :]
    *folders, name = inside.split("/")
    return any(f.lower() in TESTS for f in folders) or any(mark in name for mark in TEST_MARKS)


def is_tool(path: str) -> bool:
    """Tell whether a file configures a build or test tool."""
    return path.rsplit("/", 1)[-1].lower().startswith(TOOL_STEMS)


def is_aside(path: str, base: str = ".") -> bool:
    """Tell whether a file below `base` belongs to documentation, examples or templates."""
    inside = path if base == "." else path[len(base) + 1 :]
    return any(f.lower() in ASIDE for f in inside.split("/")[:-1])


KEPT = 1_200  # parsed files held at once


class Sources:
    """Read and parse the files of one repository."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._scripts: OrderedDict[str, Script | None] = OrderedDict()
        self._scopes: dict[str, Scopes] = {}

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Return all paths outside installed and generated folders, sorted."""
        return tuple(sorted(f for f in self.view.paths if not is_foreign(f)))

    @cached_property
    def known(self) -> frozenset[str]:
        """Return the same paths as a set."""
        return frozenset(self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Return all folders that hold a file, directly or below."""
        found = {"."}
        for path in self.files:
            folder = parent(path)
            while folder not in found:
                found.add(folder)
                folder = parent(folder)
        return frozenset(found)

    @cached_property
    def code(self) -> tuple[str, ...]:
        """Return the JavaScript and TypeScript files that are neither tests nor tool settings, sorted."""
        return tuple(
            f
            for f in self.files
            if suffix(f) in GRAMMARS and not is_test(f) and not is_tool(f) and not f.endswith((".d.ts", ".d.mts", ".d.cts", ".min.js"))
        )

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """Return folder -> the files directly in it, sorted."""
        found: dict[str, list[str]] = {}
        for path in self.files:
            found.setdefault(parent(path), []).append(path)
        return found

    def below(self, folder: str) -> list[str]:
        """Return all files below a folder, sorted."""
        if folder == ".":
            return list(self.files)
        start = bisect_left(self.files, folder + "/")
        return list(self.files[start : bisect_left(self.files, folder + "0")])  # "0" follows "/" in the order of characters

    def named(self, *names: str) -> list[str]:
        """Return the paths whose file name is one of the names, sorted by depth, then by name."""
        wanted = set(names)
        return sorted((f for f in self.files if f.rsplit("/", 1)[-1] in wanted), key=lambda f: (f.count("/"), f))

    def text(self, path: str) -> str | None:
        """Return a file's redacted text; None for what is not read."""
        return self.view.text(path)

    def script(self, path: str) -> Script | None:
        """Return a parsed source file; None for what is no source, is too large or cannot be read. The oldest trees are let go."""
        if path in self._scripts:
            self._scripts.move_to_end(path)
            return self._scripts[path]
        source = self.view.text(path) if path in self.known else None
        script = self._scripts[path] = parse(path, source) if source is not None else None
        if len(self._scripts) > KEPT:
            old, _ = self._scripts.popitem(last=False)
            self._scopes.pop(old, None)
        return script

    def scopes(self, script: Script) -> Scopes:
        """Return the name look-up of a script."""
        found = self._scopes.get(script.path)
        if found is None or found.script is not script:
            found = self._scopes[script.path] = Scopes(script)
        return found

    def holding(self, paths: Iterable[str], *words: str) -> Iterator[str]:
        """Yield those of the paths whose text holds one of the words."""
        for path in paths:
            if path in self.known and self.view.holds(path, *words):
                yield path

    def scripts(self, paths: Iterable[str], *words: str) -> Iterator[Script]:
        """Yield the parsed scripts of those paths whose text holds one of the words (all, without words), one at a time."""
        for path in self.holding(paths, *words) if words else paths:
            script = self.script(path)
            if script is not None:
                yield script
