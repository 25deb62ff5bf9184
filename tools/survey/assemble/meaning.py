"""Follow a start command to what really runs: through npm-like scripts and through start scripts of the repository."""

from __future__ import annotations

from ..commands import Meaning, meaning
from ..parsers.shell import Command
from ..view import folder_of, join
from .ledger import Ledger

_RUNNERS = ("npm", "yarn", "pnpm", "bun", "composer", "make", "just")
_BUILTIN = {"start", "test", "install", "ci", "run", "dev", "serve"}
_SHELLS = ("sh", "bash", "ash", "dash", "zsh")
_DEPTH = 4
_TRIED = {"dev", "local", "test", "tests", "debug", "development"}


def followed(ledger: Ledger, folder: str | None, command: str | None) -> tuple[Meaning, str]:
    """Return (meaning, command) of what a start command ends up running; the command itself where nothing leads further."""
    text = command or ""
    for _ in range(_DEPTH):
        said = meaning(text) if text else Meaning()
        further = _script(ledger, folder or ".", said) or _file(ledger, folder or ".", said)
        if further is None or further == text:
            return said, text
        text = further
    return meaning(text), text


def _script(ledger: Ledger, folder: str, said: Meaning) -> str | None:
    """Return what `npm run NAME` stands for, None for another command."""
    if said.program not in _RUNNERS or len(said.words) < 2:
        return None
    words = [w for w in said.words[1:] if not w.startswith("-")]
    if words[:1] == ["run"] or words[:1] == ["run-script"]:
        words = words[1:]
    if not words:
        return None
    for fact in ledger.of("script"):
        if fact.subject == folder and fact.key == words[0]:
            return str(fact.value)
    return None


def _file(ledger: Ledger, folder: str, said: Meaning) -> str | None:
    """Return the last foreground command of a shell script of this repository, None for anything else."""
    if not said.words:
        return None
    name = said.words[1] if said.program in _SHELLS and len(said.words) > 1 else said.words[0]
    if name.startswith("-") or ("/" not in name and not name.endswith(".sh")):
        return None
    path = script_path(ledger, folder, name)
    if path is None:
        return None
    commands = [c for c in ledger.view.shell(path) if c.words and not c.background]
    runs = [c for c in commands if c.exec and c.words[0] not in ('"$@"', "$@")]
    branches = [c for c in runs or commands if c.cases]
    last = _branch(branches, said.words[said.words.index(name) + 1 :]) if branches else None
    last = last or (runs[-1] if runs else commands[-1] if commands else None)
    if last is None or last.words[0] in ("$@", '"$@"', "fi", "echo", "exit", "true"):
        return None
    return " ".join(last.words)


def _branch(found: list[Command], arguments: tuple[str, ...]) -> Command | None:
    """Return the command of the branch that the first argument selects, without one the server of a script that only knows branches."""
    if arguments:
        return next((c for c in reversed(found) if arguments[0] in c.cases), None)
    if any("*" in c.cases and c.exec for c in found):
        return None
    plain = [c for c in found if not any(word in _TRIED for label in c.cases for word in label.lower().replace("_", "-").split("-"))]
    return next((c for c in plain if meaning(" ".join(c.words)).server), None)


def script_path(ledger: Ledger, folder: str, name: str) -> str | None:
    """Return the repository's file that a script's path in an image stands for: by its tail, below the folder first."""
    parts = [p for p in name.split("/") if p not in ("", ".")]
    for start in range(len(parts)):
        tail = "/".join(parts[start:])
        for base in dict.fromkeys((folder, folder_of(folder), ".")):
            path = join(base, tail)
            if ledger.view.repository.size(path):
                return path
    named = list(ledger.view.under(folder, ledger.view.named(parts[-1]))) if parts else []
    return named[0] if len(named) == 1 else None
