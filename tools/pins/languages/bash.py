"""Read shell scripts and everything that is made of shell lines: Makefiles, Procfiles, crontabs, systemd units."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Context, Reference
from ..shell.script import Script

LANGUAGES = (
    "bash",
    "sh",
    "shell",
    "zsh",
    "console",
    "shell-session",
    "shellsession",
    "terminal",
    "makefile",
    "make",
    "powershell",
    "ps1",
    "pwsh",
    "bat",
)


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield what the commands of a script fetch, install, pull or run."""
    script = Script(context)
    yield from script.run(_without_prompts(text))
    yield from script.close()


def _without_prompts(text: str) -> str:
    """Drop the prompts of pasted sessions (`$ docker run …`); line numbers stay."""
    if "$ " not in text:
        return text
    lines = text.split("\n")
    return "\n".join(line.lstrip()[2:] if line.lstrip().startswith("$ ") else line for line in lines)
