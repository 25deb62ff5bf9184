"""Find accounts that are made on the host and never used.

What:
    A user that `useradd` or `adduser` makes is used afterwards: by `sudo -u`, `su`, `chown`, a unit's `User=`, a cron entry, ssh, or an
    instruction to a person.

Why it matters in production:
    An account that does nothing is an account that somebody may log in with. Or the plan meant it to own the deployment, and everything
    runs as root instead.

Example:
    useradd --system --create-home ops          # and nothing else ever names ops

Instead:
    install -d -o ops -g ops /srv/app && sudo -u ops docker compose up -d

When to ignore:
    When people log in with it: say who.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.invocations import Invocation

UNUSED = Rule("LNK065", "user-never-used", "warning", "An account is made on the host and never used.", profile="review")
RULES = (UNUSED,)

_VALUED = (
    "-c --comment -d --home -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K -p --password -r_ -s --shell -u --uid -U_"
    " --gecos --ingroup --firstuid --lastuid -Z --base-dir -b"
).split()


def check(view: PlanView) -> Iterator[Finding]:
    """Yield accounts that nothing uses."""
    for script in view.scripts:
        for call in script.calls:
            name = _made(call)
            if name and not _used(view, name):
                yield UNUSED.at(
                    script,
                    f"The user {name} is made and never used.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Let it own what it was made for, or take it out.",
                )


def _made(call: Invocation) -> str:
    if call.name not in ("useradd", "adduser") or call.where != "here":
        return ""
    names = [w.value for w in call.split(*_VALUED).positionals if w.value]
    return names[0] if len(names) == 1 else ""


def _used(view: PlanView, name: str) -> bool:
    for script in view.scripts:
        for call in script.calls:
            making = call.name in ("useradd", "adduser", "userdel", "deluser", "id", "getent", "usermod", "passwd")
            if not making and any(name in _words(text) for text in (*call.texts, *(w.template for w in call.statement.everything()))):
                return True
    texts = [a.text for a in view.artifacts if a.kind != "shell"] + [text for _, text, _, _ in view.prose]
    texts += [r.heredoc or "" for s in view.scripts for c in s.script.commands for r in c.redirects]
    return any(name in _words(text) for text in texts)


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() or c in "-_" else " " for c in text).split())
