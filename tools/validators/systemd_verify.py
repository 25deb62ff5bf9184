"""Let systemd-analyze verify units: unknown keys, bad values, calendar expressions."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, verdict

TOOL = "systemd-analyze"
KINDS = ("systemd",)
OUTSIDE = True
INSTALL = "apt-get install systemd (systemd-analyze verify needs no running systemd)"
# what exists only on the target host
_EXPECTED = (
    "is not executable",
    "No such file or directory",
    "Failed to open /run",
    "not found in path",
    "Unit configuration has fatal error",
    "Failed to load unit",
)


def available() -> bool:
    """Say whether systemd-analyze can be started."""
    return _process.find(TOOL) is not None


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each unit: what the tool says about a key or value of the file fails it."""
    program = _process.find(TOOL)
    if program is None:
        return absent(items, INSTALL)
    names = [posixpath.basename(item.path) for item in items]
    with _process.folder({f"units/{name}": item.text for name, item in zip(names, items, strict=True)}) as root:
        done = _process.run(
            [program, "verify", "--man=no", "--recursive-errors=no", *[f"units/{n}" for n in names]],
            root,
            extra={"SYSTEMD_LOG_LEVEL": "warning"},
        )
    if done.status is None:
        return absent(items, done.err)
    if "Failed to initialize manager" in done.err:
        return absent(items, done.err.strip().partition("\n")[0])
    return [verdict(_problems(name, done.err)) for name in names]


def _problems(name: str, text: str) -> list[Problem]:
    found = []
    for line in text.splitlines():
        place, _, message = line.partition(": ")
        path, _, number = place.rpartition(":")
        if posixpath.basename(path or place) != name or any(e in line for e in _EXPECTED):
            continue
        found.append(Problem(int(number) if number.isdigit() else 1, message.strip()))
    return found
