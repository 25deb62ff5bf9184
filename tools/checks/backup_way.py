"""Check that backups can travel: the key for the other machine, and the folder they go into, are made by somebody.

What:
    Where a script or timer copies to another machine by rsync, scp or ssh, the plan makes or asks for the key, and makes the folder over
    there (or tells who does). A timer runs as root, and root has no key of its own.

Why it matters in production:
    `rsync … backup@vault:/srv/backups/` fails every night with "Permission denied (publickey)", in a log that nobody reads. The backups
    stay on the node that they protect.

Example:
    0 3 * * * rsync -a /var/backups/ backup@vault.example.org:/srv/backups/shop/

Instead:
    ssh-keygen -t ed25519 -N '' -f /root/.ssh/backup && ssh-copy-id -i /root/.ssh/backup backup@vault.example.org
    ssh -i /root/.ssh/backup backup@vault.example.org 'install -d -m 0700 /srv/backups/shop'

When to ignore:
    When configuration management gives the key and the folder: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule, Spot
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation

UNPREPARED = Rule(
    "LNK054",
    "backup-way-unprepared",
    "error",
    "Backups are copied to another machine for which no key or folder is made.",
    confidence="medium",
)
RULES = (UNPREPARED,)

_KEY_WORDS = ("ssh-copy-id", "authorized_keys", "ssh key", "ssh-key", "public key", "known_hosts", "deploy key", "agent forward")
_FOLDER_WORDS = ("mkdir", "install -d", "--mkpath", "create the folder", "create the directory")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield copies to a machine that is not prepared for them."""
    sending = [(script, call) for script in _scripts(view) for call in script.calls if _target(call)]
    if not sending:
        return
    texts = [s.text for s in view.scripts] + [text for _, text, _, _ in view.prose] + [i.obtain or "" for i in view.plan.inputs]
    everything = "\n".join(texts).lower()
    key = any(word in everything for word in _KEY_WORDS)
    folder = any(word in s.text and any(_remote_folder(c, word) for c in s.calls) for s in view.scripts for word in _FOLDER_WORDS)
    folder = folder or any(word in everything for word in _FOLDER_WORDS[3:])
    if key and (folder or view.foreign):
        return
    script, call = sending[0]
    lacking = " and ".join(["the key"] * (not key) + ["the folder"] * (not folder))
    spot: Spot = script
    yield UNPREPARED.at(
        spot,
        f"{call.name} copies to {_target(call)}, and nothing makes {lacking} for it: the backups stay where they are.",
        line=call.line,
        quote=" ".join(call.texts),
        hint="Add the steps that make the key, put it on the other machine, and make the folder there.",
    )


def _scripts(view: PlanView) -> Iterator[ScriptView]:
    """Yield the scripts that run by themselves, and the steps that back up."""
    yield from (running.script for running in view.recurring if not running.why.startswith("runs on"))
    for step in view.steps:
        if step.model.phase == "backup" and step.shell:
            yield ScriptView(step, "run", step.model.run, step.base)


def _target(call: Invocation) -> str:
    """Return the other machine's place that a copy goes to, empty for any other command."""
    if call.name in ("rsync", "scp") and len(call.texts) > 2:
        last = call.texts[-1]
        host = last.partition(":")[0]
        return last if ":" in last and "/" not in host and "://" not in last else ""
    return ""


def _remote_folder(call: Invocation, word: str) -> bool:
    return (call.where == "remote" or call.name in ("ssh", "rsync")) and word in " ".join(call.texts)
