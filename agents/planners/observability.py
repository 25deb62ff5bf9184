"""Plan section 9: metrics, logs, alerts that are proven to fire, dashboards."""

from __future__ import annotations

from ...core.blueprint import Blueprint
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


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 9."""
    exporters = [
        c.name for c in blueprint.of_kind("exporter") if c.name.removesuffix("-exporter") in {s.component for s in blueprint.stores}
    ]
    return drafted(
        "observability",
        survey,
        blueprint,
        revision,
        mon=f"docker compose --env-file {blueprint.env_file} -f {blueprint.deploy_dir}/monitoring/compose.yaml",
        exporters=", ".join(f"`{e}`" for e in exporters),
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
            "The code carries `{}`: point its exporter at a collector (OTLP on port 4317) through its environment variables; "
            "without one it drops spans.",
            "Not applicable: the code has no tracing library, and one process behind one proxy needs none. "
            "`X-Request-ID` joins proxy and application logs.",
        ),
        errors=_uses(
            survey,
            ERROR_LIBRARIES,
            "The code reports errors through `{}`: set its DSN in section 4.",
            "No error tracker (Sentry, Rollbar) is in the code: unexpected errors stand in its log only. "
            "Adding one is the cheapest improvement here.",
        ),
        alertmanager_image=blueprint.component("alertmanager").image.ref,
    )


def _uses(survey: Survey, marks: tuple[str, ...], found: str, absent: str) -> str:
    libraries = sorted(survey.dependency_names())
    match = next((n for n in libraries if any(m in n for m in marks)), None)
    return found.format(match) if match else absent
