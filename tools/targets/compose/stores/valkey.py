"""Run Valkey, the BSD-licensed fork of Redis 7.2, with the same wiring under its own program names."""

from dataclasses import replace

from ..._store import StoreKind
from .redis import KIND as REDIS


def _renamed(text: str) -> str:
    """Return a command with Valkey's program names."""
    for program in ("cli", "server", "check-rdb"):
        text = text.replace(f"redis-{program}", f"valkey-{program}")
    return text


def _forked(kind: StoreKind) -> StoreKind:
    """Return the store run by Valkey's programs."""
    return replace(
        kind,
        kind="valkey",
        product="valkey",
        title="Valkey",
        name="valkey",
        command=tuple(_renamed(part) for part in kind.command),
        user="valkey",
        probe=kind.probe.model_copy(update={"test": ("CMD-SHELL", _renamed(kind.probe.test[1]))}),
        check=_renamed(kind.check),
        functions=_renamed(kind.functions),
        verify_dump=_renamed(str(kind.verify_dump)),
        restore=_renamed(str(kind.restore)),
        open=_forked(kind.open) if kind.open is not None else None,
    )


KIND = _forked(REDIS)
