"""Detect sites of plain files: pages without any code base beside or above them, and `Staticfile` declarations."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, OutOfScope
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..places import manifest_folders
from ..view import join

_WHY = "static files served by a web server: no process of the repository runs"
_CODE = (".php", ".py", ".rb", ".go", ".rs", ".java", ".cs", ".ex", ".pl")


def detect(view: View) -> Iterator[Fact]:
    """Yield what a `Staticfile` serves, else the highest folder of pages in a tree without any code."""
    for path in view.named("Staticfile"):
        folder = folder_of(path)
        root = next((line.partition(":")[2].strip() for line in view.lines(path) if line.startswith("root:")), "")
        where = join(folder, root.strip("/")) if root.strip("./") else folder
        if view.exists(where):
            yield _site(view, where, path)
    if manifest_folders(view) or view.suffixed(*_CODE) or view.named("Staticfile"):
        return
    pages = [p for p in view.named("index.html") if not is_aside(p)]
    first = min(pages, key=lambda p: (p.count("/"), p), default=None)
    if first is not None:
        yield _site(view, folder_of(first), first)


def _site(view: View, where: str, path: str) -> Fact:
    name = view.repository.name if where == "." else where.rpartition("/")[2]
    return entry("out_of_scope", where, OutOfScope(name=name, path=where, why=_WHY, evidence=(view.evidence(path),)))
