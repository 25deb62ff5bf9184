"""Detect the environment variables that Rust programs read: `env::var`, dotenv, clap, envconfig, envy, config, figment."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View
from ..envfacts import Read, variables
from ..rust.env import reads
from ..rust.programs import programs
from ..rust.sources import built_from


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and code base."""
    found: dict[str, list[Read]] = {}
    for program in programs(view):
        known = found.setdefault(program.package.folder, [])
        known.extend(r for r in reads(view, built_from(view, program.package, program.binary)) if r not in known)
    for folder in sorted(found):
        yield from variables(view, folder, found[folder])
