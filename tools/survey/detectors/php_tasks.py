"""Detect background work of PHP applications: Laravel queues and schedules, Horizon, Symfony Messenger and Scheduler."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Job, Queue, Role
from ..detector import View, entry, module, process
from ..knowledge.phplibs import QUEUES
from ..php.composer import Project, projects
from ..php.frameworks import loaded
from ..php.laravel import chosen, job_classes, schedules
from ..php.symfony import handlers, transports
from ..php.symfony import schedules as symfony_schedules
from ..shapes import Process


def detect(view: View) -> Iterator[Fact]:
    """Yield queues, the processes that their documents start, job classes and schedules."""
    for project in projects(view).values():
        framework = loaded(view, project)
        name = framework.framework.name if framework else None
        if name in ("laravel", "lumen"):
            yield from _laravel(view, project)
        elif name in ("symfony", "api-platform"):
            yield from _symfony(view, project)


def _laravel(view: View, project: Project) -> Iterator[Fact]:
    folder = project.folder
    used = chosen(view, folder, "queue", "QUEUE_CONNECTION", "QUEUE_DRIVER")
    classes = list(job_classes(view, folder))
    for name, place in classes:
        yield entry("job", folder, Job(name=name, kind="laravel-queue-task", evidence=(view.evidence(*place),)))
    horizon = project.requires("laravel/horizon")
    if used is not None and used.name not in ("sync", "null", "deferred", "background"):
        evidence = tuple(view.evidence(*p) for p in used.places)
        yield entry("queue", folder, Queue(kind="laravel-queue", backend=QUEUES.get(used.name, used.name), evidence=evidence), "high")
        if classes or horizon:
            worker = "php artisan horizon" if horizon else "php artisan queue:work"
            first = view.evidence(*horizon.at) if horizon else view.evidence(*classes[0][1])
            yield from _work(folder, "worker", "laravel-queue", worker, first)
    timed = list(schedules(view, folder))
    for title, cron, command, place in timed:
        at = view.evidence(*place)
        yield entry("job", folder, Job(name=title, kind="laravel-schedule", schedule=cron, command=command, evidence=(at,)))
    if timed:
        yield from _work(folder, "scheduler", "laravel-schedule", "php artisan schedule:work", view.evidence(*timed[0][3]))


def _symfony(view: View, project: Project) -> Iterator[Fact]:
    folder = project.folder
    found = transports(view, folder)
    for name, place in handlers(view, folder):
        yield entry("job", folder, Job(name=name, kind="symfony-messenger-task", evidence=(view.evidence(*place),)))
    if found:
        evidence = tuple(view.evidence(*t.at) for t in found)
        carrier = next((t.carrier for t in found if t.carrier), None)
        yield entry("queue", folder, Queue(kind="symfony-messenger", backend=carrier, evidence=evidence), "high")
        names = " ".join(t.name for t in found)
        yield from _work(folder, "worker", "symfony-messenger", f"php bin/console messenger:consume {names}", evidence[0])
    timed = list(symfony_schedules(view, folder))
    for name, when, place in timed:
        yield entry("job", folder, Job(name=name, kind="symfony-schedule", schedule=when, evidence=(view.evidence(*place),)))
    if timed:
        command = "php bin/console messenger:consume scheduler_default"
        yield from _work(folder, "scheduler", "symfony-scheduler", command, view.evidence(*timed[0][2]))


def _work(folder: str, role: Role, framework: str, command: str, evidence: Evidence) -> Iterator[Fact]:
    yield module(folder, "framework", framework, evidence, language="php", confidence="medium")
    yield process(
        Process(
            origin="framework",
            path=folder,
            name=role,
            role=role,
            language="php",
            runtime="php",
            framework=framework,
            command=command,
            listens=False,
            evidence=(evidence,),
            confidence="medium",
        )
    )
