"""Index what a Python code base imports, cheaply: import lines only, every file once."""

from __future__ import annotations

import re2

from ..knowledge.pythonlibs import AUTH, BROKERS, CACHES, DRIVERS, INTEGRATIONS, ORMS
from ..view import View
from .sources import files, seek

_IMPORT = re2.compile(r"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import[ \t]+(.*)|import[ \t]+([A-Za-z_][\w. ,]*))")


def _known() -> str:
    """Return the pattern of an import of any library that some table knows."""
    tables = (DRIVERS, ORMS, BROKERS, AUTH, CACHES, INTEGRATIONS)
    roots = sorted({_pattern(name) for table in tables for name in table if name != "django.db"})
    return r"(?m)^[ \t]*(?:from[ \t]+|import[ \t]+(?:[\w. ]+,[ \t]*)*)(?:" + "|".join(roots) + r")\b"


def _pattern(name: str) -> str:
    """Return a dotted name as a pattern that `from a.b import c` meets too."""
    package, dot, last = name.rpartition(".")
    return name.replace(".", r"\.") + (rf"|{package.replace('.', chr(92) + '.')}[ \t]+import[ \t(]+.*\b{last}" if dot else "")


_KNOWN = seek(pattern=_known())


def imported(view: View, folder: str) -> dict[str, tuple[str, int]]:
    """Return the modules that the files with any known library import -> (path, line) of the first import; `a.b` for `from a import b`."""
    return view.kept(f"python_imports:{folder}", lambda: _index(view, folder))


def _index(view: View, folder: str) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for path in files(view, folder):
        for number, line in enumerate(view.lines(path) if view.meets(path, _KNOWN) else (), 1):
            if "import" not in line:
                continue
            match = _IMPORT.match(line)
            if match is None:
                continue
            if match.group(1):
                found.setdefault(match.group(1), (path, number))
                for name in match.group(2).strip("() \\").split(","):
                    word = name.strip().partition(" ")[0]
                    if word.isidentifier():
                        found.setdefault(f"{match.group(1)}.{word}", (path, number))
            else:
                for name in match.group(3).split(","):
                    word = name.strip().partition(" ")[0]
                    if word:
                        found.setdefault(word, (path, number))
    return found


def loads(view: View, folder: str, package: str) -> tuple[str, int] | None:
    """Return where the program imports a package or one of its modules first, None where it does not."""
    index = imported(view, folder)
    if package in index:
        return index[package]
    prefix = package + "."
    return next((index[name] for name in index if name.startswith(prefix)), None)
