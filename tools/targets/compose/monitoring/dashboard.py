"""Define the dashboard: the signals an engineer on call looks at first, each panel a query over metrics that this stack collects."""

from __future__ import annotations

from typing import Any

from .....core.blueprint import Blueprint
from ..stores import run_as


def dashboard(b: Blueprint) -> dict[str, Any]:
    """Return the Grafana dashboard as data."""
    panels = [_panel(i, title, expr, unit) for i, (title, expr, unit) in enumerate(_queries(b))]
    return {
        "uid": f"{b.app}-overview"[:40],
        "title": f"{b.title}: overview",
        "tags": [b.app],
        "timezone": "utc",
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": panels,
        "templating": {"list": []},
        "annotations": {"list": []},
    }


def _queries(b: Blueprint) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    if b.main_web:
        rows += [
            ("API answers (1 = yes)", 'probe_success{job="endpoint"}', "short"),
            ("Probe time, 95th percentile of 15 min", 'quantile_over_time(0.95, probe_duration_seconds{job="endpoint"}[15m])', "s"),
            ("Days until the certificate expires", '(probe_ssl_earliest_cert_expiry{job="endpoint"} - time()) / 86400', "short"),
        ]
    rows += [
        ("Container memory", f'max by (name) (container_memory_working_set_bytes{{name=~"{b.app}-.+"}})', "bytes"),
        ("Container CPU", f'sum by (name) (rate(container_cpu_usage_seconds_total{{name=~"{b.app}-.+"}}[5m]))', "short"),
        ("Disk used", '100 * (1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"})', "percent"),
        ("Memory available on the host", "node_memory_MemAvailable_bytes", "bytes"),
    ]
    for s in b.stores:
        exporter = run_as(s).exporter
        for title, query, unit in exporter.panels if exporter else ():
            rows.append((f"{s.component}: {title}", query.replace("{job}", s.component), unit))
    if b.of_kind("backup"):
        rows.append(("Hours since the newest backup", "(time() - backup_last_success_timestamp_seconds) / 3600", "short"))
    return rows


def _panel(index: int, title: str, expr: str, unit: str) -> dict[str, Any]:
    return {
        "id": index + 1,
        "type": "timeseries",
        "title": title,
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "gridPos": {"h": 8, "w": 12, "x": 12 * (index % 2), "y": 8 * (index // 2)},
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}},
        "targets": [{"refId": "A", "expr": expr, "datasource": {"type": "prometheus", "uid": "prometheus"}}],
    }
