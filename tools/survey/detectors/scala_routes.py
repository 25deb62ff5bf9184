"""Detect HTTP routes of Play applications: the lines of `conf/routes` and of the route files that it includes."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..scala.sbt import projects
from ..view import join

_LINE = re2.compile(r"^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(/\S*)\s+\S")
_INCLUDED = re2.compile(r"^->\s+(/\S*)\s+([\w.]+)\.Routes\b")
_PARAMETER = re2.compile(r"[:*](\w+)|\$(\w+)<[^>]*>")


def detect(view: View) -> Iterator[Fact]:
    """Yield every route of every project with a route file."""
    for project in projects(view).values():
        path = join(project.folder, "conf/routes")
        if view.repository.size(path):
            yield from _file(view, project.folder, path, "", 4)


def _file(view: View, folder: str, path: str, prefix: str, depth: int) -> Iterator[Fact]:
    for number, line in enumerate(view.lines(path), 1):
        match = _LINE.match(line)
        if match is not None:
            target = (prefix + _PARAMETER.sub(r"{\1\2}", match.group(2))).rstrip("/") or "/"
            yield entry("route", folder, Route(method=match.group(1), path=target, evidence=(view.evidence(path, number),)))
            continue
        more = _INCLUDED.match(line) if depth else None
        if more is not None:
            named = next((p for p in view.named(f"{more.group(2)}.routes") if p.startswith(path.rpartition("/")[0] + "/")), None)
            if named is not None:
                yield from _file(view, folder, named, (prefix + more.group(1)).rstrip("/"), depth - 1)
