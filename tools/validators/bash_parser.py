"""Parse shell texts: tree-sitter reads each one, and bash itself (`bash -n`) has the last word on what the grammar cannot read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from . import _process
from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "bash syntax"
KINDS = ("shell", "step")
OUTSIDE = False
INSTALL = "comes with deploybook"
_MAX_BYTES = 400_000


def available() -> bool:
    """Say that the parser is always there."""
    return True


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each script; only what the grammar cannot read is given to bash, which runs nothing with -n."""
    return [_one(item.text) for item in items]


@lru_cache(maxsize=4096)
def _one(text: str) -> Verdict:
    data = text.encode("utf-8", "replace")
    if len(data) > _MAX_BYTES:
        return Verdict("absent", note=f"longer than {_MAX_BYTES} bytes")
    root = _parser().parse(data).root_node
    doubtful, problems = _overlooked(root, data.split(b"\n"))
    if root.has_error or doubtful:
        judged = _bash(text)
        return verdict([*judged.problems, *problems], good="syntax-only") if problems else judged
    return verdict(problems, good="syntax-only")


_CLOSING = frozenset({b"done", b"fi", b"then", b"else", b"elif", b"esac", b"do"})


def _overlooked(root: Node, lines: list[bytes]) -> tuple[bool, list[Problem]]:
    """Return what the grammar takes for sound: whether a closing word stands as a command of its own, here-documents that never end."""
    doubtful, found = False, []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "command_name" and node.text in _CLOSING:
            doubtful = True  # or a slip of the grammar: bash decides
        elif node.type == "heredoc_redirect":
            end = next((c for c in node.children if c.type == "heredoc_end" and c.text), None)
            if end is None or lines[end.start_point.row].strip() != end.text:
                start = next((c.text or b"" for c in node.children if c.type == "heredoc_start"), b"").decode("utf-8", "replace")
                found.append(Problem(node.start_point.row + 1, f"the here-document never ends: no line is {start} alone"))
        stack.extend(reversed(node.children))
    return doubtful, found


def _bash(text: str) -> Verdict:
    program = _process.find("bash")
    if program is None:
        return verdict([Problem(1, "the shell grammar cannot read this, and bash is not here to decide", "warning")], good="syntax-only")
    with _process.folder({"script": text}) as root:
        done = _process.run([program, "--norc", "-n", "script"], root, timeout=10)
    if done.status == 0:
        return verdict((), good="syntax-only")
    problems = [_problem(line) for line in done.err.splitlines() if line.startswith("script:")]
    problems = [p for n, p in enumerate(problems) if not (n and p.message.startswith("`") and p.line == problems[n - 1].line)]
    return verdict(problems or [Problem(1, done.err.strip() or "bash refuses it")])


def _problem(text: str) -> Problem:
    parts = text.split(":", 2)
    words = parts[1].split() if len(parts) > 2 else []
    number = next((int(w) for w in words if w.isdigit()), 1)
    return Problem(number, parts[2].strip() if len(parts) > 2 else text)
