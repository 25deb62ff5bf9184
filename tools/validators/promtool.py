"""Let promtool check Prometheus rules and configuration, and run the unit tests of alerts."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path

from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, of_older_tool, verdict

TOOL = "promtool"
KINDS = ("prometheus-rules", "prometheus", "prometheus-tests")
OUTSIDE = True
INSTALL = "install Prometheus (apt-get install prometheus) for its promtool"


def available() -> bool:
    """Say whether promtool can be started."""
    return _process.find(TOOL) is not None


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each file; tests are run, in the folder of the file, beside the rules they name."""
    program = _process.find(TOOL)
    if program is None:
        return absent(items, INSTALL)
    with _process.folder({**workspace.files, **{item.path: item.text for item in items}}) as root:
        return [
            of_older_tool(_one(program, item, root), TOOL, _process.version(TOOL), workspace.versions.get("prometheus")) for item in items
        ]


def _one(program: str, item: Item, root: Path) -> Verdict:
    folder, name = posixpath.split(item.path.lstrip("/"))
    words = {
        "prometheus-rules": ["check", "rules"],
        "prometheus": ["check", "config", "--syntax-only"],
        "prometheus-tests": ["test", "rules"],
    }[item.kind]
    done = _process.run([program, *words, name], root / folder)
    if done.status == 0:
        return verdict(())
    if done.status is None:
        return Verdict("absent", note=done.err)
    text = (done.err.strip() + "\n" + done.out.strip()).replace(str(root) + "/", "")
    lines = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith(("Checking", "Unit Testing"))]
    return verdict(
        [Problem(1, line.removeprefix("FAILED:").strip()[:300]) for line in lines if line != "FAILED:"][:8]
        or [Problem(1, f"exit status {done.status}")]
    )
