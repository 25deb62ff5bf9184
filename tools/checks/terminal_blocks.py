"""Find blocks that do something else when they are pasted: typographic dashes, a login in their middle, a command that never ends.

What:
    Options begin with hyphens, not with the dashes of a word processor. A block that logs in to another host (`ssh host` alone) ends there:
    what follows is typed into the wrong machine. A command that stays in the foreground (`port-forward`, `logs -f`, `tail -f`) is the last
    of its block.

Why it matters in production:
    Pasted as a whole, the lines behind `ssh root@host` wait in the terminal's buffer and run on the workstation when the session ends, with
    its files and its credentials. The lines behind a port-forward never run.

Example:
    ssh root@db-1
    cd /etc/shop && openssl rand -hex 32 > key

Instead:
    ssh root@db-1 'cd /etc/shop && openssl rand -hex 32 > key'

When to ignore:
    CMD009 when the text says that the block is typed line by line on that host.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, StepView
from ._view.invocations import Invocation
from ._view.kubectl import read_kubectl

DASH = Rule("CMD008", "typographic-dash", "error", "An option begins with a typographic dash, which no program reads.")
LOGIN = Rule("CMD009", "login-inside-block", "warning", "A block logs in to another host, and goes on.", profile="review")
ENDLESS = Rule("CMD010", "block-never-ends", "error", "A command that stays in the foreground is followed by others.", foreign="warning")
RULES = (DASH, LOGIN, ENDLESS)

_DASHED = re2.compile(r"(?:^|\s)([–—‑−][–—‑−-]?[A-Za-z][\w-]*|-[–—‑−][A-Za-z][\w-]*)")
_SSH_VALUED = ("-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p", "-Q", "-R", "-S", "-W", "-w")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield blocks that do not do what they say when they are pasted."""
    for script in view.scripts:
        if script.label in ("run", "verify", "artifact", "workflow", "rollback"):
            for number, line in enumerate(script.text.split("\n"), start=1):
                match = _DASHED.search(line) if not line.lstrip().startswith("#") and not line.isascii() else None
                if match is not None and '"' not in line[: match.start()] and "'" not in line[: match.start()]:
                    yield DASH.at(
                        script,
                        f"{match.group(1)} begins with a typographic dash: the program takes it for an argument.",
                        line=number,
                        quote=line.strip(),
                        hint="Type two hyphens.",
                    )
    for step in view.steps:
        if step.shell and step.model.human is None:
            yield from _step(step)


def _step(step: StepView) -> Iterator[Finding]:
    calls = [c for c in step.calls if c.where == "here"]
    for number, call in enumerate(calls[:-1]):
        if _logs_in(call):
            yield LOGIN.at(
                step,
                "The block logs in to another host and goes on: pasted as a whole, the rest runs where it was not meant to.",
                line=call.line,
                quote=" ".join(call.texts),
                hint="Give the commands to ssh, or make two blocks.",
            )
            return
        later = calls[number + 1].line > call.line
        if later and _stays(call) and not step.model.run.split("\n")[call.line - 1].rstrip().endswith("&"):
            yield ENDLESS.at(
                step,
                f"{call.name} {call.texts[-1] if len(call.texts) < 3 else call.texts[1]} stays in the foreground: what follows never runs.",
                line=call.line,
                quote=" ".join(call.texts),
                hint="Put it into a block of its own, or into the background.",
            )
            return


def _logs_in(call: Invocation) -> bool:
    if call.name != "ssh":
        return False
    arguments = call.split(*_SSH_VALUED, stop=True)
    return len(arguments.positionals) == 1 and not arguments.has("-N", "-f", "-T", "-V", "-L", "-R", "-D")


def _stays(call: Invocation) -> bool:
    read = read_kubectl(call)
    texts = set(call.texts)
    if read is not None:
        return read.verb == "port-forward" or (read.verb == "logs" and bool(texts & {"-f", "--follow"}))
    if call.docker is not None:
        return call.docker.verb in ("compose logs", "logs", "service logs") and bool(texts & {"-f", "--follow"})
    follows = bool(texts & {"-f", "-F", "--follow"})
    return (call.name in ("tail", "journalctl") and follows) or (call.name == "aws" and "tail" in texts and "--follow" in texts)
