"""Break plans in each of the twelve classes of defects: every breaker yields all places of a plan where it applies."""

from __future__ import annotations

from typing import Any

import re2
from break_plan import (
    MAIN,
    PROMETHEUS,
    RULES,
    WATCH,
    Sites,
    app_services,
    artifact_of,
    breaks,
    has,
    in_runs,
    in_service,
    in_yaml,
    moved,
    replaced,
    services,
    step_of,
    stores,
    with_step,
    with_text,
    without_artifact,
    without_step,
)
from deploybook.core.plan import Plan

# --- K5, K2: what is used is there, and there first ---------------------------------------------------------------------------------

NOT_MISSED = (".gitignore", "env.example", ".dockerignore", "rules_test.yml", "dashboards", "provisioning", "smoke.sh")


@breaks("K5 a file that is used is gone")
def _drop_artifact(plan: Plan) -> Sites:
    for artifact in plan.artifacts:
        if not any(word in artifact.path for word in NOT_MISSED):
            yield artifact.path, without_artifact(plan, artifact.path)


@breaks("K5 the step that makes something is gone")
def _drop_step(plan: Plan) -> Sites:
    for name in ("install-plan-files", "build-images", "write-configuration", "start-stores", "first-certificate", "record-release"):
        if has(plan, name):
            yield name, without_step(plan, name)


@breaks("K2 a step stands before the one that it needs")
def _swap(plan: Plan) -> Sites:
    pairs = (
        ("write-configuration", "install-plan-files"),
        ("build-images", "install-plan-files"),
        ("start-stores", "write-configuration"),
        ("start-backup", "start-stores"),
        ("migrate", "start-stores"),
        ("migrate", "build-images"),
        ("release", "build-images"),
        ("release", "write-configuration"),
        ("dump-before-migration", "start-backup"),
        ("start-proxy", "first-certificate"),
        ("smoke", "release"),
        ("monitoring-role", "start-stores"),
        ("start-monitoring", "start-stores"),
        ("clean-up-timer", "install-plan-files"),
    )
    for late, early in pairs:
        if has(plan, late, early):
            yield f"{late} before {early}", moved(plan, late, early)


@breaks("K5 an input is renamed where it is asked for")
def _rename_input(plan: Plan) -> Sites:
    for one in plan.inputs:
        if one.required:
            renamed = tuple(i.model_copy(update={"name": i.name + "_X"}) if i.name == one.name else i for i in plan.inputs)
            changed = plan.model_copy(update={"inputs": renamed})
            yield one.name, replaced(changed, "artifacts/scripts/write-env.sh", f"put {one.name} ", f"put {one.name}_X ")


@breaks("K5 a service is renamed where it is declared")
def _rename_service(plan: Plan) -> Sites:
    for name in services(plan):

        def rename(value: dict[str, Any], name: str = name) -> None:
            value["services"] = {(f"{k}-x" if k == name else k): v for k, v in value["services"].items()}

        yield name, in_yaml(plan, MAIN, rename)


@breaks("K5 a volume or network is used and not declared")
def _undeclared(plan: Plan) -> Sites:
    for path in (MAIN, WATCH):
        for part in ("volumes", "networks"):
            artifact = artifact_of(plan, path)
            for name in _yaml(artifact.content).get(part, {}) if artifact else ():

                def drop(value: dict[str, Any], part: str = part, name: str = name) -> None:
                    del value[part][name]

                yield f"{path} {part} {name}", in_yaml(plan, path, drop)


@breaks("K5 a variable is misspelt in the compose file")
def _misspelt(plan: Plan) -> Sites:
    for one in plan.inputs:
        yield one.name, replaced(plan, MAIN, "${" + one.name + ":", "${" + one.name[:-1] + ":")


@breaks("K5 an image is built under another name")
def _image_name(plan: Plan) -> Sites:
    if has(plan, "build-images"):
        step = step_of(plan, "build-images")
        for tag in sorted(set(re2.findall(r"--tag (\S+)", step.run))):
            yield tag, with_step(plan, step, run=step.run.replace(f"--tag {tag}", f"--tag x-{tag}"))


@breaks("K5 a script is called under another path")
def _script_path(plan: Plan) -> Sites:
    for artifact in plan.artifacts:
        name = artifact.path.rpartition("/")[2]
        if artifact.path.startswith("artifacts/scripts/"):
            yield from ((f"{name} in {w}", p) for w, p in in_runs(plan, f"deploy/scripts/{name}", f"deploy/bin/{name}"))


@breaks("K5 the service of a command is misspelt")
def _service_in_command(plan: Plan) -> Sites:
    for name in services(plan):
        found = in_runs(plan, f" exec -T {name} ", f" exec -T {name}1 ")
        yield from ((f"{name} in {w}", p) for w, p in found if "hook" not in step_of(plan, w).run)


def _yaml(text: str) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load(text) or {})


# --- K1: rights ---------------------------------------------------------------------------------------------------------------------


@breaks("K1 a configuration file is closed to the container's user")
def _umask(plan: Plan) -> Sites:
    if has(plan, "start-monitoring"):
        step = step_of(plan, "start-monitoring")
        yield "webhook-url", with_step(plan, step, run=step.run.replace("chmod 0644", "chmod 0600"))
    if has(plan, "install-plan-files"):
        step = step_of(plan, "install-plan-files")
        closed = "\n".join(line for line in step.run.splitlines() if "chmod a+r" not in line)
        yield "every file", with_step(plan, step, run="umask 077\n" + closed + "\n")


@breaks("K1 a capability that the image needs is not given")
def _capabilities(plan: Plan) -> Sites:
    for name, service in services(plan).items():
        for cap in service.get("cap_add", []):
            if cap in ("CHOWN", "SETUID", "SETGID"):
                yield f"{name} {cap}", in_service(plan, name, lambda s, cap=cap: s["cap_add"].remove(cap))


@breaks("K1 a read-only root covers what the image writes")
def _read_only(plan: Plan) -> Sites:
    for name in (*stores(plan), "proxy"):
        if services(plan).get(name, {}).get("tmpfs") and services(plan)[name].get("read_only"):
            yield name, in_service(plan, name, lambda s: s.pop("tmpfs") and None)


@breaks("K1 the application runs as root")
def _root(plan: Plan) -> Sites:
    for artifact in plan.artifacts:
        if "Dockerfile" in artifact.path and not artifact.path.endswith("ignore"):
            kept = [line for line in artifact.content.splitlines() if not line.startswith("USER ")]
            yield artifact.path, with_text(plan, artifact.path, "\n".join(kept) + "\n")


@breaks("K1 a container holds all rights")
def _mighty(plan: Plan) -> Sites:
    socket = "/var/run/docker.sock:/var/run/docker.sock"
    for name in services(plan):
        yield f"{name} privileged", in_service(plan, name, lambda s: s.update(privileged=True))
        yield f"{name} socket", in_service(plan, name, lambda s: s.setdefault("volumes", []).append(socket))


# --- K3: nets that hold -------------------------------------------------------------------------------------------------------------

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
    for group in _yaml(rules.content)["groups"]:
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
    for n, job in enumerate(_yaml(prometheus.content)["scrape_configs"] if prometheus else ()):
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


# --- K4: valid where it runs --------------------------------------------------------------------------------------------------------


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
