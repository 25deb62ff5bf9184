"""Find reads of environment variables in Python: direct calls, settings libraries, and the project's own helper functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from ..parsers.python import PythonFile, argument, literal, string
from ..variables import is_name
from ..view import View
from .envhelpers import Read, helpers_of, text_of, through
from .sources import having, meeting, seek
from .values import READERS, resolve

_WORDS = seek("environ", "getenv", "decouple", "config(", "Env(", "env(", "envvar", "from_envvar", "dj_database_url")
_CASTS = {
    "str": "str", "bool": "bool", "int": "int", "float": "float", "list": "list", "json": "json", "dict": "json", "url": "url",
    "path": "path", "bytes": "str", "tuple": "list",
}  # fmt: skip
_ENV_CLASSES = {
    "environ.Env": "env", "environs.Env": "environs", "environ.FileAwareEnv": "env", "environs.FileAwareEnv": "environs",
}  # fmt: skip
_KINDS = ("DEBUG", "ENVIRONMENT", "'ENV'", "PROD", "TEST", "__NAME__", "APP_ENV", "STAGE", "IS_DEV", "DEVELOPMENT", "NOT(")
_FIXED = {  # method of django-environ without a name -> the name it reads
    "db": "DATABASE_URL", "db_url": "DATABASE_URL", "cache": "CACHE_URL", "cache_url": "CACHE_URL", "email": "EMAIL_URL",
    "email_url": "EMAIL_URL",
    "search_url": "SEARCH_URL", "channels": "CHANNELS_URL", "channels_url": "CHANNELS_URL",
}  # fmt: skip


_URL_READERS = {
    "dj_database_url.config": "DATABASE_URL", "dj_email_url.config": "EMAIL_URL", "django_cache_url.config": "CACHE_URL",
    "dj_redis_url.config": "REDIS_URL",
}  # fmt: skip


def reads(view: View, folder: str) -> list[Read]:
    """Return every read of an environment variable in a code base, in path and line order."""
    return view.kept(f"python_reads:{folder}", lambda: _find(view, folder))


def _find(view: View, folder: str) -> list[Read]:
    parsed = list(meeting(view, folder, _WORDS))
    helpers = {full: helper for path, file in parsed for full, helper in helpers_of(path, file, folder)}
    found = [read for path, file in parsed for read in _direct(path, file)]
    if helpers:
        names = tuple({name.rpartition(".")[2] for name in helpers})
        for path, file in having(view, folder, *names):
            found.extend(through(path, file, folder, helpers))
    return sorted(set(found), key=lambda r: (r.path, r.line, r.name))


def _direct(path: str, parsed: PythonFile) -> Iterator[Read]:
    env_objects = _env_objects(parsed)
    prefixes = _prefixes(parsed, env_objects)
    switched = _switched(parsed)
    otherwise = _otherwise(parsed)
    for node in parsed.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and parsed.full_name(node.value) in ("os.environ", "environ"):
            name = string(node.slice)
            if is_name(name) and name:
                yield Read(name, path, node.lineno, None, id(node) not in switched and not _guarded(parsed, name))
        elif isinstance(node, ast.Compare) and node.comparators and parsed.full_name(node.comparators[0]) in ("os.environ", "environ"):
            name = string(node.left)
            if is_name(name) and name:
                yield Read(name, path, node.lineno)
        elif isinstance(node, ast.Call):
            found = _call(path, parsed, node, env_objects)
            if found is not None and id(node) in prefixes:
                found = replace(found, name=prefixes[id(node)] + found.name)
            if found is not None and id(node) in switched:
                found = replace(found, required=False)
            if found is not None and is_name(found.name):
                fallback = otherwise.get(id(node)) if found.default in (None, "") else None
                value = text_of(resolve(parsed, fallback).value) if fallback is not None else None
                yield replace(found, default=value, required=False) if fallback is not None and value is not None else found


def _switched(parsed: PythonFile) -> set[int]:
    """Return the expressions that run only where a feature is on: in the body of an `if` that asks no environment and no debugging."""
    found: set[int] = set()
    for node in parsed.nodes:
        if isinstance(node, ast.If) and not any(word in ast.dump(node.test).upper() for word in _KINDS):
            found.update(id(n) for s in node.body for n in ast.walk(s) if isinstance(n, ast.Call | ast.Subscript))
    return found


def _prefixes(parsed: PythonFile, objects: dict[str, str]) -> dict[int, str]:
    """Return the prefix of each call below `with env.prefixed("MAIL_")` of environs; those of nested ones are put together."""
    found: dict[int, str] = {}
    for node in parsed.nodes if objects else ():  # outer statements come first
        for item in node.items if isinstance(node, ast.With) else ():
            call = item.context_expr
            made = call if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "prefixed" else None
            if made is not None and isinstance(node, ast.With) and (prefix := string(argument(made, 0, "prefix"))):
                calls = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.Call)]
                found.update({id(n): found.get(id(n), "") + prefix for n in calls})
    return found


def _otherwise(parsed: PythonFile) -> dict[int, ast.expr]:
    """Return the expression behind `or` for each call before it: `os.environ.get("X") or "default"`, `int(os.getenv("X") or 25)`."""
    found: dict[int, ast.expr] = {}
    for node in parsed.nodes:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            for inner in ast.walk(node.values[0]):
                if isinstance(inner, ast.Call):
                    found[id(inner)] = node.values[-1]
    return found


def _guarded(parsed: PythonFile, name: str) -> bool:
    """Say whether the file asks `"NAME" in os.environ` before it reads the name."""
    return any(
        isinstance(n, ast.Compare)
        and string(n.left) == name
        and isinstance(n.ops[0], ast.In | ast.NotIn)
        and parsed.full_name(n.comparators[0]).endswith("environ")
        for n in parsed.nodes
    )


def _env_objects(parsed: PythonFile) -> dict[str, str]:
    """Return local names that are readers: `env = environ.Env()`, `env = Env()` of environs, `config = Config(".env")`."""
    found: dict[str, str] = {}
    for node in parsed.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = parsed.full_name(node.value.func)
            kind = _ENV_CLASSES.get(made)
            if made in ("starlette.config.Config", "decouple.Config", "decouple.AutoConfig", "prettyconf.Configuration"):
                kind = "config"
            for target in node.targets if kind else ():
                if isinstance(target, ast.Name) and kind:
                    found[target.id] = kind
    for local, full in parsed.imports.items():
        if full == "decouple.config":
            found[local] = "config"
        elif full.rpartition(".")[2] == "env" and not full.startswith("os"):
            found.setdefault(local, "env")
    return found


def _call(path: str, parsed: PythonFile, call: ast.Call, objects: dict[str, str]) -> Read | None:
    name = parsed.full_name(call.func)
    if name in READERS and name != "decouple.config":
        variable = string(argument(call, 0, "key"))
        fallback = argument(call, 1, "default", "value")
        return Read(variable, path, call.lineno, text_of(resolve(parsed, fallback).value)) if variable else None
    if name.endswith("from_envvar"):
        variable = string(argument(call, 0, "variable_name"))
        silent = literal(argument(call, 1, "silent")) is True
        return Read(variable, path, call.lineno, None, not silent) if variable else None
    if name in _URL_READERS:
        variable = string(argument(call, None, "env")) or _URL_READERS[name]
        default = resolve(parsed, argument(call, None, "default"))
        return Read(variable, path, call.lineno, text_of(default.value), False, "url")
    option = string(argument(call, None, "envvar", "env_var"))
    if option:
        default = resolve(parsed, argument(call, None, "default"))
        return Read(option, path, call.lineno, text_of(default.value), literal(argument(call, None, "required")) is True)
    return _object_call(path, parsed, call, objects)


def _object_call(path: str, parsed: PythonFile, call: ast.Call, objects: dict[str, str]) -> Read | None:
    function = call.func
    owner = (
        function.id
        if isinstance(function, ast.Name)
        else function.value.id
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
        else ""
    )
    kind = objects.get(owner)
    if kind is None or (
        isinstance(function, ast.Attribute) and function.attr in ("read_env", "read_envfile", "prefixed", "seal", "get", "bool_casts")
    ):
        return None
    method = function.attr if isinstance(function, ast.Attribute) else ""
    variable = string(argument(call, 0, "var", "option", "key", "name")) or _FIXED.get(method)
    if variable is None:
        return None
    fallback = argument(call, 1 if kind == "environs" or (kind == "env" and method) else None, "default")
    if kind == "config" and fallback is None and len(call.args) > 1:
        fallback = call.args[1] if parsed.full_name(function).startswith("decouple") else None
    cast = parsed.full_name(argument(call, None, "cast"))
    type_ = _CASTS.get(method) or _CASTS.get(cast)
    scheme = _scheme(parsed, owner, variable) if kind == "env" else None
    if scheme is not None and scheme.elts:
        type_ = type_ or _CASTS.get(parsed.full_name(scheme.elts[0]))
        fallback = fallback or (scheme.elts[1] if len(scheme.elts) > 1 else None)
    value = text_of(resolve(parsed, fallback).value)
    return Read(variable, path, call.lineno, value, fallback is None, type_, fallback.lineno if fallback is not None else 0)


def _scheme(parsed: PythonFile, owner: str, variable: str) -> ast.Tuple | None:
    """Return the (type, default) that `environ.Env(NAME=(bool, False))` gave the name, None without one."""
    for node in parsed.nodes:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and any(isinstance(t, ast.Name) and t.id == owner for t in node.targets)
        ):
            return next((k.value for k in node.value.keywords if k.arg == variable and isinstance(k.value, ast.Tuple)), None)
    return None
