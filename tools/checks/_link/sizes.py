"""Read sizes and durations: compose limits, what a text asks a host to have."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from .._view import Service

_SIZE = re2.compile(r"^(\d+(?:\.\d+)?)\s*([kKmMgG]?)[iI]?[bB]?$")
_DURATION = re2.compile(r"(\d+(?:\.\d+)?)(ms|us|s|m|h)")
_SCALE = {"": 1 / 1048576, "k": 1 / 1024, "m": 1.0, "g": 1024.0}
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_STATED = re2.compile(
    r"(?i)(\d+(?:\.\d+)?)\s*(GiB|GB|G)\b\s*(?:of\s+)?(?:RAM|memory)|(?:RAM|memory)[^|.\d]{0,20}[|:]?\s*(\d+(?:\.\d+)?)\s*(GiB|GB|G)\b"
)
_ASKS = ("minimum", "at least", "≥", ">=", "require", "need", "host", "server", "machine", "vm ")


def megabytes(value: object) -> float | None:
    """Return a compose size (`512M`, `1g`, bytes) in MiB, or null."""
    match = _SIZE.match(str(value).strip()) if value is not None else None
    return float(match.group(1)) * _SCALE[str(match.group(2)).lower()] if match is not None else None


def seconds(value: object) -> float | None:
    """Return a duration (`1m30s`, `10s`) in seconds, or null."""
    parts = _DURATION.findall(str(value)) if value is not None else []
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) if parts else None


def limit_of(service: Service) -> float | None:
    """Return a service's memory limit in MiB, or null."""
    return megabytes(service.deployed("resources", "limits", "memory")) or megabytes(service.text("mem_limit"))


def reserved_of(service: Service) -> float | None:
    """Return the memory that a service reserves in MiB, or null."""
    return megabytes(service.deployed("resources", "reservations", "memory")) or megabytes(service.text("mem_reservation"))


def stated_memory(text: str) -> Iterator[tuple[float, str]]:
    """Yield (MiB, line) of each amount of memory that a text asks a host to have."""
    for line in text.split("\n"):
        lowered = line.lower()
        if ("ram" in lowered or "memory" in lowered) and any(word in lowered for word in _ASKS) and len(line) < 2000:
            match = _STATED.search(line)
            if match is not None:
                amount = match.group(1) or match.group(3)
                yield float(amount) * 1024, line
