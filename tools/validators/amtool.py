"""Let amtool check Alertmanager's configuration: fields, receivers, matchers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, of_older_tool, verdict

TOOL = "amtool"
KINDS = ("alertmanager",)
OUTSIDE = True
INSTALL = "install Alertmanager (apt-get install prometheus-alertmanager) for its amtool"


def available() -> bool:
    """Say whether amtool can be started."""
    return _process.find(TOOL) is not None


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each file; a refusal by a tool older than the plan's Alertmanager is no verdict."""
    program = _process.find(TOOL)
    if program is None:
        return absent(items, INSTALL)
    with _process.folder({f"{number}/alertmanager.yml": item.text for number, item in enumerate(items)}) as root:
        return [
            of_older_tool(_one(program, root / str(number)), TOOL, _process.version(TOOL), workspace.versions.get("alertmanager"))
            for number in range(len(items))
        ]


def _one(program: str, folder: Path) -> Verdict:
    done = _process.run([program, "check-config", "alertmanager.yml"], folder)
    if done.status == 0:
        return verdict(())
    if done.status is None:
        return Verdict("absent", note=done.err)
    lines = [line.strip() for line in (done.out + "\n" + done.err).split("\n") if "FAILED" in line or "error" in line.lower()]
    return verdict(
        [Problem(1, line.replace("FAILED:", "").strip()[:300]) for line in lines][:5] or [Problem(1, f"exit status {done.status}")]
    )
