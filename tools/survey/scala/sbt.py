"""Read sbt builds: projects and their folders, dependencies of `build.sbt` and `project/*.scala`, plugins, names, main classes."""

from __future__ import annotations

from ..codebase import homes, inner
from ..parsers.grammar import line_of, words
from ..parsers.scala import Node, ScalaFile, call_of, descend, enclosing, read_scala, text_of
from ..view import View, join
from .mill import mill_projects
from .model import Dependency, Place, Project

_ARROWS = ("%", "%%", "%%%")
_PLAY_KEYS = {"ehcache": "play-ehcache", "caffeine": "play-caffeine-cache"}  # dependencies that Play's plugin names by a word
_BROWSER = ("ScalaJSPlugin", "ScalaJSBundlerPlugin")


def scala_file(view: View, path: str) -> ScalaFile | None:
    """Return one parsed file; parsed once."""
    return view.once("scala", path, read_scala)


def projects(view: View) -> dict[str, Project]:
    """Return every project of the tree's sbt and Mill builds by folder; browser code (Scala.js) is left out."""
    return view.kept("sbt_projects", lambda: _projects(view))


def _projects(view: View) -> dict[str, Project]:
    found: dict[str, Project] = {}
    known = homes(view, "sbt", "build.sbt")
    for folder, (path, *_) in known.items():
        parsed = scala_file(view, path)
        if parsed is None:
            continue
        shared = _shared(view, folder)
        values = {name: value for p in (parsed, *(f for _, f in shared)) for name, value in p.values.items()}
        made = _of(view, folder, path, parsed, values)
        for project in made.values():
            for other, file in shared:
                project.dependencies.extend([*_dependencies(other, file, file.root, values), *_templated(other, file)])
            if not project.plugins & set(_BROWSER):
                found.setdefault(project.folder, project)
    for project in mill_projects(view):
        found.setdefault(project.folder, project)
    return found


def _shared(view: View, folder: str) -> list[tuple[str, ScalaFile]]:
    paths = [p for p in view.under(join(folder, "project"), view.suffixed(".scala")) if p.rpartition("/")[0] == join(folder, "project")]
    return [(p, parsed) for p in paths if (parsed := scala_file(view, p)) is not None]


def _of(view: View, folder: str, path: str, parsed: ScalaFile, values: dict[str, Node]) -> dict[str, Project]:
    found: dict[str, Project] = {}
    bare: list[Node] = []
    for child in parsed.root.named_children:
        pattern, value = child.child_by_field_name("pattern"), child.child_by_field_name("value")
        if child.type == "val_definition" and value is not None and pattern is not None and "project" in words(value):
            name = words(pattern)
            project = Project(_folder(folder, name, value), folder, path, (path, line_of(child)))
            _settings(project, path, parsed, value, values)
            found[name] = project
        else:
            bare.append(child)
    root = next((p for p in found.values() if p.folder == folder), None)
    if root is None:
        root = Project(folder, folder, path, (path, 1))
        found[""] = root
    for child in bare:
        _settings(root, path, parsed, child, values)
    alone = len(found) == 1
    for project in found.values():
        for other in [found[n] for n in sorted(project.depends) if n in found]:
            project.dependencies.extend(d for d in other.dependencies if d not in project.dependencies)
        if not alone and project is not root and view.exists(project.folder) and not project.dependencies:
            project.dependencies.extend(root.dependencies)
    return found


def _folder(base: str, name: str, value: Node) -> str:
    """Return the folder of `(project in file("x"))`, `project.in(file("x"))`; of a bare `project` the one of its value's name."""
    for call in (call_of(n) for n in descend(value, "call_expression")):
        if call.name == "file" and (text := call.text(0)) is not None:
            return base if text in (".", "") else join(base, text.strip("/"))
    return join(base, name)


def _settings(project: Project, path: str, parsed: ScalaFile, node: Node, values: dict[str, Node]) -> None:
    for call in (call_of(n) for n in descend(node, "call_expression")):
        if call.name == "enablePlugins":
            project.plugins.update(words(a) for a in call.arguments)
        elif call.name in ("dependsOn", "aggregate") and call.name == "dependsOn":
            project.depends.update(words(a).partition(" ")[0].strip('"`') for a in call.arguments)
    for one in descend(node, "infix_expression"):
        left, operator, right = (one.child_by_field_name(k) for k in ("left", "operator", "right"))
        if left is None or operator is None or right is None:
            continue
        key = words(left).rpartition("/")[2].strip()
        if words(operator) == ":=" and key == "name" and text_of(right):
            project.name = project.name or text_of(right)
        elif words(operator) == ":=" and key == "executableScriptName" and text_of(right):
            project.script = text_of(right)
        elif words(operator) == ":=" and key == "mainClass":
            text = next((text_of(s) for s in descend(right, "string")), None)
            project.main = (text, (path, line_of(one))) if text else project.main
        elif words(operator) in ("+=", "++=") and key == "libraryDependencies":
            named = [(words(n), line_of(n)) for n in descend(right, "identifier") if words(n) in _PLAY_KEYS]
            project.dependencies.extend(Dependency(f"org.playframework:{_PLAY_KEYS[n]}", "", (path, line)) for n, line in named)
        elif words(operator) in ("+=", "++=", ":=") and key in ("javacOptions", "scalacOptions"):
            project.java = project.java or _release(path, right)
    project.dependencies.extend(_dependencies(path, parsed, node, values))


def _release(path: str, node: Node) -> tuple[str, Place] | None:
    """Return the Java release that compiler options name (`-release 17`, `-release:17`)."""
    texts = [(text_of(s) or "", line_of(s)) for s in descend(node, "string")]
    for at, (text, line) in enumerate(texts):
        if text.lstrip("-") in ("release", "java-output-version") and at + 1 < len(texts) and texts[at + 1][0].isdigit():
            return texts[at + 1][0], (path, texts[at + 1][1])
        if text.startswith(("-release:", "--release:")):
            return text.rpartition(":")[2], (path, line)
    return None


def _dependencies(path: str, parsed: ScalaFile, node: Node, values: dict[str, Node]) -> list[Dependency]:
    """Return every `"group" %% "name" % version % Test` below a node."""
    found = []
    for one in descend(node, "infix_expression"):
        left, operator, right = (one.child_by_field_name(k) for k in ("left", "operator", "right"))
        if operator is None or words(operator) not in _ARROWS or left is None or text_of(left) is None or text_of(right) is None:
            continue
        outer, parts = one.parent, list[Node]()
        inner_node = one
        while outer is not None and outer.type == "infix_expression" and outer.child_by_field_name("left") == inner_node:
            further = outer.child_by_field_name("right")
            parts += [further] if further is not None else []
            inner_node, outer = outer, outer.parent
        version = parts[0] if parts else None
        text = text_of(version) or text_of(values.get(words(version).rpartition(".")[2])) if version is not None else None
        test = any(words(p).strip('"').lower().startswith(("test", "it", "integrationtest", "provided")) for p in parts[1:])
        grouped = enclosing(one, "call_expression")
        test = test or (
            grouped is not None
            and grouped.parent is not None
            and grouped.parent.type == "call_expression"
            and "Test" in words(grouped)[-20:]
        )
        found.append(Dependency(f"{text_of(left)}:{text_of(right)}", text or "", (path, line_of(one)), test))
    return found


def _templated(path: str, parsed: ScalaFile) -> list[Dependency]:
    """Return the dependencies that a function makes of a part of their name (`def http4s(x: String) = "g" %% s"http4s-$x" % v`)."""
    shapes: dict[str, tuple[str, str]] = {}
    for function in parsed.functions:
        name, body = function.child_by_field_name("name"), function.child_by_field_name("body")
        for one in descend(body, "infix_expression") if body is not None else ():
            left, operator, right = (one.child_by_field_name(k) for k in ("left", "operator", "right"))
            if name is None or left is None or right is None or operator is None or words(operator) not in _ARROWS or text_of(left) is None:
                continue
            if right.type in ("identifier", "interpolated_string_expression"):
                inside = "$" if right.type == "identifier" else words(right).partition('"')[2].rstrip('"')
                shapes[words(name)] = (text_of(left) or "", inside)
    found = []
    for call in parsed.named(*shapes):
        group, shape = shapes[call.name]
        given = call.text(0)
        head, dollar, tail = shape.partition("$")
        if given is not None and dollar:
            rest = tail.lstrip("{").lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("}")
            found.append(Dependency(f"{group}:{head}{given}{rest}", "", (path, call.line)))
    return found


def files(view: View, project: Project) -> list[str]:
    """Return the Scala and Java files of a project, those of its tests left out."""
    others = [
        p.folder
        for p in projects(view).values()
        if p.folder != project.folder and (project.folder == "." or p.folder.startswith(project.folder + "/"))
    ]
    found = []
    for path in view.under(project.folder, view.suffixed(".scala", ".sc", ".java")):
        below = f"/{inner(path, project.folder)}"
        if not any(w in below for w in ("/test/", "/it/", "/project/", "/target/", "/js/")) and not any(
            path.startswith(o + "/") for o in others
        ):
            found.append(path)
    return found


def built_from(view: View, project: Project) -> list[str]:
    """Return the files of a project and of the projects of its build that it depends on."""
    known = {p.folder.rpartition("/")[2]: p for p in projects(view).values() if p.root == project.root}
    found, pending = list(files(view, project)), list(project.depends)
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        other = known.get(name)
        if other is not None and other.folder not in seen and other is not project:
            seen.add(other.folder)
            found += [p for p in files(view, other) if p not in found]
            pending.extend(other.depends)
    return found


def matching(view: View, paths: list[str], *marks: str) -> list[tuple[str, ScalaFile]]:
    """Return (path, parsed file) of the Scala files that hold one of the words."""
    found = ((p, scala_file(view, p)) for p in paths if p.endswith((".scala", ".sc")) and view.holds(p, *marks))
    return [(p, parsed) for p, parsed in found if parsed is not None]
