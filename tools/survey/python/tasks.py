"""Find task queues in Python: Celery applications, tasks and schedules; RQ, Dramatiq, Huey, APScheduler and others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..parsers.python import PythonFile, argument, literal, string
from ..view import View
from .sources import absolute, dotted, meeting, seek

_WORDS = seek(
    pattern=r"\b(?:celery\w*|Celery|dramatiq|huey|apscheduler|arq|taskiq\w*|procrastinate|saq|rq|django_rq|background_task|shared_task"
    r"|CELERY_?BEAT_SCHEDULE|beat_schedule|schedule)\b|\.enqueue(?:_in|_at|_call)?\(|@\w+\.task\b"
)
_TASKS = {
    "celery.shared_task": "celery", "dramatiq.actor": "dramatiq", "rq.decorators.job": "rq", "django_rq.job": "rq",
    "huey.contrib.djhuey.task": "huey", "huey.contrib.djhuey.db_task": "huey", "taskiq.task": "taskiq",
    "procrastinate.task": "procrastinate", "background_task.background": "django-background-tasks",
}  # fmt: skip
_SCHEDULES = {"huey.contrib.djhuey.periodic_task": "huey", "huey.contrib.djhuey.db_periodic_task": "huey"}
_APPLICATIONS = {
    "celery.Celery": "celery", "rq.Queue": "rq", "rq.Worker": "rq", "rq.SimpleWorker": "rq", "rq.queue.Queue": "rq",
    "huey.RedisHuey": "huey", "huey.SqliteHuey": "huey",
    "huey.Huey": "huey", "huey.PriorityRedisHuey": "huey", "taskiq.InMemoryBroker": "taskiq", "taskiq_redis.ListQueueBroker": "taskiq",
    "procrastinate.App": "procrastinate", "saq.Queue": "saq", "arq.create_pool": "arq",
}  # fmt: skip
_ENQUEUE = {"enqueue": 0, "enqueue_call": 0, "enqueue_in": 1, "enqueue_at": 1}  # method of an RQ queue -> where the function stands
_TRIGGERS = {"CronTrigger": "cron", "IntervalTrigger": "interval", "DateTrigger": "date"}
_SCHEDULERS = (
    "BackgroundScheduler", "BlockingScheduler", "AsyncIOScheduler", "GeventScheduler", "TornadoScheduler", "QtScheduler",
    "TwistedScheduler",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Be something found in a file."""

    name: str
    path: str
    line: int
    schedule: str | None = None
    detail: str = ""
    queue: str | None = None  # the name of an RQ queue


@dataclass(slots=True)
class Tasks:
    """Be what one framework is used for in a code base."""

    framework: str
    applications: list[Place] = field(default_factory=list)
    tasks: list[Place] = field(default_factory=list)
    schedules: list[Place] = field(default_factory=list)
    brokers: list[Place] = field(default_factory=list)


def tasks(view: View, folder: str) -> dict[str, Tasks]:
    """Return the task frameworks that a code base uses, by name."""
    return view.kept(f"python_tasks:{folder}", lambda: _find(view, folder))


def _find(view: View, folder: str) -> dict[str, Tasks]:
    found: dict[str, Tasks] = {}
    enqueued: list[tuple[Place, str]] = []
    owned: list[tuple[Place, str]] = []
    for path, parsed in meeting(view, folder, _WORDS):
        for framework, kind, place in _places(path, parsed, folder):
            getattr(found.setdefault(framework, Tasks(framework)), kind).append(place)
        enqueued.extend(_enqueued(path, parsed, folder))
        owned.extend(_owned(path, parsed, folder))
    for framework in ("celery", "dramatiq", "taskiq", "procrastinate", "huey"):
        made = {f"{a.detail}.{a.name}" for a in found[framework].applications} if framework in found else set()
        known = {(t.path, t.line) for t in found[framework].tasks} if framework in found else set()
        new = [p for p, owner in owned if owner in made and (p.path, p.line) not in known] if made else []
        if framework in found:
            found[framework].tasks.extend(new)
    queues = {f"{a.detail}.{a.name}" for a in found["rq"].applications} if "rq" in found else set()
    named: set[str] = set()
    for place, owner in enqueued:
        if owner in queues and place.name not in named:
            named.add(place.name)
            found["rq"].tasks.append(place)
    return found


def _owned(path: str, parsed: PythonFile, folder: str) -> Iterator[tuple[Place, str]]:
    """Yield (task, dotted name of its application) of functions that an imported application decorates: `@app.task`."""
    for node in parsed.nodes:
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ():
            target = mark.func if isinstance(mark, ast.Call) else mark
            if isinstance(target, ast.Attribute) and target.attr in ("task", "actor"):
                owner = parsed.full_name(target.value)
                if owner in parsed.imports.values() and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield Place(node.name, path, node.lineno), absolute(owner, path, folder)


def _enqueued(path: str, parsed: PythonFile, folder: str) -> Iterator[tuple[Place, str]]:
    """Yield (job, dotted name of the queue) of what code puts into a queue: RQ's jobs are plain functions."""
    module = dotted(path, folder)
    for call in parsed.calls():
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in _ENQUEUE:
            continue
        owner, job = parsed.full_name(function.value), argument(call, _ENQUEUE[function.attr], "func", "f")
        name = (string(job) or parsed.full_name(job)).rpartition(".")[2]
        if owner and name.isidentifier():
            owner = owner if "." in owner or owner in parsed.imports.values() else f"{module}.{owner}"
            yield Place(name, path, call.lineno), absolute(owner, path, folder)


def _places(path: str, parsed: PythonFile, folder: str) -> Iterator[tuple[str, str, Place]]:
    module = dotted(path, folder)
    applications = {}
    for node in parsed.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            framework = _application(parsed, node.value)
            for target in node.targets if framework else ():
                name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
                if framework and name:
                    applications[name] = framework
                    yield framework, "applications", Place(name, path, node.lineno, detail=module, queue=_queue(parsed, node.value))
                    yield from _broker(path, parsed, framework, node.value)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _decorated(path, parsed, node, applications)
        elif isinstance(node, ast.Call):
            yield from _called(path, parsed, node)
        elif isinstance(node, ast.ClassDef) and (derived := next((f for b in node.bases if (f := _derived(parsed, b))), None)):
            yield derived, "applications", Place(node.name, path, node.lineno, detail=module)
        elif isinstance(node, ast.ClassDef) and any(m.startswith("arq") for m in parsed.modules) and _lists_functions(node):
            yield "arq", "applications", Place(node.name, path, node.lineno, detail=module)
    yield from _beat(path, parsed)


_FIELDS = ("seconds", "minutes", "hours", "days", "weeks", "second", "minute", "hour", "day", "day_of_week", "month")


def _queue(parsed: PythonFile, call: ast.Call) -> str | None:
    return string(argument(call, 0, "name")) if parsed.full_name(call.func) in ("rq.Queue", "rq.queue.Queue") else None


def _derived(parsed: PythonFile, base: ast.expr) -> str | None:
    """Return the job system whose queue or worker a class is derived from."""
    name = parsed.full_name(base)
    return "rq" if name in ("rq.Queue", "rq.Worker", "rq.queue.Queue", "rq.worker.Worker", "rq.worker.HerokuWorker") else None


def _lists_functions(node: ast.ClassDef) -> bool:
    """Say whether a class is arq's worker settings: it lists its functions."""
    names = [t.id for s in node.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)]
    return "functions" in names


def _application(parsed: PythonFile, call: ast.Call) -> str | None:
    name = parsed.full_name(call.func)
    if name.startswith("dramatiq.brokers."):
        return "dramatiq"
    if name.startswith("apscheduler.schedulers.") and name.rpartition(".")[2] in _SCHEDULERS:
        return "apscheduler"
    return _APPLICATIONS.get(name)


def _broker(path: str, parsed: PythonFile, framework: str, call: ast.Call) -> Iterator[tuple[str, str, Place]]:
    name = parsed.full_name(call.func).lower()
    node = argument(call, None, "broker", "url", "host")
    text = string(node)
    if text and "://" in text:
        yield framework, "brokers", Place(text.partition(":")[0], path, getattr(node, "lineno", call.lineno))
    for word, kind in (("redis", "redis"), ("rabbitmq", "amqp"), ("sqlite", "sqlite")):
        if word in name.rpartition(".")[2] or (framework == "dramatiq" and word in name):
            yield framework, "brokers", Place(kind, path, call.lineno)


def _decorated(
    path: str, parsed: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef, applications: dict[str, str]
) -> Iterator[tuple[str, str, Place]]:
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = parsed.full_name(target)
        if name in _TASKS:
            yield _TASKS[name], "tasks", Place(function.name, path, function.lineno)
        elif name in _SCHEDULES or (isinstance(target, ast.Attribute) and target.attr == "periodic_task"):
            schedule = _crontab(parsed, decorator.args[0]) if isinstance(decorator, ast.Call) and decorator.args else None
            yield "huey", "schedules", Place(function.name, path, function.lineno, schedule)
        elif isinstance(target, ast.Attribute) and target.attr in ("task", "scheduled_job", "db_task", "actor"):
            owner = applications.get(name.partition(".")[0]) or (
                "celery" if "celery" in name.lower() else "huey" if "huey" in name.lower() else None
            )
            if target.attr == "scheduled_job":
                yield "apscheduler", "schedules", Place(function.name, path, function.lineno, _trigger(decorator))
            elif owner:
                yield owner, "tasks", Place(function.name, path, function.lineno)


def _called(path: str, parsed: PythonFile, call: ast.Call) -> Iterator[tuple[str, str, Place]]:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "add_job" and any("apscheduler" in m for m in parsed.modules):
        first = argument(call, 0, "func")
        name = string(argument(call, None, "id", "name")) or string(first) or parsed.full_name(first).rpartition(".")[2] or "job"
        yield "apscheduler", "schedules", Place(name, path, call.lineno, _trigger(call, 1))
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "add_periodic_task" and len(call.args) >= 2:
        task = call.args[1]
        name = (
            string(argument(call, None, "name"))
            or parsed.full_name(task.func if isinstance(task, ast.Call) else task).rpartition(".s")[0]
            or "task"
        )
        yield "celery", "schedules", Place(name, path, call.lineno, _crontab(parsed, call.args[0]))


def _trigger(node: ast.expr, at: int = 0) -> str | None:
    """Return an APScheduler trigger as text: `interval minutes=5`, `cron hour=3`."""
    if not isinstance(node, ast.Call):
        return None
    trigger = argument(node, at, "trigger")
    kind = string(trigger)
    if isinstance(trigger, ast.Call):
        function = trigger.func
        if isinstance(function, ast.Attribute) and function.attr == "from_crontab":
            return string(argument(trigger, 0, "expr"))
        kind = _TRIGGERS.get(function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""))
        node = trigger
    parts = [f"{k.arg}={literal(k.value)}" for k in node.keywords if k.arg in _FIELDS and literal(k.value) is not None]
    return " ".join([kind, *parts]) if kind else None


def _beat(path: str, parsed: PythonFile) -> Iterator[tuple[str, str, Place]]:
    """Yield the entries of a Celery beat schedule, written as a mapping in settings or configuration."""
    for node in parsed.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict):
            continue
        names = {t.id if isinstance(t, ast.Name) else t.attr if isinstance(t, ast.Attribute) else "" for t in node.targets}
        if not names & {"beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"}:
            continue
        for key, value in zip(node.value.keys, node.value.values, strict=True):
            name = string(key)
            if name and isinstance(value, ast.Dict):
                entries = {string(k): v for k, v in zip(value.keys, value.values, strict=True)}
                yield (
                    "celery",
                    "schedules",
                    Place(
                        name,
                        path,
                        value.lineno if key is None else key.lineno,
                        _crontab(parsed, entries.get("schedule")),
                        string(entries.get("task")) or "",
                    ),
                )


def _crontab(parsed: PythonFile, node: ast.AST | None) -> str | None:
    """Return a schedule as five cron fields or seconds; None for what is computed."""
    value = literal(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"every {value:g} s"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = literal(node.left), literal(node.right)
        if isinstance(left, int | float) and isinstance(right, int | float):
            return f"every {left * right:g} s"
    if isinstance(node, ast.Call):
        name = parsed.full_name(node.func).rpartition(".")[2]
        given = {k.arg: literal(k.value) for k in node.keywords if k.arg}
        if name == "crontab":
            order = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
            short = {"day_of_month": "day", "month_of_year": "month"}
            return " ".join(str(given.get(k, given.get(short.get(k, k), "*"))) for k in order)
        if name == "timedelta":
            return "every " + " ".join(f"{v} {k}" for k, v in given.items() if v is not None)
    return None
