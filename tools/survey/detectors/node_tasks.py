"""Detect queues, brokers, background jobs and schedules of Node code: Bull, BullMQ, Agenda, RabbitMQ, Kafka, cron and others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import Fact, Job, Queue
from ..detector import View, entry
from ..node.capabilities import BROKERS
from ..node.owning import owners
from ..node.sweep import sweep
from ..node.values import Place


def detect(view: View) -> Iterator[Fact]:
    """Yield one queue for every kind and code base, and every job and schedule."""
    queues: dict[tuple[str, str], list[Place]] = defaultdict(list)
    needed: set[tuple[str, str]] = set()
    for swept in sweep(view):
        folders = owners(view, swept.path) if swept.queues or swept.jobs else []
        for folder in folders:
            for use in swept.queues:
                queues[use.kind, folder] += use.places
                if not use.optional:
                    needed.add((use.kind, folder))
            for job in swept.jobs:
                at = view.evidence(job.at.path, job.at.line)
                yield entry("job", folder, Job(name=job.name, kind=job.kind, schedule=job.schedule, evidence=(at,)))
    carriers = dict(BROKERS.values())
    for (kind, folder), places in sorted(queues.items()):
        evidence = tuple(view.evidence(p.path, p.line) for p in dict.fromkeys(places))[:5]
        value = Queue(kind=kind, backend=carriers.get(kind, kind), required=(kind, folder) in needed, evidence=evidence)
        yield entry("queue", folder, value)
