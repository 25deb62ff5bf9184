"""Find the background jobs of Elixir projects: Oban workers and crontabs, Quantum jobs, Exq workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.elixir import Node, descend, literal, option, text_of
from ..parsers.grammar import line_of, words
from ..view import View
from .mix import Project, elixir_file, matching, settings_files

Place = tuple[str, int]
_WORKERS = {"Oban.Worker": "oban", "Oban.Pro.Worker": "oban", "Broadway": "broadway"}


@dataclass(frozen=True, slots=True)
class Task:
    """Be one worker module or one schedule."""

    name: str
    kind: str
    at: Place
    schedule: str | None = None


def workers(view: View, project: Project) -> Iterator[Task]:
    """Yield the modules that `use` a job system."""
    for path, parsed in matching(view, project, *_WORKERS):
        for call in parsed.named("use"):
            system = _WORKERS.get(call.text(0) or "")
            names = [c.text(0) for c in parsed.named("defmodule") if c.node.start_byte < call.node.start_byte < c.node.end_byte]
            if system and names and names[-1]:
                yield Task(names[-1], f"{system}-task", (path, call.line))


def schedules(view: View, project: Project) -> Iterator[Task]:
    """Yield the entries of Oban's `crontab:` and of Quantum's `jobs:` that hold in production."""
    for path in settings_files(view, project):
        parsed = elixir_file(view, path)
        for pair in descend(parsed.root, "pair") if parsed is not None else ():
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            name = words(key).strip().rstrip(":") if key is not None else ""
            if value is not None and name == "crontab":
                yield from _crontab(path, value, "oban-schedule")
            elif value is not None and name == "jobs":
                yield from _crontab(path, value, "quantum-schedule")
    for path, parsed in matching(view, project, "Oban.Plugins.Cron"):
        if "/config/" in f"/{path}":
            continue
        for pair in descend(parsed.root, "pair"):
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and value is not None and words(key).strip() == "crontab:":
                yield from _crontab(path, value, "oban-schedule")


def _crontab(path: str, node: Node, kind: str) -> Iterator[Task]:
    for one in descend(node, "tuple"):
        parts = [c for c in one.named_children if c.type != "comment"]
        when = literal(parts[0]) if parts and parts[0].type == "string" else None
        if when is not None and len(parts) > 1:
            target = words(parts[1]).strip("{} ").partition(",")[0]
            yield Task(target, kind, (path, line_of(one)), when)
    for name, when_node, options in _named_jobs(node):
        when = literal(when_node)
        if when is None and when_node.type == "call":
            when = words(when_node)
        if when is not None:
            yield Task(name, kind, (path, line_of(options)), when)


def _named_jobs(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """Yield Quantum's long form (`name: [schedule: "* * * * *", task: …]`)."""
    for pair in descend(node, "pair"):
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        schedule = option(value, "schedule") if value is not None else None
        if key is not None and schedule is not None:
            yield words(key).strip().rstrip(":"), schedule, pair


def uses_system(view: View, project: Project, module: str) -> Place | None:
    """Return the line of a supervision tree or setting that starts a job system (`{Oban, …}`, `config :app, Oban`)."""
    for path, parsed in matching(view, project, module):
        for node in parsed.tuples:
            if node.named_children and text_of(node.named_children[0]) == module:
                return path, line_of(node)
        for call in parsed.named("config"):
            if call.text(1) == module:
                return path, call.line
        for call in parsed.calls:
            if call.owner == module and call.name == "start_link":
                return path, call.line
    return None
