"""Find settings of a host that the next reboot takes back.

What:
    A kernel parameter, a swap area or a mount that a command sets is also written where the host reads it at start: a file below
    /etc/sysctl.d, /etc/fstab, a unit.

Why it matters in production:
    `sysctl -w vm.max_map_count=262144` makes Elasticsearch start today. The kernel is updated in three weeks, the host restarts at night,
    and search does not come back.

Example:
    sysctl -w vm.max_map_count=262144

Instead:
    echo vm.max_map_count=262144 > /etc/sysctl.d/60-search.conf
    sysctl --system

When to ignore:
    When an image of the host or another tool writes the file: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.invocations import Invocation

LOST = Rule("LIF033", "setting-lost-at-reboot", "error", "A setting of the host is gone after the next reboot.")
RULES = (LOST,)

_KEPT = {
    "sysctl": ("sysctl.d", "/etc/sysctl.conf"),
    "swapon": ("/etc/fstab",),
    "mount": ("/etc/fstab", ".mount"),
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield settings that nothing makes lasting."""
    everything = "\n".join([s.text for s in view.scripts] + [a.model.path + "\n" + a.text for a in view.artifacts])
    for script in view.scripts:
        if script.label not in ("run", "artifact"):
            continue
        for call in script.calls:
            if call.where == "here" and _sets(call) and not any(word in everything for word in _KEPT[call.name]):
                yield LOST.at(
                    script,
                    f"{call.name} sets it until the next reboot, and no file of the host keeps it.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint=f"Write it to {_KEPT[call.name][0]} as well.",
                )


def _sets(call: Invocation) -> bool:
    texts = call.texts[1:]
    if call.name == "sysctl":
        return any("=" in t for t in texts) and not any(t in ("-p", "--system", "-n") for t in texts)
    if call.name == "swapon":
        return any(t.startswith("/") for t in texts)
    return call.name == "mount" and any(t.startswith("/dev/") for t in texts) and not any("loop" in t or "bind" in t for t in texts)
