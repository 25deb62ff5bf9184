"""Read compose files as one project: includes, extends, overrides, profiles, variables with defaults."""

from __future__ import annotations

from .model import ComposeFile, Entry, compose_files

__all__ = ["ComposeFile", "Entry", "compose_files"]
