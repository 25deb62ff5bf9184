"""Check that a secret's clear text exists somewhere, when a store that gives nothing back has swallowed it.

What:
    A value that is generated inside a pipe and goes straight into `docker secret create` exists nowhere else: the swarm never shows it
    again. The plan keeps it (a password store, a file for the operator), or nothing needs it a second time.

Why it matters in production:
    Section 9 needs the password for the exporter's role, and nobody has it. After the loss of the swarm the database volume is back, and
    its password is not.

Example:
    openssl rand -hex 24 | docker secret create exporter_password -
    psql -c "CREATE ROLE exporter PASSWORD '<the same value>'"

Instead:
    docker secret create exporter_password /run/keys/exporter_password       # an input, kept in the team's password store

When to ignore:
    When the value can be made anew at any time without any other party knowing the old one: say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, StepView
from ._view.invocations import of_node
from ._view.script import Node

LOST = Rule("LNK025", "clear-text-lost", "error", "A generated secret goes into a store that never shows it, and is kept nowhere else.")
RULES = (LOST,)

_MAKES = frozenset({"openssl", "pwgen", "uuidgen", "apg", "gpg", "head", "tr", "base64", "dd", "cat", "python3", "python"})
_KEEPS = frozenset({"tee", "pass", "vault", "op", "bw", "sops", "age", "aws", "gcloud", "az"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield secrets whose clear text is gone."""
    for step in view.steps:
        for node in step.run.nodes if step.shell else ():
            if node.kind == "pipeline":
                yield from _pipeline(view, step, node)


def _pipeline(view: PlanView, step: StepView, node: Node) -> Iterator[Finding]:
    parts = [call for part in node.parts for call in of_node(part)[:1]]
    if len(parts) < 2 or parts[0].name not in _MAKES or any(call.name in _KEEPS for call in parts):
        return
    if parts[0].name in ("cat", "gpg") and any(w.template.startswith(("/", "./")) and "random" not in w.template for w in parts[0].args):
        return  # a file holds it
    docker = parts[-1].docker
    if docker is None or docker.verb != "secret create" or len(docker.names) < 1:
        return
    name = docker.names[0].template
    user = _second_use(view, step, name)
    again = f"{user} needs it again" if user else "after a loss of the swarm nobody can make it again"
    yield LOST.at(
        step,
        f"The clear text of {name} exists nowhere: it is generated inside the pipe, and {again}.",
        line=node.line,
        quote=node.text,
        severity="error" if user else "warning",
        hint="Make it an input that is kept in a password store, and create the secret from it.",
    )


def _second_use(view: PlanView, step: StepView, name: str) -> str:
    """Return who needs the value again: a later command that names it outside of the swarm's own commands."""
    base = name.lower().replace("-", "_")
    stem = base.removesuffix("_password").removesuffix("_secret").removesuffix("_pass")
    for other in view.steps:
        for call in other.calls if other.shell else ():
            if other.index < step.index or (call.docker is not None and not call.docker.command):
                continue
            text = " ".join([*call.texts, *(r.heredoc or "" for r in call.statement.redirects)]).lower().replace("-", "_")
            if base in text or (len(stem) > 3 and stem in text and "password" in text):
                return f"step {other.step}"
    return ""
