"""Find passwords that stand in SQL and secrets that are generated inside an argument.

What:
    A role of a database gets its password from a variable of the client (`:'password'`), not as a word in a file. A secret that is
    generated is written to a file or to standard input, not put together in the argument of another program.

Why it matters in production:
    The file is in the repository, and so is the password: of a role that reads everything, with a name that everybody guesses. An argument
    is read by every process of the host, and it is in the shell's history.

Example:
    CREATE ROLE reporting LOGIN PASSWORD 'reporting';

Instead:
    CREATE ROLE reporting LOGIN PASSWORD :'reporting_password';      -- psql -v reporting_password="$(cat …)"

When to ignore:
    SEC025 when the host has one user and the history is off: say so.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.invocations import Invocation

LITERAL = Rule("SEC024", "password-in-sql", "error", "A role of a database gets a password that stands in a file.")
BUILT = Rule("SEC025", "secret-built-in-argument", "error", "A secret is generated inside the argument of another program.")
RULES = (LITERAL, BUILT)

_ROLE = re2.compile(r"(?i)\b(?:create|alter)\s+(?:role|user)\b[^;]*?\b(?:password|identified\s+by)\s+'([^'$:{<]{3,})'")
_STORES = {"aws": ("--secret-string",), "gcloud": ("--data-file",), "az": ("--value",), "vault": ()}
_GENERATES = ("openssl rand", "pwgen", "/dev/urandom", "uuidgen", "secrets.token")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield passwords in the open."""
    for artifact in (a for a in view.of_kind("sql") if not a.nameless):  # on a page the word stands for the reader's own
        for match in _ROLE.finditer(artifact.text):
            yield LITERAL.at(
                artifact,
                "The role gets a password that stands in this file.",
                line=artifact.text.count("\n", 0, match.start(1)) + 1,
                hint="Give it by a variable of the client: PASSWORD :'name'.",
            )
    for script in view.scripts:
        if script.label in ("run", "artifact"):
            for call in script.calls:
                if call.name in _STORES and _generated(call):
                    yield BUILT.at(
                        script,
                        f"A secret is generated inside an argument of {call.name}: every process of the host can read it.",
                        line=call.line,
                        quote=call.name,
                        hint="Write it to a file of mode 0600 and give that (file://…), or put Terraform's random_password into the store.",
                    )


def _generated(call: Invocation) -> bool:
    options = _STORES[call.name]
    for number, word in enumerate(call.words):
        before = call.words[number - 1].template if number else ""
        given = before in options or any(word.text.startswith(f"{o}=") for o in options) or not options
        if given and any(g in word.text for g in _GENERATES) and "file://" not in word.text and word.text != "-":
            return True
    return False
