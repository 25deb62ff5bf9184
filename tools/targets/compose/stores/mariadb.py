"""Run MariaDB: the same wiring as MySQL under the names of its own image and client programs."""

from dataclasses import replace

from .mysql import _PING
from .mysql import KIND as MYSQL


def _renamed(text: str | None) -> str | None:
    """Return a MySQL command with MariaDB's client programs and variables (from 11 on the image has no `mysql` program)."""
    if text is None:
        return None
    return (
        text.replace("mysqldump ", "mariadb-dump ")
        .replace("mysql -h", "mariadb -h")
        .replace("MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD")
        .replace("MYSQL_DATABASE", "MARIADB_DATABASE")
        .replace("MYSQL_USER", "MARIADB_USER")
        .replace("MYSQL_PASSWORD", "MARIADB_PASSWORD")
    )


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
    probe=MYSQL.probe.model_copy(update={"test": ("CMD-SHELL", str(_renamed(_PING)))}),
    check=str(_renamed(MYSQL.check)),
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
)
