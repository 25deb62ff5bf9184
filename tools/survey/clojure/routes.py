"""Follow the routes of Clojure servers: Compojure's verbs and contexts, Reitit's vectors, Pedestal's tables and maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.edn import Form
from ..view import View
from .projects import Project, edn, files

Place = tuple[str, int]
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "any")
_MARKS = ("compojure", "reitit", "io.pedestal")
_PARAMETER = re2.compile(r":([\w-]+)|\*([\w-]*)")
_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route."""

    method: str
    path: str
    at: Place


def routes(view: View, project: Project) -> Iterator[Found]:
    """Yield the routes that a project's files write down, each below the contexts around it in its file."""
    for path in files(view, project.folder):
        top = edn(view, path) if view.holds(path, *_MARKS) else None
        if top is not None:
            yield from _within(path, top, "", _DEPTH)


def _within(path: str, form: Form, prefix: str, depth: int) -> Iterator[Found]:
    if depth == 0:
        return
    verb = form.head.lower() if form.head.isupper() else ""
    if verb in _VERBS and len(form.items) > 1:
        target = _target(form.items[1])
        if target is not None:
            yield Found(verb.upper(), _joined(prefix, target), (path, form.items[1].line))
        return
    inside, below = form.items, prefix
    if form.head == "context" and len(form.items) > 2 and (start := _target(form.items[1])) is not None:
        inside, below = form.items[2:], _joined(prefix, start)
    elif form.kind == "[" and form.items and (target := form.items[0].string) is not None and (target == "" or target[:1] == "/"):
        inside, below = form.items[1:], _joined(prefix, target)
        yield from (Found(m, below, (path, form.items[0].line)) for m in _methods(inside))
    for one in inside:
        if one.items:
            yield from _within(path, one, below, depth - 1)


def _methods(rest: list[Form]) -> list[str]:
    """Return the methods of what stands behind a path: `{:get …}` of Reitit, `:get handler` of Pedestal."""
    found = [f.text for f in rest[:1] if f.kind == ":"]
    found += [key for f in rest if f.kind == "{" for key, _ in f.pairs()]
    return [m.upper() for m in dict.fromkeys(found) if m in _VERBS]


def _target(form: Form) -> str | None:
    if form.kind == "[" and form.items:
        return form.items[0].string
    return form.string


def _joined(prefix: str, target: str) -> str:
    clean = _PARAMETER.sub(r"{\1\2}", target)
    return "/" + "/".join(p for p in f"{prefix}/{clean}".split("/") if p)
