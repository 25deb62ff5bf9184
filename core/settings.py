"""Name the settings of a run, from flags over environment over file over defaults."""

from __future__ import annotations

from .base import Frozen
from .findings import Profile


class Limits(Frozen):
    """Bound what the in-door takes: files, bytes of one file, bytes in all, folder depth."""

    files: int = 200_000
    file_bytes: int = 2_000_000
    total_bytes: int = 1_000_000_000
    depth: int = 40


class ModelSettings(Frozen):
    """Name the chat model of a run: `openai:<name>` and, for a compatible server, its base URL; the key comes from the environment only."""

    name: str | None = None
    base_url: str | None = None
    timeout_s: float = 60.0
    max_retries: int = 2
    max_concurrency: int = 4


class Settings(Frozen):
    """Hold everything that changes what a run does; part of the run's identity, never a secret."""

    profile: Profile = "review"
    max_rounds: int = 2
    no_input: bool = False
    limits: Limits = Limits()
    model: ModelSettings = ModelSettings()
    today: str | None = None  # ISO date against which end-of-life dates are read; null: the catalogue's own date
