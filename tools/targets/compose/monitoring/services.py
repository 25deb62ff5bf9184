"""Set what each container of the monitoring stack needs besides the common keys: commands, mounts, credentials, local ports."""

from __future__ import annotations

from typing import Any

from .....core.blueprint import Blueprint, Store
from ..stores import run_as

LOCAL = "127.0.0.1"
"""Consoles listen on loopback of the host only: people reach them through SSH."""


def service_settings(b: Blueprint) -> dict[str, dict[str, Any]]:
    """Return the extra Compose keys by service."""
    found = {
        "prometheus": _prometheus(),
        "alertmanager": _alertmanager(),
        "grafana": _grafana(),
        "node-exporter": _node_exporter(bool(b.of_kind("backup"))),
        "cadvisor": _cadvisor(),
        "blackbox-exporter": {
            "command": ["--config.file=/etc/blackbox/blackbox.yml"],
            "volumes": ["./blackbox/blackbox.yml:/etc/blackbox/blackbox.yml:ro"],
        },
    }
    for store in b.stores:
        exporter = _exporter(store)
        if exporter:
            found[f"{store.component}-exporter"] = exporter
    return found


def _prometheus() -> dict[str, Any]:
    return {
        "command": [
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            "--storage.tsdb.retention.time=15d",
        ],
        "volumes": [
            "./prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro",
            "./prometheus/rules.yml:/etc/prometheus/rules.yml:ro",
            "prometheus-data:/prometheus",
        ],
        "ports": [f"{LOCAL}:9090:9090"],
        "healthcheck": _health("http://127.0.0.1:9090/-/healthy"),
    }


def _alertmanager() -> dict[str, Any]:
    return {
        "command": ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
        "volumes": [
            "./alertmanager/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro",
            "./alertmanager/webhook-url:/etc/alertmanager/webhook-url:ro",
            "alertmanager-data:/alertmanager",
        ],
        "ports": [f"{LOCAL}:9093:9093"],
        "healthcheck": _health("http://127.0.0.1:9093/-/healthy"),
    }


def _grafana() -> dict[str, Any]:
    return {
        "environment": {
            "GF_SECURITY_ADMIN_PASSWORD": "${GRAFANA_ADMIN_PASSWORD:?set by write-env.sh}",
            "GF_USERS_ALLOW_SIGN_UP": "false",
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
            "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        },
        "volumes": [
            "./grafana/provisioning:/etc/grafana/provisioning:ro",
            "./grafana/dashboards:/var/lib/grafana/dashboards:ro",
            "grafana-data:/var/lib/grafana",
        ],
        "tmpfs": ["/tmp"],
        "ports": [f"{LOCAL}:3000:3000"],
    }


def _node_exporter(backups: bool) -> dict[str, Any]:
    return {
        "command": ["--path.rootfs=/host", "--collector.textfile.directory=/backups/metrics"],
        "pid": "host",
        "volumes": ["/:/host:ro,rslave", *(["backups:/backups:ro"] if backups else [])],
    }


def _cadvisor() -> dict[str, Any]:
    return {
        "command": ["--docker_only=true", "--housekeeping_interval=15s"],
        "devices": ["/dev/kmsg"],
        "cap_drop": [],
        "cap_add": ["SYS_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH"],
        "volumes": ["/:/rootfs:ro", "/var/run:/var/run:ro", "/sys:/sys:ro", "/var/lib/docker:/var/lib/docker:ro"],
    }


def _health(address: str) -> dict[str, Any]:
    return {
        "test": ["CMD-SHELL", f"wget -q -O /dev/null {address}"],
        "interval": "15s",
        "timeout": "5s",
        "retries": 6,
        "start_period": "20s",
    }


def _exporter(store: Store) -> dict[str, Any] | None:
    """Return how an exporter reaches its store: with a role that may read statistics where the store has roles."""
    exporter = run_as(store).exporter
    if exporter is None:
        return None

    def filled(text: str) -> str:
        return text.replace("{host}", store.component).replace("{port}", str(store.port)).replace("{database}", store.database or "")

    command = {"command": [filled(part) for part in exporter.command]} if exporter.command else {}
    return command | {"environment": {name: filled(value) for name, value in exporter.environment.items()}}
