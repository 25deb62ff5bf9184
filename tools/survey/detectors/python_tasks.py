"""Detect Python task queues: Celery with beat, RQ, Dramatiq, Huey, APScheduler, arq, Taskiq; their broker, tasks, schedules."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Queue, Role
from ..detector import View, entry, module, process
from ..knowledge.stores import BROKER_SCHEMES, SCHEMES
from ..python.django import django_of
from ..python.projects import Project, projects
from ..python.sources import dotted
from ..python.tasks import Place, Tasks, tasks
from ..shapes import Process

_QUEUES = {"celery", "rq", "dramatiq", "huey", "arq", "taskiq", "procrastinate", "saq"}
_CARRIERS = {"rq": "redis", "arq": "redis", "saq": "redis", "procrastinate": "postgresql"}


def detect(view: View) -> Iterator[Fact]:
    """Yield the queue, the worker and scheduler that its documents start, and every task and schedule."""
    for folder, project in projects(view).items():
        for name, found in sorted(tasks(view, folder).items()):
            if not (found.applications or found.tasks or found.schedules):
                continue
            yield from _framework(view, project, name, found)
            yield from _jobs(view, folder, name, found)


def _framework(view: View, project: Project, name: str, found: Tasks) -> Iterator[Fact]:
    folder = project.folder
    place = (found.applications or found.tasks or found.schedules)[0]
    evidence = view.evidence(place.path, place.line)
    yield module(folder, "framework", name, evidence, language="python", confidence="medium")
    if name in _QUEUES:
        carrier, lines = _carrier(view, project, name, found)
        yield entry("queue", folder, Queue(kind=name, backend=carrier, evidence=(evidence, *lines)))
    if name == "apscheduler" or not (found.tasks or found.schedules):
        return
    command = _command(view, folder, name, found)
    if command:
        yield process(_process(folder, "worker", name, command, view, place))
    if name == "celery" and found.schedules:
        beat = command.replace(" worker", " beat", 1) if command else None
        first = found.schedules[0]
        yield process(_process(folder, "scheduler", "celery-beat", beat, view, first))


def _process(folder: str, role: Role, framework: str, command: str | None, view: View, place: Place) -> Process:
    return Process(
        origin="framework",
        path=folder,
        name="worker" if role == "worker" else "beat",
        role=role,
        language="python",
        runtime="python",
        framework=framework,
        command=command,
        listens=False,
        evidence=(view.evidence(place.path, place.line),),
        confidence="medium",
    )


def _carrier(view: View, project: Project, name: str, found: Tasks) -> tuple[str | None, tuple]:  # type: ignore[type-arg]
    """Return (what carries the queue, the lines that say so): the broker URL, the framework's only carrier, or the declared extra."""
    for broker in found.brokers:
        scheme = broker.name.lower()
        kind = BROKER_SCHEMES.get(scheme) or SCHEMES.get(scheme.partition("+")[0])
        if kind:
            return kind, (view.evidence(broker.path, broker.line),)
    if name in _CARRIERS:
        return _CARRIERS[name], ()
    requirement = project.requires(name)
    if requirement and "redis" in requirement.extras:
        return "redis", (requirement.evidence,)
    if requirement and {"rabbitmq", "librabbitmq"} & set(requirement.extras):
        return "rabbitmq", (requirement.evidence,)
    if requirement and "sqs" in requirement.extras:
        return "sqs", (requirement.evidence,)
    redis, amqp = project.requires("redis"), project.requires("pika", "amqp", "librabbitmq")
    if redis and not amqp:
        return "redis", (redis.evidence,)
    return None, ()


def _command(view: View, folder: str, name: str, found: Tasks) -> str | None:
    first = found.applications[0] if found.applications else None
    django = django_of(view, folder)
    if name == "celery" and first:
        target = first.detail.rpartition(".")[0] if first.detail.endswith(".celery") else first.detail
        plain = first.name in ("app", "celery", "celery_app") or target != first.detail
        return f"celery -A {target}{'' if plain else ':' + first.name} worker"
    if name == "celery" and django and (django.wsgi or django.asgi):
        return f"celery -A {(django.wsgi or django.asgi or '').partition('.')[0]} worker"
    if name == "huey":
        return "python manage.py run_huey" if django else f"huey_consumer {first.detail}.{first.name}" if first else None
    if name == "rq":
        names = [q for q in dict.fromkeys(a.queue for a in found.applications) if q and q != "default"]
        return " ".join(("python manage.py rqworker" if django else "rq worker", *names))
    if name == "dramatiq":
        place = (found.tasks or found.applications)[0]
        return "python manage.py rundramatiq" if django else f"dramatiq {dotted(place.path, folder)}"
    if name == "arq" and first:
        return f"arq {first.detail}.{first.name}"
    if name == "taskiq" and first:
        return f"taskiq worker {first.detail}:{first.name}"
    return None


def _jobs(view: View, folder: str, name: str, found: Tasks) -> Iterator[Fact]:
    for one in found.schedules:
        job = Job(
            name=one.name,
            kind=f"{name}-schedule",
            schedule=one.schedule,
            command=one.detail or None,
            evidence=(view.evidence(one.path, one.line),),
        )
        yield entry("job", folder, job)
    for one in found.tasks:
        yield entry("job", folder, Job(name=one.name, kind=f"{name}-task", evidence=(view.evidence(one.path, one.line),)))
