"""Detect HTTP routes of Go programs, and schedules of their cron libraries."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Route
from ..detector import View, entry
from ..go.imports import bases
from ..go.packages import go_file, imports_of, program_files
from ..go.routes import routes
from ..go.values import Values, values_of
from ..parsers.golang import GoFile, Node, arguments, receiver
from ..parsers.grammar import line_of, words

_CRON = ("github.com/robfig/cron", "github.com/go-co-op/gocron", "github.com/hibiken/asynq", "github.com/jasonlvhit/gocron")
_ASYNQ = "github.com/hibiken/asynq"
_METHODS = {"AddFunc": 0, "AddJob": 0, "Cron": 0, "CronWithSeconds": 0, "Register": 0, "CronJob": 0}


def detect(view: View) -> Iterator[Fact]:
    """Yield the routes and schedules of every code base's programs."""
    for base in bases(view):
        files = program_files(view, base)
        values = values_of(view, files)
        for one in routes(values, files):
            yield entry("route", base, Route(method=one.method, path=one.path, evidence=(view.evidence(*one.at),)))
        for path in files:
            file = (
                go_file(view, path) if any(i.path.startswith(_CRON) and i.alias not in ("_", ".") for i in imports_of(view, path)) else None
            )
            if file is not None:
                for call in file.calls:
                    job = _scheduled(view, values, path, file, call) or _handled(view, values, path, file, call)
                    if job is not None:
                        yield entry("job", base, job)


def _scheduled(view: View, values: Values, path: str, file: GoFile, call: Node) -> Job | None:
    """Return the job that `c.AddFunc("@every 1h", Cleanup)` or `s.Every(5).Minutes().Do(Poll)` schedules."""
    name, given = file.callee(call)[1], arguments(call)
    index = _METHODS.get(name)
    inner, schedule = receiver(call), None
    if name == "Do" and given and inner is not None and ".Every(" in words(inner):
        schedule, index = "every " + " ".join(words(inner).rpartition(".Every(")[2].replace("(", " ").replace(")", " ").split()), -1
    else:
        schedule = values.of(path, file, given[index]).text if index is not None and index < len(given) else None
        schedule = schedule if schedule and _is_schedule(schedule) else None
    if schedule is None or index is None:
        return None
    task = words(given[index + 1]).partition("(")[0].partition("{")[0].strip() if len(given) > index + 1 else ""
    label = task if task and task != "func" and len(task) < 60 else (words(inner)[:40] if inner is not None else "cron")
    return Job(name=label, kind="cron", schedule=schedule, evidence=(view.evidence(path, line_of(call)),))


def _handled(view: View, values: Values, path: str, file: GoFile, call: Node) -> Job | None:
    """Return the kind of task that `mux.HandleFunc("mail:send", HandleSend)` of Asynq takes."""
    given = arguments(call)
    owner, name = file.callee(call)
    if (
        owner != "."
        or name not in ("HandleFunc", "Handle")
        or len(given) != 2
        or not any(p.startswith(_ASYNQ) for p in file.aliases.values())
    ):
        return None
    kind = values.of(path, file, given[0]).text
    if not kind or "/" in kind or " " in kind:
        return None
    return Job(name=kind, kind="asynq-task", evidence=(view.evidence(path, line_of(call)),))


def _is_schedule(text: str) -> bool:
    return text.startswith("@") or len(text.split()) in (5, 6, 7)
