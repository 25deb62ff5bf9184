"""Read what a Laravel application is set to use: its database, cache, session and queue connections, its jobs and its schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.grammar import line_of, words
from ..parsers.php import Call, Node, call_of, descend, entry, literal, text_of
from ..view import View, join
from .composer import matching, php_file
from .dotenv import setting

Place = tuple[str, int]
_FREQUENCIES = {
    "everyMinute": "* * * * *", "everyTwoMinutes": "*/2 * * * *", "everyFiveMinutes": "*/5 * * * *", "everyTenMinutes": "*/10 * * * *",
    "everyFifteenMinutes": "*/15 * * * *", "everyThirtyMinutes": "*/30 * * * *", "hourly": "0 * * * *", "daily": "0 0 * * *",
    "weekly": "0 0 * * 0", "monthly": "0 0 1 * *", "quarterly": "0 0 1 1-12/3 *", "yearly": "0 0 1 1 *", "twiceDaily": "0 1,13 * * *",
    "everySecond": "every second", "everyTenSeconds": "every 10 seconds", "everyThirtySeconds": "every 30 seconds",
}  # fmt: skip
_TIMED = ("cron", "dailyAt", "hourlyAt", "weeklyOn", "monthlyOn", "twiceDailyAt", "at")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Be a connection that the settings choose, with the lines that say so."""

    name: str
    places: tuple[Place, ...]


def chosen(view: View, folder: str, file: str, *names: str) -> Chosen | None:
    """Return the connection that `config/<file>.php` uses: what an example sets for its variable, else the default in the code."""
    stated = setting(view, folder, "laravel", *names)
    coded = _default(view, settings_file(view, folder, file), names)
    if stated is not None:
        return Chosen(stated[0], (stated[1], *((coded[1],) if coded else ())))
    return Chosen(coded[0], (coded[1],)) if coded else None


def _default(view: View, path: str, names: tuple[str, ...]) -> tuple[str, Place] | None:
    parsed = php_file(view, path) if view.repository.size(path) else None
    for call in parsed.named("env") if parsed else ():
        if call.text(0) in names and len(call.arguments) > 1:
            text = literal(call.arguments[1])
            if text:
                return text, (path, line_of(call.arguments[1]))
    return None


def driver(view: View, folder: str, connection: str) -> str:
    """Return the driver of a database connection of `config/database.php`; the connection's own name where it states none."""
    path = settings_file(view, folder, "database")
    parsed = php_file(view, path) if view.repository.size(path) else None
    top = next(iter(descend(parsed.root, "return_statement")), None) if parsed else None
    array = next((c for c in top.named_children if c.type == "array_creation_expression"), None) if top is not None else None
    return text_of(entry(array, "connections", connection, "driver")) or connection


def job_classes(view: View, folder: str) -> Iterator[tuple[str, Place]]:
    """Yield (class, line) of what is put on a queue: classes that implement `ShouldQueue`."""
    for path, parsed in matching(view, folder, "ShouldQueue"):
        for node in parsed.classes:
            head = words(node).partition("{")[0]
            name = node.child_by_field_name("name")
            if "implements" in head and "ShouldQueue" in head.partition("implements")[2] and name is not None:
                yield words(name), (path, line_of(name))


def schedules(view: View, folder: str) -> Iterator[tuple[str, str | None, str | None, Place]]:
    """Yield (name, schedule, command, line) of the schedule: `routes/console.php`, `app/Console/Kernel.php`, `bootstrap/app.php`."""
    for path, parsed in matching(view, folder, "Schedule", "schedule"):
        if not path.endswith(("routes/console.php", "Console/Kernel.php", "bootstrap/app.php", "ServiceProvider.php")):
            continue
        for call in parsed.named("command", "job", "call", "exec"):
            scope = call.scope.rpartition("\\")[2]
            if scope not in ("Schedule", "$schedule", "$this->schedule", "$event"):
                continue
            name = _named(call)
            when = _when(call.node)
            if name and (when or scope == "$schedule" or scope == "Schedule"):
                command = f"php artisan {name}" if call.name == "command" and " " not in name[:1] else None
                yield name, when, command, (path, call.line)


def _named(call: Call) -> str | None:
    if not call.arguments:
        return None
    first = call.arguments[0]
    plain = text_of(first)
    if plain:
        return plain
    made = next(iter(descend(first, "object_creation_expression", "class_constant_access_expression")), None)
    if made is not None:
        given = call_of(made).text(0) if made.type == "object_creation_expression" else None
        title = words(made).removeprefix("new ").partition("(")[0].removesuffix("::class").rpartition("\\")[2]
        return f"{title} {given}" if given else title
    return "closure" if first.type in ("anonymous_function", "arrow_function", "anonymous_function_creation_expression") else None


def _when(node: Node) -> str | None:
    """Return the frequency that the calls chained behind a scheduled command give it."""
    here = node.parent
    while here is not None and here.type in ("member_call_expression", "nullsafe_member_call_expression"):
        call = call_of(here)
        if call.name in _FREQUENCIES:
            return _FREQUENCIES[call.name]
        if call.name in _TIMED and call.arguments:
            given = [literal(a) or words(a) for a in call.arguments]
            return given[0] if call.name == "cron" else f"{call.name} {' '.join(given)}"
        here = here.parent
    return None


def settings_file(view: View, folder: str, name: str) -> str:
    """Return the path of a settings file: `config/<name>.php`, or where an application keeps it instead (`app/Config/`)."""
    usual = join(folder, f"config/{name}.php")
    other = join(folder, f"app/Config/{name}.php")
    return usual if view.repository.size(usual) or not view.repository.size(other) else other
