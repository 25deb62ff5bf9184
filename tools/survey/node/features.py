"""Say what the code of a program does: which frameworks it loads, where it listens, which tasks it runs and on which schedules."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, decorators, entry, line, strip, text
from .classes import CLIENT_LIBRARIES, TASKS, WEB
from .listening import WORDS as LISTEN_WORDS
from .listening import Listen, listens_in
from .project import Project
from .values import Place

DECORATED_TASKS = frozenset({"Processor", "MessagePattern", "EventPattern", "RabbitSubscribe", "SqsMessageHandler", "RabbitRPC"})
DECORATED_TIMES = frozenset({"Cron", "Interval", "Timeout"})
TIMER_WORDS = ("cron", "Cron", "schedule", "Interval(", "bree", "Bree")
TASK_WORDS = (
    "Worker(",
    ".process(",
    ".consume(",
    "consumer",
    "Processor",
    ".define(",
    ".login(",
    ".launch(",
    "Pattern(",
    "run(",
    ".work(",
    "Subscribe",
    "createMicroservice",
)


@dataclass(slots=True)
class Features:
    """Hold what a set of files does; places are those of the lines that say so."""

    libraries: dict[str, Place] = field(default_factory=dict)  # library -> first load at run time
    listens: list[Listen] = field(default_factory=list)
    consumes: list[tuple[str, Place]] = field(default_factory=list)  # task framework ("" when unknown), place
    timed: list[Place] = field(default_factory=list)

    @property
    def web(self) -> tuple[str, Place] | None:
        """Return the framework that serves requests, with the line that loads it."""
        for library, framework in WEB:
            if library in self.libraries and (library not in CLIENT_LIBRARIES or self.listens):
                return framework, self.libraries[library]
        return None

    @property
    def tasks(self) -> tuple[str, Place] | None:
        """Return the framework that runs tasks, with the line that loads it; only where tasks are taken."""
        named = [n for n, _ in self.consumes if n]
        for library, framework in TASKS:
            if library in self.libraries and (framework in named or self.consumes or self.timed):
                return framework, self.libraries[library]
        return None


def features_of(project: Project, paths: tuple[str, ...]) -> Features:
    """Return what the files do, in their order."""
    found = Features()
    for path in paths:
        for library, uses in project.loaded(path).items():
            found.libraries.setdefault(library, Place(path, uses[0][1]))
        if not _tells(project, path):
            continue
        script = project.sources.script(path)
        if script is not None:
            found.listens += listens_in(project.values, script)
            found.consumes += consumers_in(script)
            found.timed += timers_in(script)
    return found


def _tells(project: Project, path: str) -> bool:
    """Tell whether a file's text may hold a listening call, a consumer or a timer."""
    source = project.sources.text(path) or ""
    return any(word in source for word in (*LISTEN_WORDS, *TASK_WORDS, *TIMER_WORDS))


def consumers_in(script: Script) -> list[tuple[str, Place]]:
    """Return where one file takes tasks or messages: queue workers, consumers, bots, Nest message patterns."""
    if not any(word in script.source for word in TASK_WORDS):
        return []
    found = [(kind, Place(script.path, line(n))) for n in script.news if (kind := _new_worker(script, n)) is not None]
    found += [(kind, Place(script.path, line(n))) for n in script.calls if (kind := _consumer(script, n)) is not None]
    for node in script.classes:
        marks = [callee(d)[-1] for d in decorators(node) if d.type == "call_expression" and callee(d)]
        if "Processor" in marks:
            found.append(("bullmq" if script.locals_of("@nestjs/bullmq") else "bull", Place(script.path, line(node))))
        body = node.child_by_field_name("body")
        for item in body.named_children if body is not None else ():
            if item.type == "method_definition" and any(callee(d)[-1:] and callee(d)[-1] in DECORATED_TASKS for d in decorators(item)):
                found.append(("", Place(script.path, line(item))))
    return found


def _new_worker(script: Script, node: Node) -> str | None:
    last = callee(node)[-1:] or ("",)
    if last[0] in ("Worker", "WorkerPro") and "Worker" in script.locals_of("bullmq", "@taskforcesh/bullmq-pro", "bullmq-pro").values():
        return "bullmq"
    return None


def _consumer(script: Script, call: Node) -> str | None:
    names, given = callee(call), arguments(call)
    if len(names) < 2:
        return "graphile-worker" if names == ("run",) and script.locals_of("graphile-worker") else None
    last = names[-1]
    if last == "process" and given and _loads(script, "bull", "bee-queue", "kue", "@nestjs/bull"):
        return "bull" if _loads(script, "bull") else ""
    if last == "consume" and len(given) > 1:
        return "amqplib"
    if last == "run" and given and (entry(strip(given[0]), "eachMessage") is not None or entry(strip(given[0]), "eachBatch") is not None):
        return "kafkajs"
    if last == "create" and names[0] == "Consumer" and _loads(script, "sqs-consumer"):
        return "sqs-consumer"
    if last == "create" and names[0] == "Worker" and _loads(script, "@temporalio/worker"):
        return "temporal"
    if last in ("define", "work") and _loads(script, "agenda", "@hokify/agenda", "pg-boss"):
        return "agenda" if _loads(script, "agenda", "@hokify/agenda") else "pg-boss"
    if last == "login" and _loads(script, "discord.js"):
        return "discord.js"
    if last == "launch" and _loads(script, "telegraf"):
        return "telegraf"
    if last == "start" and _loads(script, "grammy"):
        return "grammy"
    if last == "createMicroservice" and len(given) > 1:
        transport = text(entry(strip(given[1]), "transport") or given[1])
        return "" if any(f".{k}" in transport for k in ("RMQ", "KAFKA", "REDIS", "NATS", "MQTT")) else None
    return None


def _loads(script: Script, *modules: str) -> bool:
    return any(i.module in modules for i in script.imports if not i.types_only)


def timers_in(script: Script) -> list[Place]:
    """Return where one file sets up a schedule."""
    found = []
    if any(w in script.source for w in TIMER_WORDS):
        for call in script.calls:
            names = callee(call)
            if (
                (names[-1:] == ("schedule",) and _loads(script, "node-cron"))
                or (names[-1:] == ("scheduleJob",) and _loads(script, "node-schedule"))
                or (names[-1:] and names[-1] in DECORATED_TIMES and _loads(script, "@nestjs/schedule"))
            ):
                found.append(Place(script.path, line(call)))
        made = [n for n in script.news if callee(n)[-1:] in (("CronJob",), ("Cron",), ("Bree",))]
        found.extend(Place(script.path, line(n)) for n in made if _loads(script, "cron", "croner", "bree"))
    return found
