"""Read Django projects: settings modules, databases, caches, installed applications, the WSGI and ASGI modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..parsers.python import PythonFile, string
from ..view import View, folder_of
from .sources import dotted, files, meeting, seek

_WORDS = seek("INSTALLED_APPS", "DATABASES", "CACHES", "get_wsgi_application", "get_asgi_application")
ENGINES = {
    "postgresql": "postgresql", "postgresql_psycopg2": "postgresql", "postgis": "postgresql", "psqlextra.backend": "postgresql",
    "mysql": "mysql",
    "sqlite3": "sqlite", "spatialite": "sqlite", "oracle": "oracle", "mssql": "mssql", "djongo": "mongodb", "cockroachdb": "cockroachdb",
    "spanner": "spanner",
}  # fmt: skip


_CACHES = (
    ("redis", "redis"), ("memcached", "memcached"), ("valkey", "valkey"), ("locmem", "in-process"), ("db.database", "database"),
    ("filebased", "files"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Be one setting's literal: what it says and where."""

    value: str
    path: str
    line: int
    conditional: bool = False


@dataclass(slots=True)
class Django:
    """Be a Django project as its settings say."""

    settings: list[str] = field(default_factory=list)
    engines: list[Found] = field(default_factory=list)
    caches: list[Found] = field(default_factory=list)
    channels: list[Found] = field(default_factory=list)  # stores that carry the layers of Channels
    installed: list[Found] = field(default_factory=list)
    wsgi: str | None = None
    asgi: str | None = None
    manage: str | None = None
    debug_default: Found | None = None


def django_of(view: View, folder: str) -> Django | None:
    """Return the Django project of a code base, None where there is none."""
    return view.kept(f"python_django:{folder}", lambda: _read(view, folder))


def _read(view: View, folder: str) -> Django | None:
    found = Django()
    for path in files(view, folder):
        name = path.rpartition("/")[2]
        if name == "manage.py" and view.holds(path, "django", "DJANGO"):
            found.manage = found.manage or path
    for path, parsed in meeting(view, folder, _WORDS):
        base = folder_of(found.manage) if found.manage and path.startswith(folder_of(found.manage) + "/") else folder
        if view.holds(path, "get_wsgi_application") and found.wsgi is None:
            found.wsgi = dotted(path, base)
        if view.holds(path, "get_asgi_application") and found.asgi is None:
            found.asgi = dotted(path, base)
        if view.holds(path, "INSTALLED_APPS", "DATABASES", "CACHES"):
            found.settings.append(path)
            _settings(path, parsed, found)
    return found if found.manage or found.wsgi or found.asgi or any(view.holds(p, "INSTALLED_APPS") for p in found.settings) else None


def _settings(path: str, parsed: PythonFile, found: Django) -> None:
    conditional = {id(n) for top in parsed.tree.body if isinstance(top, ast.If) for n in ast.walk(top)}
    for node in parsed.nodes:
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                name = string(key)
                text = string(value)
                if name in ("ENGINE", "BACKEND") and text:
                    _backend(Found(text, path, value.lineno, id(node) in conditional), name, found)
        elif isinstance(node, ast.Call):
            found.installed.extend(Found(str(e.value), path, e.lineno) for e in _appended(node))
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {t.id for t in targets if isinstance(t, ast.Name)}
            if names & {"INSTALLED_APPS", "DJANGO_APPS", "THIRD_PARTY_APPS", "LOCAL_APPS"} and node.value is not None:
                found.installed.extend(Found(str(e.value), path, e.lineno) for e in _strings(node.value))
            if "DEBUG" in names and isinstance(node.value, ast.Constant) and node.value.value is True and id(node) not in conditional:
                found.debug_default = Found("True", path, node.lineno)


def _appended(node: ast.Call) -> Iterator[ast.Constant]:
    """Yield what `INSTALLED_APPS.append("a")` or `INSTALLED_APPS.extend([…])` adds."""
    function = node.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "INSTALLED_APPS":
        for argument in node.args if function.attr in ("append", "extend", "insert") else ():
            yield from _strings(argument)


def _strings(value: ast.expr) -> Iterator[ast.Constant]:
    return (n for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _backend(one: Found, name: str, found: Django) -> None:
    last = one.value.rpartition(".")[2]
    if name == "ENGINE" and "." in one.value:
        tail = one.value.split("backends.")[-1] if "backends." in one.value else last
        kind = ENGINES.get(tail) or ENGINES.get(last) or ENGINES.get(one.value.split(".")[0])
        if kind:
            found.engines.append(Found(kind, one.path, one.line, one.conditional))
    elif name == "BACKEND" and one.value.startswith("channels_redis"):
        found.channels.append(Found("redis", one.path, one.line, one.conditional))
    elif name == "BACKEND" and "cache" in one.value.lower():
        kind = next((k for word, k in _CACHES if word in one.value.lower()), None)
        if kind:
            found.caches.append(Found(kind, one.path, one.line, one.conditional))
