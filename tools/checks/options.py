"""Check subcommands and long options of well-known programs against tables of those that they have.

What:
    A subcommand, and each `--option`, is one of that program: kubectl, helm, docker and docker compose, terraform and tofu, PostgreSQL's
    and MariaDB's clients, redis-cli, mongosh, systemctl and journalctl, curl, restic, certbot, gunicorn, uvicorn, alembic, npm's and
    ufw's subcommands, apt-get, trivy image, aws before its service. Each table says which line of the program it was read from. Where the
    plan pins a newer line, or the table is no longer of the newest one, only what looks like a slip of an option that exists is told.
    Short options are not judged.

Why it matters in production:
    `docker compose up --detach --wait-for 120` ends with "unknown flag" in the middle of a release. People and models invent options that
    sound right; no linter of shell knows which ones a program has.

Example:
    trivy image --severities HIGH shop:1.4.2
    kubectl rollout verify deployment/shop

Instead:
    trivy image --severity HIGH shop:1.4.2
    kubectl rollout status deployment/shop

When to ignore:
    When it belongs to a version newer than the table, or to a plugin: say which.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache

import re2

from ...core.findings import Finding
from ..catalog import numbers
from ._fixes import on_line
from ._link.option_tables import Table, tables
from ._link.versions import named
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation

UNKNOWN = Rule(
    "VAL017", "option-unknown", "error", "A command is given an option that it does not have.", confidence="medium", foreign="warning"
)
NO_COMMAND = Rule(
    "VAL018",
    "subcommand-unknown",
    "error",
    "A program is given a subcommand that it does not have.",
    confidence="medium",
    foreign="warning",
)
RULES = (UNKNOWN, NO_COMMAND)

_ALIKE = 0.75
_SLIP = 0.85  # how much an option must look like one that exists where the table does not hold everything
_SWAPPED = 0.8  # the same of a subcommand: two letters of a short word that changed places
_LONG = re2.compile(r"^--[A-Za-z][A-Za-z0-9_.-]*$")
_SINGLE = re2.compile(r"^--?[a-z][a-z0-9_-]+$")
_WORD = re2.compile(r"^[a-z][a-z0-9-]*$")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield subcommands and options that a program does not have."""
    newer: dict[str, bool] | None = None  # what the plan pins is asked once something is unknown: most plans never ask
    for script in view.scripts:
        for call in script.calls:
            program = call.words[0].template
            table = tables().get("docker" if call.docker is not None and call.name != "podman" else call.name)
            if table is not None and ("/" not in program or program.startswith(("/usr/", "/bin/", "/sbin/"))):
                if newer is None and _doubtful(call, table):
                    newer = _newer(view)
                if newer is not None:
                    yield from _judged(script, call, table, newer.get(table.tool))


def _newer(view: PlanView) -> dict[str, bool]:
    """Return for each program whose version the plan names whether that is a newer line than its table's."""
    found: dict[str, bool] = {}
    for item in named(view):
        table = tables().get(item.product.id)
        own = numbers(item.version)
        if table is not None and own:
            found[table.tool] = found.get(table.tool, False) or own[: len(table.line)] > table.line
    return found


def _judged(script: ScriptView, call: Invocation, table: Table, newer: bool | None) -> Iterator[Finding]:
    """Yield what is wrong with one command line; `newer` is null where the plan pins no version of the program."""
    command, unknown, names = _read(call, table)
    everything = table.complete and not newer and (table.current or newer is False)
    if unknown is not None:
        yield from _subcommand(script, call, table, command, unknown, everything)
    for name in names:
        yield from _option(script, call, table, command, name, everything)


def _doubtful(call: Invocation, table: Table) -> bool:
    _, unknown, names = _read(call, table)
    return unknown is not None or bool(names)


def _read(call: Invocation, table: Table) -> tuple[str, str | None, list[str]]:
    """Return the command, the word that is no subcommand where one is due, and the options that the command does not take."""
    if call.docker is not None:
        command, unknown = call.docker.verb, _of_docker(table, call.docker.verb)
        given = [name for name, _ in call.docker.arguments.options]
    else:
        words = call.texts[1:]
        command, at, unknown = table.found(words)
        own = words[: at + 1 if command in table.runs else len(words)]
        given = list(own[: own.index("--")] if "--" in own else own)
    if unknown is not None or command not in table.commands or not table.judges_options:
        return command, unknown, []
    return command, None, [n for n in sorted({_name(text, table.dash) for text in given} - {""}) if not table.has(command, n)]


def _of_docker(table: Table, verb: str) -> str | None:
    """Return the word that is no subcommand of the group it stands in; plugins own the first word."""
    group, _, word = verb.rpartition(" ")
    return word if group in table.groups and verb not in table.commands else None


@cache
def _name(text: str, dash: str) -> str:
    """Return the name of a long option as it stands there in clear, empty for another word."""
    head = text.partition("=")[0]
    return head.lstrip("-") if (_SINGLE if dash == "-" else _LONG).match(head) else ""


def _subcommand(script: ScriptView, call: Invocation, table: Table, command: str, word: str, everything: bool) -> Iterator[Finding]:
    if not _WORD.match(word):
        return
    group = command.rpartition(" ")[0] if call.docker is not None else command
    known = table.below(group)
    if table.abbreviates and any(k.startswith(word) for k in known):
        return
    plugin = table.plugins and not group
    near = difflib.get_close_matches(word, known, n=1, cutoff=_SWAPPED if plugin or not everything else _ALIKE)
    if near or (everything and not plugin):
        yield NO_COMMAND.at(
            script,
            f"{f'{table.tool} {group}'.strip()} has no subcommand {word}.",
            line=call.line,
            quote=" ".join(call.texts),
            hint=f"Meant is {near[0]}?" if near else f"It has {', '.join(known[:12])}.",
            fix=on_line(script, call.line, f" {word}", f" {near[0]}", f"Write {near[0]}.", safe=False) if near else None,
        )


def _option(script: ScriptView, call: Invocation, table: Table, command: str, name: str, everything: bool) -> Iterator[Finding]:
    known = sorted(table.commands[command] | table.everywhere)
    near = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE if everything else _SLIP)
    if near or everything:
        written = next((t.partition("=")[0] for t in call.texts if t.partition("=")[0].lstrip("-") == name), f"{table.dash}{name}")
        wanted = table.dash + near[0] if near else ""
        shown = f"{table.tool} {command}".strip()
        yield UNKNOWN.at(
            script,
            f"{shown} has no option {written}.",
            line=call.line,
            quote=" ".join(call.texts),
            hint=f"Meant is {wanted}?" if near else f"See `{shown} {table.dash}help`.",
            fix=on_line(script, call.line, written, wanted, f"Write {wanted}.", safe=False) if near else None,
        )
