"""Detect queues, brokers, background jobs and schedules of Node code: Bull, BullMQ, Agenda, RabbitMQ, Kafka, cron and others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import Fact, Job, Queue
from ..detector import View, entry
from ..node.capabilities import BROKERS, TRANSPORTS
from ..node.jobs import jobs_in
from ..node.owning import backend_files, owners
from ..node.project import Project, project
from ..node.reaching import is_optional, made_at
from ..node.values import Place
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import entry as value_of
from ..parsers.javascript.nodes import line, pairs, text


def detect(view: View) -> Iterator[Fact]:
    """Yield one queue for every kind and code base, and every job and schedule."""
    made = project(view)
    queues: dict[tuple[str, str], list[Place]] = defaultdict(list)
    needed: set[tuple[str, str]] = set()
    for script in made.sources.scripts(backend_files(view)):
        folders = owners(view, script.path)
        for kind, place, optional in _queues(made.loaded(script.path), script, made):
            for folder in folders:
                queues[kind, folder].append(place)
                if not optional:
                    needed.add((kind, folder))
        for job in jobs_in(made.values, script):
            for folder in folders:
                at = view.evidence(job.at.path, job.at.line)
                yield entry("job", folder, Job(name=job.name, kind=job.kind, schedule=job.schedule, evidence=(at,)))
    carriers = dict(BROKERS.values())
    for (kind, folder), places in sorted(queues.items()):
        evidence = tuple(view.evidence(p.path, p.line) for p in dict.fromkeys(places))[:5]
        value = Queue(kind=kind, backend=carriers.get(kind, kind), required=(kind, folder) in needed, evidence=evidence)
        yield entry("queue", folder, value)


def _queues(loaded: dict[str, list[tuple[str, int]]], script: Script, made: Project) -> Iterator[tuple[str, Place, bool]]:
    for library, uses in loaded.items():
        if library in BROKERS and BROKERS[library][0] != "moleculer":
            clients = [n for module, _ in uses for n in made_at(script, module)]
            optional = bool(clients) and all(is_optional(made.values, script, n) for n in clients)
            yield BROKERS[library][0], Place(script.path, uses[0][1]), optional
            for node in clients[:1]:
                yield BROKERS[library][0], Place(script.path, line(node)), optional
    if "transport" in script.source and any(library == "@nestjs/microservices" for library in loaded):
        for node in script.of_type("object"):
            transport = value_of(node, "transport") if node.type == "object" and any(p.key == "transport" for p in pairs(node)) else None
            kind = TRANSPORTS.get(text(transport).rpartition(".")[2]) if transport is not None else None
            if kind is not None and transport is not None:
                yield kind, Place(script.path, line(transport)), False
