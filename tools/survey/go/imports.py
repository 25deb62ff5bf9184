"""Give the foreign packages that a code base's programs load, each with the line that imports it first."""

from __future__ import annotations

from ..view import View
from .packages import folder_of_import, imports_of, mains, program_files
from .values import Place


def imported(view: View, base: str) -> dict[str, Place]:
    """Return {import path: place} of everything foreign that the programs of a code base import, blank imports too; sorted."""
    return view.kept(f"go_imports:{base}", lambda: _imported(view, base))


def _imported(view: View, base: str) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for path in program_files(view, base):
        for one in imports_of(view, path):
            if one.path not in found and folder_of_import(view, one.path) is None:
                found[one.path] = (path, one.line)
    return dict(sorted(found.items()))


def bases(view: View) -> list[str]:
    """Return the code bases that have programs, sorted."""
    return sorted({p.base for p in mains(view)}) if view.suffixed(".go") else []
