"""Find scripts that go on after a failure: a deployment, a restore or a rollback without `set -e`.

What:
    A script that changes something in several steps stops at the first one that fails: `set -e`, or `||` and `&&` behind each step.

Why it matters in production:
    The playbook fails on the second host, the script restarts the service everywhere and prints "deployed 2.4.1". A restore whose first
    command fails goes on with the second, against the wrong database.

Example:
    #!/bin/bash
    ansible-playbook site.yml
    ssh web-1 sudo systemctl restart shop
    echo deployed

Instead:
    #!/bin/bash
    set -euo pipefail

When to ignore:
    When every step may fail by itself and the last one judges the whole: say which.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.effects import effect
from ._view.invocations import of_node
from ._view.script import Node

LAX = Rule("NET052", "script-goes-on", "error", "A script that deploys or restores goes on after a failure.", foreign="warning")
RULES = (LAX,)

_NAMES = re2.compile(r"(?i)(?:^|[-_/])(?:deploy|release|rollback|restore|migrate|provision|bootstrap|install|upgrade)[\w-]*\.(?:sh|bash)$")
_CHANGES = ("ansible-playbook", "rsync", "scp", "ssh", "helm", "nomad")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield scripts that do not stop."""
    for artifact in view.of_kind("shell"):
        script = artifact.script
        first = artifact.text.partition("\n")[0]
        strict = "e" in script.options or (first.startswith("#!") and " -e" in first) or "errexit" in artifact.text
        if not _NAMES.search(artifact.installed) or strict or script.unread:
            continue
        bare = [n for n in script.root.parts if n.kind in ("command", "for") and _changes(n)]
        if len(bare) > 1:
            yield LAX.at(
                artifact,
                f"{artifact.model.path} goes on after a failure: it changes something in {len(bare)} steps, and nothing stops it.",
                line=bare[0].line,
                quote=bare[0].text.partition("\n")[0],
                hint="Write `set -euo pipefail` first.",
            )


def _changes(node: Node) -> bool:
    return any(call.name in _CHANGES or effect(call) in ("mutate", "destroy") for call in of_node(node))
