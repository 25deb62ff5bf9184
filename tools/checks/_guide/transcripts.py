"""Tell the commands of a block from what they print: prompts where there are some, else programs that guides are known to start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import re2

from .programs import is_assignment, looks_like_call, starts_program

_DOLLAR = re2.compile(r"^\s*(?:\([\w.-]+\)\s*)?(?:\$|❯|➜\s+\S+)\s+(\S.*)$")
_NAMED = re2.compile(
    r"^\s*(?:\([\w.-]+\)\s*)?"
    r"(?:\[[\w.-]+(?:@[\w.-]+)?(?:[ :][^\]]*)?\]|[\w.-]+@[\w.-]+(?:[: ]?[~/][^\s$#]*)?)\s?[$#%]\s*(\S.*)$"
)
_ROOT = re2.compile(r"^\s*#\s+(\S.*)$")
_POWERSHELL = re2.compile(r"(?i)^\s*(?:PS [A-Z]:\\[^>]*>|\$env:\w+\s*=|[A-Z]:\\[^>\s]*>)")
# what psql, mysql, sqlite3, python and irb write before what is typed into them, and all that follows it
_INTERPRETER = re2.compile(
    r"^\s*(?:[\w-]+[=-][#>*(]+[#>]?|mysql>|MariaDB \[[^\]]*\]>|sqlite>|>>>|irb\S*>|redis[^\s>]*>|\d+(?:\.\d+){3}:\d+>)\s"
)
_PROXY = re2.compile(r"^\s*(?:server|http|events|stream|upstream\s+\S+|location\s+[^{]+|[\w*.-]+\.[\w.-]+(?::\d+)?|:\d+)\s*\{\s*$")
_MARKUP = re2.compile(r"^\s*<(?:[A-Z][A-Za-z]+(?:\s+[^<>|&]*)?>\s*$|[?!][a-zA-Z])")
_SETTING = re2.compile(r"^\s*(?:[\w.-]+\s+=(?:\s|$)|-?\s*[\w./-]+:(?:\s|$)|\[[\w. :-]+\]\s*$)")
_SECTION = re2.compile(r"^\[[A-Za-z][\w. :-]*\]\s*$")
_KEY = re2.compile(r"^\s*[\"'][^\"']+[\"']\s*(?::|=>)")
_GOES_ON = re2.compile(r"^\s*>\s?(.*)$")
_HEREDOC = re2.compile(r"<<(-?)\s*[\\'\"]?([\w.!-]+)")
_HEADER = re2.compile(r"^\s*[A-Z][A-Z0-9_().%-]*(?: [A-Z0-9_()-]+)*(?:\s{2,}[A-Z][A-Z0-9_().%/-]*(?: [A-Z0-9_()-]+)*)+\s*$")
_LOGGED = re2.compile(r"^\s*\[?(?:INFO|WARN|WARNING|ERROR|DEBUG|FATAL|PANIC|NOTICE)\]?(?::\s|\]\s|\[|\s+\S)")
_UNTIL = re2.compile(r"(?:^|\s)(?:do|then|else|\{|\()\s*$")
_ENDS = re2.compile(r"^\s*(?:done|fi|esac|\}|\))")
_JOINS = re2.compile(r"(?:\\|&&|\|\||\|)\s*$")
_LONGEST_LINE = 20_000
_LONGEST_COMMAND = 400  # lines: an apostrophe in a command must not swallow a page


def commands(text: str, label: str) -> str | None:
    """Return the commands of a block with its output blanked out line by line, or null when it holds none.

    `label` is `shell` (every line is a command unless some have prompts), `console` (commands and output), or `` where nothing says so:
    then each command must start with a known program.
    """
    lines = text.split("\n")
    if any(_POWERSHELL.match(line) for line in lines) or _settings(lines):
        return None
    inside = next((number for number, line in enumerate(lines) if _INTERPRETER.match(line)), len(lines))
    lines = [line if number < inside or _prompted(line) else "" for number, line in enumerate(lines)]
    if any(_prompted(line) for line in lines):
        return _whole(_behind(lines, _prompted))
    if label == "shell" and not _all_root(lines):
        return _whole(_without_tables(lines))
    if _all_root(lines):
        return _whole(_behind(lines, _rooted))
    if not any(starts_program(line) for line in lines if not is_assignment(line)) and label != "console":
        return None  # values alone are a file of settings as often as a shell's
    return _whole(_known(lines, label == "console"))


def _settings(lines: Sequence[str]) -> bool:
    """Say whether a block, whatever its label says, is a program's configuration: a proxy's blocks, markup, or names with their values."""
    code = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", ";", "//"))]
    if not code:
        return False
    opened = code[0].strip() in ("{", "[") and len(code) > 1 and bool(_KEY.match(code[1]))
    headed = opened or any(shape.match(code[0]) for shape in (_PROXY, _MARKUP, _SECTION))
    return headed or any("── " in line for line in code) or all(_SETTING.match(line) for line in code)


def prompted(text: str) -> str | None:
    """Return the command behind a prompt in one line, or null."""
    return _prompted(text) or _rooted(text)


def _whole(kept: Iterator[str]) -> str | None:
    lines = [line.rstrip() for line in kept]
    if not any(line.strip() and not line.lstrip().startswith("#") for line in lines):
        return None
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _prompted(line: str) -> str | None:
    """Return what stands behind a user's or host's prompt."""
    match = _DOLLAR.match(line) or _NAMED.match(line)
    return str(match.group(1)) if match else None


def _rooted(line: str) -> str | None:
    """Return the program behind a superuser's `# `: a comment looks the same, but starts no program."""
    match = _prompted(line)
    if match is not None:
        return match
    root = _ROOT.match(line)
    return str(root.group(1)) if root and starts_program(str(root.group(1))) else None


def _all_root(lines: Sequence[str]) -> bool:
    """Say whether the block is a superuser's transcript: `# ` before programs, and no program without it."""
    return any(_rooted(line) for line in lines) and not any(starts_program(line) for line in lines if not line.lstrip().startswith("#"))


def _behind(lines: Sequence[str], find: Callable[[str], str | None]) -> Iterator[str]:
    """Yield the lines behind prompts and those that go on with them; anything else comes out empty."""
    state = Open()
    for line in lines:
        found = find(line) if not state.here else None
        if found is None and not state.going_on and (rooted := _rooted(line)):
            found = rooted
        if found is not None:
            state = Open()
            state.feed(found)
            yield found
        elif state.going_on:
            more = _GOES_ON.match(line) if not state.here else None
            text = str(more.group(1)) if more else line
            state.feed(text)
            yield text
        else:
            yield line if line.lstrip().startswith("#") else ""


def _without_tables(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a script; a table with a head of capitals, down to the next empty line, is what a command printed."""
    state, printing = Open(), False
    for line in lines:
        printing = bool(line.strip()) and (printing or (not state.going_on and bool(_HEADER.match(line) or _LOGGED.match(line))))
        if not printing:
            state.feed(line)
        yield "" if printing else line


def _known(lines: Sequence[str], console: bool) -> Iterator[str]:
    """Yield the lines that start a program and those that go on with it; nothing at all when the first one starts none."""
    state, started = Open(), False
    for line in lines:
        if state.going_on:
            state.feed(line)
            yield line
        elif not line.strip() or line.lstrip().startswith("#"):
            yield line
        elif starts_program(line) or (console and looks_like_call(line) and (not started or " -" in line)):
            started = True
            state = Open()
            state.feed(line)
            yield line
        elif not started:
            return
        else:
            yield ""


class Open:
    """Follow a command over its lines: open quotes, here-documents, blocks and lines that are joined."""

    def __init__(self) -> None:
        self.quote = ""
        self.heredocs: list[tuple[str, bool]] = []
        self.depth = 0
        self.joined = False
        self.lines = 0

    @property
    def here(self) -> bool:
        """Say whether the next line belongs to a here-document."""
        return bool(self.heredocs)

    @property
    def going_on(self) -> bool:
        """Say whether the next line belongs to the same command."""
        return self.lines < _LONGEST_COMMAND and bool(self.heredocs or self.quote or self.depth or self.joined)

    def feed(self, line: str) -> None:
        """Take the next line of the command."""
        self.lines += 1
        if self.heredocs:
            word, tabs = self.heredocs[0]
            if (line.strip() if tabs else line.strip("\r \t")) == word:
                self.heredocs.pop(0)
            return
        bare = self._unquoted(line[:_LONGEST_LINE])
        for dash, word in _HEREDOC.findall(bare.replace("<<<", "   ")):
            self.heredocs.append((word, bool(dash)))
        self.joined = bool(_JOINS.search(bare)) and not self.quote
        self.depth = max(self.depth + (1 if _UNTIL.search(bare) and bare.strip() != "else" else 0) - (1 if _ENDS.match(bare) else 0), 0)

    def _unquoted(self, line: str) -> str:
        """Return the line with what stands in quotes blanked (a here-document's word stays); move on to the quote that stays open."""
        kept: list[str] = []
        escaped = False
        for at, char in enumerate(line):
            if escaped:
                escaped = False
                kept.append(" " if self.quote else char)
            elif char == "\\" and self.quote != "'":
                escaped = at + 1 < len(line)
                kept.append(char if at + 1 >= len(line) else " ")
            elif self.quote:
                if char == self.quote:
                    self.quote = ""
                kept.append(" ")
            elif char in "'\"" and not _names_heredoc(line, at):
                self.quote = char
                kept.append(" ")
            elif char == "#" and (not kept or kept[-1] in " \t"):
                break
            else:
                kept.append(char)
        return "".join(kept)


def _names_heredoc(line: str, at: int) -> bool:
    """Say whether the quote at a place belongs to the word of a here-document (`<<'EOF'`)."""
    before = line[max(at - 40, 0) : at]
    mark = before.rfind("<<")
    return mark >= 0 and all(c.isalnum() or c in "_-. " for c in before[mark + 2 :])
