"""Detect habits in Python code that hurt in production: tables made at start, debug servers, built-in secrets, SQLite as state."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, trap
from ..parsers.python import PythonFile, argument, string
from ..python.envhelpers import Read
from ..python.envreads import reads
from ..python.projects import Project, projects
from ..python.sources import meeting, seek
from ..variables import is_secret

_WORDS = seek(
    pattern=r"create_all|generate_schemas|debug\s*=\s*True|DEBUG|secret_key|SECRET_KEY|default_factory|sqlite|allow_origins|CORS|ALLOWED_HOSTS"
)
_SERVERS = (
    "psycopg",
    "psycopg-binary",
    "psycopg2",
    "psycopg2-binary",
    "asyncpg",
    "mysqlclient",
    "pymysql",
    "aiomysql",
    "asyncmy",
    "pyodbc",
    "oracledb",
)
_SQLITE = "the database is a SQLite file and no other driver is installed: it is lost with the container and takes one writer at a time"
_CREATED = (
    "tables are made by the program as it starts: a changed model never reaches a table that exists, "
    "and migrations find what they would make already there"
)
_HARMLESS = ("settings_test", "test_settings", "dev.py", "local.py", "development.py", "testing.py", "test.py")


def detect(view: View) -> Iterator[Fact]:
    """Yield one trap per habit and place."""
    for folder, project in projects(view).items():
        for read in reads(view, folder):
            yield from _read(view, folder, read)
        for path, parsed in meeting(view, folder, _WORDS):
            if not path.endswith(_HARMLESS) and "alembic" not in path.split("/") and "migrations" not in path.split("/"):
                yield from _file(view, project, path, parsed)


def _read(view: View, folder: str, read: Read) -> Iterator[Fact]:
    evidence = view.evidence(read.path, read.line)
    if read.name.upper() in ("DEBUG", "APP_DEBUG", "DJANGO_DEBUG", "FLASK_DEBUG") and (read.default or "").lower() in (
        "true",
        "1",
        "yes",
        "on",
    ):
        text = f"{read.name} is on unless it is set: errors show source, settings and queries to visitors"
        yield trap(folder, "debug-default", text, evidence)
    if is_secret(read.name) and read.default and not _harmless(read.default) and not read.name.upper().endswith(("URL", "URI", "DSN")):
        text = f"{read.name} has a default in the code: a deployment that forgets it runs with a known secret"
        yield trap(folder, f"default-secret:{read.name}", text, evidence)


def _harmless(default: str) -> bool:
    return default.lower() in ("true", "false", "none", "null") or default.lstrip("-").isdigit()


def _file(view: View, project: Project, path: str, parsed: PythonFile) -> Iterator[Fact]:
    folder = project.folder
    for node in parsed.nodes:
        if isinstance(node, ast.Call):
            yield from _call(view, folder, path, parsed, node)
        elif isinstance(node, ast.Assign):
            yield from _assignment(view, folder, path, node)
        elif isinstance(node, ast.AnnAssign):
            yield from _field(view, folder, path, parsed, node)
        text = string(node)
        if text and text.startswith(("sqlite://", "sqlite+")) and ":memory:" not in text and not project.requires(*_SERVERS):
            yield trap(folder, "sqlite-production", _SQLITE, view.evidence(path, getattr(node, "lineno", 1)))


def _call(view: View, folder: str, path: str, parsed: PythonFile, call: ast.Call) -> Iterator[Fact]:
    name = parsed.full_name(call.func)
    made = name.endswith("create_all") or any(isinstance(a, ast.Attribute) and a.attr == "create_all" for a in call.args)
    if made or (name.endswith(("register_tortoise", "RegisterTortoise")) and _is_true(argument(call, None, "generate_schemas"))):
        yield trap(folder, "orm-auto-create", _CREATED, view.evidence(path, call.lineno))
    last = name.rpartition(".")[2]
    if last in ("run", "FastAPI", "Starlette", "Sanic", "Flask") and _is_true(argument(call, None, "debug")):
        text = "debug is switched on in the code: an error page of it runs commands for whoever sees it"
        yield trap(folder, "debug-server", text, view.evidence(path, call.lineno))
    origins = argument(call, None, "allow_origins")
    if (
        isinstance(origins, ast.List)
        and any(string(e) == "*" for e in origins.elts)
        and _is_true(argument(call, None, "allow_credentials"))
    ):
        yield trap(folder, "cors-any", "every origin may call the API with the visitor's cookies", view.evidence(path, origins.lineno))


def _assignment(view: View, folder: str, path: str, node: ast.Assign) -> Iterator[Fact]:
    names = {t.id if isinstance(t, ast.Name) else t.attr if isinstance(t, ast.Attribute) else "" for t in node.targets}
    if names & {"SECRET_KEY", "secret_key"} and string(node.value):
        text = "the signing key is written in the code: whoever reads the repository can sign sessions and tokens"
        yield trap(folder, "hard-coded-secret", text, view.evidence(path, node.lineno))
    if "ALLOWED_HOSTS" in names and isinstance(node.value, ast.List) and any(string(e) == "*" for e in node.value.elts):
        text = "any host name is accepted: links in mails and caches can be made to point elsewhere"
        yield trap(folder, "allowed-hosts-any", text, view.evidence(path, node.lineno))


def _field(view: View, folder: str, path: str, parsed: PythonFile, node: ast.AnnAssign) -> Iterator[Fact]:
    """Yield a trap for a secret that each process makes up for itself (`SECRET_KEY: str = secrets.token_urlsafe(32)`)."""
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    if not name or not is_secret(name) or node.value is None:
        return
    made = any(
        isinstance(n, ast.Call) and parsed.full_name(n.func).startswith(("secrets.", "os.urandom", "uuid.")) for n in ast.walk(node.value)
    )
    if made:
        text = f"{name} is made up at each start where it is not set: sessions and tokens end with a restart and differ between processes"
        yield trap(folder, f"random-secret:{name}", text, view.evidence(path, node.lineno))


def _is_true(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
