"""Check the long options of well-known programs against a table of those that they have.

What:
    `--option` of docker, docker compose, curl, trivy image, apt-get, systemctl and PostgreSQL's programs is an option of that command in a
    current version (`--no-…` and unambiguous values included). Short options and other programs are not judged.

Why it matters in production:
    `docker compose up --detach --wait-for 120` ends with "unknown flag" in the middle of a release. People and models invent options that
    sound right; no linter of shell knows which ones a program has.

Example:
    trivy image --severities HIGH shop:1.4.2

Instead:
    trivy image --severity HIGH shop:1.4.2

When to ignore:
    When the option belongs to a version newer than the table: say which.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from ...core.findings import Finding
from ._fixes import on_line
from ._rule import Rule
from ._view import PlanView
from ._view.invocations import Invocation

UNKNOWN = Rule(
    "VAL017", "option-unknown", "error", "A command is given an option that it does not have.", confidence="medium", foreign="warning"
)
RULES = (UNKNOWN,)

_SUBCOMMANDS = {"trivy": ("image",)}
_COMMON = frozenset({"--help", "--version"})
_ALIKE = 0.75


@cache
def _table() -> dict[str, frozenset[str]]:
    """Return the long options of each command, by program and subcommand."""
    text = files(__package__).joinpath("_link", "options.json").read_text("utf-8")
    return {name: frozenset("--" + o for o in options.split()) for name, options in json.loads(text).items()}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield options that a command does not have."""
    for script in view.scripts:
        for call in script.calls:
            command, given = _given(call)
            known = _table().get(command)
            for name in given if known is not None else ():
                if known is None or name in known or name in _COMMON or _negated(name, known):
                    continue
                near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_ALIKE)
                yield UNKNOWN.at(
                    script,
                    f"{command} has no option {name}.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint=f"Meant is {near[0]}?" if near else f"See `{command} --help`.",
                    fix=on_line(script, call.line, name, near[0], f"Write {near[0]}.", safe=False) if near else None,
                )


def _given(call: Invocation) -> tuple[str, list[str]]:
    """Return the command as the table names it and the long options that stand there in clear."""
    if call.docker is not None:
        program = f"docker {call.docker.verb}"
        names = [name for name, _ in call.docker.arguments.options]
    else:
        subcommand = next((t for t in call.texts[1:] if not t.startswith("-")), "")
        program = f"{call.name} {subcommand}" if call.name in _SUBCOMMANDS and subcommand in _SUBCOMMANDS[call.name] else call.name
        names = [] if program in ("trivy", "docker") else [name for name, _ in call.split().options]
    return program, sorted({n.partition("=")[0] for n in names if n.startswith("--") and len(n) > 2 and not set(n) & set("$<>{}*…")})


def _negated(name: str, known: frozenset[str]) -> bool:
    return name.startswith("--no-") and "--" + name[5:] in known
