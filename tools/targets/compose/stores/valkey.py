"""Run Valkey, the BSD-licensed fork of Redis 7.2, with the same wiring under its own program names."""

from dataclasses import replace

from .redis import KIND as REDIS


def _renamed(text: str) -> str:
    """Return a command with Valkey's program names."""
    for program in ("cli", "server", "check-rdb"):
        text = text.replace(f"redis-{program}", f"valkey-{program}")
    return text


KIND = replace(
    REDIS,
    kind="valkey",
    product="valkey",
    title="Valkey",
    name="valkey",
    command=tuple(_renamed(part) for part in REDIS.command),
    user="valkey",
    probe=REDIS.probe.model_copy(update={"test": ("CMD-SHELL", _renamed(REDIS.probe.test[1]))}),
    check=_renamed(REDIS.check),
    functions=_renamed(REDIS.functions),
    verify_dump=_renamed(str(REDIS.verify_dump)),
    restore=_renamed(str(REDIS.restore)),
)
