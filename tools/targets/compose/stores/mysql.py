"""Run MySQL with the image's own root for operations and a user of its own for the application."""

from .....core.blueprint import Probe
from ..._store import StoreKind

_PING = 'MYSQL_PWD="$$MYSQL_PASSWORD" mysql -h 127.0.0.1 -u "$$MYSQL_USER" -D "$$MYSQL_DATABASE" -N -e "select 1" >/dev/null'

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
        test=("CMD-SHELL", _PING),
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
    dump='MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysqldump -h "$DB_HOST" -u root --single-transaction --routines --events --result-file="$1" "$MYSQL_DATABASE"',
    verify_dump="tail -n 1 \"$1\" | grep -q '^-- Dump completed'",
    restore='MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -h "$DB_HOST" -u root -D "$2" <"$1"',
    dump_suffix=".sql",
    scratch_create='MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -h "$DB_HOST" -u root -e "create database \\`$1\\`"',
    scratch_drop='MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -h "$DB_HOST" -u root -e "drop database if exists \\`$1\\`"',
    count=(
        'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -h "$DB_HOST" -u root -N -e "select table_name from information_schema.tables '
        "where table_schema = '$1' and table_type = 'BASE TABLE' order by 1\" | while read -r t; do "
        'printf "%s " "$t"; MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql -h "$DB_HOST" -u root -N -e "select count(*) from \\`$1\\`.\\`$t\\`" </dev/null; done'
    ),
    client_environment={
        "DB_HOST": "{host}",
        "MYSQL_ROOT_PASSWORD": "${MYSQL_ROOT_PASSWORD:?set by write-env.sh}",
        "MYSQL_DATABASE": "{database}",
    },
    exporter="mysqld-exporter",
    max_connections=150,
)
