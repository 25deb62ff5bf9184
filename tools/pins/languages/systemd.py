"""Read systemd units and Podman quadlets: the commands of services, the images of containers."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ..imagerefs import image
from ..model import Context, Reference
from ..shell.script import Script

LANGUAGES = ("systemd", "unit", "service", "quadlet")

_EXEC = re2.compile(r"^\s*Exec(?:Start|StartPre|StartPost|Reload|Stop|StopPost|Condition)\s*=\s*[-@:+!|]*(.*)$")
_IMAGE = re2.compile(r"^\s*Image\s*=\s*(\S+)\s*$")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield what the Exec lines run and what the Image lines name."""
    script = Script(context)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        found = _IMAGE.match(line) if len(line) < 4096 else None
        if found is not None:
            reference = image(found.group(1), number, context)
            if reference is not None:
                yield reference
            continue
        command = _EXEC.match(line)
        if command is not None:
            yield from script.run(_continued(command.group(1), lines, number), number)
    yield from script.close()


def _continued(first: str, lines: list[str], number: int) -> str:
    parts = [first]
    while parts[-1].endswith("\\") and number < len(lines) and len(parts) < 200:
        parts.append(lines[number])
        number += 1
    return "\n".join(parts)
