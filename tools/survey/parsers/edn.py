"""Read EDN and Clojure source: forms with their lines. One pass, bounded depth; what does not close is closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_OPEN = {"(": ")", "[": "]", "{": "}"}
_BREAK = set(' \t\r\n,;"()[]{}')
_MAX_DEPTH = 200
_MAX_FORMS = 200_000


@dataclass(slots=True)
class Form:
    """Be one form: `kind` is `(`, `[`, `{`, `"` (string), `:` (keyword), `#` (tagged), empty for symbols and numbers; `text` of atoms."""

    kind: str
    text: str
    line: int
    items: list[Form] = field(default_factory=list)

    @property
    def head(self) -> str:
        """Return the symbol that a list begins with, empty for any other form."""
        return self.items[0].text if self.kind == "(" and self.items and not self.items[0].kind else ""

    @property
    def string(self) -> str | None:
        """Return the text of a string, None for any other form."""
        return self.text if self.kind == '"' else None

    def pairs(self) -> Iterator[tuple[str, Form]]:
        """Yield (key, value) of a map, or of the options in a list or vector: keyword and what follows it."""
        if self.kind == "{":
            for key, value in zip(self.items[::2], self.items[1::2], strict=False):
                yield key.text, value
            return
        at = 0
        while at + 1 < len(self.items):
            if self.items[at].kind == ":":
                yield self.items[at].text, self.items[at + 1]
                at += 2
            else:
                at += 1

    def get(self, *path: str) -> Form | None:
        """Return the value at a path of keywords (written without their colon) or symbols."""
        here: Form | None = self
        for step in path:
            here = next((value for key, value in here.pairs() if key == step), None) if here is not None else None
        return here

    def walk(self) -> Iterator[Form]:
        """Yield this form and every form inside, in source order."""
        pending = [self]
        while pending:
            here = pending.pop()
            yield here
            pending.extend(reversed(here.items))


def read_edn(text: str) -> Form | None:
    """Return a vector of the text's top forms; None for a text that nests too deep or is too large."""
    return _Reader(text).read()


def _awaits(form: Form) -> bool:
    return form.kind == "#" and not form.items


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at, self._line = text, 0, 1
        self._stack: list[Form] = [Form("[", "", 1)]
        self._count = 0
        self._discard: list[int] = []

    def read(self) -> Form | None:
        text = self._text
        while self._at < len(text):
            char = text[self._at]
            if char == "\n":
                self._line += 1
                self._at += 1
            elif char in " \t\r,":
                self._at += 1
            elif char == ";":
                self._at = self._end_of_line()
            elif char == '"':
                self._string()
            elif char in _OPEN:
                self._open(char)
            elif char in ")]}":
                self._at += 1
                if len(self._stack) > 1:
                    self._stack.pop()
                    self._wrap()
            else:
                self._other(char)
            if len(self._stack) > _MAX_DEPTH or self._count > _MAX_FORMS:
                return None
        return self._stack[0]

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _open(self, char: str) -> None:
        self._at += 1
        made = Form(char, "", self._line)
        self._add(made)
        self._stack.append(made)

    def _add(self, form: Form) -> None:
        self._count += 1
        self._stack[-1].items.append(form)
        if form.kind not in _OPEN:
            self._wrap()

    def _wrap(self) -> None:
        """Put the last form inside the tag or drop it behind the `#_` that stands before it."""
        items = self._stack[-1].items
        while len(items) > 1 and _awaits(items[-2]) and not _awaits(items[-1]):
            inner = items.pop()
            tag = items[-1]
            if tag.text == "_":
                items.pop()
                return
            tag.items.append(inner)

    def _string(self) -> None:
        start, line = self._at + 1, self._line
        at, out = start, list[str]()
        text = self._text
        while at < len(text) and text[at] != '"':
            if text[at] == "\\" and at + 1 < len(text):
                out.append({"n": "\n", "t": "\t"}.get(text[at + 1], text[at + 1]))
                at += 2
                continue
            if text[at] == "\n":
                self._line += 1
            out.append(text[at])
            at += 1
        self._at = at + 1
        self._add(Form('"', "".join(out), line))

    def _other(self, char: str) -> None:
        text = self._text
        if char in "'`@~":
            self._at += 1
            return
        if char == "^":  # metadata: read the form behind it and leave it out
            self._at += 1
            self._add(Form("#", "_", self._line))
            return
        if char == "\\":
            self._at += 2
            return
        if char == "#" and self._at + 1 < len(text):
            following = text[self._at + 1]
            if following in "({":  # an anonymous function or a set
                self._at += 1
                return
            if following == '"':  # a regular expression
                self._at += 1
                return
            if following == "_":
                self._at += 2
                self._add(Form("#", "_", self._line))
                return
            if following in "?'^":
                self._at += 2
                return
        end = self._at
        while end < len(text) and text[end] not in _BREAK:
            end += 1
        word = text[self._at : max(end, self._at + 1)]
        self._at = max(end, self._at + 1)
        if word.startswith("#") and len(word) > 1:
            self._add(Form("#", word[1:], self._line))
        elif word.startswith(":"):
            self._add(Form(":", word.lstrip(":"), self._line))
        else:
            self._add(Form("", word, self._line))
