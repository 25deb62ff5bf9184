"""Bring what site generators write into plain Markdown, line by line: front matter, tabs, admonitions, shortcodes for code."""

from __future__ import annotations

from dataclasses import dataclass, field

import re2

_CONTAINER = re2.compile(r"^(?:!!!|\?\?\?\+?|===[!+]?)\s+\S")
_TAB = re2.compile(r"""^===[!+]?\s+["']([^"']*)["']""")
_FENCE = re2.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})")
_HIGHLIGHT = re2.compile(r"^(\s*)\{\{[<%]\s*highlight\s+([\w+-]+)[^}]*[>%]\}\}\s*$")
_HIGHLIGHT_END = re2.compile(r"^(\s*)\{\{[<%]\s*/\s*highlight\s*[>%]\}\}\s*$")
_MYST = re2.compile(r"^(\s*)(:{3,})\{(?:code-block|sourcecode|code)\}\s*([\w+-]*)\s*$")
_OPTION = re2.compile(r"^\s*:[\w-]+:")
_FILLED = re2.compile(r"""\{\{[<%]\s*[\w/-]+\s[^}]*?(?:nojs|default)="([^"]*)"[^}]*[>%]\}\}""")
_GROUP = re2.compile(
    r"^\s*(?:\{\{[<%]\s*(?:\w*[tT]abs|tabpane)\b|\{%\s*tabs\b"
    r"|<(?:Tabs|CodeGroup|CodeTabs)\b|:{3,}\s*\{?(?:code-group|tabs|tab-set)\b)"
)
_GROUP_END = re2.compile(r"^\s*(?:\{\{[<%]\s*/\s*(?:\w*[tT]abs|tabpane)\b|\{%\s*endtabs\b|</(?:Tabs|CodeGroup|CodeTabs)>)")
_ITEM = re2.compile(r"^\s*(?:\{\{[<%]\s*(?:\w*[tT]ab)\b|\{%\s*tab\b|<(?:TabItem|Tab)\b|:{3,}\s*\{tab-item\}|@tab\b)([^\n]*)")
_ITEM_END = re2.compile(r"^\s*(?:\{\{[<%]\s*/\s*(?:\w*[tT]ab)\b|\{%\s*endtab\b|</(?:TabItem|Tab)>)")
_LABEL = re2.compile(r"""(?:label|title|value|name|header)=["']([^"']+)["']|["']([^"']+)["']|\}\s*(\S[^\n]*)$""")


@dataclass
class Layout:
    """Hold a page as plain Markdown, as many lines as it had, and for the lines inside tabs which one of several they belong to."""

    lines: list[str]
    tabs: dict[int, tuple[int, str]] = field(default_factory=dict)  # line index -> number of the group, label of the tab


def laid_out(lines: list[str]) -> Layout:
    """Return a page's lines as plain Markdown."""
    return _Reader(lines).read()


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.raw = lines
        self.made = Layout([])
        self.containers: list[tuple[int, tuple[int, str] | None]] = []  # the column its text starts in, the tab it is
        self.fence = ""  # what closes the fence that is open
        self.directive = ""  # the colons that close a directive with code
        self.options = False
        self.groups = 0
        self.open: list[tuple[int, str]] = []  # groups of tabs by tags, with the tab that is open
        self.colons = 0  # groups among them that colons open and close
        self.last: dict[int, int] = {}  # column -> group of the tabs that stand there one after the other

    def read(self) -> Layout:
        start = self._front_matter()
        self.made.lines += [""] * start
        for number in range(start, len(self.raw)):
            tab = self._line(self.raw[number])
            if tab is not None:
                self.made.tabs[number] = tab
        return self.made

    def _front_matter(self) -> int:
        """Return how many lines of `---` or `+++` come before the page."""
        first = self.raw[0].strip() if self.raw else ""
        if first not in ("---", "+++"):
            return 0
        for number, line in enumerate(self.raw[1:200], start=1):
            if line.strip() == first:
                return number + 1
        return 0

    def _line(self, raw: str) -> tuple[int, str] | None:
        line = self._out_of_containers(raw)
        if self.fence:
            if line.strip().startswith(self.fence) and not line.strip().strip(self.fence[0]):
                self.fence = ""
            self._take(_FILLED.sub(r"\1", line) if "{{" in line else line)
            return self._tab()
        if self.directive:
            return self._in_directive(line)
        if self._tag(line):
            return self._tab()
        self._plain(line)
        return self._tab()

    def _tab(self) -> tuple[int, str] | None:
        inner = next((tab for _, tab in reversed(self.containers) if tab is not None), None)
        return inner or next(((g, label) for g, label in reversed(self.open) if label), None)

    def _take(self, line: str) -> None:
        self.made.lines.append(line)

    def _out_of_containers(self, raw: str) -> str:
        """Take away the columns of the admonitions and tabs around a line; what stands further left has left them."""
        if not raw.strip():
            return ""
        column = len(raw) - len(raw.lstrip(" "))
        if raw.startswith("\t"):
            raw = raw.replace("\t", "    ", 1)
            column = len(raw) - len(raw.lstrip(" "))
        while self.containers and column < self.containers[-1][0]:
            self.containers.pop()
            self.fence = ""  # a fence does not outlive what it stands in
        return raw[4 * len(self.containers) :] if self.containers else raw

    def _in_directive(self, line: str) -> tuple[int, str] | None:
        if line.strip() == self.directive:
            self._take(line.replace(self.directive, "```"))
            self.directive = ""
        elif self.options and _OPTION.match(line):
            self._take("")
        else:
            self.options = False
            self._take(line)
        return self._tab()

    def _plain(self, line: str) -> None:
        stripped = line.strip()
        column = len(line) - len(line.lstrip(" ")) + 4 * len(self.containers)
        marker = _CONTAINER.match(stripped)
        if stripped and not (marker and stripped.startswith("===")):
            self.last = {c: g for c, g in self.last.items() if c < column}
        if marker:
            self.containers.append((column + 4, self._marked(stripped, column)))
            self._take(line)
            return
        fence = _FENCE.match(line)
        if fence:
            self.fence = fence.group(1)
            if self.colons and self.open:  # each block of a code group is a tab of its own
                self.open[-1] = (self.open[-1][0], line.strip().strip("`~") or "tab")
        self._take(line)

    def _marked(self, stripped: str, column: int) -> tuple[int, str] | None:
        tab = _TAB.match(stripped)
        if not tab:
            return None
        if column not in self.last:
            self.groups += 1
            self.last[column] = self.groups
        return self.last[column], str(tab.group(1))

    def _tag(self, line: str) -> bool:
        """Take a line that is a generator's tag."""
        if not any(mark in line for mark in ("{{", "{%", "<T", "<C", "</", ":::", "@tab")):
            return False
        begins, ends, myst = _HIGHLIGHT.match(line), _HIGHLIGHT_END.match(line), _MYST.match(line)
        if begins:
            self._take(f"{begins.group(1)}```{begins.group(2)}")
        elif ends:
            self._take(f"{ends.group(1)}```")
        elif myst:
            self.directive, self.options = myst.group(2), True
            self._take(f"{myst.group(1)}```{myst.group(3)}")
        elif _GROUP.match(line):
            self.groups += 1
            self.open.append((self.groups, ""))
            self.colons += line.lstrip().startswith(":")
            self._take("")
        elif _GROUP_END.match(line) or (self.colons and line.strip() == ":::"):
            self.open = self.open[:-1]
            self.colons = max(self.colons - line.lstrip().startswith(":"), 0)
            self._take("")
        elif item := _ITEM.match(line):
            label = _LABEL.search(item.group(1))
            if not self.open:
                self.groups += 1
                self.open.append((self.groups, ""))
            self.open[-1] = (self.open[-1][0], next((g for g in label.groups() if g), "tab") if label else "tab")
            self._take("")
        elif _ITEM_END.match(line):
            self.open[-1:] = [(self.open[-1][0], "")] if self.open else []
            self._take("")
        else:
            return False
        return True
