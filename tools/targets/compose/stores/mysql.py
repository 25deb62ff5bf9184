"""Run MySQL with the image's own root for operations and a user of its own for the application."""

from __future__ import annotations

from collections.abc import Iterator

from .....core.blueprint import Probe
from ..._alert import Alert, title_of
from ..._store import Exporter, MonitoringRole, StoreKind

PING = 'MYSQL_PWD="$MYSQL_PASSWORD" mysql -h 127.0.0.1 -u "$MYSQL_USER" -D "$MYSQL_DATABASE" -N -e "select 1" >/dev/null'
_ROOT = 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -h "$DB_HOST" -u root'
_SLOWEST = (
    "select digest_text, count_star, avg_timer_wait from performance_schema.events_statements_summary_by_digest "
    "order by avg_timer_wait desc limit 5"
)
_INSIDE = "{at} sh -c 'MYSQL_PWD=\"$MYSQL_ROOT_PASSWORD\" mysql -u root -N'"
_ROLE = MonitoringRole(
    create=f"""{_INSIDE} <<SQL
create user if not exists 'monitoring'@'%' identified by '$MONITORING_DB_PASSWORD' with max_user_connections 3;
grant process, replication client, select on *.* to 'monitoring'@'%';
SQL""",
    verify=f"printf '%s\\n' \"select count(*) from mysql.user where user = 'monitoring'\" | {_INSIDE} | grep -qx 1",
    drop=f"printf '%s\\n' \"drop user if exists 'monitoring'@'%'\" | {_INSIDE}",
)


def _alerts(name: str, limit: int) -> Iterator[Alert]:
    spot, labels = f'instance="{name}-exporter",job="{name}"', {"instance": f"{name}-exporter", "job": name}
    connected, most = "mysql_global_status_threads_connected", "mysql_global_variables_max_connections"
    yield Alert(
        f"{title_of(name)}ConnectionsHigh",
        f'100 * {connected}{{job="{name}"}} / {most}{{job="{name}"}} > 85',
        "5m",
        "warning",
        f"{name} is close to its connection limit",
        "6.7",
        ((f"{connected}{{{spot}}}", "95x20"), (f"{most}{{{spot}}}", "100x20")),
        "7m",
        labels,
    )


KIND = StoreKind(
    kind="mysql",
    product="mysql",
    title="MySQL",
    port=3306,
    name="db",
    role="database",
    memory_mb=1024,
    cpus=1.0,
    volume="data",
    data_path="/var/lib/mysql",
    environment={
        "MYSQL_ROOT_PASSWORD": "${MYSQL_ROOT_PASSWORD:?set by write-env.sh}",
        "MYSQL_DATABASE": "{database}",
        "MYSQL_USER": "{user}",
        "MYSQL_PASSWORD": "${APP_DB_PASSWORD:?set by write-env.sh}",
    },
    command=("mysqld", "--character-set-server=utf8mb4", "--max-connections=150", "--innodb-buffer-pool-size=512M"),
    cap_add=("CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID", "SYS_NICE"),
    tmpfs=("/tmp", "/run/mysqld", "/var/run/mysqld"),
    probe=Probe(
        test=("CMD-SHELL", PING),
        interval_s=5,
        timeout_s=5,
        retries=36,
        start_period_s=60,
        reason="the application's own user can query its database",
    ),
    check='MYSQL_PWD="$MYSQL_PASSWORD" mysql -h 127.0.0.1 -u "$MYSQL_USER" -D "$MYSQL_DATABASE" -N -e "select 1" | grep -qx 1',
    password="APP_DB_PASSWORD",
    admin_password="MYSQL_ROOT_PASSWORD",
    user_name="app",
    scheme="mysql",
    schemes={
        "pymysql": "mysql+pymysql",
        "mysqlclient": "mysql",
        "aiomysql": "mysql+aiomysql",
        "asyncmy": "mysql+asyncmy",
        "mysql-connector-python": "mysql+mysqlconnector",
    },
    url="{user}:${APP_DB_PASSWORD}@{host}:{port}/{database}",
    dump=(
        'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysqldump -h "$DB_HOST" -u root --single-transaction --routines --events '
        '--result-file="$1" "$MYSQL_DATABASE"'
    ),
    verify_dump="tail -n 1 \"$1\" | grep -q '^-- Dump completed'",
    restore=f'{_ROOT} -D "$2" <"$1"',
    dump_suffix=".sql",
    scratch_create=f'{_ROOT} -e "create database \\`$1\\`"',
    scratch_drop=f'{_ROOT} -e "drop database if exists \\`$1\\`"',
    count=(
        f'{_ROOT} -N -e "select table_name from information_schema.tables '
        "where table_schema = '$1' and table_type = 'BASE TABLE' order by 1\" | while read -r t; do "
        f'printf "%s " "$t"; {_ROOT} -N -e "select count(*) from \\`$1\\`.\\`$t\\`" </dev/null; done'
    ),
    client_environment={
        "DB_HOST": "{host}",
        "MYSQL_ROOT_PASSWORD": "${MYSQL_ROOT_PASSWORD:?set by write-env.sh}",
        "MYSQL_DATABASE": "{database}",
    },
    database_variable="$MYSQL_DATABASE",
    max_connections=150,
    exporter=Exporter(
        product="mysqld-exporter",
        port=9104,
        up="mysql_up",
        command=("--mysqld.address={host}:{port}", "--mysqld.username=monitoring"),
        environment={"MYSQLD_EXPORTER_PASSWORD": "${MONITORING_DB_PASSWORD:?set by write-env.sh}"},
        role=_ROLE,
        panels=(("connections", 'mysql_global_status_threads_connected{job="{job}"}', "short"),),
    ),
    alerts=_alerts,
    query_note="`performance_schema` is on by default; section 10.10 shows the query for the slowest statements.",
    slow_queries=f'exec -T {{db}} sh -c \'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -u root -e "{_SLOWEST}"\'',
    refresh="exec -T {db} sh -c 'MYSQL_PWD=\"$MYSQL_ROOT_PASSWORD\" mysqlcheck -u root --analyze {database}'",
)
