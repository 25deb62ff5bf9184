"""Find folders that a recurring script writes to and that nothing makes.

What:
    A folder below /var/backups, /backup, /srv, /data and the like that a script writes to is made by a command, a unit
    (`StateDirectory=`) or a mount. Folders that every system has count as there.

Why it matters in production:
    "No such file or directory" is the whole output of the first backup, and of each one after it. In a script without `set -e` the next
    line then copies the old files away, and says that it is done.

Example:
    pg_dump shop > /backup/shop.sql          # nothing makes /backup

Instead:
    install -d -m 0700 /backup

When to ignore:
    When the image of the host or a mount of the operator provides it: name it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, ScriptView

NEVER = Rule("LNK123", "folder-never-made", "error", "A script writes to a folder that nothing makes.", confidence="medium")
RULES = (NEVER,)

_LOOKED_AT = ("/var/backups/", "/backup", "/backups", "/srv/", "/data/", "/mnt/", "/var/lib/node_exporter", "/var/lib/prometheus/")
_VARIABLE = re2.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_MAKES = re2.compile(r"(?m)(?:mkdir|install\s+(?:-\S+\s+)*-d|StateDirectory=|mount |rsync |git clone|tar |path:\s)[^\n]*")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield folders that are not there."""
    texts = [s.text for s in view.scripts] + [a.text for a in view.artifacts if a.kind != "shell"]
    made = " ".join(str(m) for text in texts for m in _MAKES.findall(text))
    mounted = {m.source.rstrip("/") for _, (_, s) in view.services.items() for m in s.mounts if m.kind == "bind"}
    told: set[str] = set()
    for script in view.scripts:
        if script.label != "artifact":
            continue
        known = script.script.constants
        for command in script.script.commands:
            for redirect in command.redirects:
                if not redirect.writes or redirect.target is None:
                    continue
                folder = _folder(redirect.target.template, known)
                if not folder or folder in told or folder in mounted or _is_made(folder, made, known, script):
                    continue
                told.add(folder)
                yield NEVER.at(
                    script,
                    f"{folder} is written to, and nothing makes it.",
                    line=redirect.line,
                    quote=redirect.target.text,
                    hint=f"install -d -m 0750 {folder}",
                )


def _folder(template: str, known: dict[str, str]) -> str:
    """Return the folder of a path where it is known and one that a plan has to make, else an empty text."""
    text = template
    for match in _VARIABLE.finditer(template):
        value = known.get(str(match.group(1)))
        if value is not None:
            text = text.replace(str(match.group(0)), value)
    whole = text.partition("$")[0]
    folder = posixpath.dirname(whole) if whole else ""
    return folder if folder.startswith(_LOOKED_AT) and len(folder) > 4 else ""


def _is_made(folder: str, made: str, known: dict[str, str], script: ScriptView) -> bool:
    names = [n for n, v in known.items() if v.rstrip("/") == folder]
    own = any(f"${n}" in str(m) or f"${{{n}}}" in str(m) for m in _MAKES.findall(script.text) for n in names)
    return own or folder in made or folder.removeprefix("/var/lib/") in made.split()
