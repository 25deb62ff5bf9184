"""Make Python that is newer than this interpreter parse: rewrite its syntax line by line, lines kept where they are."""

from __future__ import annotations

import ast

import re2

_MAX_REPAIRS = 40
_MAX_BYTES = 300_000
_EXCEPT = re2.compile(r"^(\s*except\*?\s+)([^()\"':]+,[^()\"':]+?)(\s+as\s+\w+)?\s*:(.*)$")
_TYPE = re2.compile(r"^(\s*)type\s+(\w+)\s*(?:\[[^\]]*\])?\s*=(.*)$")
_GENERIC = re2.compile(r"^(\s*(?:async\s+def|def|class)\s+\w+)\[[^\]]*\](.*)$")


def parse(text: str) -> ast.Module | None:
    """Return the syntax tree, newer syntax rewritten or, line by line, left out; None where too little would be left."""
    try:
        return ast.parse(text)
    except (ValueError, RecursionError, MemoryError):
        return None
    except SyntaxError as error:
        if len(text) > _MAX_BYTES:
            return None
        return _repaired(text, error)


def _repaired(text: str, error: SyntaxError) -> ast.Module | None:
    lines = text.split("\n")
    blanked: set[int] = set()
    for _ in range(_MAX_REPAIRS):
        at = (error.lineno or 0) - 1
        if not 0 <= at < len(lines):
            return None
        if at in blanked or not _rewritten(lines, at):
            at = _blanked(lines, at, blanked)
            if at < 0:
                return None
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError as another:
            error = another
        except (ValueError, RecursionError, MemoryError):
            return None
    return None


def _rewritten(lines: list[str], at: int) -> bool:
    """Rewrite one line of newer syntax in place; say whether it was one."""
    for number in (at, at - 1):
        if number < 0:
            continue
        line = lines[number]
        for pattern, form in ((_EXCEPT, "{0}({1}){2}:{3}"), (_TYPE, "{0}{1} ={2}"), (_GENERIC, "{0}{1}")):
            match = pattern.match(line)
            if match is not None:
                lines[number] = form.format(*(g or "" for g in match.groups()))
                return lines[number] != line
    return False


def _blanked(lines: list[str], at: int, blanked: set[int]) -> int:
    """Put a statement that does nothing in the place of a line that cannot be parsed; -1 where that was done before."""
    if at in blanked:
        at -= 1
    if at < 0 or at in blanked:
        return -1
    line = lines[at]
    indent = line[: len(line) - len(line.lstrip())]
    lines[at] = f"{indent}if True:" if line.rstrip().endswith(":") else f"{indent}pass"
    blanked.add(at)
    return at
