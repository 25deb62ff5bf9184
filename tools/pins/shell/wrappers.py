"""Look through commands that only start another one: sudo, env, xargs, timeout, ssh, su, bash -c."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .flags import Arguments, split, takes
from .words import Word

_PREFIXES = frozenset(
    "sudo doas env exec command builtin nohup time timeout nice ionice xargs watch flock chroot setsid stdbuf ! then do else if while "
    "until { unbuffer caffeinate tini dumb-init".split()
)
_SHELLS = frozenset(("sh", "bash", "zsh", "dash", "ash", "ksh"))
_ARGUMENT_FIRST = frozenset(("timeout", "flock", "chroot"))
_MAX_LAYERS = 12


@dataclass(frozen=True, slots=True)
class Inner:
    """Hold what is really run: words, or the text of a script."""

    words: list[Word]
    script: Word | None = None


def starts_something(name: str) -> bool:
    """Tell whether a word can be looked through for the command behind it."""
    return name in _PREFIXES or name in _SHELLS or name in ("eval", "ssh", "su", "runuser")


def unwrap(words: Sequence[Word]) -> Inner:
    """Return the command behind wrappers; an inline script (`bash -c`, `ssh host …`, `su -c`) comes back as text."""
    left = list(words)
    for _ in range(_MAX_LAYERS):
        first = next((place for place, word in enumerate(left) if not _is_assignment(word.value)), len(left))
        left = left[first:]
        if not left:
            return Inner([])
        name = left[0].value.rpartition("/")[2]
        if name in _PREFIXES:
            left = _after_prefix(name, left[1:])
            continue
        script = _script_of(name, left)
        return Inner([], script) if script is not None else Inner(left)
    return Inner([])


def _is_assignment(text: str) -> bool:
    name, equals, _ = text.partition("=")
    return bool(equals) and name.isidentifier()


def _after_prefix(name: str, rest: list[Word]) -> list[Word]:
    if name == "command" and rest and rest[0].value in ("-v", "-V"):
        return []
    valued = takes(name) if name in ("sudo", "doas", "env", "timeout", "nice", "ionice", "xargs", "watch", "flock") else frozenset()
    place = 0
    while place < len(rest) and rest[place].value.startswith("-") and rest[place].value != "--":
        place += 2 if rest[place].value in valued else 1
    if place < len(rest) and rest[place].value == "--":
        place += 1
    if name in _ARGUMENT_FIRST:
        place += 1
    return rest[place:]


def _script_of(name: str, words: list[Word]) -> Word | None:
    rest = words[1:]
    if name in _SHELLS:
        for place, word in enumerate(rest):
            if word.value.startswith("-") and not word.value.startswith("--") and "c" in word.value[1:]:
                return rest[place + 1] if place + 1 < len(rest) else None
            if not word.value.startswith(("-", "+")):
                return None
        return None
    if name == "eval" and rest:
        return Word(" ".join(w.value for w in rest), "", words[0].line)
    if name in ("su", "runuser"):
        return next((rest[i + 1] for i, w in enumerate(rest[:-1]) if w.value in ("-c", "--command")), None)
    if name == "ssh":
        arguments: Arguments = split(rest, "ssh", first_only=True)
        remote = arguments.positionals[1:]
        return Word(" ".join(w.value for w in remote), "", words[0].line) if remote else None
    return None
