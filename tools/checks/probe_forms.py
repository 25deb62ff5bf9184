"""Check that a health check is written in a form that runs.

What:
    The list of a compose health check starts with CMD, CMD-SHELL or NONE. CMD starts one program with its arguments: `||`, `|`, `&&` and
    `$$VAR` mean nothing there, and a whole command in one element is no program's name. CMD-SHELL takes the command as one text: what
    stands in further elements is lost. HEALTHCHECK of a Dockerfile has CMD before its command.

Why it matters in production:
    A check that cannot run leaves the container unhealthy for ever, and what waits for it never starts; one whose arguments are lost
    asks something else than was meant.

Example:
    healthcheck: {test: [CMD, curl, -f, "http://localhost:8080/health", "||", exit, "1"]}

Instead:
    healthcheck: {test: [CMD-SHELL, "curl -f http://localhost:8080/health || exit 1"]}

When to ignore:
    Never: write it in the form that runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.healthchecks import stated

MALFORMED = Rule("NET026", "probe-malformed", "error", "A health check is written in a form that does not run as it is meant.")
RULES = (MALFORMED,)

_OPERATORS = frozenset({"||", "&&", "|", ">", "2>&1", ">/dev/null", ";"})
_FIRST = ("NONE", "CMD", "CMD-SHELL")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield health checks whose form is wrong."""
    for artifact, file in view.compose:
        for service in file.services.values():
            health = stated(service.raw)
            test = health.get("test") if health is not None else None
            reason = _wrong(test) if isinstance(test, list) else None
            if health is not None and reason is not None:
                yield MALFORMED.at(
                    artifact,
                    f"The health check of {service.name} {reason}.",
                    line=health.line_of("test"),
                    quote=str(test),
                    hint="Write [CMD, program, argument, …], or [CMD-SHELL, 'one text'].",
                )
    for artifact in view.of_kind("dockerfile"):
        final = artifact.dockerfile.final
        health_check = final.last("HEALTHCHECK") if final is not None else None
        reason = _wrong_instruction(health_check.text) if health_check is not None else None
        if health_check is not None and reason is not None:
            yield MALFORMED.at(
                artifact,
                f"The image's health check {reason}.",
                line=health_check.line,
                quote=health_check.text,
                hint='Write HEALTHCHECK CMD and one command, or CMD ["program", "argument"].',
            )


def _wrong(test: list[object]) -> str | None:
    """Return what is wrong with a health check's list, or null."""
    words = [str(part) for part in test]
    if not words:
        return None
    if words[0] not in _FIRST:
        return f"is a list that starts with {words[0][:40]}: Compose takes CMD, CMD-SHELL or NONE there and refuses the file"
    if words[0] == "CMD-SHELL" and len(words) > 2:
        return f"gives CMD-SHELL more than one text: only `{words[1][:60]}` is run, the other {len(words) - 2} elements are lost"
    return _wrong_words(words[1:]) if words[0] == "CMD" else None


def _wrong_words(words: list[str]) -> str | None:
    """Return what is wrong with a program and its arguments, which no shell reads."""
    through_shell = bool(words) and words[0].rpartition("/")[2] in ("sh", "bash", "ash", "dash")
    operator = next((word for word in words if word in _OPERATORS), None)
    if operator is not None and not through_shell:
        return f"hands `{operator}` to {words[0]} as an argument: without a shell it joins nothing"
    if len(words) == 1 and " " in words[0].strip() and not words[0].strip().startswith("/"):
        return f"names a whole command as the program (`{words[0].strip()[:60]}`): no file is called that"
    return None


def _wrong_instruction(text: str) -> str | None:
    rest = text
    while rest.startswith("--"):
        rest = rest.partition(" ")[2].lstrip()
    if rest.upper() == "NONE" or not rest:
        return None
    keyword, _, command = rest.partition(" ")
    if keyword.upper() != "CMD" and not keyword.upper().startswith("CMD["):
        return f"has {keyword[:40]} where CMD or NONE belongs: the build stops there"
    command = command.strip()
    if not command.startswith("["):
        return None
    try:
        words = json.loads(command)
    except ValueError:
        return None  # the shell reads what is no JSON
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return None
    if words and words[0] in ("CMD", "CMD-SHELL"):
        return f"starts a program called {words[0]}: that word belongs to Compose"
    return _wrong_words(words)
