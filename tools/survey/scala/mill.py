"""Read Mill builds: the modules of `build.mill` or `build.sc` with their folders, dependencies and main classes."""

from __future__ import annotations

from collections.abc import Iterator

from ..codebase import homes
from ..parsers.grammar import line_of, words
from ..parsers.scala import Node, descend, read_scala, text_of
from ..view import View, join
from .model import Dependency, Place, Project

FILES = ("build.mill", "build.sc", "build.mill.scala")
_MODULES = ("ScalaModule", "SbtModule", "JavaModule", "PlayModule", "MavenModule")
_TESTS = ("ScalaTests", "JavaTests", "Tests", "TestModule", "ScalaJSModule", "ScalaNativeModule")


def mill_projects(view: View) -> Iterator[Project]:
    """Yield the modules of every Mill build; those of tests and of browser code are left out."""
    for folder, (path, *_) in homes(view, "mill", *FILES).items():
        parsed = view.once("scala", path, read_scala)
        if parsed is not None:
            own = {p.name: p for p in _modules(folder, path, parsed.root, folder)}
            for project in own.values():
                for name in sorted(project.depends & set(own)):
                    project.dependencies.extend(d for d in own[name].dependencies if d not in project.dependencies)
            yield from own.values()


def _modules(root: str, path: str, node: Node, base: str) -> Iterator[Project]:
    for child in node.named_children:
        name, body = child.child_by_field_name("name"), child.child_by_field_name("body")
        if child.type != "object_definition" or name is None:
            continue
        extends = next((c for c in child.named_children if c.type == "extends_clause"), None)
        above = words(extends) if extends is not None else ""
        if any(t in above for t in _TESTS):
            continue
        folder = join(base, words(name).strip("`")) if words(name) != "`package`" else base
        made = _module(root, path, child, folder, words(name).strip("`"))
        if any(m in above for m in _MODULES) or made.dependencies:
            yield made
        if body is not None:
            yield from _modules(root, path, body, folder)


def _module(root: str, path: str, node: Node, folder: str, name: str) -> Project:
    made = Project(folder, root, path, (path, line_of(node)), name=name, tool="mill")
    inner = [c for c in descend(node, "object_definition") if c != node]
    for function in descend(node, "function_definition"):
        title, value = function.child_by_field_name("name"), function.child_by_field_name("body")
        if title is None or value is None or any(o.start_byte <= function.start_byte < o.end_byte for o in inner):
            continue
        if words(title) in ("ivyDeps", "mvnDeps", "runIvyDeps", "runMvnDeps"):
            made.dependencies.extend(_coordinates(path, value))
        elif words(title) == "moduleDeps":
            made.depends.update(words(n) for n in descend(value, "identifier"))
        elif words(title) == "mainClass":
            text = next((text_of(s) for s in descend(value, "string")), None)
            made.main = (text, (path, line_of(function))) if text else None
    return made


def _coordinates(path: str, node: Node) -> Iterator[Dependency]:
    """Yield `ivy"group::name:version"` and `mvn"group:name:version"`."""
    for one in descend(node, "interpolated_string_expression"):
        head, _, rest = words(one).partition('"')
        parts = [p for p in rest.rstrip('"').split(":") if p]
        if head in ("ivy", "mvn") and len(parts) >= 2:
            yield Dependency(f"{parts[0]}:{parts[1]}", parts[2] if len(parts) > 2 else "", (path, line_of(one)))


def mill_version(view: View, root: str) -> tuple[str, Place] | None:
    """Return (version, place) of the build tool as `.mill-version` or the head of the build file says."""
    for name in (".mill-version", ".config/mill-version"):
        path = join(root, name)
        if view.repository.size(path) and (stated := view.lines(path)[0].strip()):
            return stated, (path, 1)
    for path in (join(root, n) for n in FILES):
        for number, line in enumerate(view.lines(path)[:5] if view.repository.size(path) else (), 1):
            if "mill-version:" in line:
                return line.partition("mill-version:")[2].strip(), (path, number)
    return None
