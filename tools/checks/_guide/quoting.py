"""Tell a block that only shows a file of the same repository, whole or in part: the file itself is what counts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

_SHARED = 0.6  # of a block's lines, as far as their names go


class Quoted:
    """Know the files that lie beside some pages; one whose text was not read is known by its path."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.named: dict[str, list[str]] = {}
        for path in sorted(files):
            self.named.setdefault(posixpath.basename(path), []).append(path)

    def quoted(self, path: str, page: str, content: str) -> bool:
        """Say whether a block of a page that names a path shows a file that lies there: values may differ, the lines are the same."""
        if not path:
            return False
        inside = posixpath.normpath(path).lstrip("/")
        exact = {inside, posixpath.normpath(posixpath.join(posixpath.dirname(page), inside))}
        for candidate in self.named.get(posixpath.basename(inside), ()):
            text = self.files[candidate]
            if (candidate in exact and not text) or (text and _share(content, text) >= _SHARED):
                return True
        return False


def _share(content: str, text: str) -> float:
    """Return which part of a block's lines stand in a file, with whatever values."""
    known = set(_stems(text))
    lines = list(_stems(content))
    return sum(1 for line in lines if line in known) / len(lines) if lines else 0.0


def _stems(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        plain = line.strip().removeprefix("- ")
        if plain and not plain.startswith("#"):
            cut = min((at for mark in ":=" if (at := plain.find(mark)) > 0), default=len(plain))
            yield plain[:cut].rstrip()
