"""Find the file in which an embedded database keeps its data: it must outlive the container that writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import re2

from ....core.facts import Datastore, Evidence
from ..aside import is_aside
from ..view import View

_SCHEME = r"(?:jdbc:)?(?:sqlite3?(?:\+\w+)?|file):"
_HEAD = re2.compile("^" + _SCHEME)
_FILE = re2.compile(
    rf"""(?:["'`]|\b(?:database|filename|storage|path|url)\s*[:=]\s*["']?)((?:{_SCHEME}(?://)?)?[\w./~-]+\.(?:db3?|sqlite3?))\b"""
)
_CODE = (
    ".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".rb", ".php", ".go", ".rs", ".java", ".kt", ".cs", ".ex", ".exs", ".clj",
    ".yml", ".yaml", ".json", ".toml", ".env", ".properties", ".prisma", ".ini", ".cfg",
)  # fmt: skip
_DEVELOPMENT = ("test", "dev", "example", "spec", "fixture", "sample")


def with_file(view: View, store: Datastore) -> Datastore:
    """Return the store with the path of its file as the code says, the one for production first; unchanged where no code names it."""
    cited = {e.path for e in store.evidence}
    found = _best(_in_quotes(store)) or _best(_in_files(view, cited)) or _best(_named(view))
    if found is None:
        return store
    path, evidence = found
    return store.model_copy(update={"path": path, "evidence": (*store.evidence, *(e for e in (evidence,) if e not in store.evidence))})


def _best(found: Iterable[tuple[str, Evidence]]) -> tuple[str, Evidence] | None:
    """Return the path that production uses by its name, else the first that is not for tests or development."""
    known = list(found)
    named = [f for f in known if "prod" in f[0].rpartition("/")[2].lower()]
    plain = [f for f in known if not any(word in f[0].lower() for word in _DEVELOPMENT)]
    return next(iter([*named, *plain]), None)


def _in_quotes(store: Datastore) -> Iterator[tuple[str, Evidence]]:
    for evidence in store.evidence:
        for text in _FILE.findall(evidence.quote):
            yield plain_path(text), evidence


def _in_files(view: View, paths: Iterable[str]) -> Iterator[tuple[str, Evidence]]:
    for path in sorted(paths):
        if not view.matches(path, _FILE):
            continue
        for number, line in enumerate(view.lines(path), 1):
            for text in _FILE.findall(line) if "." in line else ():
                yield plain_path(text), view.evidence(path, number, "path")


def _named(view: View) -> Iterator[tuple[str, Evidence]]:
    code = [p for p in view.suffixed(*_CODE) if not is_aside(p) and view.holds(p, "sqlite", "SQLite", "Sqlite", "SQLITE")]
    return _in_files(view, code)


def plain_path(text: str) -> str:
    """Return the path of `sqlite:///x.db`, `sqlite:////abs/x.db` or `file:./x.db`, a leading `./` taken off."""
    rest = str(_HEAD.sub("", text))
    if rest != text:
        rest = rest.removeprefix("///")  # three slashes: relative; four: absolute
    return rest.removeprefix("./")
