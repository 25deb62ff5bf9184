"""Define every alert once: its rule and the unit test that proves that it fires."""

from __future__ import annotations

from collections.abc import Iterator

from .....core.blueprint import Blueprint, Store
from ..._alert import Alert, title_of
from ..stores import run_as


def alerts(b: Blueprint) -> Iterator[Alert]:
    """Yield the alerts that this blueprint's components need, thresholds from its objectives."""
    yield from _targets(b)
    yield from _host(b)
    yield from _containers(b)
    if b.main_web:
        yield from _endpoint(b)
    for store in b.stores:
        yield from _store(store)
    for component in b.of_kind("backup"):
        yield from _backup(b, b.saved_by(component).component)


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
        name = title_of(job)
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
    root = '{mountpoint="/",fstype!~"tmpfs|overlay"}'
    yield Alert(
        "HostDiskFilling",
        f"100 * (1 - node_filesystem_avail_bytes{root} / node_filesystem_size_bytes{root}) > {disk:g}",
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
    spot, ours = f'name="{name}"', f'{{name=~"{b.app}-.+"}}'
    yield Alert(
        "ContainerMemoryHigh",
        f"100 * max by (name) (container_memory_working_set_bytes{ours}) "
        f"/ max by (name) (container_spec_memory_limit_bytes{ours} > 0) > {share:g}",
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
        title = title_of(c.name)
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
    yield from _certificate(days, spot, labels)


def _certificate(days: float, spot: str, labels: dict[str, str]) -> Iterator[Alert]:
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


def _store(store: Store) -> Iterator[Alert]:
    kind, name = run_as(store), store.component
    if kind.exporter is None:
        return
    spot, labels = f'instance="{name}-exporter",job="{name}"', {"instance": f"{name}-exporter", "job": name}
    yield Alert(
        f"{title_of(name)}Down",
        f'{kind.exporter.up}{{job="{name}"}} == 0',
        "1m",
        "critical",
        f"{name} does not answer its exporter",
        "10.7",
        ((f"{kind.exporter.up}{{{spot}}}", "0x10"),),
        "3m",
        labels,
    )
    if kind.alerts is not None:
        yield from kind.alerts(name, store.max_connections or 100)


def _backup(b: Blueprint, store: str) -> Iterator[Alert]:
    hours = b.objective("backup_max_age_hours").value
    labels = {"instance": "node-exporter:9100", "job": "node", "store": store}
    title = title_of(store)
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
