"""Define every alert once: its rule and the unit test that proves that it fires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .....core.blueprint import Blueprint


@dataclass(frozen=True)
class Alert:
    """Hold one alert with the synthetic series that must make it fire.

    `series` are promtool input series; `at` is when it must fire; `labels` are the labels of the firing alert besides its severity.
    """

    name: str
    expr: str
    wait: str
    severity: str
    summary: str
    runbook: str  # the section of the plan that says what to do
    series: tuple[tuple[str, str], ...]
    at: str
    labels: dict[str, str] = field(default_factory=dict)


def alerts(b: Blueprint) -> Iterator[Alert]:
    """Yield the alerts that this blueprint's components need, thresholds from its objectives."""
    yield from _targets(b)
    yield from _host(b)
    yield from _containers(b)
    if b.main_web:
        yield from _endpoint(b)
    for store in b.stores:
        yield from _store(b, store.component, store.kind)
    for component in b.of_kind("backup"):
        yield from _backup(b, next(iter(component.depends_on)))


def jobs(b: Blueprint) -> list[str]:
    """Return the scrape jobs of this blueprint."""
    names = ["prometheus", "alertmanager", "node", "cadvisor"] + (["endpoint"] if b.main_web else [])
    return names + [
        c.name.removesuffix("-exporter") for c in b.of_kind("exporter") if c.name not in ("node-exporter", "cadvisor", "blackbox-exporter")
    ]


def _targets(b: Blueprint) -> Iterator[Alert]:
    yield Alert(
        "TargetDown",
        "up == 0",
        "5m",
        "warning",
        "{{ $labels.job }} is not scraped",
        "10.7",
        (('up{job="node",instance="node-exporter:9100"}', "0x10"),),
        "6m",
        {"job": "node", "instance": "node-exporter:9100"},
    )
    for job in jobs(b):
        name = "".join(part.title() for part in job.split("-"))
        yield Alert(
            f"{name}Absent",
            f'absent(up{{job="{job}"}})',
            "10m",
            "warning",
            f"no target of the job {job} exists: its alerts are blind",
            "9.2",
            (('up{job="other",instance="x"}', "1x20"),),
            "12m",
            {"job": job},
        )


def _host(b: Blueprint) -> Iterator[Alert]:
    disk, node = b.objective("disk_used_percent").value, 'instance="node-exporter:9100",job="node"'
    labels = {"instance": "node-exporter:9100", "job": "node"}
    yield Alert(
        "HostDiskFilling",
        f'100 * (1 - node_filesystem_avail_bytes{{mountpoint="/",fstype!~"tmpfs|overlay"}} / node_filesystem_size_bytes{{mountpoint="/",fstype!~"tmpfs|overlay"}}) > {disk:g}',
        "10m",
        "critical",
        f"the disk is fuller than {disk:g} %",
        "10.9",
        (
            (f'node_filesystem_avail_bytes{{device="sda1",fstype="ext4",mountpoint="/",{node}}}', "10x20"),
            (f'node_filesystem_size_bytes{{device="sda1",fstype="ext4",mountpoint="/",{node}}}', "100x20"),
        ),
        "12m",
        {"device": "sda1", "fstype": "ext4", "mountpoint": "/", **labels},
    )
    yield Alert(
        "HostMemoryLow",
        "100 * node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 10",
        "10m",
        "warning",
        "less than a tenth of the host's memory is available",
        "10.6",
        ((f"node_memory_MemAvailable_bytes{{{node}}}", "5x20"), (f"node_memory_MemTotal_bytes{{{node}}}", "100x20")),
        "12m",
        labels,
    )
    yield Alert(
        "HostClockOff",
        "abs(node_timex_offset_seconds) > 0.5",
        "10m",
        "warning",
        "the clock is off: certificates and tokens fail",
        "10.7",
        ((f"node_timex_offset_seconds{{{node}}}", "2x20"),),
        "12m",
        labels,
    )


def _containers(b: Blueprint) -> Iterator[Alert]:
    share = b.objective("memory_used_percent").value
    name = f"{b.app}-{b.of_kind('app')[0].name}-1" if b.of_kind("app") else f"{b.app}-proxy-1"
    spot = f'name="{name}"'
    yield Alert(
        "ContainerMemoryHigh",
        f'100 * max by (name) (container_memory_working_set_bytes{{name=~"{b.app}-.+"}}) / max by (name) (container_spec_memory_limit_bytes{{name=~"{b.app}-.+"}} > 0) > {share:g}',
        "10m",
        "warning",
        f"{{{{ $labels.name }}}} uses more than {share:g} % of its memory limit",
        "10.6",
        ((f"container_memory_working_set_bytes{{{spot}}}", "95x20"), (f"container_spec_memory_limit_bytes{{{spot}}}", "100x20")),
        "12m",
        {"name": name},
    )
    yield Alert(
        "ContainerRestarting",
        f'changes(max by (name) (container_start_time_seconds{{name=~"{b.app}-.+"}})[15m:1m]) > 2',
        "",
        "critical",
        "{{ $labels.name }} restarts again and again",
        "10.7",
        ((f"container_start_time_seconds{{{spot}}}", "0+60x20"),),
        "16m",
        {"name": name},
    )
    for c in [x for x in b.components if x.stack == "main" and x.restart == "unless-stopped"]:
        title = "".join(part.title() for part in c.name.split("-"))
        yield Alert(
            f"Container{title}Missing",
            f'absent(container_last_seen{{name=~"{b.app}-{c.name}-[0-9]+"}})',
            "5m",
            "critical",
            f"no container of the service {c.name} runs",
            "10.7",
            (('container_last_seen{name="other"}', "1x20"),),
            "7m",
        )


def _endpoint(b: Blueprint) -> Iterator[Alert]:
    errors, slow, days = (b.objective(k).value for k in ("error_ratio_percent", "latency_p95_seconds", "certificate_days"))
    spot, labels = 'instance="public",job="endpoint"', {"instance": "public", "job": "endpoint"}
    yield Alert(
        "EndpointDown",
        'probe_success{job="endpoint"} == 0',
        "2m",
        "critical",
        "the API does not answer from outside the proxy",
        "10.7",
        ((f"probe_success{{{spot}}}", "0x10"),),
        "4m",
        labels,
    )
    yield Alert(
        "EndpointErrors",
        f'100 * (1 - avg_over_time(probe_success{{job="endpoint"}}[10m])) > {errors:g}',
        "",
        "warning",
        f"more than {errors:g} % of the probes failed in ten minutes",
        "10.7",
        ((f"probe_success{{{spot}}}", "1 1 0 1 1 0 1 1 0 1 1 0"),),
        "10m",
        labels,
    )
    yield Alert(
        "EndpointSlow",
        f'quantile_over_time(0.95, probe_duration_seconds{{job="endpoint"}}[15m]) > {slow:g}',
        "5m",
        "warning",
        f"the 95th percentile of probe time is above {slow:g} s",
        "10.6",
        ((f"probe_duration_seconds{{{spot}}}", f"{slow * 3:g}x30"),),
        "20m",
        labels,
    )
    yield Alert(
        "CertificateExpiring",
        f'(probe_ssl_earliest_cert_expiry{{job="endpoint"}} - time()) / 86400 < {days:g}',
        "1h",
        "warning",
        f"the certificate expires in less than {days:g} days",
        "7.3",
        ((f"probe_ssl_earliest_cert_expiry{{{spot}}}", "86400x200"),),
        "70m",
        labels,
    )


def _store(b: Blueprint, name: str, kind: str) -> Iterator[Alert]:
    title = "".join(part.title() for part in name.split("-"))
    spot, labels = f'instance="{name}-exporter",job="{name}"', {"instance": f"{name}-exporter", "job": name}
    up = {
        "postgresql": "pg_up",
        "redis": "redis_up",
        "valkey": "redis_up",
        "mysql": "mysql_up",
        "mariadb": "mysql_up",
        "mongodb": "mongodb_up",
    }.get(kind)
    if up is None:
        return
    yield Alert(
        f"{title}Down",
        f'{up}{{job="{name}"}} == 0',
        "1m",
        "critical",
        f"{name} does not answer its exporter",
        "10.7",
        ((f"{up}{{{spot}}}", "0x10"),),
        "3m",
        labels,
    )
    if kind == "postgresql":
        limit = next(s.max_connections or 100 for s in b.stores if s.component == name)
        bar = int(limit * 0.85)
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
    if kind in ("redis", "valkey"):
        yield Alert(
            f"{title}MemoryHigh",
            f'100 * redis_memory_used_bytes{{job="{name}"}} / (redis_memory_max_bytes{{job="{name}"}} > 0) > 90',
            "10m",
            "warning",
            f"{name} is close to its memory limit",
            "10.6",
            ((f"redis_memory_used_bytes{{{spot}}}", "95x20"), (f"redis_memory_max_bytes{{{spot}}}", "100x20")),
            "12m",
            labels,
        )
    if kind in ("mysql", "mariadb"):
        yield Alert(
            f"{title}ConnectionsHigh",
            f'100 * mysql_global_status_threads_connected{{job="{name}"}} / mysql_global_variables_max_connections{{job="{name}"}} > 85',
            "5m",
            "warning",
            f"{name} is close to its connection limit",
            "6.7",
            (
                (f"mysql_global_status_threads_connected{{{spot}}}", "95x20"),
                (f"mysql_global_variables_max_connections{{{spot}}}", "100x20"),
            ),
            "7m",
            labels,
        )


def _backup(b: Blueprint, store: str) -> Iterator[Alert]:
    hours = b.objective("backup_max_age_hours").value
    labels = {"instance": "node-exporter:9100", "job": "node", "store": store}
    title = "".join(part.title() for part in store.split("-"))
    spot = f'instance="node-exporter:9100",job="node",store="{store}"'
    yield Alert(
        f"{title}BackupTooOld",
        f'(time() - backup_last_success_timestamp_seconds{{store="{store}"}}) / 3600 > {hours:g}',
        "",
        "critical",
        f"the newest backup of {store} is older than {hours:g} hours",
        "10.3",
        ((f"backup_last_success_timestamp_seconds{{{spot}}}", "0x2000"),),
        f"{int(hours) + 1}h",
        labels,
    )
    yield Alert(
        f"{title}BackupMissing",
        f'absent(backup_last_success_timestamp_seconds{{store="{store}"}})',
        "30m",
        "critical",
        f"no backup of {store} has ever succeeded",
        "10.3",
        (('up{job="other",instance="x"}', "1x60"),),
        "35m",
        {"store": store},
    )


def rules(found: list[Alert], app: str) -> dict[str, Any]:
    """Return the rule file as data."""
    return {
        "groups": [
            {
                "name": app,
                "interval": "30s",
                "rules": [
                    {
                        "alert": a.name,
                        "expr": a.expr,
                        **({"for": a.wait} if a.wait else {}),
                        "labels": {"severity": a.severity},
                        "annotations": {"summary": a.summary, "runbook": f"PLAN.md section {a.runbook}"},
                    }
                    for a in found
                ],
            }
        ]
    }


def rule_tests(found: list[Alert]) -> dict[str, Any]:
    """Return the unit tests as data: each alert must fire on its series at its time."""
    tests = []
    for a in found:
        summary = a.summary
        for label, value in a.labels.items():
            summary = summary.replace("{{ $labels." + label + " }}", value)
        tests.append(
            {
                "interval": "1m",
                "name": f"{a.name} fires",
                "input_series": [{"series": s, "values": v} for s, v in a.series],
                "alert_rule_test": [
                    {
                        "eval_time": a.at,
                        "alertname": a.name,
                        "exp_alerts": [
                            {
                                "exp_labels": {"severity": a.severity, **a.labels},
                                "exp_annotations": {"summary": summary, "runbook": f"PLAN.md section {a.runbook}"},
                            }
                        ],
                    }
                ],
            }
        )
    return {"rule_files": ["rules.yml"], "evaluation_interval": "30s", "tests": tests}
