"""Tell a version that a repository runs with from the least one that it asks for."""

from __future__ import annotations

LEAST = ("go.mod#go", "go.mod#toolchain", "composer.json#require.php", "composer.json#config.platform.php", "Cargo.toml#rust-version")
"""Where a repository states the least version that it runs with, which every later one satisfies."""


def states_least(source: str) -> bool:
    """Say whether a declaration (`go.mod#go`) states the least version, not the one that runs."""
    return source.endswith(LEAST)
