"""Run MongoDB with a root user for operations and a user of its own for the application."""

from .....core.blueprint import Probe
from ..._store import Exporter, MonitoringRole, StoreKind

_PING = (
    'mongosh --quiet --norc "mongodb://127.0.0.1:27017/$MONGO_INITDB_DATABASE" '
    '--eval "db.auth(process.env.APP_DB_USER, process.env.APP_DB_PASSWORD); db.runCommand({ping: 1}).ok" | grep -qx 1'
)
_ADMIN = 'mongosh --quiet --norc "mongodb://127.0.0.1:27017/admin"'
_ROLE = MonitoringRole(
    create=f"""{{at}} sh -c 'umask 077; cat >/tmp/role.js; {_ADMIN} /tmp/role.js; rc=$?; rm -f /tmp/role.js; exit $rc' <<JS
db.auth("root", process.env.MONGO_INITDB_ROOT_PASSWORD);
const wanted = {{ pwd: "$MONITORING_DB_PASSWORD", roles: [{{ role: "clusterMonitor", db: "admin" }}] }};
if (db.getUser("monitoring")) db.updateUser("monitoring", wanted); else db.createUser({{ user: "monitoring", ...wanted }});
JS""",
    verify=(
        f'{{at}} sh -c \'{_ADMIN} --eval "db.auth(\\"root\\", process.env.MONGO_INITDB_ROOT_PASSWORD); '
        'db.getUser(\\"monitoring\\").user"\' | grep -qx monitoring'
    ),
    drop=(f'{{at}} sh -c \'{_ADMIN} --eval "db.auth(\\"root\\", process.env.MONGO_INITDB_ROOT_PASSWORD); db.dropUser(\\"monitoring\\")"\''),
)


def _as_root(program: str, options: str) -> str:
    """Return the command of a MongoDB tool as root; the password goes in through a file: the process list shows arguments."""
    return (
        'printf "password: %s\\n" "$MONGO_INITDB_ROOT_PASSWORD" >/tmp/mongo.yaml && '
        f'{program} --config=/tmp/mongo.yaml --host="$DB_HOST" --username=root --authenticationDatabase=admin {options} '
        '--archive="$1" --gzip; rc=$?; rm -f /tmp/mongo.yaml; [ "$rc" = 0 ]'
    )


KIND = StoreKind(
    kind="mongodb",
    product="mongodb",
    title="MongoDB",
    least_major=5,  # mongosh, which knows process.env, came into the official image with 5.0
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
        test=("CMD-SHELL", _PING),
        interval_s=10,
        timeout_s=5,
        retries=18,
        start_period_s=40,
        reason="the application's own user can log in and the server answers its ping",
    ),
    check=_PING,
    password="APP_DB_PASSWORD",
    admin_password="MONGO_ROOT_PASSWORD",
    user_name="app",
    scheme="mongodb",
    url="{user}:${APP_DB_PASSWORD}@{host}:{port}/{database}?authSource={database}",
    dump=_as_root("mongodump", '--db="$MONGO_INITDB_DATABASE"'),
    verify_dump='gzip -t "$1"',
    restore=_as_root("mongorestore", '--nsFrom="$MONGO_INITDB_DATABASE.*" --nsTo="$2.*"'),
    dump_suffix=".archive.gz",
    client_environment={
        "DB_HOST": "{host}",
        "MONGO_INITDB_ROOT_PASSWORD": "${MONGO_ROOT_PASSWORD:?set by write-env.sh}",
        "MONGO_INITDB_DATABASE": "{database}",
    },
    database_variable="$MONGO_INITDB_DATABASE",
    exporter=Exporter(
        product="mongodb-exporter",
        port=9216,
        up="mongodb_up",
        environment={
            "MONGODB_URI": "mongodb://monitoring:${MONITORING_DB_PASSWORD:?set by write-env.sh}@{host}:{port}/?authSource=admin",
        },
        role=_ROLE,
    ),
    query_note="operations over 100 ms are logged by default.",
    slow_queries="logs --since 24h {db} | grep -c 'Slow query'",
    refresh='exec -T {db} sh -c \'printf "db.stats()" | mongosh --quiet --norc "mongodb://127.0.0.1:27017/{database}"\'',
)
