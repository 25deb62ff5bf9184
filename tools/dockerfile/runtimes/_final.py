"""Write the lines that every final stage shares: the unprivileged user, the port, the command."""

from __future__ import annotations

import json
import shlex

from ..generate import Recipe

USER = "10001:10001"


def user_lines(home: str = "/app") -> list[str]:
    """Return the lines that make the user on a Debian or Ubuntu image."""
    return [f"RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app --home-dir {home} --no-create-home app"]


def closing(recipe: Recipe, user: str = USER) -> list[str]:
    """Return `USER`, `EXPOSE` and `CMD`."""
    lines = [f"USER {user}"]
    if recipe.service.port:
        lines.append(f"EXPOSE {recipe.service.port}")
    if recipe.command:
        lines.append(f"CMD {json.dumps(list(recipe.command))}")
    return lines


def inside(path: str, root: str | None) -> str:
    """Return a repository path relative to the build context."""
    return path.removeprefix(f"{root}/") if root and root != "." else path


def text(lines: list[str]) -> str:
    """Return the lines as one text."""
    return "\n".join(lines) + "\n"


def program_words(command: str) -> list[str]:
    """Return the words from the program on: scripts that wait for something or only pass on stand before it, and this image has none."""
    words = shlex.split(command)
    if not words or not words[0].endswith(".sh"):
        return words
    at = next((n for n, word in enumerate(words) if word.startswith(("/", "./")) and not word.endswith(".sh")), None)
    return words[at:] if at is not None else []
