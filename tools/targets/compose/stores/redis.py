"""Run Redis with a password that never stands in an argument list."""

from .....core.blueprint import Probe
from ..._store import StoreKind

_START = 'umask 077; printf "requirepass %s\\n" "$$REDIS_PASSWORD" >/tmp/redis-auth.conf; exec redis-server /usr/local/etc/redis/redis.conf'

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
    exporter="redis-exporter",
)
