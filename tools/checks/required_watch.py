"""Demand the alarms, probes and exporters that each component needs, where the plan watches anything at all.

What:
    A plan that has alarms has those without which the component fails unseen: a load balancer its healthy hosts, a public endpoint a probe
    from outside and the end of its certificate, a proxy its own absence, a managed database its free space, a data store an exporter. A
    background process has a health check or an alert of its own.

Why it matters in production:
    The request path is green and the worker has been dead for a week. The certificate ends on a Sunday. Each of these is found by a
    customer where it is not found by an alarm.

Example:
    alerts on CPU and memory; nothing asks https://api.example.org/ from outside

Instead:
    blackbox-exporter on the public URL, with alerts on probe_success == 0 and probe_ssl_earliest_cert_expiry

When to ignore:
    When another system watches it: name the system and the alert.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...core.findings import Finding
from ..validators.promql import rules_of
from ..yaml12 import as_map
from ._rule import Rule, Spot
from ._view import PlanView, Service

ALARM = Rule(
    "COV003",
    "required-alarm-missing",
    "error",
    "A component lacks an alarm without which it fails unseen.",
    confidence="medium",
    profile="review",
)
PROCESS = Rule(
    "COV004",
    "background-process-unwatched",
    "error",
    "A background process has neither a health check nor an alert.",
    confidence="medium",
    profile="review",
)
EXPORTER = Rule(
    "COV005", "store-without-exporter", "warning", "A data store is deployed beside Prometheus, and nothing measures it.", profile="review"
)
RULES = (ALARM, PROCESS, EXPORTER)


@dataclass(frozen=True, slots=True)
class _Need:
    """Be one alarm that a component needs: words of which one must stand among the alarms."""

    what: str
    words: tuple[str, ...]
    why: str


_ENDPOINT = (
    _Need(
        "a probe of the public endpoint",
        ("probe_success", "probe_http_status_code", "aws_synthetics_canary", "healthcheck_config"),
        "nothing asks from outside",
    ),
    _Need(
        "the end of the certificate",
        ("cert_expiry", "certificate_expiration", "not_after", "daystoexpiry", "cert_not_after"),
        "it ends on a fixed day",
    ),
)
_BACKUP = _Need(
    "the age of the newest backup",
    ("backup_last", "backup_age", "last_backup", "last_success", "last_completion", "backup_timestamp", "backup is old"),
    "it is missed on the day it is needed",
)
_PROXIES = frozenset({"nginx", "traefik", "caddy", "haproxy", "envoy"})
_STORES = {
    "postgres": ("postgres-exporter", "postgres_exporter", "pg_exporter"),
    "mysql": ("mysqld-exporter", "mysqld_exporter"),
    "mariadb": ("mysqld-exporter", "mysqld_exporter"),
    "redis": ("redis_exporter", "redis-exporter"),
    "valkey": ("redis_exporter", "redis-exporter"),
    "mongo": ("mongodb_exporter", "mongodb-exporter"),
    "memcached": ("memcached-exporter", "memcached_exporter"),
}
# store -> how the metrics of its exporter begin
_MEASURES = {"postgres": "pg_", "mysql": "mysql_", "mariadb": "mysql_", "redis": "redis_", "valkey": "redis_", "mongo": "mongodb_"}
_AWS = {
    "aws_lb": _Need(
        "the number of healthy hosts", ("unhealthyhostcount", "healthyhostcount"), "a group without a healthy host answers 503"
    ),
    "aws_alb": _Need(
        "the number of healthy hosts", ("unhealthyhostcount", "healthyhostcount"), "a group without a healthy host answers 503"
    ),
    "aws_db_instance": _Need("free storage", ("freestoragespace",), "a full disk stops the database"),
    "aws_rds_cluster": _Need("free storage", ("freelocalstorage", "freestoragespace", "volumebytesused"), "a full disk stops the database"),
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what fails unseen."""
    alarms, spot = _alarms(view)
    if alarms:
        yield from _required(view, alarms, spot)
        yield from _exporters(view)
    yield from _processes(view, alarms)


def _alarms(view: PlanView) -> tuple[str, Spot | None]:
    """Return the text of all alarms in lower case, and the first place where one stands."""
    texts: list[str] = []
    spot: Spot | None = None
    for artifact in view.of_kind("prometheus-rules"):
        for document in artifact.documents:
            for rule in rules_of(document):
                if "alert" in rule:
                    texts.append(f"{rule.get('alert')} {rule.get('expr')}")
                    spot = spot or artifact
    for folder in view.terraform:
        for block in folder.resources("aws_cloudwatch_metric_alarm", "aws_synthetics_canary", "google_monitoring_alert_policy"):
            texts.append(f"{block.address} {block.everything}")
            spot = spot or block.artifact
    for made in view.objects:
        if made.kind == "PrometheusRule":
            texts.append(str(made.raw))
            spot = spot or made.spot
    return "\n".join(texts).lower(), spot


def _required(view: PlanView, alarms: str, spot: Spot | None) -> Iterator[Finding]:
    for component, need in _needs(view):
        if not any(word in alarms for word in need.words):
            yield ALARM.at(
                spot,
                f"No alarm tells of {need.what} ({component}): {need.why}.",
                quote=f"{component}: {need.what}",
                severity="warning" if view.foreign else "error",
                hint=f"Add an alarm on {need.words[0]}.",
            )


def _needs(view: PlanView) -> Iterator[tuple[str, _Need]]:
    balancers = any(o.kind == "Ingress" and "alb" in str(o.raw) for o in view.objects)
    for folder in view.terraform:
        watched = bool(folder.resources("aws_cloudwatch_metric_alarm"))
        for kind, need in _AWS.items():
            for block in folder.resources(kind)[:1]:
                if watched:
                    yield block.address, need
        if watched and balancers and not folder.resources("aws_lb", "aws_alb"):
            yield "the ingress's load balancer", _AWS["aws_lb"]
            balancers = False
    if not view.of_kind("prometheus"):
        return
    if not view.foreign and any(s.model.phase == "backup" for s in view.steps):
        yield "the backups", _BACKUP
    yield from _measured(view)
    for name, (_, service) in view.services.items():
        if _image(service) in _PROXIES and any(not p.local and p.published for p in service.ports):
            yield from ((name, need) for need in _ENDPOINT)
            yield (
                name,
                _Need(
                    "the proxy's own absence",
                    (name.lower(), "up == 0", "up==0", "absent(", "traefik_", "probe_success"),
                    "everything behind it is gone with it",
                ),
            )
            return


def _measured(view: PlanView) -> Iterator[tuple[str, _Need]]:
    """Yield what an exporter that runs measures and an alarm has to look at: its store, and the room on the host's disks."""
    running = {_image(service) for _, service in view.services.values()}
    for name, (_, service) in view.services.items():
        store = _image(service)
        if store in _MEASURES and running & set(_STORES[store]):
            yield name, _Need("the store", (_MEASURES[store],), "its exporter answers while the store is down")
    if running & {"node-exporter"}:
        yield "node-exporter", _Need("room on the disks", ("node_filesystem_",), "a full disk stops everything on the host at once")


def _image(service: Service) -> str:
    return (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def _exporters(view: PlanView) -> Iterator[Finding]:
    if not view.of_kind("prometheus"):
        return
    running = {_image(service) for _, service in view.services.values()}
    for artifact, service in view.services.values():
        wanted = _STORES.get(_image(service))
        if wanted is not None and not running & set(wanted):
            yield EXPORTER.at(
                artifact,
                f"{service.name} ({_image(service)}) is watched by nothing: no {wanted[0]} is deployed.",
                line=service.line,
                quote=service.name,
                hint=f"Deploy and scrape {wanted[0]}.",
            )


def _processes(view: PlanView, alarms: str) -> Iterator[Finding]:
    """A service that runs the same image as a serving one, publishes nothing and has no health check, and that no alarm names."""
    if not view.services or (view.foreign and not alarms):
        return
    images: dict[str, list[Service]] = {}
    for _, service in view.services.values():
        build = as_map(service.build)
        key = service.image or f"{build.get('dockerfile')} {build.get('context')} {build.get('target')}"
        images.setdefault(key, []).append(service)
    for group in images.values():
        serving = [s for s in group if s.ports or s.raw.get("expose") or _probed(s)]
        for service in group if serving and len(group) > 1 else ():
            if service in serving or _probed(service) or _once(service) or service.name.lower() in alarms:
                continue
            artifact = view.services[service.name][0]
            yield PROCESS.at(
                artifact,
                f"{service.name} runs beside {serving[0].name} from the same image; no health check and no alert tells when it is dead.",
                line=service.line,
                quote=service.name,
                severity="warning" if view.foreign else "error",
                hint="Add a health check that asks the process itself, or an alert on what it produces.",
            )


def _probed(service: Service) -> bool:
    health = as_map(service.raw.get("healthcheck"))
    return bool(health) and health.get("disable") is not True


def _once(service: Service) -> bool:
    """Say whether a service runs once and ends: a migration, a task of a profile, one that is not restarted."""
    return (
        bool(service.names("profiles"))
        or service.text("restart") in ("no", "on-failure")
        or any(
            word in f"{service.name} {service.command_text}".lower()
            for word in ("migrat", "init", "seed", "setup", "test", "collectstatic")
        )
    )
