"""Detect HTTP routes of Go programs, and schedules of their cron libraries."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Route
from ..detector import View, entry
from ..go.imports import bases
from ..go.packages import go_file, program_files
from ..go.routes import routes
from ..go.values import values_of
from ..parsers.golang import arguments, receiver
from ..parsers.grammar import line_of, words

_CRON = ("github.com/robfig/cron", "github.com/go-co-op/gocron", "github.com/hibiken/asynq", "github.com/jasonlvhit/gocron")
_METHODS = {"AddFunc": 0, "AddJob": 0, "Cron": 0, "CronWithSeconds": 0, "Register": 0, "CronJob": 0}


def detect(view: View) -> Iterator[Fact]:
    """Yield the routes and schedules of every code base's programs."""
    for base in bases(view):
        files = program_files(view, base)
        values = values_of(view, files)
        for one in routes(values, files):
            yield entry("route", base, Route(method=one.method, path=one.path, evidence=(view.evidence(*one.at),)))
        for path in files:
            file = go_file(view, path)
            if file is None or not any(p.startswith(_CRON) for p in file.aliases.values()):
                continue
            for call in file.calls:
                index = _METHODS.get(file.callee(call)[1])
                given = arguments(call)
                if index is None or index >= len(given):
                    continue
                schedule = values.of(path, file, given[index]).text
                if schedule and _is_schedule(schedule):
                    inner = receiver(call)
                    task = words(given[index + 1]).partition("(")[0].partition("{")[0].strip() if len(given) > index + 1 else ""
                    name = task if task and task != "func" and len(task) < 60 else (words(inner)[:40] if inner is not None else "cron")
                    value = Job(name=name, kind="cron", schedule=schedule, evidence=(view.evidence(path, line_of(call)),))
                    yield entry("job", base, value)


def _is_schedule(text: str) -> bool:
    return text.startswith("@") or len(text.split()) in (5, 6, 7)
