"""Replay the plan's steps in order: which files and folders exist before each step, and who made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .._view import PlanView
from .._view.invocations import Invocation, of_command
from .._view.items import ScriptView, StepView
from .._view.outcomes import always_good
from .._view.script import Command, Node, Script
from .paths import folder, join, resolve
from .programs import touched


@dataclass(frozen=True, slots=True)
class FileEvent:
    """Be one file that a script reads or writes: `tree` brings everything below it (a copy of `source`), `optional` reads may fail."""

    path: str
    writes: bool
    line: int
    quote: str
    tree: bool = False
    folder: bool = False
    optional: bool = False
    source: str | None = None


def file_events(view: ScriptView) -> tuple[FileEvent, ...]:
    """Return what a script reads and writes on the machine it runs on, in order, following its `cd`."""
    return _events(view.script, view.base)


@lru_cache(maxsize=1024)
def _events(script: Script, base: str | None) -> tuple[FileEvent, ...]:
    return tuple(_Walk(script, base).events())


class _Walk:
    def __init__(self, script: Script, base: str | None) -> None:
        self.script = script
        self.base = base
        self.known = script.constants

    def events(self) -> Iterator[FileEvent]:
        yield from self._nodes(self.script.root.parts, False)

    def _nodes(self, nodes: tuple[Node, ...], optional: bool) -> Iterator[FileEvent]:
        for node in nodes:
            yield from self._node(node, optional)

    def _node(self, node: Node, optional: bool) -> Iterator[FileEvent]:
        for inner in node.substitutions:
            yield from self._nodes(inner.parts, True)
        if node.kind == "function":
            return  # its body runs where it is called; paths there are its callers' business
        if node.kind == "subshell":
            before = self.base
            yield from self._nodes(node.parts, optional)
            self.base = before
        elif node.kind == "list":
            yield from self._list(node, optional)
        else:
            if node.command is not None:
                yield from self._command(node.command, optional)
            yield from self._nodes(node.condition, True)
            yield from self._nodes(node.parts, optional or (node.kind in ("if", "case", "while", "branch") and _guards(node)))
        yield from self._redirects(node.redirects, node.text, optional)

    def _list(self, node: Node, optional: bool) -> Iterator[FileEvent]:
        for number, part in enumerate(node.parts):
            following = node.operators[number:]
            excused = "||" in following and all(p.command is not None and always_good(p.command) for p in node.parts[-1:])
            guarded = number > 0 and _tests(node.parts[0])
            yield from self._node(part, optional or excused or guarded)

    def _command(self, command: Command, optional: bool) -> Iterator[FileEvent]:
        calls = [c for c in of_command(command) if c.where == "here"]
        silent = optional or any(
            r.operator == ">" and r.descriptor == "2" and r.target is not None and r.target.template == "/dev/null"
            for r in command.redirects
        )
        for call in calls[:1]:
            yield from self._call(call, silent)
        yield from self._redirects(command.redirects, " ".join(w.text for w in command.words), silent)

    def _call(self, call: Invocation, optional: bool) -> Iterator[FileEvent]:
        quote = " ".join(call.texts)
        if call.name in ("cd", "pushd"):
            self._move(call)
            return
        if call.name in ("rm", "test", "[", "[["):
            return
        directory = call.docker.directory if call.docker is not None else None
        base = resolve(directory, self.base, self.known) if directory is not None else self.base
        found = [(item, path) for item in touched(call) if (path := resolve(item.word, base, self.known)) is not None]
        sources = [path for item, path in found if item.tree and not item.writes]
        for item, path in found:
            if not item.word.template.startswith("-"):
                source = sources[0] if item.tree and item.writes and len(sources) == 1 else None
                yield FileEvent(path, item.writes, call.line, quote, item.tree, item.folder, optional or item.optional, source)

    def _move(self, call: Invocation) -> None:
        words = [w for w in call.args if not w.template.startswith("-")]
        if not words:
            self.base = "~"
            return
        self.base = resolve(words[0], self.base, self.known)

    def _redirects(self, redirects: object, quote: str, optional: bool) -> Iterator[FileEvent]:
        for redirect in redirects if isinstance(redirects, tuple) else ():
            if redirect.target is None or not (redirect.writes or redirect.reads):
                continue
            if redirect.reads and f"<{redirect.target.text}>" in self.script.text:
                continue  # a placeholder, not a file
            path = resolve(redirect.target, self.base, self.known)
            if path is not None:
                yield FileEvent(path, redirect.writes, redirect.line, quote, optional=optional and redirect.reads)


def _tests(node: Node) -> bool:
    return node.command is not None and node.command.name in ("[", "[[", "test")


def _guards(node: Node) -> bool:
    return any(_tests(c) for c in node.condition) or node.kind in ("case", "branch")


class World:
    """Know which paths exist, and who made them: `start` for what is there before the first step."""

    def __init__(self, view: PlanView) -> None:
        self.view = view
        self.files: dict[str, str] = {}
        self.trees: dict[str, str] = {}
        self.folders: dict[str, str] = {}  # every folder above a known file, and who made the first one in it
        self.owned: set[str] = set()  # folders into which the plan itself puts files
        for path in view.installed:
            if not view.appears:
                self.add(path, "start")
        for path in sorted(view.files or ()):
            self.files[path] = "start"
            self._above(path, "start")

    def add(self, path: str, maker: str, tree: bool = False) -> None:
        """Record that a file or folder exists from now on."""
        (self.trees if tree else self.files).setdefault(path, maker)
        self.owned.add(folder(path))
        self._above(path, maker)

    def _above(self, path: str, maker: str) -> None:
        above = folder(path)
        while above and above not in self.folders:
            self.folders[above] = maker
            above = folder(above) if folder(above) != above else ""

    def write(self, event: FileEvent, maker: str) -> None:
        """Record a write; the copy of a known folder brings the files that are known in it, any other tree whatever is asked of it."""
        known = [f for f in self.files if event.source and f.startswith(event.source.rstrip("/") + "/")] if event.source is not None else []
        if not known or event.source is None:
            if event.folder:  # an empty folder brings nothing but itself
                self._above(event.path + "/.", maker)
            else:
                self.add(event.path, maker, tree=event.tree)
            return
        self._above(event.path + "/.", maker)
        for file in known:
            self.add(f"{event.path}/{file[len(event.source) :].lstrip('/')}", maker)

    def made_by(self, path: str) -> str | None:
        """Return who made a path (or a tree above it), null when nobody has yet."""
        if path in self.files:
            return self.files[path]
        above = path
        while above:
            if above in self.trees:
                return self.trees[above]
            parent = folder(above)
            above = parent if parent != above else ""
        return "start" if path in ("", "plan:", "/", "~") else self.folders.get(path)

    def appear(self, index: int) -> None:
        """Let the artifacts of a Markdown plan exist once the text has shown them."""
        for artifact in self.view.artifacts:
            if self.view.appears.get(artifact.model.path, 0) <= index and self.view.appears:
                self.add(artifact.installed, "start")
                self.add("plan:" + artifact.model.path, "start")

    def after(self, step: StepView, events: tuple[FileEvent, ...]) -> None:
        """Record what a step writes and states to provide."""
        for event in events:
            if event.writes:
                self.write(event, step.step)
        for reference in step.model.provides:
            kind, _, name = reference.partition(":")
            if kind in ("file", "directory"):
                path = join("", name)
                if path is not None and kind == "directory":
                    self._above(path + "/.", step.step)
                elif path is not None:
                    self.add(path, step.step)
