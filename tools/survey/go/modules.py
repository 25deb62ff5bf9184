"""Read go.mod and go.work: modules with their requirements, workspaces with their members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..view import View, folder_of

Stated = tuple[str, int]  # value and line


@dataclass(frozen=True, slots=True)
class Require:
    """Be one requirement of a module."""

    path: str
    version: str
    line: int
    indirect: bool


@dataclass(slots=True)
class Module:
    """Be one go.mod; `folder` `""` never: `.` is the root."""

    folder: str
    file: str
    name: str = ""
    go: Stated | None = None
    toolchain: Stated | None = None
    requires: list[Require] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)  # module path -> folder of this tree
    tools: list[str] = field(default_factory=list)

    def requirement(self, path: str) -> Require | None:
        """Return the requirement that provides a package, None without one."""
        return next((r for r in self.requires if path == r.path or path.startswith(r.path + "/")), None)


@dataclass(slots=True)
class Workspace:
    """Be one go.work; `uses` are folders of this tree."""

    folder: str
    file: str
    go: Stated | None = None
    toolchain: Stated | None = None
    uses: list[Stated] = field(default_factory=list)


def modules(view: View) -> dict[str, Module]:
    """Return every module of the tree by its folder, vendored ones left out; made once per tree."""
    return view.kept("go_modules", lambda: {folder_of(p): _module(view, p) for p in view.named("go.mod") if "vendor" not in p.split("/")})


def workspaces(view: View) -> list[Workspace]:
    """Return every workspace of the tree; made once per tree."""
    return view.kept("go_workspaces", lambda: [_workspace(view, p) for p in view.named("go.work")])


def _module(view: View, path: str) -> Module:
    found = Module(folder_of(path), path)
    for verb, words, number, comment in _directives(view, path):
        if verb == "module" and words:
            found.name = words[0].strip('"')
        elif verb == "go" and words:
            found.go = (words[0], number)
        elif verb == "toolchain" and words:
            found.toolchain = (words[0], number)
        elif verb == "require" and len(words) >= 2:
            found.requires.append(Require(words[0].strip('"'), words[1], number, "indirect" in comment))
        elif verb == "tool" and words:
            found.tools.append(words[0])
        elif verb == "replace" and "=>" in words:
            to = words[words.index("=>") + 1 :]
            if to and to[0].startswith((".", "/")):
                found.replaced[words[0]] = _relative(found.folder, to[0])
    return found


def _workspace(view: View, path: str) -> Workspace:
    found = Workspace(folder_of(path), path)
    for verb, words, number, _ in _directives(view, path):
        if verb == "go" and words:
            found.go = (words[0], number)
        elif verb == "toolchain" and words:
            found.toolchain = (words[0], number)
        elif verb == "use" and words:
            found.uses.append((_relative(found.folder, words[0].strip('"')), number))
    return found


def _relative(folder: str, path: str) -> str:
    """Return a path written relative to a folder as one of the tree; what leaves the tree stays unmatched."""
    parts = [] if folder == "." else folder.split("/")
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "."


def _directives(view: View, path: str) -> Iterator[tuple[str, list[str], int, str]]:
    """Yield (verb, words, line, comment) of every directive, those inside `verb ( … )` blocks too."""
    block = ""
    for number, raw in enumerate(view.lines(path), 1):
        body, _, comment = raw.partition("//")
        words = body.split()
        if not words:
            continue
        if block:
            if words[0] == ")":
                block = ""
            else:
                yield block, words, number, comment
        elif (len(words) >= 2 and words[1] == "(") or words[0].endswith("("):
            block = words[0].rstrip("(")
        else:
            yield words[0], words[1:], number, comment
