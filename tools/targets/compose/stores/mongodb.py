"""Run MongoDB with a root user for operations and a user of its own for the application."""

from .....core.blueprint import Probe
from ..._store import StoreKind

_PING = 'mongosh --quiet --norc "mongodb://127.0.0.1:27017/$MONGO_INITDB_DATABASE" --eval "db.runCommand({ping:1}).ok" | grep -qx 1'

KIND = StoreKind(
    kind="mongodb",
    product="mongodb",
    title="MongoDB",
    port=27017,
    name="mongo",
    role="database",
    memory_mb=1024,
    cpus=1.0,
    volume="data",
    data_path="/data/db",
    environment={
        "MONGO_INITDB_ROOT_USERNAME": "root",
        "MONGO_INITDB_ROOT_PASSWORD": "${MONGO_ROOT_PASSWORD:?set by write-env.sh}",
        "MONGO_INITDB_DATABASE": "{database}",
        "APP_DB_USER": "{user}",
        "APP_DB_PASSWORD": "${APP_DB_PASSWORD:?set by write-env.sh}",
    },
    command=("mongod", "--wiredTigerCacheSizeGB", "0.5"),
    cap_add=("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"),
    tmpfs=("/tmp",),
    files=(("mongo/initdb/10-app-user.js", "/docker-entrypoint-initdb.d/10-app-user.js"),),
    probe=Probe(
        test=("CMD-SHELL", _PING.replace("$", "$$")),
        interval_s=10,
        timeout_s=5,
        retries=18,
        start_period_s=40,
        reason="the server answers a ping command",
    ),
    check=_PING,
    password="APP_DB_PASSWORD",
    admin_password="MONGO_ROOT_PASSWORD",
    user_name="app",
    scheme="mongodb",
    url="{user}:${APP_DB_PASSWORD}@{host}:{port}/{database}?authSource={database}",
    dump='printf "password: %s\\n" "$MONGO_INITDB_ROOT_PASSWORD" >/tmp/mongo.yaml && mongodump --config=/tmp/mongo.yaml --host="$DB_HOST" --username=root --authenticationDatabase=admin --db="$MONGO_INITDB_DATABASE" --archive="$1" --gzip; rc=$?; rm -f /tmp/mongo.yaml; [ "$rc" = 0 ]',
    verify_dump='gzip -t "$1"',
    restore='printf "password: %s\\n" "$MONGO_INITDB_ROOT_PASSWORD" >/tmp/mongo.yaml && mongorestore --config=/tmp/mongo.yaml --host="$DB_HOST" --username=root --authenticationDatabase=admin --nsFrom="$MONGO_INITDB_DATABASE.*" --nsTo="$2.*" --archive="$1" --gzip; rc=$?; rm -f /tmp/mongo.yaml; [ "$rc" = 0 ]',
    dump_suffix=".archive.gz",
    client_environment={
        "DB_HOST": "{host}",
        "MONGO_INITDB_ROOT_PASSWORD": "${MONGO_ROOT_PASSWORD:?set by write-env.sh}",
        "MONGO_INITDB_DATABASE": "{database}",
    },
    exporter="mongodb-exporter",
)
