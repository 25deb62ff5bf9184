"""Find commands that come before what they need: a user, a rule of the firewall, a node, the outputs of an apply.

What:
    An account is made before a file is given to it. SSH is allowed before the firewall is switched on. A node has joined before it is
    labelled. Terraform's outputs are read after the apply that makes them.

Why it matters in production:
    The script stops in its middle on the very first host ("invalid user"), or locks out whoever runs it: the firewall goes up with the
    default deny, and the line that allows SSH is sent over a connection that no longer exists.

Example:
    ufw --force enable
    ufw allow OpenSSH

Instead:
    ufw allow OpenSSH
    ufw --force enable

When to ignore:
    LNK117 when the image of the host already has the account: name the image.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation

EARLY = Rule("LNK117", "used-before-made", "error", "A command uses what a later command makes.")
LOCKED = Rule("LNK118", "firewall-before-ssh", "error", "The firewall is switched on before SSH is allowed.")
RULES = (EARLY, LOCKED)

_OWNING = ("install", "chown", "usermod", "setfacl", "runuser", "su", "sudo", "gpasswd")
_SSH = ("ssh", "openssh", "22", "22/tcp")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield commands that come too early."""
    for script in view.scripts:
        if script.label in ("run", "artifact"):
            yield from _users(script)
            yield from _firewall(script)
            yield from _labels(script)
    yield from _outputs(view)


def _users(script: ScriptView) -> Iterator[Finding]:
    made: dict[str, int] = {}
    for number, call in enumerate(script.calls):
        if call.name in ("useradd", "adduser") and call.args:
            made.setdefault(call.args[-1].template, number)
    for number, call in enumerate(script.calls):
        name = _owner(call)
        if name in made and number < made[name] and f"id {name}" not in script.text and f"id -u {name}" not in script.text:
            yield EARLY.at(
                script,
                f"{call.name} names the user {name}, whom only a later line makes.",
                line=call.line,
                quote=" ".join(call.texts),
                hint=f"Make {name} first.",
            )
            return


def _owner(call: Invocation) -> str:
    texts = call.texts
    if call.name == "install":
        return next((texts[n + 1] for n, t in enumerate(texts[:-1]) if t in ("-o", "--owner")), "")
    if call.name == "chown" and len(texts) > 2:
        return next((t for t in texts[1:] if not t.startswith("-")), "").partition(":")[0]
    return texts[-1] if call.name == "usermod" else ""


def _firewall(script: ScriptView) -> Iterator[Finding]:
    calls = [c for c in script.calls if c.name == "ufw"]
    on = next((n for n, c in enumerate(calls) if "enable" in c.texts), None)
    allows = [n for n, c in enumerate(calls) if {"allow", "limit"} & set(c.texts) and _is_ssh(c)]
    if on is not None and allows and min(allows) > on:
        yield LOCKED.at(
            script,
            "The firewall is switched on before SSH is allowed: whoever runs this over SSH is locked out.",
            line=calls[on].line,
            quote=" ".join(calls[on].texts),
            hint="Allow SSH first.",
        )


def _is_ssh(call: Invocation) -> bool:
    words = {part for text in call.texts for part in text.lower().replace("/tcp", "").split(",")}
    return bool(words & {w.replace("/tcp", "") for w in _SSH})


def _labels(script: ScriptView) -> Iterator[Finding]:
    """A node that is labelled by the very script that makes the swarm: nobody has joined yet."""
    calls = [c for c in script.calls if c.docker is not None]
    began = next((n for n, c in enumerate(calls) if c.docker is not None and c.docker.verb == "swarm init"), None)
    for number, call in enumerate(calls):
        docker = call.docker
        if docker is None or began is None or number < began or docker.verb != "node update":
            continue
        target = docker.names[-1].template if docker.names else ""
        here = target == "self" or "$" in target or "hostname" in target
        if target and not here and "swarm join " not in script.text:
            yield EARLY.at(
                script,
                f"The node {target} is labelled right after the swarm is made, before any node has joined.",
                line=call.line,
                quote=" ".join(call.texts),
                hint="Label it in a step after the join.",
            )


def _outputs(view: PlanView) -> Iterator[Finding]:
    """Outputs that a page reads before its first apply."""
    steps = [s for s in view.steps if s.shell]
    applied = next((s.index for s in steps if any(_is_apply(c) for c in s.calls)), None)
    for step in steps:
        if applied is None or step.index >= applied:
            return
        for call in step.calls:
            if call.name in ("terraform", "tofu") and "output" in call.texts and view.in_order(step.step, steps[-1].step):
                yield EARLY.at(
                    step,
                    f"Step {step.step} reads an output of Terraform, and the first apply comes later.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Apply what makes it first.",
                )
                return


def _is_apply(call: Invocation) -> bool:
    return call.name in ("terraform", "tofu") and "apply" in call.texts
