"""Break coverage (K10), secrets and doors (K11), the life of data (K12)."""

from __future__ import annotations

import secrets
from typing import Any

import re2
from break_plan import (
    MAIN,
    RULES,
    WATCH,
    Sites,
    app_services,
    artifact_of,
    breaks,
    has,
    in_service,
    in_yaml,
    moved,
    services,
    step_of,
    stores,
    with_step,
    with_text,
    without_step,
)
from deploybook.core.plan import Plan

BACKUP = "artifacts/backup/db.sh"
WRITE = "artifacts/scripts/write-env.sh"


@breaks("K10 a variable that the code must have is not given")
def _required(plan: Plan) -> Sites:
    for name in app_services(plan):
        for key in services(plan)[name].get("environment") or {}:
            if key.endswith(("_URL", "_KEY", "_DSN", "_URI")):
                yield f"{key} of {name}", in_service(plan, name, lambda s, key=key: s["environment"].pop(key) and None)


@breaks("K10 an alarm that a component needs is missing")
def _alarm(plan: Plan) -> Sites:
    rules = artifact_of(plan, RULES)
    for words in (("probe_success",), ("probe_ssl", "cert"), ("backup_last",), ("up == 0", "absent")):

        def drop(value: dict[str, Any], words: tuple[str, ...] = words) -> None:
            for group in value["groups"]:
                group["rules"] = [r for r in group["rules"] if not any(w in str(r.get("expr")) for w in words)]

        if rules is not None:
            yield words[0], in_yaml(plan, RULES, drop)


@breaks("K10 a variable is missing from the matrix")
def _matrix(plan: Plan) -> Sites:
    for section in plan.sections:
        for topic in section.topics:
            if topic.topic == "4.3":
                for name in sorted(set(re2.findall(r"\| `([A-Z][A-Z0-9_]+)` \|", topic.text))):
                    cut = topic.model_copy(update={"text": "\n".join(x for x in topic.text.splitlines() if f"| `{name}` |" not in x)})
                    topics = tuple(cut if t is topic else t for t in section.topics)
                    changed = section.model_copy(update={"topics": topics})
                    yield name, plan.model_copy(update={"sections": tuple(changed if s is section else s for s in plan.sections)})


@breaks("K11 a secret is an argument, is printed or written where all read")
def _leaks(plan: Plan) -> Sites:
    for one in plan.inputs:
        if one.kind != "secret" or not one.required:
            continue
        step = step_of(plan, "smoke") if has(plan, "smoke") else plan.steps[-1]
        for what, line in (
            ("argument", f'curl -fsS -H "Authorization: Bearer ${one.name}" http://127.0.0.1/'),
            ("printed", f'echo "${one.name}"'),
            ("flag", f'docker run --rm -e TOKEN="${one.name}" alpine:3.24.1 true'),
            ("file", f'printf "%s" "${one.name}" > /srv/token'),
        ):
            yield f"{one.name} {what}", with_step(plan, step, run=step.run.rstrip("\n") + "\n" + line + "\n")


@breaks("K11 the file of secrets is open to all")
def _open_file(plan: Plan) -> Sites:
    artifact = artifact_of(plan, WRITE)
    if artifact is not None:
        yield "write-env", with_text(plan, WRITE, artifact.content.replace("umask 077\n", "").replace("chmod 0600", "chmod 0644"))


@breaks("K11 a secret stands in a file in clear")
def _literal(plan: Plan) -> Sites:
    value = secrets.token_hex(20)
    for one in plan.inputs:
        if one.kind == "secret":
            artifact = artifact_of(plan, MAIN)
            if artifact is not None:
                text = re2.sub(r"\$\{" + one.name + r":[^}]*\}", value, artifact.content)
                yield one.name, with_text(plan, MAIN, text)


@breaks("K11 a default password, or none")
def _default(plan: Plan) -> Sites:
    if "grafana" in services(plan, WATCH):
        yield "grafana", in_service(plan, "grafana", lambda s: s["environment"].pop("GF_SECURITY_ADMIN_PASSWORD") and None, WATCH)
        yield "grafana weak", in_service(plan, "grafana", lambda s: s["environment"].update(GF_SECURITY_ADMIN_PASSWORD="admin"), WATCH)
    for name in stores(plan):
        service = services(plan)[name]
        for key in service.get("environment") or {}:
            if key in ("POSTGRES_PASSWORD", "MYSQL_ROOT_PASSWORD", "RABBITMQ_DEFAULT_PASS"):
                yield f"{name} weak", in_service(plan, name, lambda s, key=key: s["environment"].update({key: "changeme"}))
        if "postgres" in str(service["image"]):
            yield f"{name} trust", in_service(plan, name, lambda s: s["environment"].update(POSTGRES_HOST_AUTH_METHOD="trust"))


@breaks("K11 a store or console is open to the world")
def _doors(plan: Plan) -> Sites:
    ports = {"postgres": 5432, "redis": 6379, "mysql": 3306, "mariadb": 3306, "mongo": 27017, "rabbitmq": 5672}
    for name in stores(plan):
        port = next(p for k, p in ports.items() if k in str(services(plan)[name]["image"]))
        yield name, in_service(plan, name, lambda s, port=port: s.update(ports=[f"{port}:{port}"]))
        yield f"{name} host network", in_service(plan, name, _on_the_host)
    for name, service in services(plan, WATCH).items():
        if service.get("ports"):
            yield name, in_service(plan, name, lambda s: s.update(ports=[str(p).removeprefix("127.0.0.1:") for p in s["ports"]]), WATCH)
    for name in app_services(plan):
        yield f"{name} past the proxy", in_service(plan, name, lambda s: s.update(ports=["8000:8000"]))


def _on_the_host(service: dict[str, Any]) -> None:
    del service["networks"]
    service["network_mode"] = "host"


@breaks("K11 a secret goes into the image")
def _baked(plan: Plan) -> Sites:
    for artifact in plan.artifacts:
        if artifact.path.endswith("Dockerfile") and "\nUSER" in artifact.content:
            for what, lines in (("ARG", "ARG DB_PASSWORD\nENV DB_PASSWORD=$DB_PASSWORD"), ("COPY", "COPY deploy/.env /app/.env")):
                yield (
                    f"{what} in {artifact.path}",
                    with_text(plan, artifact.path, artifact.content.replace("\nUSER", f"\n{lines}\nUSER", 1)),
                )


@breaks("K12 a change without proof or way back, or that calls itself harmless")
def _lifecycle(plan: Plan) -> Sites:
    for step in plan.steps:
        if step.kind in ("mutate", "destroy"):
            yield f"no verify in {step.id}", with_step(plan, step, verify=None)
            yield f"no rollback in {step.id}", with_step(plan, step, rollback=None, rollback_none=None)
            yield f"empty rollback in {step.id}", with_step(plan, step, rollback="true\n", rollback_none=None)
        if step.kind == "destroy" and step.id != "clean-up":
            yield f"unmarked {step.id}", with_step(plan, step, destructive=False, kind="mutate")
        if step.kind == "mutate" and step.phase != "configure":
            yield f"read {step.id}", with_step(plan, step, kind="read")


@breaks("K12 a way back deletes data")
def _deleting(plan: Plan) -> Sites:
    for name in ("release", "start-stores", "start-proxy", "start-backup"):
        if has(plan, name):
            back = "docker compose -f deploy/compose.yaml down --volumes\n"
            yield f"down --volumes in {name}", with_step(plan, step_of(plan, name), rollback=back, rollback_none=None)
    for step in plan.steps:
        if step.phase == "release" and step.kind == "mutate":
            yield f"volume rm in {step.id}", with_step(plan, step, run=step.run.rstrip("\n") + "\ndocker volume prune --all --force\n")


@breaks("K12 a way back needs what the step deleted")
def _deleted(plan: Plan) -> Sites:
    if has(plan, "release", "build-images"):
        tag = re2.search(r"--tag (\S+)", step_of(plan, "build-images").run).group(1)
        step = step_of(plan, "release")
        yield "image", with_step(plan, step, run=f"docker image rm --force {tag}\n" + step.run)
    if has(plan, "record-release", "rollback-release"):
        step = step_of(plan, "record-release")
        yield "previous release", with_step(plan, step, run=step.run.rstrip("\n") + "\nrm -f deploy/state/previous\n")


@breaks("K12 backups pile up, stay, or cannot be brought back")
def _backups(plan: Plan) -> Sites:
    artifact = artifact_of(plan, BACKUP)
    if artifact is not None:
        kept = "\n".join(line for line in artifact.content.splitlines() if "-delete" not in line and "-mtime" not in line)
        yield "never deleted", with_text(plan, BACKUP, kept + "\n")
        yield "into the container", in_service(plan, "backup", _unmounted)
    for name in ("copy-backups-away", "fetch-backups", "dump-before-migration"):
        if has(plan, name):
            yield f"without {name}", without_step(plan, name)
    for late, early in (("restore-drill", "start-backup"), ("migrate", "dump-before-migration")):
        if has(plan, late, early):
            yield f"{late} before {early}", moved(plan, late, early)


def _unmounted(service: dict[str, Any]) -> None:
    service["volumes"] = [v for v in service["volumes"] if not v.startswith("backups:")]


@breaks("K12 data lies in no volume")
def _volume(plan: Plan) -> Sites:
    for name in stores(plan):
        yield name, in_service(plan, name, lambda s: s.update(volumes=[v for v in s["volumes"] if str(v).startswith(("./", "/"))]))
        yield f"{name} elsewhere", in_service(plan, name, lambda s: s.update(volumes=[_elsewhere(v) for v in s["volumes"]]))


def _elsewhere(volume: str) -> str:
    source, _, _target = str(volume).partition(":")
    return volume if source.startswith((".", "/")) else f"{source}:/mnt/data"
