"""Lay out HCL as `terraform fmt` does: indentation by brackets, `=` and trailing comments aligned in runs of lines."""

from __future__ import annotations

from dataclasses import dataclass, field

_OPEN, _CLOSE = "([{", ")]}"


@dataclass(slots=True)
class _Line:
    lead: str
    assign: str | None = None  # from the `=` on, when the whole value stands on this line
    comment: str | None = None
    net: int = 0
    fixed: bool = False  # inside a block comment: left as it is
    below: list[str] = field(default_factory=list)  # a heredoc's lines: they belong to the line that opens it


def formatted(text: str) -> str:
    """Return the text laid out; heredocs and block comments stay as they are."""
    lines = _split(text)
    _indent(lines)
    for start, end in _runs(lines, lambda line: line.assign is not None):
        width = max(len(line.lead) for line in lines[start:end])
        for line in lines[start:end]:
            line.lead = line.lead.ljust(width) + " "
    for start, end in _runs(lines, lambda line: line.comment is not None):
        width = max(len(line.lead + (line.assign or "")) for line in lines[start:end])
        for line in lines[start:end]:
            line.comment = " " * (width - len(line.lead + (line.assign or "")) + 1) + (line.comment or "")
    return "\n".join("\n".join((line.lead + (line.assign or "") + (line.comment or ""), *line.below)) for line in lines)


def _runs(lines: list[_Line], wanted: object) -> list[tuple[int, int]]:
    found, start = [], -1
    for number, line in enumerate([*lines, _Line("")]):
        inside = callable(wanted) and bool(wanted(line))
        if inside and start < 0:
            start = number
        elif not inside and start >= 0:
            found.append((start, number))
            start = -1
    return found


def _indent(lines: list[_Line]) -> None:
    stack: list[int] = []
    for line in lines:
        if line.fixed:
            continue
        if line.net < 0:
            closed = -line.net
            while closed > 0 and stack:
                taken = min(closed, stack[-1])
                closed -= taken
                stack[-1] -= taken
                if stack[-1] == 0:
                    stack.pop()
        if line.lead or line.comment is not None:
            line.lead = "  " * len(stack) + line.lead
        if line.net > 0:
            stack.append(line.net)


def _split(text: str) -> list[_Line]:
    found: list[_Line] = []
    heredoc, comment = "", False
    for raw in text.split("\n"):
        if heredoc:
            found[-1].below.append(raw)
            heredoc = "" if raw.strip() == heredoc else heredoc
            continue
        if comment:
            found.append(_Line(raw, fixed=True))
            comment = "*/" not in raw
            continue
        line, heredoc, comment = _read(raw)
        found.append(line)
    return found


def _read(raw: str) -> tuple[_Line, str, bool]:
    """Return one line in its cells, the end word of a heredoc it opens, and whether it opens a block comment."""
    text = raw.strip()
    net, equals, at, heredoc = 0, -1, 0, ""
    comment_at = len(text)
    depth_at_equals = 0
    while at < len(text):
        char = text[at]
        if char == '"':
            at = _string_end(text, at)
            continue
        if char == "#" or text.startswith("//", at):
            comment_at = at
            break
        if text.startswith("/*", at):
            if "*/" not in text[at:]:
                return _Line(raw.rstrip(), net=net, fixed=at == 0), "", True
            at = text.index("*/", at) + 2
            continue
        if text.startswith("<<", at):
            heredoc = text[at + 2 :].lstrip("-").split(" ")[0].strip()
            break
        if char in _OPEN:
            net += 1
        elif char in _CLOSE:
            net -= 1
        elif char == "=" and equals < 0 and at > 0 and text[at - 1] not in "=!<>" and text[at + 1 : at + 2] not in ("=", ">"):
            equals, depth_at_equals = at, net
        at += 1
    body = text[:comment_at].rstrip()
    tail = text[comment_at:] if comment_at < len(text) else None
    if tail is not None and not body:
        return _Line(tail, net=net), heredoc, False
    if equals > 0:
        name, value = body[:equals].rstrip(), "= " + body[equals + 1 :].lstrip()
        if net == depth_at_equals:
            return _Line(name, value, tail, net), heredoc, False
        body = f"{name} {value}"
    return _Line(body, None, tail, net), heredoc, False


def _string_end(text: str, start: int) -> int:
    """Return where a quoted text ends; an expression in it (`${…}`, `%{…}`) may hold quoted texts of its own, and so on."""
    at, open_ = start + 1, ['"']
    while at < len(text) and open_:
        quoted, char = open_[-1] == '"', text[at]
        if quoted and char == "\\":
            at += 2
            continue
        if text.startswith(("${", "%{"), at):
            open_.append("{")
            at += 2
            continue
        if char == '"':
            open_.pop() if quoted else open_.append('"')
        elif char == "}" and not quoted:
            open_.pop()
        at += 1
    return at
