"""Run Valkey, the BSD-licensed fork of Redis 7.2, with the same wiring under its own program names."""

from dataclasses import replace

from .redis import KIND as REDIS

KIND = replace(
    REDIS,
    kind="valkey",
    product="valkey",
    title="Valkey",
    name="valkey",
    command=tuple(part.replace("redis-server", "valkey-server") for part in REDIS.command),
    user="valkey",
    probe=REDIS.probe.model_copy(update={"test": ("CMD-SHELL", REDIS.probe.test[1].replace("redis-cli", "valkey-cli"))}),
    check=REDIS.check.replace("redis-cli", "valkey-cli"),
)
