"""Detect the environment variables that Elixir programs and their production settings read."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View
from ..elixir.env import reads
from ..elixir.mix import programs
from ..envfacts import variables


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and code base."""
    for project in programs(view):
        yield from variables(view, project.folder, reads(view, project))
