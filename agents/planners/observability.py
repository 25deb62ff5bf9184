"""Plan section 9: metrics, logs, alerts that are proven to fire, dashboards."""

from __future__ import annotations

from ...core.blueprint import Blueprint, Store
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ._revision import Revision
from ._section import drafted

METRIC_LIBRARIES = (
    "prometheus-client",
    "prometheus_client",
    "prom-client",
    "prometheus-fastapi-instrumentator",
    "django-prometheus",
    "express-prom-bundle",
    "starlette-exporter",
)
TRACE_LIBRARIES = ("opentelemetry", "dd-trace", "ddtrace", "elastic-apm", "jaeger")
LOG_LIBRARIES = ("structlog", "python-json-logger", "loguru", "pino", "winston", "bunyan")
ERROR_LIBRARIES = ("sentry", "rollbar", "bugsnag", "honeybadger")
QUERY_NOTES = {
    "postgresql": "`pg_stat_statements` is loaded; statements over 500 ms are logged with their text. Section 10.10 shows the query for the slowest ones.",
    "mysql": "`performance_schema` is on by default; section 10.10 shows the query for the slowest statements.",
    "mariadb": "the slow query log can be switched on at run time: `SET GLOBAL slow_query_log = ON`.",
    "mongodb": "operations over 100 ms are logged by default.",
}


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 9."""
    compose = f"docker compose -f {blueprint.compose_file}"
    exporters = [
        c.name for c in blueprint.of_kind("exporter") if c.name.removesuffix("-exporter") in {s.component for s in blueprint.stores}
    ]
    database = next((s for s in blueprint.stores if s.kind in ROLES), None)
    run, verify, rollback = _role(compose, database)
    return drafted(
        "observability",
        survey,
        blueprint,
        revision,
        mon=f"docker compose --env-file {blueprint.env_file} -f {blueprint.deploy_dir}/monitoring/compose.yaml",
        exporters=", ".join(f"`{e}`" for e in exporters),
        query_notes=QUERY_NOTES,
        logging=_uses(
            survey,
            LOG_LIBRARIES,
            "The application logs through `{}`: set its output to JSON on stdout.",
            "The application has no structured logging library; its lines are taken as they are.",
        ),
        app_metrics=_uses(
            survey,
            METRIC_LIBRARIES,
            "The application exposes its own metrics through `{}`: add a job for its path once you know that it is not public.",
            "The application exposes no metrics of its own, so request rates come from the proxy's log and the probe.",
        ),
        tracing=_uses(
            survey,
            TRACE_LIBRARIES,
            "The code carries `{}`: point its exporter at a collector (OTLP on port 4317) through its environment variables; without one it drops spans.",
            "Not applicable: the code has no tracing library, and one process behind one proxy needs none. `X-Request-ID` joins proxy and application logs.",
        ),
        errors=_uses(
            survey,
            ERROR_LIBRARIES,
            "The code reports errors through `{}`: set its DSN in section 4.",
            "No error tracker (Sentry, Rollbar) is in the code: unexpected errors stand in its log only. Adding one is the cheapest improvement here.",
        ),
        monitoring_role=f"{database.component}-exporter" if database else "",
        role_sql=run,
        role_verify=verify,
        role_rollback=rollback,
        role_db=database.component if database else "",
        alertmanager_image=blueprint.component("alertmanager").image.ref,
    )


def _uses(survey: Survey, marks: tuple[str, ...], found: str, absent: str) -> str:
    libraries = sorted({name.lower() for s in survey.services for name in s.libraries})
    match = next((n for n in libraries if any(m in n for m in marks)), None)
    return found.format(match) if match else absent


ROLES = ("postgresql", "mysql", "mariadb")


def _role(compose: str, store: Store | None) -> tuple[str, str, str]:
    """Return the scripts that create, prove and drop the exporters' role; the password stands in the script's input only."""
    if store is None:
        return "", "", ""
    at = f"{compose} exec -T {store.component}"
    if store.kind == "postgresql":
        run = (
            f"{at} psql -U postgres -d postgres -v ON_ERROR_STOP=1 -q <<SQL\n"
            "select 'create role monitoring login' where not exists (select from pg_roles where rolname = 'monitoring') \\gexec\n"
            f"alter role monitoring password '$MONITORING_DB_PASSWORD' connection limit 5;\ngrant pg_monitor to monitoring;\ngrant connect on database \"{store.database}\" to monitoring;\n"
            f'\\connect "{store.database}"\ncreate extension if not exists pg_stat_statements;\nSQL'
        )
        verify = f"{at} psql -U postgres -d postgres -tAc \"select count(*) from pg_roles where rolname = 'monitoring'\" | grep -qx 1"
        return (
            run,
            verify,
            f"{at} psql -U postgres -d {store.database} -c 'revoke connect on database \"{store.database}\" from monitoring' -c 'drop role if exists monitoring'",
        )
    client, root = ("mysql", "MYSQL_ROOT_PASSWORD") if store.kind == "mysql" else ("mariadb", "MARIADB_ROOT_PASSWORD")
    inside = f"{at} sh -c 'MYSQL_PWD=\"${root}\" {client} -u root -N'"
    run = (
        f"{inside} <<SQL\ncreate user if not exists 'monitoring'@'%' identified by '$MONITORING_DB_PASSWORD' with max_user_connections 3;\n"
        "grant process, replication client, select on *.* to 'monitoring'@'%';\nSQL"
    )
    verify = f"printf '%s\\n' \"select count(*) from mysql.user where user = 'monitoring'\" | {inside} | grep -qx 1"
    return run, verify, f"printf '%s\\n' \"drop user if exists 'monitoring'@'%'\" | {inside}"
