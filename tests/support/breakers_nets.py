"""Break what is to catch failures (K3), and what is valid where it runs (K4)."""

from __future__ import annotations

from typing import Any

import re2
from break_plan import (
    PROMETHEUS,
    RULES,
    WATCH,
    Sites,
    app_services,
    artifact_of,
    breaks,
    in_runs,
    in_service,
    in_yaml,
    loaded,
    services,
    stores,
    with_step,
    with_text,
)
from deploybook.core.plan import Plan

SMOKE = "artifacts/scripts/smoke.sh"


@breaks("K3 the smoke test cannot fail")
def _smoke(plan: Plan) -> Sites:
    artifact = artifact_of(plan, SMOKE)
    if artifact is None:
        return
    lines = artifact.content.rstrip("\n").splitlines()
    yield "the last line is gone", with_text(plan, SMOKE, "\n".join(lines[:-1]) + "\n")
    yield "exit 0 at the end", with_text(plan, SMOKE, "\n".join([*lines, "exit 0"]) + "\n")
    for step in plan.steps:
        if "scripts/smoke.sh" in step.run and step.phase == "smoke":
            yield f"|| true in {step.id}", with_step(plan, step, run=step.run.rstrip("\n") + " || true\n")


@breaks("K3 a data store is not touched by the smoke test")
def _smoke_store(plan: Plan) -> Sites:
    artifact = artifact_of(plan, SMOKE)
    for name in stores(plan) if artifact else ():
        kept = [line for line in artifact.content.splitlines() if f"exec -T {name} " not in line]  # type: ignore[union-attr]
        yield name, with_text(plan, SMOKE, "\n".join(kept) + "\n")


@breaks("K3 a verify cannot fail")
def _verify(plan: Plan) -> Sites:
    for step in plan.steps:
        if step.verify:
            yield f"|| true in {step.id}", with_step(plan, step, verify=step.verify.rstrip("\n") + " || true\n")
            yield f"true for {step.id}", with_step(plan, step, verify="true\n")
            yield f"echo for {step.id}", with_step(plan, step, verify="echo done\n")


@breaks("K3 the scan lets everything through")
def _scan(plan: Plan) -> Sites:
    yield from in_runs(plan, "--exit-code 1", "--exit-code 0")
    yield from in_runs(plan, "--exit-code 1 ", "")
    for step in plan.steps:
        if step.run.startswith("trivy "):
            yield f"|| true in {step.id}", with_step(plan, step, run=step.run.rstrip("\n") + " || true\n")


@breaks("K3 an alert uses a metric that nobody exports")
def _metric(plan: Plan) -> Sites:
    rules = artifact_of(plan, RULES)
    if rules is None:
        return
    for group in loaded(rules.content)["groups"]:
        for rule in group["rules"]:
            names = [n for n in re2.findall(r"\b([a-z]\w+_\w+)\b\s*[{\[<>=)/*-]", rule.get("expr", "")) if "_" in n]
            if "alert" in rule and names:
                old = rule["expr"]

                def rename(value: dict[str, Any], old: str = old, name: str = names[0]) -> None:
                    for g in value["groups"]:
                        for r in g["rules"]:
                            if r.get("expr") == old:
                                r["expr"] = old.replace(name, name + "_x")

                yield rule["alert"], in_yaml(plan, RULES, rename)


@breaks("K3 an exporter that alerts count on is not deployed, or not asked")
def _exporter(plan: Plan) -> Sites:
    for name in services(plan, WATCH):
        if "exporter" in name or name == "cadvisor":
            yield f"{name} gone", in_yaml(plan, WATCH, lambda v, name=name: v["services"].pop(name) and None)
    prometheus = artifact_of(plan, PROMETHEUS)
    for n, job in enumerate(loaded(prometheus.content)["scrape_configs"] if prometheus else ()):
        if job["job_name"] not in ("prometheus", "alertmanager"):
            yield f"job {job['job_name']} gone", in_yaml(plan, PROMETHEUS, lambda v, n=n: v["scrape_configs"].pop(n) and None)


@breaks("K3 alerts reach nobody")
def _silent(plan: Plan) -> Sites:
    yield "rule_files", in_yaml(plan, PROMETHEUS, lambda v: v.pop("rule_files") and None)
    yield "alerting", in_yaml(plan, PROMETHEUS, lambda v: v.pop("alerting") and None)
    path = "artifacts/monitoring/alertmanager/alertmanager.yml"
    for n in range(5):
        yield f"receiver {n}", in_yaml(plan, path, lambda v, n=n: _emptied(v, n))


def _emptied(value: dict[str, Any], n: int) -> bool:
    if n >= len(value["receivers"]) or len(value["receivers"][n]) < 2:
        return False
    value["receivers"][n] = {"name": value["receivers"][n]["name"]}
    return True


@breaks("K3 a health check proves nothing")
def _probe(plan: Plan) -> Sites:
    for name, service in services(plan).items():
        if "healthcheck" in service:
            yield f"{name} true", in_service(plan, name, lambda s: s["healthcheck"].update(test=["CMD", "true"]))
            idle = ["CMD-SHELL", "curl -s localhost || exit 0"]
            yield f"{name} exit 0", in_service(plan, name, lambda s, idle=idle: s["healthcheck"].update(test=idle))


@breaks("K3 something waits for the health of a container without a health check")
def _no_probe(plan: Plan) -> Sites:
    awaited = {d for s in services(plan).values() for d, how in _conditions(s).items() if how == "service_healthy"}
    for name in sorted(awaited):
        if "healthcheck" in services(plan)[name]:
            yield name, in_service(plan, name, lambda s: s.pop("healthcheck") and None)


def _conditions(service: dict[str, Any]) -> dict[str, str]:
    depends = service.get("depends_on") or {}
    return {k: v.get("condition", "") for k, v in depends.items()} if isinstance(depends, dict) else {}


@breaks("K4 a text does not parse")
def _syntax(plan: Plan) -> Sites:
    for artifact in plan.artifacts:
        path, text = artifact.path, artifact.content
        if path.endswith(".sh"):
            yield path, with_text(plan, path, text + "if true; then\n")
        elif path.endswith("Dockerfile"):
            yield path, with_text(plan, path, text.replace("\nCOPY ", "\nCOPPY ", 1))
        elif path.endswith("nginx.conf"):
            yield path, with_text(plan, path, text.replace("proxy_pass", "proxy_pas", 1))
        elif path.endswith((".service", ".timer")):
            yield path, with_text(plan, path, text.replace("Description=", "Descripton=").replace("OnCalendar=Sun", "OnCalendar=Sonntag"))
        elif path.endswith("compose.yaml"):
            yield path, with_text(plan, path, text.replace("    restart:", "    restarts:", 1))
        elif path == RULES:
            yield path, with_text(plan, path, text.replace("expr: up == 0", "expr: up === 0"))
            yield path + " for", with_text(plan, path, text.replace("for: 5m", "for: 5 minutes", 1))
        elif path.endswith(".json"):
            yield path, with_text(plan, path, text.rstrip().removesuffix("}"))
    for step in plan.steps:
        yield step.id, with_step(plan, step, run=step.run.rstrip("\n") + "\ntrue; done\n")


@breaks("K4 an option that the command does not know")
def _option(plan: Plan) -> Sites:
    pairs = (
        ("--wait-timeout", "--wait-timeouts"),
        ("--no-build", "--nobuild"),
        ("--severity", "--severities"),
        ("--tag ", "--tags "),
        ("--volumes", "--volume-all"),
        ("--remove-orphans", "--orphans"),
        ("-sS -o", "--silnt -o"),
        ("--yes", "--yess"),
    )
    for old, new in pairs:
        yield from ((f"{new} in {w}", p) for w, p in in_runs(plan, old, new))


@breaks("K4 a program that is nowhere to be had")
def _program(plan: Plan) -> Sites:
    for name in app_services(plan)[:1]:
        for step in plan.steps:
            if step.phase in ("release", "smoke") and step.kind != "manual":
                run = step.run.rstrip("\n") + f"\ndocker compose -f deploy/compose.yaml exec -T {name} ps aux\n"
                yield f"ps in {name} by {step.id}", with_step(plan, step, run=run)
                yield f"jq by {step.id}", with_step(plan, step, run=step.run.rstrip("\n") + "\nsudo kubectx list\n")
                break
