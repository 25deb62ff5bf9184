"""Run through a script: keep its variables and state, and hand each command to the module that knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import re2

from ...catalog import load
from ..exact import has_variable, judged, unreadable, version_level
from ..imagerefs import image, looks_like_image
from ..model import MAX_DEPTH, Context, Reference
from . import programs as _package
from .reader import read
from .words import SUBSTITUTION, Assignment, Command, Heredoc, Item, Unreadable, Word, expanded
from .wrappers import starts_something, unwrap

_VERSION_NAME = re2.compile(r"(?i)(?:^|_)(?:TAG|VERSION|VER|RELEASE_TAG|REF)$")
_IMAGE_NAME = re2.compile(r"(?i)(?:^|_)IMAGE(?:_REF|_NAME)?$")
_MOVING_VALUE = frozenset(("latest", "stable", "lts", "nightly", "edge", "main", "master", "head"))
_USED = re2.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_SHELL_NAMES = frozenset(("sh", "bash", "zsh", "dash", "ash", "ksh"))


@dataclass(frozen=True, slots=True)
class Call:
    """Hold one call of a program: its name without folder, its words, and where its output goes."""

    name: str
    args: tuple[Word, ...]
    line: int
    downstream: tuple[str, ...] = ()
    feeds: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Hold an unversioned download: reported at the end unless a checksum is verified, scripts only when they are run."""

    name: str
    reference: Reference
    only_if_run: bool


Judge = Callable[[Call, "Script"], Iterator[Reference]]


@lru_cache(maxsize=1)
def _programs() -> dict[str, Judge]:
    from ..engine import discover  # the engine imports the languages, which import this module

    table: dict[str, Judge] = {}
    for module in discover(_package):
        for name, judge in module.PROGRAMS.items():
            if name in table:
                raise ImportError(f"two modules claim the program {name!r}")
            table[name] = judge
    return table


def _matters(source: str) -> bool:
    """Tell whether a first word can lead to a judge, cheaply: most commands of most scripts cannot."""
    name = source.rpartition("/")[2].lower().removesuffix(".exe")
    return name in _programs() or starts_something(name) or "=" in source or "$" in source or source[:1] in "./~"


@dataclass
class Script:
    """Hold what earlier lines of a script have said that later lines depend on."""

    context: Context
    helm_repos: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    judged_names: set[str] = field(default_factory=set)
    clones: list[tuple[str, Reference]] = field(default_factory=list)
    fetched: list[Fetched] = field(default_factory=list)
    verifies: bool = False
    depth: int = 0

    def run(self, text: str, line: int = 1) -> Iterator[Reference]:
        """Yield the references of a script that starts on `line`."""
        if self.depth > MAX_DEPTH:
            return
        self.depth += 1
        clones, fetched = len(self.clones), len(self.fetched)
        for item in read(text):
            for found in self._take(item):
                yield replace(found, line=found.line + line - 1)
        self.clones[clones:] = [(source, replace(r, line=r.line + line - 1)) for source, r in self.clones[clones:]]
        self.fetched[fetched:] = [
            replace(f, reference=replace(f.reference, line=f.reference.line + line - 1)) for f in self.fetched[fetched:]
        ]
        self.depth -= 1

    def close(self) -> Iterator[Reference]:
        """Yield what only the end of the script decides: clones never checked out, downloads never verified."""
        yield from (reference for _, reference in self.clones)
        if not self.verifies:
            yield from (f.reference for f in self.fetched if not f.only_if_run)

    def _take(self, item: Item) -> Iterator[Reference]:
        match item:
            case Unreadable():
                yield unreadable(item.line)
            case Assignment():
                yield from self._assign(item)
            case Heredoc():
                yield from self._heredoc(item)
            case Command() if _matters(item.words[0].source):
                words = [w for raw in item.words for w in expanded(raw, self.context.variables)]
                yield from self.command(words, item.downstream, item.feeds)

    def command(self, words: list[Word], downstream: tuple[str, ...] = (), feeds: str = "") -> Iterator[Reference]:
        """Yield the references of one command given as words, looking through sudo, env, xargs, ssh and their like."""
        inner = unwrap(words)
        if inner.script is not None:
            yield from self.run(inner.script.value, inner.script.line)
            return
        if not inner.words:
            return
        name = inner.words[0].value.rpartition("/")[2].lower().removesuffix(".exe")
        judge = _programs().get(name)
        if judge is not None:
            yield from judge(Call(name, tuple(inner.words[1:]), inner.words[0].line, downstream, feeds), self)
        elif inner.words[0].value.startswith(("./", "/", "~/")):
            yield from self.executed(inner.words[0].value)

    def executed(self, path: str) -> Iterator[Reference]:
        """Yield a download that is now run without having been verified or versioned."""
        name = path.rpartition("/")[2]
        for entry in [f for f in self.fetched if f.name == name]:
            if not self.verifies:
                self.fetched.remove(entry)
                yield entry.reference

    def image(self, word: Word, kind: str = "image") -> Iterator[Reference]:
        """Yield the judged image of a word, unless it was built here or its variable was judged where it was set."""
        if any(name in self.judged_names for name in _USED.findall(word.shown)):
            return
        if word.value in self.built or SUBSTITUTION in word.value:
            return
        found = image(word.value, word.line, self.context, shown=word.shown, kind=kind)
        if found is not None:
            yield found

    def _assign(self, item: Assignment) -> Iterator[Reference]:
        value = " ".join(w.value for w in expanded(item.value, self.context.variables))
        if SUBSTITUTION in value:
            self.context.variables.pop(item.name, None)
            return
        self.context.variables[item.name] = value
        if not item.text:
            return
        if _VERSION_NAME.search(item.name) and value.lower() in _MOVING_VALUE:
            self.judged_names.add(item.name)
            yield judged("variable", item.text, value, item.line, level=version_level(value))
        elif _IMAGE_NAME.search(item.name) and looks_like_image(value):
            found = image(value, item.line, self.context)
            if found is not None and found.offending:
                self.judged_names.add(item.name)
                yield found
        elif _VERSION_NAME.search(item.name) and not has_variable(value):
            product = load().find(_VERSION_NAME.sub("", item.name).replace("_", "-"))
            if product is not None and version_level(value) == "L2":
                yield judged("variable", item.text, value, item.line, name=product.id)

    def _heredoc(self, item: Heredoc) -> Iterator[Reference]:
        """Read the body as what it is written to or fed into; a body that goes nowhere known is left alone."""
        words = unwrap([w for raw in item.command for w in expanded(raw, self.context.variables)]).words
        name = words[0].value.rpartition("/")[2] if words else ""
        readers = (name, *item.downstream)
        if any(r in _SHELL_NAMES or r == "ssh" for r in readers) or any(w.value == "ssh" for w in words):
            yield from self.run(item.body, item.line)
            return
        if any(r in ("kubectl", "oc") for r in readers):
            yield from self.context.nested(item.body, "k8s", item.line, self.context.variables)
            return
        target = next((w.value for w in words[1:] if not w.value.startswith("-")), "") if name == "tee" else item.target
        from ..guess import guess_language

        language = guess_language(target, item.body) if target and target not in ("/dev/null", "/dev/stdout") else None
        if language:
            yield from self.context.nested(item.body, language, item.line, self.context.variables)
