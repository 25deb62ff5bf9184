"""Run Memcached as a cache that may be lost at any moment."""

from .....core.blueprint import Probe
from ..._store import StoreKind

_STATS = "printf 'stats\\r\\nquit\\r\\n' | timeout 2 bash -c 'exec 3<>/dev/tcp/127.0.0.1/11211; cat >&3; head -c 5 <&3' | grep -q '^STAT'"

KIND = StoreKind(
    kind="memcached",
    product="memcached",
    title="Memcached",
    port=11211,
    name="memcached",
    role="cache",
    memory_mb=192,
    cpus=0.25,
    durable=False,
    command=("-m", "128", "-l", "0.0.0.0"),
    tmpfs=("/tmp",),
    probe=Probe(
        test=("CMD-SHELL", _STATS), interval_s=10, timeout_s=3, retries=6, start_period_s=5, reason="the cache answers its stats command"
    ),
    check=_STATS,
    scheme="memcached",
    url="{host}:{port}",
)
