"""Run Redis with a password that never stands in an argument list."""

from __future__ import annotations

from collections.abc import Iterator

from .....core.blueprint import Probe
from ..._alert import Alert, title_of
from ..._store import Exporter, StoreKind

_START = 'umask 077; printf "requirepass %s\\n" "$$REDIS_PASSWORD" >/tmp/redis-auth.conf; exec redis-server /usr/local/etc/redis/redis.conf'


def _alerts(name: str, limit: int) -> Iterator[Alert]:
    spot, labels = f'instance="{name}-exporter",job="{name}"', {"instance": f"{name}-exporter", "job": name}
    yield Alert(
        f"{title_of(name)}MemoryHigh",
        f'100 * redis_memory_used_bytes{{job="{name}"}} / (redis_memory_max_bytes{{job="{name}"}} > 0) > 90',
        "10m",
        "warning",
        f"{name} is close to its memory limit",
        "10.6",
        ((f"redis_memory_used_bytes{{{spot}}}", "95x20"), (f"redis_memory_max_bytes{{{spot}}}", "100x20")),
        "12m",
        labels,
    )


KIND = StoreKind(
    kind="redis",
    product="redis",
    title="Redis",
    port=6379,
    name="redis",
    role="cache",
    memory_mb=384,
    cpus=0.5,
    volume="data",
    data_path="/data",
    environment={"REDIS_PASSWORD": "${REDIS_PASSWORD:?set by write-env.sh}"},
    command=("sh", "-c", _START),
    user="redis",
    tmpfs=("/tmp",),  # exists with mode 1777 in the image: runc gives a restarted tmpfs the mode of the folder below it
    files=(("redis/redis.conf", "/usr/local/etc/redis/redis.conf"),),
    probe=Probe(
        test=("CMD-SHELL", 'REDISCLI_AUTH="$$REDIS_PASSWORD" redis-cli ping | grep -qx PONG'),
        interval_s=5,
        timeout_s=3,
        retries=12,
        start_period_s=10,
        reason="an authenticated PING answers",
    ),
    check='REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping | grep -qx PONG',
    password="REDIS_PASSWORD",
    admin_password="REDIS_PASSWORD",
    scheme="redis",
    url=":${REDIS_PASSWORD}@{host}:{port}/{database}",
    exporter=Exporter(
        product="redis-exporter",
        port=9121,
        up="redis_up",
        environment={"REDIS_ADDR": "redis://{host}:{port}", "REDIS_PASSWORD": "${REDIS_PASSWORD:?set by write-env.sh}"},
        panels=(("memory", 'redis_memory_used_bytes{job="{job}"}', "bytes"),),
    ),
    alerts=_alerts,
)
