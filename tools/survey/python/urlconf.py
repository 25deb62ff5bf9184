"""Follow Django's `urlpatterns` through `include`, and Django REST framework's routers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..parsers.python import PythonFile, argument, string
from ..view import View
from .routing import Found
from .sources import absolute, dotted, meeting, path_of, seek
from .values import text_of

_PATHS = {"django.urls.path", "django.urls.re_path", "django.conf.urls.url", "django.urls.conf.path"}
_MAX_DEPTH = 10
_URLS, _ROOT = seek("urlpatterns"), seek("ROOT_URLCONF")


def django_routes(view: View, folder: str) -> list[Found]:
    """Return the routes that the root URL configuration leads to; the method is ANY, since views decide it themselves."""
    files = {dotted(path, folder): (path, parsed) for path, parsed in meeting(view, folder, _URLS)}
    included = {m for _, parsed in files.values() for m in _includes(parsed)}
    roots = [m for m in files if m not in included]
    stated = _root(view, folder)
    chosen = [stated] if stated in files else roots
    found = [r for root in chosen if root for r in _follow(view, folder, files, root, "", 0)]
    return sorted(set(found), key=lambda r: (r.path, r.file, r.line))


def _root(view: View, folder: str) -> str | None:
    for _, parsed in meeting(view, folder, _ROOT):
        for node in parsed.nodes:
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "ROOT_URLCONF" for t in node.targets):
                return string(node.value)
    return None


def _includes(parsed: PythonFile) -> Iterator[str]:
    for call in parsed.calls():
        if parsed.full_name(call.func).endswith("include") and call.args:
            text = string(call.args[0])
            if text:
                yield text


def _follow(view: View, folder: str, files: dict[str, tuple[str, PythonFile]], module: str, prefix: str, depth: int) -> Iterator[Found]:
    known = files.get(module)
    if known is None or depth > _MAX_DEPTH:
        return
    path, parsed = known
    routers = _registered(parsed)
    for node in parsed.nodes:
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == "urlpatterns" for t in targets):
                yield from _patterns(view, folder, files, path, parsed, node.value, prefix, depth, routers)


def _patterns(
    view: View, folder: str, files: dict[str, tuple[str, PythonFile]], path: str, parsed: PythonFile, value: ast.expr, prefix: str,
    depth: int, routers: dict[str, list[tuple[str, int]]],
) -> Iterator[Found]:  # fmt: skip
    for call in (n for n in ast.walk(value) if isinstance(n, ast.Call)):
        name = parsed.full_name(call.func)
        if name not in _PATHS:
            continue
        rule = text_of(parsed, argument(call, 0, "route", "regex"))
        target = argument(call, 1, "view")
        if rule is None:
            continue
        own = prefix + _plain(rule, name)
        if isinstance(target, ast.Call) and parsed.full_name(target.func).endswith("include"):
            inner = target.args[0] if target.args else None
            text = string(inner)
            if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.attr == "urls":
                for part, line in routers.get(inner.value.id, ()):
                    yield Found("ANY", _spelled(own + part + "/"), path, line, False)
            elif text:
                yield from _follow(view, folder, files, text, own, depth + 1)
            elif inner is not None and (full := parsed.full_name(inner)):
                where = absolute(full, path, folder)
                if path_of(view, folder, where):
                    yield from _follow(view, folder, files, where, own, depth + 1)
        elif target is not None and "admin.site" not in parsed.full_name(target):
            yield Found("ANY", _spelled(own), path, call.lineno, _guarded(target))
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
        for part, line in routers.get(value.value.id, ()):
            yield Found("ANY", _spelled(prefix + part + "/"), path, line, False)


def _registered(parsed: PythonFile) -> dict[str, list[tuple[str, int]]]:
    """Return {router variable: (prefix, line) of each `register`}."""
    found: dict[str, list[tuple[str, int]]] = {}
    for call in parsed.calls():
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "register"
            and isinstance(call.func.value, ast.Name)
            and len(call.args) >= 2
        ):
            text = string(call.args[0])
            if text is not None:
                found.setdefault(call.func.value.id, []).append((text.strip("^$/"), call.lineno))
    return found


def _plain(rule: str, name: str) -> str:
    """Return a route's text; of a regular expression only what is plain (`^ping/$` is `ping/`), groups as braces."""
    if name == "django.urls.path" or name.endswith("conf.path"):
        return rule
    out, depth = [], 0
    for character in rule.lstrip("^").rstrip("$"):
        if character == "(":
            depth += 1
            if depth == 1:
                out.append("{value}")
        elif character == ")":
            depth -= 1
        elif depth == 0 and character not in "\\?+*":
            out.append(character)
    return "".join(out)


def _spelled(path: str) -> str:
    parts = ["{" + p[1:-1].rpartition(":")[2] + "}" if p.startswith("<") and p.endswith(">") else p for p in path.split("/")]
    joined = "/".join(parts)
    while "//" in joined:
        joined = joined.replace("//", "/")
    return joined if joined.startswith("/") else "/" + joined


def _guarded(target: ast.expr) -> bool:
    return "login_required" in ast.dump(target) or "permission_required" in ast.dump(target) or "staff_member_required" in ast.dump(target)
