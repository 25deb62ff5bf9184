"""Detect HTTP routes, schedules and consumers of Java and Kotlin applications."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Route
from ..detector import View, entry, module
from ..jvm.applications import Application, applications
from ..jvm.placeholders import settled
from ..jvm.routes import routes
from ..jvm.settings import settings
from ..jvm.sources import closure, code
from ..jvm.values import values_of
from ..legible import mentioned
from ..parsers.grammar import words
from ..parsers.jvm import Annotation

_EVERY = ("fixedRate", "fixedDelay", "fixedRateString", "fixedDelayString", "every")
_CONSUMERS = {
    "KafkaListener": "kafka", "RabbitListener": "rabbitmq", "JmsListener": "jms", "SqsListener": "sqs", "Incoming": "messaging",
    "PulsarListener": "pulsar",
}  # fmt: skip
_HEALTH = (
    "org.springframework.boot:spring-boot-starter-actuator",
    "io.micronaut:micronaut-management",
    "io.quarkus:quarkus-smallrye-health",
)


def detect(view: View) -> Iterator[Fact]:
    """Yield the routes of every application that serves, and what it does on time or on messages."""
    for app in applications(view):
        folder = app.unit.folder
        if app.serves:
            for one in routes(view, app):
                yield entry(
                    "route", folder, Route(method=one.method, path=one.path, protected=one.protected, evidence=(view.evidence(*one.at),))
                )
            yield from _actuator(view, app)
        yield from _jobs(view, app)


def _actuator(view: View, app: Application) -> Iterator[Fact]:
    """Yield the health route that Spring's actuator or Quarkus' health extension brings, and the line that names it."""
    dependency = next((d for u in closure(view, app.unit) if (d := u.has(*_HEALTH)) is not None), None)
    if dependency is None:
        return
    own = settings(view, app.unit)
    path = "/health"
    if app.framework == "spring-boot":
        path = f"{own.text('management.endpoints.web.base-path') or '/actuator'}/health"
    elif app.framework == "quarkus":
        path = own.text("quarkus.smallrye-health.root-path") or "/q/health"
    yield entry("route", app.unit.folder, Route(method="GET", path=path, protected=False, evidence=(view.evidence(*dependency.place),)))
    at = next(((w, n) for w, _ in code(view, app.unit, path) if (n := view.find(w, path))), None)
    if at is None and path.count("/") > 1:  # a plain `/health` in a document may be anybody's
        at = mentioned(view, path)
    if at is not None:
        yield module(app.unit.folder, "health_path", path, view.evidence(*at, "health_path"))


def _jobs(view: View, app: Application) -> Iterator[Fact]:
    values = values_of(view, app.unit)
    for path, file in code(view, app.unit, "@Scheduled", *(f"@{n}" for n in _CONSUMERS)):
        for one in file.annotations:
            if one.kind != "method" or not (one.name == "Scheduled" or one.name in _CONSUMERS):
                continue
            evidence = (view.evidence(path, one.line),)
            if one.name == "Scheduled":
                cron = values.of(path, file, one.values.get("cron")).text
                schedule = settled(cron) if cron and settled(cron) else _interval(one) or cron
                yield entry("job", app.unit.folder, Job(name=one.target, kind="schedule", schedule=schedule, evidence=evidence))
            else:
                yield entry("job", app.unit.folder, Job(name=one.target, kind=f"{_CONSUMERS[one.name]}-consumer", evidence=evidence))


def _interval(one: Annotation) -> str | None:
    found = next(((k, one.values[k]) for k in _EVERY if k in one.values), None)
    return f"{found[0]}={words(found[1]).strip(chr(34))}" if found is not None else None
