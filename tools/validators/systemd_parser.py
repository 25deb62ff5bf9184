"""Read systemd units: sections and `Key=Value` lines, and what a unit must have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "systemd unit syntax"
KINDS = ("systemd",)
OUTSIDE = False
INSTALL = "comes with deploybook"
_SECTIONS = frozenset(
    "Unit Install Service Timer Socket Mount Automount Path Swap Slice Scope Container Volume Network Kube Pod Image Build".split()
)


def available() -> bool:
    """Say that the parser is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each unit."""
    return [verdict(list(_problems(item)), good="syntax-only") for item in items]


def _problems(item: Item) -> Iterator[Problem]:
    section = ""
    seen: list[str] = []
    continued = False
    for number, raw in enumerate(item.text.split("\n"), start=1):
        line = raw.strip()
        if continued:
            continued = line.endswith("\\")
            continue
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            seen.append(section)
            if not line.endswith("]") or (section not in _SECTIONS and not section.startswith("X-")):
                yield Problem(number, f"no such section: {line}")
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip().isalnum():
            yield Problem(number, f"no Key=Value line: {line[:60]}")
        elif not section:
            yield Problem(number, "a setting stands before the first section")
        elif (
            section == "Service"
            and key.strip() in ("ExecStart", "ExecStop", "ExecReload", "ExecStartPre")
            and value
            and not _absolute(value)
        ):
            yield Problem(number, f"{key.strip()} needs an absolute path: {value[:60]}")
        continued = line.endswith("\\")
    if item.path.endswith(".service") and "Service" not in seen and not item.path.partition("@")[2].startswith(".service.d"):
        yield Problem(1, "a service without a [Service] section")


def _absolute(value: str) -> bool:
    return value.strip().lstrip("-@:+!|").startswith(("/", "%", "$"))
