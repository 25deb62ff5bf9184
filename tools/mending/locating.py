"""Find the lines of a file on disk that a step or an artifact of a loaded plan was read from, and what a mend changes there."""

from __future__ import annotations

import json
import stat
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import zip_longest
from pathlib import Path, PurePosixPath

import re2

from ...core.errors import OutputError
from ...core.findings import Finding
from ...core.plan import Plan, Step
from ..checks import FIELDS, HIDDEN, Block, Edit, Loaded, between, blocks, plain_lines
from .writing import Change

_LARGEST = 8_000_000
_ENDINGS = re2.compile(r"\r\n|\r|\n")


class Whereabouts:
    """Know for a loaded plan which file each text of it stands in; nothing outside of the folder it was read from is ever named."""

    def __init__(self, loaded: Loaded, only: str | None = None) -> None:
        self.loaded, self.only = loaded, only
        self.folder = loaded.folder or Path()
        self.document = loaded.document
        self._read = cache(self._bytes)
        self._blocks = cache(self._page)

    def of(self, finding: Finding) -> tuple[str, tuple[Edit, ...]] | None:
        """Return file and changed lines of a finding's mend; null where it has none, or one that no line of a file shows."""
        fix = finding.fix
        if fix is None or fix.target is None or fix.replacement is None:
            return None
        kind, _, rest = fix.target.partition(":")
        name, _, field = (rest, "", "") if kind == "artifact" else rest.rpartition(".")
        old = self._old(kind, name, field)
        if old is None or (kind == "step" and (field != "run" or name not in self.loaded.origins)):
            return None
        try:
            return self._lines(name, old, between(old, fix.replacement))
        except OutputError:
            return None

    def changes(self, mended: Plan) -> tuple[Change, ...]:
        """Return what has to be written so that the files say what the mended plan says; raise OutputError where they cannot."""
        found: dict[str, list[Edit]] = {}
        for before, after in zip(self.loaded.plan.artifacts, mended.artifacts, strict=True):
            if before.content != after.content:
                path, edits = self._lines(before.path, before.content, between(before.content, after.content))
                found.setdefault(path, []).extend(edits)
        steps: dict[int, Step] = {}
        for number, (old, new) in enumerate(zip(self.loaded.plan.steps, mended.steps, strict=True)):
            if old.id in self.loaded.origins:
                if old.run != new.run:
                    path, edits = self._lines(old.id, old.run, between(old.run, new.run))
                    found.setdefault(path, []).extend(edits)
            elif any(getattr(old, f) != getattr(new, f) for f in FIELDS):
                steps[number] = new
        made = [self._change(path, edits) for path, edits in sorted(found.items())]
        return (*made, *([self._document(steps)] if steps else []))

    def replaced(self, files: Mapping[str, bytes]) -> tuple[Change, ...]:
        """Return the changes that give files of the plan other contents; raise OutputError for one that is a link or lies elsewhere."""
        for name in sorted({*files} & {*self.loaded.texts}):
            self._text(name)  # refuses what was changed since it was judged
        return tuple(Change(name, self._inside(name), self._read(name), content) for name, content in sorted(files.items()))

    def _old(self, kind: str, name: str, field: str) -> str | None:
        plan = self.loaded.plan
        if kind == "artifact":
            return next((a.content for a in plan.artifacts if a.path == name), None)
        return next((getattr(s, field) for s in plan.steps if s.id == name and field in FIELDS), None)

    def _lines(self, name: str, old: str, edits: Iterable[Edit]) -> tuple[str, tuple[Edit, ...]]:
        """Return the file of a step or artifact and the edits on its own lines; raise OutputError when it does not say `old` there."""
        if name not in self.loaded.origins:
            lines = _lines(self._text(name))
            if lines != old.split("\n"):
                raise _changed(name)
            return name, tuple(edits)
        page, before = self.loaded.origins[name]
        block = next((b for b in self._blocks(page) if b.before == before and b.text == old), None)
        if block is None:
            raise _changed(page)
        return page, tuple(moved for edit in edits for moved in _on_page(block, edit))

    def _page(self, page: str) -> tuple[Block, ...]:
        return tuple(blocks("\n".join(_lines(self._text(page)))))

    def _text(self, name: str) -> str:
        """Return a file's text without its byte order mark; raise OutputError for what is no UTF-8 or not what was judged."""
        try:
            text = self._read(name).removeprefix(BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError:
            raise OutputError(f"{name} cannot be mended", "it is no UTF-8 text", "mend it by hand, or leave --fix out") from None
        if _lines(text) != _lines(self.loaded.texts.get(name, text)):
            raise _changed(name)
        return text

    def _bytes(self, name: str) -> bytes:
        path = self._inside(name)
        try:
            if path.stat().st_size > _LARGEST:
                raise OutputError(f"{name} cannot be mended", f"it is larger than {_LARGEST} bytes", "mend it by hand")
            return path.read_bytes()
        except OSError as error:
            raise OutputError(f"{name} cannot be read again", error.strerror or type(error).__name__, "check it again") from None

    def _inside(self, name: str) -> Path:
        """Return the path of a file of the plan; raise OutputError for one that is a link, leads through one, or lies elsewhere."""
        parts = PurePosixPath(name).parts
        if not parts or parts[0] == "/" or ".." in parts or (self.only is not None and name != self.only):
            raise OutputError(f"{name} is not mended", "it lies outside of what is checked", "check the folder that holds it")
        path = self.folder
        for part in parts:
            path = path / part
            try:
                if stat.S_ISLNK(path.lstat().st_mode):
                    raise OutputError(f"{name} is not mended", f"{path.name} is a link", "check the file that it leads to")
            except OSError as error:
                raise OutputError(f"{name} cannot be read again", error.strerror or type(error).__name__, "check it again") from None
        return path

    def _change(self, name: str, edits: Iterable[Edit]) -> Change:
        return self._made(name, _with_endings(self._text(name), edits))

    def _made(self, name: str, text: str) -> Change:
        old = self._read(name)
        return Change(name, self._inside(name), old, (BOM_UTF8 if old.startswith(BOM_UTF8) else b"") + text.encode())

    def _document(self, steps: Mapping[int, Step]) -> Change:
        """Return the plan's document with the changed texts of steps by number; other values, indentation, endings, escapes stay."""
        text = self._text(self.document)
        raw = json.loads(text)
        written = [step for step in raw["steps"] if isinstance(step, dict)]
        for number, new in steps.items():
            old = self.loaded.plan.steps[number]
            for field in FIELDS:
                if getattr(old, field) != getattr(new, field):
                    if number >= len(written) or written[number].get(field) != getattr(old, field):
                        raise _changed(self.document)
                    written[number][field] = getattr(new, field)
        second = (_lines(text)[1:2] or [""])[0]
        indent = second[: len(second) - len(second.lstrip(" \t"))] or None
        new_text = json.dumps(raw, indent=indent, ensure_ascii="\\u" in text) + ("\n" if text.endswith("\n") else "")
        return self._made(self.document, new_text.replace("\n", _ending(text)))


def _lines(text: str) -> list[str]:
    """Return the lines of a file as a plan is read from it."""
    return plain_lines(text).split("\n")


def _ending(text: str) -> str:
    """Return how most lines of a text end."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _with_endings(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the changes made; each line keeps its own ending, and one that is added ends as most of the text's do."""
    lines = _lines(text)
    endings = [found.group() for found in _ENDINGS.finditer(text)]
    for edit in sorted(edits, reverse=True):
        kept = endings[edit.start : edit.end][: len(edit.lines)]
        endings[edit.start : edit.end] = kept + [_ending(text)] * (len(edit.lines) - len(kept))
        lines[edit.start : edit.end] = edit.lines
    return "".join(line + end for line, end in zip_longest(lines, endings[: len(lines) - 1], fillvalue=""))


def _on_page(block: Block, edit: Edit) -> Iterator[Edit]:
    """Yield the edits of the page that an edit of a block is, each new line behind what stands before the block's lines there."""
    rows = block.rows[edit.start : edit.end]
    if len(rows) < edit.end - edit.start:
        raise OutputError("a block cannot be mended", "its end is changed", "mend it by hand")
    if len(rows) == len(edit.lines):
        for (row, prefix), line in zip(rows, edit.lines, strict=True):
            if row == HIDDEN and line:
                raise OutputError("a transcript cannot be mended", "an output stands between its commands", "mend it by hand")
            if row != HIDDEN:
                yield Edit(row, row + 1, (prefix + line if line else prefix.rstrip(" "),))
        return
    start = block.rows[edit.start][0] if edit.start < len(block.rows) else block.end
    if start == HIDDEN or [row for row, _ in rows] != list(range(start, start + len(rows))):
        raise OutputError("a transcript cannot be mended", "an output stands between its commands", "mend it by hand")
    prefix = block.rows[min(edit.start, len(block.rows) - 1)][1] if block.rows else ""
    yield Edit(start, start + len(rows), tuple(prefix + line if line else prefix.rstrip(" ") for line in edit.lines))


def _changed(name: str) -> OutputError:
    return OutputError(f"{name} was changed since it was checked", "its lines are not those that were judged", "check it again")
