"""Read mix projects: application, Elixir requirement, dependencies, releases, umbrellas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..codebase import homes, inner, program_files
from ..parsers.elixir import Call, ElixirFile, Node, descend, option, pairs, read_elixir, text_of
from ..parsers.grammar import line_of, words
from ..view import View, folder_of, join

Place = tuple[str, int]
_ASIDE = ("config/dev.exs", "config/test.exs", "priv/repo/seeds.exs", ".formatter.exs", ".credo.exs", "mix.exs")


@dataclass(frozen=True, slots=True)
class Dep:
    """Be one dependency."""

    name: str
    version: str
    at: Place
    development: bool = False


@dataclass(slots=True)
class Project:
    """Be one mix project; an umbrella carries what its applications declare."""

    folder: str
    file: str
    app: str | None = None
    at: Place = ("", 1)
    elixir: tuple[str, Place] | None = None
    starts: Place | None = None  # `mod:` of `application`: something runs
    releases: list[str] = field(default_factory=list)
    deps: list[Dep] = field(default_factory=list)
    umbrella: bool = False
    above: str | None = None  # folder of the umbrella that it is an application of

    def dep(self, *names: str) -> Dep | None:
        """Return the first of these dependencies that production loads."""
        return next((d for d in self.deps if d.name in names and not d.development), None)


def projects(view: View) -> dict[str, Project]:
    """Return every mix project by folder; applications of an umbrella know it and have given it what they declare."""
    return view.kept("mix_projects", lambda: _projects(view))


def programs(view: View) -> list[Project]:
    """Return the projects that run: umbrellas, and projects outside one, with a supervised application."""
    return [p for p in projects(view).values() if p.above is None and p.starts is not None]


def elixir_file(view: View, path: str) -> ElixirFile | None:
    """Return one parsed file; parsed once."""
    return view.once("elixir", path, read_elixir)


def files(view: View, project: Project) -> tuple[str, ...]:
    """Return the files that a project runs in production, those of an umbrella's applications included."""
    return view.kept(f"elixir_files:{project.folder}", lambda: tuple(_files(view, project)))


def _files(view: View, project: Project) -> Iterator[str]:
    known = homes(view, "elixir", "mix.exs")
    members = [project.folder, *(p.folder for p in projects(view).values() if p.above == project.folder)]
    for folder in members:
        for path in program_files(view, folder, known, "elixir", ".ex", ".exs"):
            below = inner(path, folder)
            if not below.endswith(_ASIDE) and "/migrations/" not in f"/{below}":
                yield path


def matching(view: View, project: Project, *marks: str) -> Iterator[tuple[str, ElixirFile]]:
    """Yield (path, parsed file) of a project's files that hold one of the words."""
    for path in files(view, project):
        if view.holds(path, *marks):
            parsed = elixir_file(view, path)
            if parsed is not None:
                yield path, parsed


def settings_files(view: View, project: Project) -> list[str]:
    """Return the files of `config/` that hold in production, the most binding first."""
    names = ("runtime.exs", "releases.exs", "prod.secret.exs", "prod.exs", "config.exs")
    return [p for p in (join(project.folder, f"config/{n}") for n in names) if view.repository.size(p)]


def _projects(view: View) -> dict[str, Project]:
    found: dict[str, Project] = {}
    for folder, (path, *_) in homes(view, "elixir", "mix.exs").items():
        parsed = elixir_file(view, path)
        if parsed is not None:
            found[folder] = _project(folder, path, parsed)
    for project in found.values():
        _join_umbrella(project, found)
    return found


def _join_umbrella(project: Project, found: dict[str, Project]) -> None:
    here = project.folder
    while here != ".":
        here = folder_of(here)
        if here in found and found[here].umbrella:
            project.above = here
            root = found[here]
            root.deps.extend(d for d in project.deps if root.dep(d.name) is None)
            if root.starts is None or root.app is None:  # the release of an umbrella is named after the application that starts something
                root.app = project.app if root.starts is None and project.starts is not None else root.app or project.app
            root.starts = root.starts or project.starts
            return


def _project(folder: str, path: str, parsed: ElixirFile) -> Project:
    made = Project(folder, path)
    for call in parsed.named("def", "defp"):
        name = call.defines
        if name == "project":
            _read(made, path, parsed, call)
        elif name == "application":
            mod = next((p for p in _keys(call, "mod")), None)
            made.starts = (path, line_of(mod)) if mod is not None else made.starts
        elif name in ("deps", "target_deps", "common_deps", "prod_deps"):
            made.deps.extend(_deps(path, call.body))
    return made


def _keys(call: Call, name: str) -> Iterator[Node]:
    for pair in descend(call.node, "pair"):
        key = pair.child_by_field_name("key")
        if key is not None and words(key).strip().rstrip(":") == name:
            value = pair.child_by_field_name("value")
            if value is not None:
                yield value


def _read(made: Project, path: str, parsed: ElixirFile, call: Call) -> None:
    body = next(descend(call.body, "list"), None)
    app, wanted = option(body, "app"), option(body, "elixir")
    if app is not None:
        made.app, made.at = text_of(app), (path, line_of(app))
    if wanted is not None and wanted.type == "unary_operator":
        wanted = parsed.attributes.get(words(wanted).lstrip("@").strip())
    value = text_of(wanted)
    if value and wanted is not None:
        made.elixir = (value, (path, line_of(wanted)))
    made.umbrella = option(body, "apps_path") is not None
    made.releases = [name for name, _ in pairs(option(body, "releases"))]
    made.deps.extend(_deps(path, option(body, "deps")))


def _deps(path: str, body: Node | None) -> Iterator[Dep]:
    """Yield the tuples `{:name, "~> 1.0", only: :dev}` of a list of dependencies."""
    for node in descend(body, "tuple"):
        parts = [c for c in node.named_children if c.type != "comment"]
        name = text_of(parts[0]) if parts and parts[0].type == "atom" else None
        if name is None or (node.parent is not None and node.parent.type not in ("list", "binary_operator")):
            continue
        version = text_of(parts[1]) if len(parts) > 1 and parts[1].type == "string" else None
        only = next((value for p in parts for key, value in pairs(p) if key == "only"), None)
        among = {text_of(a) for a in descend(only, "atom")} if only is not None else set()
        yield Dep(name, version or "", (path, line_of(node)), bool(among) and "prod" not in among)
