"""Know the subcommands and options of well-known programs: one table a program, read from its own help or reference pages.

A table is a JSON file in `options/`: `tool`, the `line` it was read from, its `source`; `complete` says that it holds everything of that
line, `current` that no newer line was known. `commands` are the options by subcommand, without dashes, `global` those that every one takes,
`valued` the global ones that take a value, `groups` the commands that do nothing without a subcommand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Be what is known of one program.

    `dash` starts its options; `prefixes`: they may be cut short; `negated`: `--no-x` undoes `--x`; `skips`: MySQL's `--skip-x`; `open` are
    beginnings that plugins own; `plugins`: a first word may be somebody else's subcommand; `runs` are the subcommands behind whose first
    word another program's options stand; `only`: no other subcommand is known; `judges_options`: the options are known, too;
    `abbreviates`: subcommands may be cut short.
    """

    tool: str
    line: tuple[int, ...]
    complete: bool
    current: bool
    commands: dict[str, frozenset[str]]
    everywhere: frozenset[str]
    valued: frozenset[str]
    groups: frozenset[str]
    dash: str
    prefixes: bool
    negated: bool
    skips: bool
    open: tuple[str, ...]
    plugins: bool
    runs: frozenset[str]
    only: bool
    judges_options: bool
    abbreviates: bool

    def has(self, command: str, name: str) -> bool:
        """Say whether a command takes an option (its name without dashes)."""
        known = self.commands[command] | self.everywhere
        if name in known or name in ("help", "version") or name.startswith(self.open):
            return True
        if self.negated and name.startswith("no-") and name[3:] in known:
            return True
        if self.skips:
            plain = name.replace("_", "-")
            for mark in ("skip-", "disable-", "enable-", "loose-", "maximum-"):
                plain = plain.removeprefix(mark)
            return any(k.startswith(plain) for k in known)
        return self.prefixes and any(k.startswith(name) for k in known)

    def below(self, command: str) -> tuple[str, ...]:
        """Return the names of the subcommands of a command, sorted."""
        lead = f"{command} " if command else ""
        return tuple(sorted({c[len(lead) :].split(" ")[0] for c in self.commands if c.startswith(lead) and c != command} - {""}))

    def found(self, words: Sequence[str]) -> tuple[str, int, str | None]:
        """Return the command that words name, how many of them were read, and the word that is no subcommand where one is due."""
        command, at = "", 0
        while at < len(words):
            word = words[at]
            if word.startswith("-") and word != "-":
                bare, equals, _ = word.lstrip("-").partition("=")
                at += 2 if not equals and (bare in self.valued or word in self.valued) else 1
                continue
            below = f"{command} {word}".strip()
            if below not in self.commands:
                return command, at, word if command in self.groups and not self.only else None
            command, at = below, at + 1
            if not self.below(command):
                break
        return command, at, None


@cache
def tables() -> dict[str, Table]:
    """Return every table by program."""
    folder = files(__package__).joinpath("options")
    return {t.tool: t for t in (_table(json.loads(f.read_text("utf-8"))) for f in sorted(folder.iterdir(), key=lambda f: f.name))}


def _table(raw: dict[str, Any]) -> Table:
    return Table(
        raw["tool"],
        tuple(int(n) for n in raw["line"].split(".")),
        raw["complete"],
        raw["current"],
        {name: frozenset(options.split()) for name, options in raw["commands"].items()},
        frozenset(raw["global"].split()),
        frozenset(raw["valued"].split()),
        frozenset(raw["groups"]),
        raw.get("dash", "--"),
        raw.get("prefixes", False),
        raw.get("negated", False),
        raw.get("skips", False),
        tuple(raw.get("open", ())),
        raw.get("plugins", False),
        frozenset(raw.get("runs", ())),
        "only" in raw,
        raw.get("judged") != "commands",
        raw.get("abbreviates", False),
    )
