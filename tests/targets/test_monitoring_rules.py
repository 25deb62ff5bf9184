"""Monitoring: what is scraped exists, every alert has a test that makes it fire, and promtool agrees where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import re2
import yaml
from made_plans import CASES, Made, made

cases = pytest.mark.parametrize("case", CASES)
HOME = "artifacts/monitoring"


def _yaml(found: Made, path: str) -> Any:
    return yaml.safe_load(found.text(f"{HOME}/{path}"))


def _alerts(found: Made) -> list[dict[str, Any]]:
    return [rule for group in _yaml(found, "prometheus/rules.yml")["groups"] for rule in group["rules"]]


@cases
def test_every_target_is_a_container_of_the_plan_on_its_own_port(case: str) -> None:
    found = made(case)
    listening = {c.name: c.port for c in found.blueprint.components}
    for job in _yaml(found, "prometheus/prometheus.yml")["scrape_configs"]:
        if job["job_name"] in ("prometheus", "endpoint"):
            continue
        host, _, port = job["static_configs"][0]["targets"][0].partition(":")
        assert listening.get(host) == int(port), job


@cases
def test_the_endpoint_is_probed_where_something_is_served(case: str) -> None:
    found = made(case)
    jobs = {j["job_name"]: j for j in _yaml(found, "prometheus/prometheus.yml")["scrape_configs"]}
    assert ("endpoint" in jobs) == (found.blueprint.main_web is not None)
    names = {a["alert"] for a in _alerts(found)}
    assert ("EndpointDown" in names) == ("endpoint" in jobs)


@cases
def test_every_alert_fires_in_a_test_and_leads_to_a_section(case: str) -> None:
    found = made(case)
    alerts, tests = _alerts(found), _yaml(found, "prometheus/rules_test.yml")["tests"]
    names = [a["alert"] for a in alerts]
    assert len(names) == len(set(names)) and [t["alert_rule_test"][0]["alertname"] for t in tests] == names
    topics = {a.topic for s in found.plan.sections for a in s.topics if not a.not_applicable}
    for alert in alerts:
        promql_parser.parse(alert["expr"])
        assert alert["labels"]["severity"] in ("critical", "warning")
        section = re2.fullmatch(r"PLAN.md section ([0-9.]+)", alert["annotations"]["runbook"]).group(1)
        assert section in topics, f"{alert['alert']} sends its reader to {section}, which does not apply"
    assert all(t["input_series"] and t["alert_rule_test"][0]["exp_alerts"] for t in tests)


@cases
def test_every_store_container_and_backup_is_watched(case: str) -> None:
    found = made(case)
    names = {a["alert"] for a in _alerts(found)}
    expressions = " ".join(a["expr"] for a in _alerts(found))
    for component in found.blueprint.components:
        if component.stack == "main" and component.restart == "unless-stopped":
            assert f'{found.blueprint.app}-{component.name}-[0-9]+"' in expressions, component.name
        if component.kind == "backup":
            store = found.blueprint.saved_by(component).component
            assert f'backup_last_success_timestamp_seconds{{store="{store}"}}' in expressions
    assert {"TargetDown", "HostDiskFilling", "ContainerMemoryHigh", "ContainerRestarting"} <= names


@cases
def test_the_dashboard_asks_only_for_what_is_collected(case: str) -> None:
    found = made(case)
    board = json.loads(found.text(f"{HOME}/grafana/dashboards/{found.blueprint.app}.json"))
    jobs = {j["job_name"] for j in _yaml(found, "prometheus/prometheus.yml")["scrape_configs"]}
    assert len({p["id"] for p in board["panels"]}) == len(board["panels"]) > 3
    for panel in board["panels"]:
        expr = panel["targets"][0]["expr"]
        promql_parser.parse(expr)
        assert set(re2.findall(r'job="([^"]+)"', expr)) <= jobs, panel["title"]
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


@cases
def test_exporters_log_in_with_a_role_that_the_plan_makes(case: str) -> None:
    found = made(case)
    services = _yaml(found, "compose.yaml")["services"]
    roles = {
        s.component for s in found.blueprint.stores if "MONITORING_DB_PASSWORD" in json.dumps(services.get(f"{s.component}-exporter", {}))
    }
    steps = [s for s in found.plan.steps if s.id == "monitoring-role"]
    assert bool(roles) == bool(steps)
    if steps:
        assert f"exec -T {next(iter(roles))} " in steps[0].run and "$MONITORING_DB_PASSWORD" in steps[0].run


@pytest.mark.parametrize("case", ["blog-flask", "mailer-worker", "notes-fastapi"])  # every kind of alert there is
def test_promtool_accepts_the_configuration_and_sees_every_alert_fire(case: str, tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not on PATH")
    for path, content in made(case).files.items():
        if path.startswith(f"{HOME}/prometheus/"):
            (tmp_path / Path(path).name).write_bytes(content)
    for command in (["check", "rules", "rules.yml"], ["test", "rules", "rules_test.yml"]):
        done = subprocess.run([promtool, *command], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
