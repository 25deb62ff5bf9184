"""Say what Clojure forms are worth, and find what they read from the environment: `System/getenv`, environ, cprop, aero."""

from __future__ import annotations

from collections.abc import Iterator

from ..envfacts import Read
from ..evaluated import UNKNOWN, Value
from ..parsers.edn import Form
from ..view import View
from .projects import Project, edn, files, settings_files

_PASSING = {
    "Integer/parseInt", "parse-long", "Long/parseLong", "Integer.", "read-string", "str", "edn/read-string", "int", "Integer/valueOf",
    "parse-int", "->int", "as-int", "Long.", "some->", "->", "some-> ",
}  # fmt: skip
_DEPTH = 10
_PROFILES = ("production", "prod", "default")  # of aero, what a deployment takes first


def worth(path: str, form: Form | None, depth: int = _DEPTH) -> Value:
    """Return what is known of a form: literals, reads with the other branch of `or`, aero's `#or` and `#env`."""
    if form is None or depth == 0:
        return UNKNOWN
    if form.kind == '"' or (not form.kind and form.text.lstrip("-").isdigit()):
        return Value(form.text, (path, form.line))
    name = env_name(form)
    if name is not None:
        return Value(None, None, (name,)).or_else(
            worth(path, form.items[2], depth - 1) if form.head in ("env", "System/getProperty") and len(form.items) > 2 else UNKNOWN
        )
    if form.kind == "#":
        inner = form.items[0] if form.items else None
        if form.text == "or" and inner is not None:
            return _first(path, inner.items, depth)
        if form.text == "profile" and inner is not None:
            return next((worth(path, found, depth - 1) for key in _PROFILES if (found := inner.get(key)) is not None), UNKNOWN)
        return worth(path, inner, depth - 1)
    if form.head == "or":
        return _first(path, form.items[1:], depth)
    if form.head in _PASSING and len(form.items) > 1:
        return worth(path, form.items[1], depth - 1)
    if form.head in ("get", "get-in") and len(form.items) > 3:
        return worth(path, form.items[3], depth - 1)
    return UNKNOWN


def _first(path: str, forms: list[Form], depth: int) -> Value:
    value = UNKNOWN
    for one in forms:
        value = value.or_else(worth(path, one, depth - 1))
    return value


def env_name(form: Form) -> str | None:
    """Return the variable that a form reads: `(System/getenv "X")`, `(env :x-y)`, `(:x-y env)`, `#env X`."""
    if form.kind == "#" and form.text in ("env", "profile-env", "long-env") and form.items:
        return form.items[0].text.lstrip(":").strip('"')
    if form.head == "System/getenv" and len(form.items) > 1:
        return form.items[1].string
    if form.head == "env" and len(form.items) > 1 and form.items[1].kind == ":":
        return form.items[1].text.upper().replace("-", "_").replace(".", "_")
    if form.kind == "(" and len(form.items) > 1 and form.items[0].kind == ":" and form.items[1].text == "env":
        return form.items[0].text.upper().replace("-", "_").replace(".", "_")
    return None


def reads(view: View, project: Project) -> Iterator[Read]:
    """Yield every read of a project's programs and settings."""
    paths = [p for p in files(view, project.folder) if view.holds(p, "System/getenv", "(env ", " env)")]
    paths += [p for p in settings_files(view, project.folder) if view.holds(p, "#env", "env")]
    for path in paths:
        top = edn(view, path)
        environ = path.endswith(".edn") or view.holds(path, "environ.core", "config :refer", "config.core", ":refer [env]", "config.env")
        for form, above in _with_parents(top):
            name = env_name(form)
            plain = form.kind == "#" or form.head == "System/getenv"
            if name is None or not (plain or environ):
                continue
            value = worth(path, above if above is not None else form)
            default = value.text if name in value.env else None
            yield Read(name, (path, form.line), default, value.at if default is not None else None)


def _with_parents(top: Form | None) -> Iterator[tuple[Form, Form | None]]:
    """Yield every form with the `or` around it: its own list, or the vector of aero's `#or`."""
    pending: list[tuple[Form, Form | None]] = [(top, None)] if top is not None else []
    while pending:
        here, above = pending.pop()
        yield here, above
        chosen = (
            here
            if here.head == "or" or (here.kind == "#" and here.text == "or")
            else above
            if here.kind == "[" and above is not None and above.kind == "#"
            else None
        )
        pending.extend((item, chosen) for item in reversed(here.items))
