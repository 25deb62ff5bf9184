"""Find the background jobs of Ruby code bases: which system runs them, their classes, and their schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..knowledge.rubylibs import TASKS
from ..parsers.grammar import line_of, words
from ..parsers.ruby import Node, RubyFile, descend, literal, text_of
from ..view import View, join
from .bundle import Bundle, Gem
from .rails import application, setting
from .sources import matching

Place = tuple[str, int]
_INCLUDED = {
    "Sidekiq::Worker": "sidekiq", "Sidekiq::Job": "sidekiq", "Sidekiq::IterableJob": "sidekiq", "Sneakers::Worker": "sneakers",
    "Shoryuken::Worker": "shoryuken", "Hutch::Consumer": "hutch", "Faktory::Job": "faktory", "Que::Job": "que",
    "Backburner::Queue": "backburner", "SuckerPunch::Job": "sucker_punch",
}  # fmt: skip
_BASES = {"ApplicationJob": "activejob", "ActiveJob::Base": "activejob", "Que::Job": "que", "ApplicationConsumer": "karafka",
          "Karafka::BaseConsumer": "karafka", "Racecar::Consumer": "racecar"}  # fmt: skip
_SCHEDULES: tuple[tuple[str, ...], ...] = ((":schedule",), ("schedule",), (":scheduler", ":schedule"), ("scheduler", "schedule"))


@dataclass(frozen=True, slots=True)
class Task:
    """Be one job class or one schedule."""

    name: str
    kind: str
    at: Place
    schedule: str | None = None
    command: str | None = None


def adapter(view: View, bundle: Bundle) -> tuple[str, Place] | None:
    """Return (job system, line that chooses it): the adapter of Active Job in production, else the only job gem of the bundle."""
    chosen = setting(view, bundle.folder, "active_job.queue_adapter") if application(view, bundle.folder) else None
    if chosen is not None and chosen.text:
        return {"delayed": "delayed_job"}.get(chosen.text, chosen.text), chosen.at
    gems = [g for g in bundle.gems if g.name in TASKS and not g.development]
    names = {TASKS[g.name] for g in gems}
    return (names.pop(), gems[0].at) if len(names) == 1 else None


def gem_of(bundle: Bundle, system: str) -> Gem | None:
    """Return the gem that brings a job system."""
    return next((g for g in bundle.gems if TASKS.get(g.name) == system and not g.development), None)


def classes(view: View, folder: str) -> Iterator[Task]:
    """Yield the job classes of a code base."""
    for path, parsed in matching(view, folder, *_INCLUDED, *_BASES, "@queue"):
        for name, above, line in parsed.superclasses():
            if above.lstrip(":") in _BASES and name != "ApplicationJob" and name != "ApplicationConsumer":
                yield Task(name, f"{_BASES[above.lstrip(':')]}-task", (path, line))
        for call in parsed.named("include"):
            kind = _INCLUDED.get(words(call.arguments[0]).lstrip(":")) if call.arguments else None
            around = _class_around(parsed, call.line)
            if kind and around:
                yield Task(around, f"{kind}-task", (path, call.line))


def _class_around(parsed: RubyFile, line: int) -> str | None:
    """Return the innermost class that a line stands in."""
    found = None
    for node in parsed.classes:
        if node.start_point[0] < line <= node.end_point[0] + 1 and node.type == "class":
            name = node.child_by_field_name("name")
            found = words(name) if name is not None else found
    return found


def schedules(view: View, folder: str) -> Iterator[Task]:
    """Yield what recurs: sidekiq-cron and sidekiq-scheduler files, Solid Queue's `recurring.yml`, `good_job.cron`, whenever, Clockwork."""
    for name, kind in (("config/schedule.yml", "sidekiq-schedule"), ("config/sidekiq_cron.yml", "sidekiq-schedule")):
        yield from _table(view, join(folder, name), (), kind)
    for name in ("config/sidekiq.yml", "config/sidekiq_scheduler.yml"):
        for keys in _SCHEDULES:
            yield from _table(view, join(folder, name), keys, "sidekiq-schedule")
    choices: tuple[tuple[str, ...], ...] = (("production",), ())
    for keys in choices:
        found = list(_table(view, join(folder, "config/recurring.yml"), keys, "solid_queue-schedule"))
        yield from found
        if found:
            break
    yield from _coded(view, folder)


def _table(view: View, path: str, keys: tuple[str, ...], kind: str) -> Iterator[Task]:
    document = view.document(path) if view.repository.size(path) else None
    for name, value in document.table(*keys).items() if document else ():
        if not isinstance(value, dict) or document is None:
            continue
        when = next((value[k] for k in ("cron", "schedule", "every", "in", ":cron", ":every") if k in value), None)
        when = when[0] if isinstance(when, list) and when else when
        if isinstance(when, str | int):
            command = next((value[k] for k in ("class", "command", ":class") if isinstance(value.get(k), str)), None)
            yield Task(name.lstrip(":"), kind, (path, document.line(*keys, name)), str(when), command)


def _coded(view: View, folder: str) -> Iterator[Task]:
    for path, parsed in matching(view, folder, "every", "cron"):
        name = path.rpartition("/")[2]
        if name == "schedule.rb" or view.holds(path, "Clockwork"):
            yield from _every(path, parsed, "clockwork" if view.holds(path, "Clockwork") else "whenever")
        for call in parsed.named("create", "load_from_hash", "add_job"):
            title, when = literal(call.get("name")), literal(call.get("cron"))
            if call.receiver.endswith("Cron::Job") and title and when:
                yield Task(title, "sidekiq-schedule", (path, call.line), when, literal(call.get("class")))
        for node in parsed.assignments:
            left = node.child_by_field_name("left")
            if left is not None and words(left).endswith("good_job.cron"):
                yield from _good_job(path, parsed, node.start_byte, node.end_byte)


def _every(path: str, parsed: RubyFile, kind: str) -> Iterator[Task]:
    for call in parsed.named("every"):
        if not call.arguments or call.receiver:
            continue
        when = literal(call.arguments[0]) or words(call.arguments[0])
        inside = [c for c in parsed.calls if c.name in ("rake", "runner", "command", "script") and _within(c.line, call.node)]
        for one in inside:
            name = one.first()
            if name:
                yield Task(name, kind, (path, one.line), when, name)
        title = literal(call.arguments[1]) if len(call.arguments) > 1 else None
        if title and not inside:
            yield Task(title, kind, (path, call.line), when)


def _within(line: int, node: Node) -> bool:
    return bool(node.start_point[0] < line <= node.end_point[0] + 1)


def _good_job(path: str, parsed: RubyFile, start: int, end: int) -> Iterator[Task]:
    for pair in descend(parsed.root, "pair"):
        if not start <= pair.start_byte < end:
            continue
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if value is None or value.type != "hash" or key is None:
            continue
        inner = {text_of(p.child_by_field_name("key")): p.child_by_field_name("value") for p in value.named_children if p.type == "pair"}
        when = literal(inner.get("cron"))
        if when:
            yield Task(text_of(key) or "cron", "good_job-schedule", (path, line_of(pair)), when, literal(inner.get("class")))
