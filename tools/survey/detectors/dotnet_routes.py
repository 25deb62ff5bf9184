"""Detect HTTP routes and schedules of .NET applications."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Route
from ..detector import View, entry
from ..dotnet.applications import Application, applications
from ..dotnet.routes import routes
from ..dotnet.sources import code
from ..dotnet.values import values_of
from ..parsers.csharp import Node, call_of, chain
from ..parsers.grammar import words

_IDENTITIES = ("ForJob", "WithIdentity")
_TIMES = {  # method of Hangfire's Cron -> cron fields, each with the place of the argument that fills it
    "Minutely": "* * * * *", "Hourly": "{0} * * * *", "Daily": "{1} {0} * * *", "Weekly": "0 0 * * 1", "Monthly": "0 0 1 * *",
    "Yearly": "0 0 1 1 *", "Never": "0 0 31 2 *",
}  # fmt: skip
_CRON = {"WithCronSchedule": 0, "AddOrUpdate": 2}


def detect(view: View) -> Iterator[Fact]:
    """Yield the routes of every application that serves, and its recurring jobs."""
    for app in applications(view):
        if app.serves:
            for one in routes(view, app):
                value = Route(method=one.method, path=one.path, protected=one.protected, evidence=(view.evidence(*one.at),))
                yield entry("route", app.project.folder, value)
        yield from _jobs(view, app)


def _jobs(view: View, app: Application) -> Iterator[Fact]:
    """Yield Hangfire's recurring jobs and Quartz' cron triggers."""
    values = values_of(view, app.project)
    for path, file in code(view, app.project, "RecurringJob", "IRecurringJobManager", "WithCronSchedule"):
        for call in file.calls:
            if call.name not in _CRON or (call.name == "AddOrUpdate" and "ecurring" not in call.on):
                continue
            texts = [t for _, n in call.arguments if (t := values.of(path, file, n).text) is not None]
            schedule = next((t for t in reversed(texts) if len(t.split()) in (5, 6, 7)), None)
            schedule = schedule or next((s for _, n in call.arguments if (s := _named(n)) is not None), None)
            named = next((t for t in texts if t != schedule), None) if call.name == "AddOrUpdate" else None
            named = named or next((values.of(path, file, c.argument(0)).text for c in chain(call) if c.name in _IDENTITIES), None)
            name = named or (call.generics[0] if call.generics else "cron")
            yield entry(
                "job", app.project.folder, Job(name=name, kind="schedule", schedule=schedule, evidence=(view.evidence(path, call.line),))
            )


def _named(node: Node) -> str | None:
    """Return the cron fields of `Cron.Daily(4, 30)` or `Cron.Daily`, None for any other expression."""
    if node.type == "member_access_expression" and words(node).startswith("Cron."):
        return _TIMES.get(words(node).removeprefix("Cron."), "").format("0", "0") or None
    call = call_of(node) if node.type == "invocation_expression" else None
    if call is None or call.on != "Cron" or call.name not in _TIMES:
        return None
    given = [words(n) for _, n in call.arguments if words(n).isdigit()]
    fits = len(given) == len(call.arguments) <= _TIMES[call.name].count("{")
    return _TIMES[call.name].format(*given, *("0", "0")[len(given) :]) if fits else None
