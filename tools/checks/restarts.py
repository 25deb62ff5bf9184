"""Find restarts of data stores that nobody is told of.

What:
    A command that restarts or replaces a data store, alone or in a loop over services (`docker service update --force`, `--secret-rm`,
    `docker compose restart`, `kubectl rollout restart statefulset`), says what a user notices: in the step's impact, or in the text around
    it.

Why it matters in production:
    A rotation of passwords that runs over "all services" restarts the database with the others. It is done at noon, because the plan calls
    it a rotation and not an outage.

Example:
    for s in vote result worker db; do docker service update --force "app_$s"; done

Instead:
    "Restarting the database interrupts every request for 20 to 40 seconds: do it in the maintenance window." and a step of its own

When to ignore:
    When the store is replicated and the command restarts one member at a time: say which.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, ScriptView, StepView
from ._view.invocations import Invocation
from ._view.kubectl import read_kubectl

UNSAID = Rule(
    "LIF002",
    "restart-unsaid",
    "error",
    "A data store is restarted, and nothing says what that interrupts.",
    confidence="medium",
    foreign="warning",
)
RULES = (UNSAID,)

_STORE = re2.compile(r"(?i)(?:^|[_./-])(?:db|database|postgres(?:ql)?|mysql|mariadb|redis|mongo(?:db)?|rabbitmq|kafka|valkey)(?:$|[_./-])")
_SAYS = re2.compile(
    r"(?i)\b(?:outage|downtime|interrupt\w*|unavailable|restart(?:s|ed|ing)? the (?:db|database)|maintenance window|impact"
    r"|connections? (?:are|will be|is) (?:closed|dropped|lost))\b"
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield restarts that come as a surprise."""
    for step in view.steps:
        if step.shell and not _said(step, view):
            script = ScriptView(step, "run", step.model.run, step.base)
            for call in step.calls:
                store = _restarted(script, call)
                if store:
                    yield UNSAID.at(
                        step,
                        f"Step {step.step} restarts {store}, and nothing says what that interrupts.",
                        line=call.line,
                        quote=" ".join(call.texts),
                        hint="State the impact and the window, verify that the store is back, and say how to go back.",
                    )
                    break


def _said(step: StepView, view: PlanView) -> bool:
    model = step.model
    if not view.foreign:
        return bool(model.impact.strip()) and model.blast_radius != "none"
    return bool(_SAYS.search(f"{model.title}\n{model.why}\n{model.impact}\n{model.run}"))


def _restarted(script: ScriptView, call: Invocation) -> str:
    """Return the data store that a call restarts, empty for none."""
    docker = call.docker
    names: list[str] = []
    if docker is not None and docker.verb == "service update":
        restarts = {"--force", "--secret-rm", "--secret-add", "--env-add", "--env-rm", "--image", "--config-add", "--config-rm"}
        names = [w.template for w in docker.names] if docker.arguments.has(*restarts) else []
    elif docker is not None and docker.verb in ("compose restart", "restart", "compose stop", "stop"):
        stops = "stop" in docker.verb
        names = [] if stops else [w.template for w in docker.names]
    else:
        read = read_kubectl(call)
        if read is not None and read.verb == "rollout restart":
            names = [*read.names]
    expanded = [value for name in names for value in _expanded(script, name)]
    return next((name for name in expanded if _STORE.search(name)), "")


def _expanded(script: ScriptView, name: str) -> list[str]:
    """Return a name with the words of the loop that its variable runs over put in."""
    for node in script.script.nodes:
        if node.kind == "for" and "${" + node.name + "}" in name:
            return [name.replace("${" + node.name + "}", w.template) for w in node.words]
    return [name]
