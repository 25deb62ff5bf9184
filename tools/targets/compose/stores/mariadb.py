"""Run MariaDB: the same wiring as MySQL under the names of its own image and client programs."""

from __future__ import annotations

from dataclasses import replace

from ..._store import MonitoringRole
from .mysql import KIND as MYSQL
from .mysql import PING


def _renamed(text: str | None) -> str:
    """Return a MySQL command with MariaDB's client programs and variables (from 11 on the image has no `mysql` program)."""
    return (
        (text or "")
        .replace("mysqldump ", "mariadb-dump ")
        .replace("mysqlcheck ", "mariadb-check ")
        .replace("mysql -h", "mariadb -h")
        .replace("mysql -u", "mariadb -u")
        .replace("MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD")
        .replace("MYSQL_DATABASE", "MARIADB_DATABASE")
        .replace("MYSQL_USER", "MARIADB_USER")
        .replace("MYSQL_PASSWORD", "MARIADB_PASSWORD")
    )


def _role(role: MonitoringRole | None) -> MonitoringRole | None:
    return MonitoringRole(_renamed(role.create), _renamed(role.verify), _renamed(role.drop)) if role else None


KIND = replace(
    MYSQL,
    kind="mariadb",
    product="mariadb",
    title="MariaDB",
    environment={
        "MARIADB_ROOT_PASSWORD": "${MARIADB_ROOT_PASSWORD:?set by write-env.sh}",
        "MARIADB_DATABASE": "{database}",
        "MARIADB_USER": "{user}",
        "MARIADB_PASSWORD": "${APP_DB_PASSWORD:?set by write-env.sh}",
    },
    command=("mariadbd", "--character-set-server=utf8mb4", "--max-connections=150", "--innodb-buffer-pool-size=512M"),
    probe=MYSQL.probe.model_copy(update={"test": ("CMD-SHELL", _renamed(PING))}),
    check=_renamed(MYSQL.check),
    admin_password="MARIADB_ROOT_PASSWORD",
    dump=_renamed(MYSQL.dump),
    restore=_renamed(MYSQL.restore),
    scratch_create=_renamed(MYSQL.scratch_create),
    scratch_drop=_renamed(MYSQL.scratch_drop),
    count=_renamed(MYSQL.count),
    client_environment={
        "DB_HOST": "{host}",
        "MARIADB_ROOT_PASSWORD": "${MARIADB_ROOT_PASSWORD:?set by write-env.sh}",
        "MARIADB_DATABASE": "{database}",
    },
    database_variable="$MARIADB_DATABASE",
    exporter=replace(MYSQL.exporter, role=_role(MYSQL.exporter.role)) if MYSQL.exporter else None,
    query_note="the slow query log can be switched on at run time: `SET GLOBAL slow_query_log = ON`.",
    slow_queries='exec -T {db} sh -c \'MYSQL_PWD="$MARIADB_ROOT_PASSWORD" mariadb -u root -e "show full processlist"\'',
    refresh=_renamed(MYSQL.refresh),
)
