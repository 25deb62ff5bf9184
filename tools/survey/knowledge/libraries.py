"""Hold what is known of an ecosystem's libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Libraries:
    """Be what is known of an ecosystem's libraries, each table by the library's name."""

    drivers: Mapping[str, str] = field(default_factory=dict)  # -> data store
    brokers: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)  # -> (queue, what carries it)
    orms: Mapping[str, str] = field(default_factory=dict)
    auth: Mapping[str, str] = field(default_factory=dict)
    caches: Mapping[str, str] = field(default_factory=dict)
    integrations: Mapping[str, str] = field(default_factory=dict)
