"""Write the files of the monitoring stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from .....core.blueprint import Blueprint
from ..composefile import compose_text
from .alerts import alerts
from .dashboard import dashboard
from .rules import rule_tests, rules
from .services import service_settings


def monitoring_files(b: Blueprint) -> Iterator[tuple[str, str, str, str]]:
    """Yield (path, text, language, purpose) of every file under `monitoring/`."""
    found = list(alerts(b))
    yield "compose.yaml", compose_text(b, "monitoring", service_settings(b)), "yaml", "the monitoring stack, a project of its own"
    yield "prometheus/prometheus.yml", _yaml(_scrape(b)), "yaml", "what is scraped, and where alerts go"
    yield "prometheus/rules.yml", _yaml(rules(found, b.app)), "yaml", f"{len(found)} alert rules"
    yield "prometheus/rules_test.yml", _yaml(rule_tests(found)), "yaml", "one unit test per alert: promtool test rules"
    yield "alertmanager/alertmanager.yml", _yaml(_routing()), "yaml", "who is told, how often"
    yield "blackbox/blackbox.yml", _yaml(_probe()), "yaml", "how the public address is probed"
    yield "grafana/provisioning/datasources/prometheus.yml", _yaml(_datasource()), "yaml", "Grafana's data source"
    yield "grafana/provisioning/dashboards/files.yml", _yaml(_provider()), "yaml", "where Grafana finds its dashboards"
    yield f"grafana/dashboards/{b.app}.json", json.dumps(dashboard(b), indent=1) + "\n", "json", "the overview dashboard"


def _yaml(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, width=200, allow_unicode=True))


def _scrape(b: Blueprint) -> dict[str, Any]:
    jobs: list[dict[str, Any]] = [
        {"job_name": "prometheus", "static_configs": [{"targets": ["localhost:9090"]}]},
        {"job_name": "alertmanager", "static_configs": [{"targets": ["alertmanager:9093"]}]},
        {"job_name": "node", "static_configs": [{"targets": ["node-exporter:9100"]}]},
        {"job_name": "cadvisor", "static_configs": [{"targets": ["cadvisor:8080"]}]},
    ]
    if b.main_web:
        path = next((c.path for c in b.smoke if c.kind == "http" and c.path), "/")
        jobs.append(
            {
                "job_name": "endpoint",
                "metrics_path": "/probe",
                "params": {"module": ["https"]},
                "static_configs": [{"targets": [f"https://proxy{path}"], "labels": {"instance": "public"}}],
                "relabel_configs": [
                    {"source_labels": ["__address__"], "target_label": "__param_target"},
                    {"target_label": "__address__", "replacement": "blackbox-exporter:9115"},
                ],
            }
        )
    jobs += [
        {"job_name": c.name.removesuffix("-exporter"), "static_configs": [{"targets": [f"{c.name}:{c.port}"]}]}
        for c in b.of_kind("exporter")
        if c.name not in ("node-exporter", "cadvisor", "blackbox-exporter")
    ]
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "30s"},
        "rule_files": ["/etc/prometheus/rules.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]},
        "scrape_configs": jobs,
    }


def _routing() -> dict[str, Any]:
    return {
        "route": {
            "receiver": "on-call",
            "group_by": ["alertname"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "4h",
            "routes": [{"receiver": "on-call", "matchers": ['severity="critical"'], "repeat_interval": "1h"}],
        },
        "inhibit_rules": [{"source_matchers": ['alertname="TargetDown"'], "target_matchers": ['severity="warning"'], "equal": ["job"]}],
        "receivers": [{"name": "on-call", "webhook_configs": [{"url_file": "/etc/alertmanager/webhook-url", "send_resolved": True}]}],
    }


def _probe() -> dict[str, Any]:
    # The certificate may still be self-signed: its expiry is watched, its issuer is step public-certificate's business.
    http = {"method": "GET", "preferred_ip_protocol": "ip4", "tls_config": {"insecure_skip_verify": True}}
    return {"modules": {"https": {"prober": "http", "timeout": "5s", "http": http}}}


def _datasource() -> dict[str, Any]:
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "Prometheus",
                "uid": "prometheus",
                "type": "prometheus",
                "access": "proxy",
                "url": "http://prometheus:9090",
                "isDefault": True,
                "editable": False,
            }
        ],
    }


def _provider() -> dict[str, Any]:
    return {
        "apiVersion": 1,
        "providers": [{"name": "files", "type": "file", "disableDeletion": True, "options": {"path": "/var/lib/grafana/dashboards"}}],
    }
