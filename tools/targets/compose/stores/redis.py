"""Run Redis with a password that never stands in an argument list; without one for applications that give none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .....core.blueprint import Probe
from ..._alert import Alert, title_of
from ..._store import Exporter, StoreKind

_START = 'umask 077; printf "requirepass %s\\n" "$REDIS_PASSWORD" >/tmp/redis-auth.conf; exec redis-server /usr/local/etc/redis/redis.conf'


_FUNCTIONS = """\
live() { REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -h "$DB_HOST" "$@"; }
copy() { REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -p 6380 "$@"; }
until_seen() { # PATTERN COMMAND…: waits up to a minute for the pattern in the command's output
  local pattern=$1
  shift
  for _ in $(seq 60); do
    if "$@" 2>/dev/null | grep -q "$pattern"; then return 0; fi
    sleep 1
  done
  return 1
}
replace_live() { # The live server copies from the one that holds the dump, then stands alone again.
  local rc=0
  echo "config set masterauth $REDIS_PASSWORD" | live -e
  live -e replicaof "$HOSTNAME" 6380
  until_seen master_link_status:up live info replication || rc=1
  live -e replicaof no one
  return "$rc"
}
"""
_LOAD = """\
mkdir -p /tmp/restore
  ln -sf "$1" /tmp/restore/dump.rdb
  printf 'dir /tmp/restore\\nrequirepass %s\\n' "$REDIS_PASSWORD" >/tmp/restore/redis.conf
  redis-server /tmp/restore/redis.conf --port 6380 --bind '*' --save '' --repl-diskless-sync-delay 0 --daemonize yes >/dev/null
  until_seen PONG copy ping
  if [ "$2" = 0 ]; then replace_live && drop "$2"; fi"""


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


_EXPORTER = Exporter(
    product="redis-exporter",
    port=9121,
    up="redis_up",
    environment={"REDIS_ADDR": "redis://{host}:{port}", "REDIS_PASSWORD": "${REDIS_PASSWORD:?set by write-env.sh}"},
    panels=(("memory", 'redis_memory_used_bytes{job="{job}"}', "bytes"),),
)
_GUARDED = StoreKind(
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
        test=("CMD-SHELL", 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping | grep -qx PONG'),
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
    functions=_FUNCTIONS,
    dump='live --rdb "$1" >&2',
    verify_dump='redis-check-rdb "$1" >/dev/null',
    restore=_LOAD,
    dump_suffix=".rdb",
    scratch_drop="copy shutdown nosave 2>/dev/null || true\n  rm -rf /tmp/restore",
    client_environment={"DB_HOST": "{host}", "REDIS_PASSWORD": "${REDIS_PASSWORD:?set by write-env.sh}"},
    database_variable="0",
    backup_memory_mb=512,
    exporter=_EXPORTER,
    alerts=_alerts,
)


def _without(text: str) -> str:
    """Return a command without what hands over the password."""
    text = text.replace('REDISCLI_AUTH="$REDIS_PASSWORD" ', "").replace('  echo "config set masterauth $REDIS_PASSWORD" | live -e\n', "")
    return text.replace("requirepass %s", "protected-mode no").replace(' "$REDIS_PASSWORD"', "")


KIND = replace(
    _GUARDED,
    open=replace(
        _GUARDED,
        password=None,
        admin_password=None,
        environment={},
        command=("redis-server", "/usr/local/etc/redis/redis.conf"),
        probe=_GUARDED.probe.model_copy(update={"test": ("CMD-SHELL", _without(_GUARDED.probe.test[1])), "reason": "a PING answers"}),
        check=_without(_GUARDED.check),
        url="{host}:{port}/{database}",
        functions=_without(_GUARDED.functions),
        restore=_without(_LOAD),
        client_environment={"DB_HOST": "{host}"},
        exporter=replace(_EXPORTER, environment={"REDIS_ADDR": "redis://{host}:{port}"}),
    ),
)
