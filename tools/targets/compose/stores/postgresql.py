"""Run PostgreSQL: the image's own superuser for operations, a role of its own for the application."""

from __future__ import annotations

from collections.abc import Iterator

from .....core.blueprint import Probe
from ..._alert import Alert, title_of
from ..._store import Exporter, MonitoringRole, StoreKind

_PROBE = (
    "pg_isready -q -h 127.0.0.1 -U postgres && "
    'PGPASSWORD="$APP_DB_PASSWORD" psql -h 127.0.0.1 -U "$APP_DB_USER" -d "$APP_DB_NAME" -tAc "select 1" >/dev/null'
)
_COUNT = (
    "psql --no-password -X -tA -d \"$1\" -c \"select table_schema||'.'||table_name||' '||(xpath('/row/c/text()', "
    "query_to_xml(format('select count(*) as c from %I.%I', table_schema, table_name), false, true, '')))[1]::text "
    "from information_schema.tables where table_type = 'BASE TABLE' "
    "and table_schema not in ('pg_catalog','information_schema') order by 1\""
)
_SLOWEST = "select calls, round(mean_exec_time) as ms, left(query, 60) from pg_stat_statements order by mean_exec_time desc limit 5"
_ROLE = MonitoringRole(
    create=r"""{at} psql -U postgres -d postgres -v ON_ERROR_STOP=1 -q <<SQL
select 'create role monitoring login' where not exists (select from pg_roles where rolname = 'monitoring') \gexec
alter role monitoring password '$MONITORING_DB_PASSWORD' connection limit 5;
grant pg_monitor to monitoring;
grant connect on database "{database}" to monitoring;
\connect "{database}"
create extension if not exists pg_stat_statements;
SQL""",
    verify="{at} psql -U postgres -d postgres -tAc \"select count(*) from pg_roles where rolname = 'monitoring'\" | grep -qx 1",
    drop=(
        "{at} psql -U postgres -d {database} -c 'revoke connect on database \"{database}\" from monitoring' "
        "-c 'drop role if exists monitoring'"
    ),
)


def _alerts(name: str, limit: int) -> Iterator[Alert]:
    bar, title = int(limit * 0.85), title_of(name)
    spot, labels = f'instance="{name}-exporter",job="{name}"', {"instance": f"{name}-exporter", "job": name}
    yield Alert(
        f"{title}ConnectionsHigh",
        f'sum by (job) (pg_stat_database_numbackends{{job="{name}"}}) > {bar}',
        "5m",
        "warning",
        f"more than {bar} of {limit} connections are open",
        "6.7",
        ((f'pg_stat_database_numbackends{{datname="app",{spot}}}', f"{bar + 5}x20"),),
        "7m",
        {"job": name},
    )
    yield Alert(
        f"{title}Deadlocks",
        f'increase(pg_stat_database_deadlocks{{job="{name}"}}[10m]) > 0',
        "",
        "warning",
        f"{name} had deadlocks",
        "10.10",
        ((f'pg_stat_database_deadlocks{{datname="app",{spot}}}', "0+1x20"),),
        "11m",
        {"datname": "app", **labels},
    )


KIND = StoreKind(
    kind="postgresql",
    product="postgresql",
    title="PostgreSQL",
    port=5432,
    name="db",
    role="database",
    memory_mb=1024,
    cpus=1.0,
    volume="data",
    data_path="/var/lib/postgresql/data",
    # docker-library/postgres#1259: from 18 on the image keeps its data under <major>/docker and wants the parent mounted
    data_path_since=((18, "/var/lib/postgresql"),),
    environment={
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?set by write-env.sh}",
        "POSTGRES_DB": "postgres",
        "APP_DB_NAME": "{database}",
        "APP_DB_USER": "{user}",
        "APP_DB_PASSWORD": "${APP_DB_PASSWORD:?set by write-env.sh}",
    },
    environment_since=((18, {"PGDATA": "/var/lib/postgresql/{major}/docker"}),),
    command=(
        "postgres",
        "-c",
        "shared_buffers=256MB",
        "-c",
        "max_connections=100",
        "-c",
        "log_min_duration_statement=500",
        "-c",
        "shared_preload_libraries=pg_stat_statements",
    ),
    cap_add=("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"),
    tmpfs=("/tmp", "/var/run/postgresql"),
    files=(("postgres/initdb/10-app-role.sh", "/docker-entrypoint-initdb.d/10-app-role.sh"),),
    probe=Probe(
        test=("CMD-SHELL", _PROBE),
        interval_s=5,
        timeout_s=5,
        retries=24,
        start_period_s=30,
        reason="the port answers and the application's own role can query its database (pg_isready alone is true while initdb still runs)",
    ),
    check="psql -U postgres -d \"$APP_DB_NAME\" -v ON_ERROR_STOP=1 -tAc 'select 1' | grep -qx 1",
    password="APP_DB_PASSWORD",
    admin_password="POSTGRES_PASSWORD",
    user_name="app",
    scheme="postgresql",
    schemes={"psycopg": "postgresql+psycopg", "asyncpg": "postgresql+asyncpg", "pg8000": "postgresql+pg8000"},
    url="{user}:${APP_DB_PASSWORD}@{host}:{port}/{database}",
    dump='pg_dump --format=custom --no-password --file="$1" "$APP_DB_NAME"',
    verify_dump='pg_restore --list "$1" >/dev/null',
    restore='pg_restore --exit-on-error --no-password --dbname="$2" "$1"',
    dump_suffix=".dump",
    scratch_create='createdb --no-password --owner="$APP_DB_USER" "$1"',
    scratch_drop='dropdb --no-password --if-exists --force "$1"',
    count=_COUNT,
    client_environment={
        "PGHOST": "{host}",
        "PGUSER": "postgres",
        "PGPASSWORD": "${POSTGRES_PASSWORD:?set by write-env.sh}",
        "APP_DB_NAME": "{database}",
        "APP_DB_USER": "{user}",
    },
    database_variable="$APP_DB_NAME",
    max_connections=100,
    exporter=Exporter(
        product="postgres-exporter",
        port=9187,
        up="pg_up",
        environment={
            "DATA_SOURCE_URI": "{host}:{port}/{database}?sslmode=disable",
            "DATA_SOURCE_USER": "monitoring",
            "DATA_SOURCE_PASS": "${MONITORING_DB_PASSWORD:?set by write-env.sh}",
        },
        role=_ROLE,
        panels=(
            ("connections", 'sum by (datname) (pg_stat_database_numbackends{job="{job}"})', "short"),
            ("transactions per second", 'sum(rate(pg_stat_database_xact_commit{job="{job}"}[5m]))', "short"),
        ),
    ),
    alerts=_alerts,
    query_note=(
        "`pg_stat_statements` is loaded; statements over 500 ms are logged with their text. "
        "Section 10.10 shows the query for the slowest ones."
    ),
    slow_queries=f"exec -T {{db}} psql -U postgres -d {{database}} -c '{_SLOWEST}'",
    refresh="exec -T {db} vacuumdb -U postgres --analyze --dbname {database}",
)
