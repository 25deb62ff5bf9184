"""Read background jobs and schedules: queue processors, cron lines, decorators, repeated jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import (
    FUNCTIONS,
    arguments,
    callee,
    chain,
    decorators,
    elements,
    entry,
    key_name,
    line,
    literal,
    string,
    strip,
    text,
)
from .evaluate import Evaluator
from .values import Code, Place, settled

WORDS = (
    "cron", "Cron", "schedule", "Worker(", ".process(", ".define(", ".every(", "repeat", "@Process", "@Interval", "@Timeout", ".work(",
    "Bree", "Pattern(", "Queue(", "@Processor",
)  # fmt: skip
SPECS = {"repeat": ("cron", "pattern", "every"), "repeatJobKey": ()}


@dataclass(frozen=True, slots=True)
class Found:
    """Be one job: its name, kind, schedule as written, and line."""

    name: str
    kind: str
    at: Place
    schedule: str | None = None


def jobs_in(ev: Evaluator, script: Script) -> list[Found]:
    """Return the jobs and schedules of one file, in source order."""
    if not any(word in script.source for word in WORDS):
        return []
    modules = {i.module for i in script.imports if not i.types_only}
    found = [*_calls(ev, script, modules), *_news(ev, script, modules), *_decorated(ev, script, modules)]
    return sorted(dict.fromkeys(found), key=lambda f: (f.at.line, f.name))


def _calls(ev: Evaluator, script: Script, modules: set[str]) -> Iterator[Found]:
    for call in script.calls:
        names, given = callee(call), arguments(call)
        last = names[-1] if names else ""
        if last == "schedule" and "node-cron" in modules and given:
            yield Found(_name(script, given[1:], "schedule"), "node-cron-schedule", _at(script, call), _spec(ev, script, given[0]))
        elif last == "scheduleJob" and "node-schedule" in modules and given:
            spec = given[1] if len(given) > 2 else given[0]
            label = string(given[0]) if len(given) > 2 else None
            yield Found(label or _name(script, given[1:], "job"), "node-schedule-schedule", _at(script, call), _spec(ev, script, spec))
        elif last == "schedule" and "pg-boss" in modules and len(given) > 1:
            yield Found(string(given[0]) or "schedule", "pg-boss-schedule", _at(script, call), _spec(ev, script, given[1]))
        elif last == "process" and given and len(names) > 1 and modules & {"bull", "bee-queue", "kue"}:
            yield Found(string(given[0]) or names[-2], "bull-task" if "bull" in modules else "queue-task", _at(script, call))
        elif last == "define" and modules & {"agenda", "@hokify/agenda"} and given and string(given[0]):
            yield Found(string(given[0]) or "", "agenda-task", _at(script, call))
        elif (
            last == "every"
            and len(given) > 1
            and len(names) > 1
            and ("agenda" in names[-2].lower() or modules & {"agenda", "@hokify/agenda"})
        ):
            yield Found(string(given[1]) or "every", "agenda-schedule", _at(script, call), _spec(ev, script, given[0]))
        elif last == "work" and "pg-boss" in modules and given and string(given[0]):
            yield Found(string(given[0]) or "", "pg-boss-task", _at(script, call))
        elif last in ("add", "upsertJobScheduler") and len(names) > 1 and given:
            yield from _repeated(ev, script, call, given)


def _repeated(ev: Evaluator, script: Script, call: Node, given: list[Node]) -> Iterator[Found]:
    """Read `queue.add(name, data, { repeat: { pattern } })` and `queue.upsertJobScheduler(id, { pattern })`."""
    is_upsert = callee(call)[-1] == "upsertJobScheduler"
    for options in given[1:]:
        inner = strip(options)
        repeat = inner if is_upsert else entry(inner, "repeat")
        for key in SPECS["repeat"]:
            value = entry(repeat, key) if repeat is not None else None
            if value is not None:
                yield Found(string(given[0]) or "repeat", "bull-schedule", _at(script, value), _spec(ev, script, value))
                return


def _news(ev: Evaluator, script: Script, modules: set[str]) -> Iterator[Found]:
    for node in script.news:
        last, given = (callee(node) or ("",))[-1], arguments(node)
        if last == "CronJob" and "cron" in modules and given:
            spec = entry(strip(given[0]), "cronTime") or given[0]
            yield Found(_name(script, given[1:], "cron"), "cron-schedule", _at(script, node), _spec(ev, script, spec))
        elif last == "Cron" and "croner" in modules and given:
            yield Found(_name(script, given[1:], "cron"), "croner-schedule", _at(script, node), _spec(ev, script, given[0]))
        elif last == "Worker" and modules & {"bullmq", "@taskforcesh/bullmq-pro"} and given:
            known = settled(ev.value(script, given[0]))
            yield Found(str(known.value) if known is not None else "worker", "bullmq-task", _at(script, node))
        elif last == "Bree" and "bree" in modules and given:
            for item in elements(entry(strip(given[0]), "jobs")):
                inner = strip(item)
                timed = entry(inner, "cron") or entry(inner, "interval")
                name = string(inner) or string(entry(inner, "name"))
                if name:
                    yield Found(name, "bree-schedule" if timed is not None else "bree-task", _at(script, item), _spec(ev, script, timed))


def _decorated(ev: Evaluator, script: Script, modules: set[str]) -> Iterator[Found]:
    for around in script.classes:
        body = around.child_by_field_name("body")
        queue = next(
            (
                string(arguments(d)[0])
                for d in decorators(around)
                if d.type == "call_expression" and callee(d)[-1:] == ("Processor",) and arguments(d)
            ),
            None,
        )
        extends = "WorkerHost" in text(around)[:300]
        if queue is not None and extends:
            yield Found(queue, "bullmq-task", _at(script, around))
        for item in body.named_children if body is not None else ():
            key = item.child_by_field_name("name")
            if item.type != "method_definition" or key is None:
                continue
            for mark in decorators(item):
                found = _mark(ev, script, mark, key_name(key), queue) if mark.type == "call_expression" else None
                if found is not None:
                    yield found


def _mark(ev: Evaluator, script: Script, mark: Node, method: str, queue: str | None) -> Found | None:
    last, given = (callee(mark) or ("",))[-1], arguments(mark)
    if last in ("Cron", "Interval", "Timeout") and given and any("schedule" in i.module for i in script.imports):
        spec = given[-1] if last != "Cron" and len(given) > 1 else given[0]
        return Found(method, f"nest-{last.lower()}", _at(script, mark), _spec(ev, script, spec))
    if last == "Process" and queue is not None:
        return Found(string(given[0]) or queue if given else queue, "bull-task", _at(script, mark))
    if last in ("EventPattern", "MessagePattern", "RabbitSubscribe", "SqsMessageHandler"):
        name = string(given[0]) if given else None
        return Found(name or method, "message-handler", _at(script, mark))
    return None


def _at(script: Script, node: Node) -> Place:
    return Place(script.path, line(node))


def _spec(ev: Evaluator, script: Script, node: Node | None) -> str | None:
    """Return a schedule as written: a cron line, an interval, the name of a constant."""
    if node is None:
        return None
    known = settled(ev.value(script, node))
    if known is not None and isinstance(known.value, str | int | float) and not isinstance(known.value, bool):
        return str(known.value)
    names = chain(node)
    return ".".join(names) if len(names) == 2 and names[0] == "CronExpression" else None


def _name(script: Script, given: list[Node], other: str) -> str:
    """Return what a scheduled function is called: its own name, the first function that it calls, else the file's stem."""
    for node in given[:1]:
        inner = strip(node)
        if inner.type in ("identifier", "member_expression"):
            return chain(inner)[-1]
        if inner.type in FUNCTIONS:
            stack = [inner]
            while stack:
                current = stack.pop(0)
                if current.type == "call_expression":
                    names = callee(current)
                    if names and names[-1] not in ("log", "info", "error", "debug", "warn", "catch", "then", "()"):
                        return names[-1]
                stack.extend(current.named_children)
    return script.path.rsplit("/", 1)[-1].split(".", 1)[0] or other


__all__ = ["Code", "Found", "jobs_in", "literal"]
