"""Read Kubernetes quantities: `250m`, `1.5`, `512Mi`, `2G`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_UNITS = {"m": Decimal("0.001"), "": Decimal(1), "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12)}
_BINARY = {f"{unit}i": Decimal(1024**power) for power, unit in enumerate(("K", "M", "G", "T", "P"), 1)}


def quantity(value: object) -> Decimal | None:
    """Return a quantity as a number (cores, bytes), null for what is none."""
    text = str(value).strip()
    for unit, factor in sorted((_UNITS | _BINARY).items(), key=lambda pair: -len(pair[0])):
        if text.endswith(unit):
            try:
                number = Decimal(text[: len(text) - len(unit)])
            except InvalidOperation:
                return None
            return number * factor if number.is_finite() else None
    return None
