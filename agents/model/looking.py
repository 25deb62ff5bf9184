"""Know the commands that only look: the ones that a model may name for finding out why a step failed."""

from __future__ import annotations

_PUNCTUATION = frozenset("-_./:=,%@+")
_ALONE = frozenset({"df", "free", "uptime"})
_DOCKER = (("ps",), ("images",), ("logs",), ("top",), ("system", "df"))
_COMPOSE = ("ps", "logs", "top", "images", "port")
_ENDLESS = ("-f", "--follow")


def only_looks(command: str, compose_file: str) -> bool:
    """Say whether a command is one plain line of a program and verb that read and print, nothing quoted, expanded, joined or redirected.

    `docker compose` must name the plan's own file, and logs must end: what follows them for ever stops whoever pastes the command.
    """
    words = command.split(" ")
    if not all(words) or not all(c.isascii() and (c.isalnum() or c in _PUNCTUATION) for word in words for c in word):
        return False
    if words[0] in _ALONE:
        return True
    if words[0] != "docker":
        return False
    prefix = ["docker", "compose", "-f", compose_file]
    if words[: len(prefix)] == prefix:
        rest = words[len(prefix) :]
        looks = bool(rest) and rest[0] in _COMPOSE
    else:
        rest = words[1:]
        looks = any(tuple(rest[: len(verb)]) == verb for verb in _DOCKER)
    return looks and not any(word == end or word.startswith(f"{end}=") or _bundled(word) for word in rest for end in _ENDLESS)


def _bundled(word: str) -> bool:
    """Say whether a word bundles short options with `f` among them, as `-tf` does."""
    return word.startswith("-") and not word.startswith("--") and "f" in word[1:]
