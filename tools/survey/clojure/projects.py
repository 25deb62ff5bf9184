"""Read Clojure projects: `project.clj` of Leiningen, `deps.edn` of the Clojure CLI; dependencies, main namespace, profiles, aliases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..codebase import homes, inner, program_files
from ..parsers.edn import Form, read_edn
from ..view import View, join

Place = tuple[str, int]
_ALIASES = ("run", "start", "server", "prod", "serve", "main", "web", "run-m", "api", "app")
_OUTSIDE = ("dev", "test", "repl", "lint", "outdated", "clj-kondo", "fmt", "build", "nrepl", "kaocha", "poly", "bench", "cljs")


@dataclass(frozen=True, slots=True)
class Dependency:
    """Be one dependency by its Maven coordinates (`group:name`)."""

    name: str
    version: str
    at: Place
    development: bool = False

    @property
    def artifact(self) -> str:
        """Return the name without its group."""
        return self.name.rpartition(":")[2]


@dataclass(slots=True)
class Project:
    """Be one Clojure project."""

    folder: str
    file: str
    tool: str  # `leiningen` or `clojure cli`
    at: Place
    name: str | None = None
    version: str | None = None
    main: str | None = None
    uberjar: bool = False
    uberjar_name: str | None = None
    target: str = "target"
    alias: tuple[str, Place] | None = None  # alias that starts the program
    dependencies: list[Dependency] = field(default_factory=list)

    def requires(self, *names: str) -> Dependency | None:
        """Return the first dependency that production loads with one of these names or coordinates."""
        return next((d for d in self.dependencies if not d.development and (d.name in names or d.artifact in names)), None)


def projects(view: View) -> dict[str, Project]:
    """Return every Clojure project by folder; Leiningen's where both tools stand in one folder."""
    return view.kept("clojure_projects", lambda: _projects(view))


def edn(view: View, path: str) -> Form | None:
    """Return the forms of one file; read once."""
    return view.once("edn", path, read_edn)


def files(view: View, folder: str) -> tuple[str, ...]:
    """Return the Clojure files of a project without its tests and development folders."""
    known = homes(view, "clojure", "project.clj", "deps.edn")
    found = program_files(view, folder, known, "clojure", ".clj", ".cljc")
    return tuple(
        p
        for p in found
        if not inner(p, folder).startswith(("dev/", "env/dev/", "env/test/", "test/", "build.clj", "tasks/"))
        and not p.endswith("/user.clj")
    )


def settings_files(view: View, folder: str) -> list[str]:
    """Return the EDN settings of a project, those of development and tests left out."""
    below = view.under(folder, view.suffixed(".edn"))
    names = ("deps.edn", "shadow-cljs.edn", "bb.edn", "tests.edn", "workspace.edn", "figwheel-main.edn")
    return [
        p
        for p in below
        if p.rpartition("/")[2] not in names and not any(f"/{w}/" in f"/{p}" for w in ("dev", "test", "node_modules", ".clj-kondo"))
    ]


def _projects(view: View) -> dict[str, Project]:
    found: dict[str, Project] = {}
    for folder, paths in homes(view, "clojure", "project.clj", "deps.edn").items():
        for path in sorted(paths, reverse=True):  # project.clj before deps.edn
            top = edn(view, path)
            made = (
                None if top is None else _leiningen(folder, path, top) if path.endswith("project.clj") else _deps(view, folder, path, top)
            )
            if made is not None:
                found.setdefault(folder, made)
    return found


def _leiningen(folder: str, path: str, top: Form) -> Project | None:
    form = next((f for f in top.items if f.head == "defproject"), None)
    if form is None or len(form.items) < 3:
        return None
    made = Project(folder, path, "leiningen", (path, form.line), form.items[1].text.rpartition("/")[2], form.items[2].string)
    main = form.get("main")
    made.main = main.text if main is not None and not main.kind else None
    name, target = form.get("uberjar-name"), form.get("target-path")
    made.uberjar_name = name.string if name is not None else None
    made.uberjar = form.get("profiles", "uberjar") is not None or made.uberjar_name is not None
    if target is not None and target.string and "%s" in target.string:
        made.target = target.string.replace("%s", "uberjar").rstrip("/")
    made.dependencies.extend(_vectors(path, form.get("dependencies")))
    for profile in ("dev", "test", "project/dev"):
        made.dependencies.extend(
            Dependency(d.name, d.version, d.at, True) for d in _vectors(path, form.get("profiles", profile, "dependencies"))
        )
    return made


def _vectors(path: str, form: Form | None) -> Iterator[Dependency]:
    for one in form.items if form is not None else ():
        if one.kind == "[" and one.items:
            version = one.items[1].string if len(one.items) > 1 else None
            scope = one.get("scope")
            yield Dependency(_coordinates(one.items[0].text), version or "", (path, one.line), scope is not None and scope.text == "test")


def _coordinates(name: str) -> str:
    group, slash, artifact = name.partition("/")
    return f"{group}:{artifact}" if slash else f"{name}:{name}"


def _deps(view: View, folder: str, path: str, top: Form) -> Project | None:
    form = next((f for f in top.items if f.kind == "{"), None)
    if form is None:
        return None
    made = Project(folder, path, "clojure cli", (path, form.line))
    made.dependencies.extend(_table(path, form.get("deps"), False))
    aliases = form.get("aliases")
    for name, alias in aliases.pairs() if aliases is not None else ():
        made.dependencies.extend(_table(path, alias.get("extra-deps"), True))
        options = alias.get("main-opts")
        starts = options is not None and any(i.string == "-m" for i in options.items)
        if name in _ALIASES and (starts or alias.get("exec-fn") is not None) and name not in _OUTSIDE:
            made.alias = made.alias or (f"{'-M' if starts else '-X'}:{name}", (path, alias.line))
            made.main = (
                made.main or next((i.text for i in options.items[1:] if i.string != "-m"), None) if options is not None else made.main
            )
    build = join(folder, "build.clj")
    made.uberjar = bool(view.repository.size(build)) and view.holds(build, "uber")
    return made


def _table(path: str, form: Form | None, development: bool) -> Iterator[Dependency]:
    for name, value in form.pairs() if form is not None else ():
        version = value.get("mvn/version")
        yield Dependency(_coordinates(name), (version.string if version is not None else "") or "", (path, _line(form, name)), development)


def _line(form: Form | None, name: str) -> int:
    return next((i.line for i in form.items if i.text == name), form.line) if form is not None else 1
