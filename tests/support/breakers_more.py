"""Break plans in the classes of copying, versions, prose, contradictions, coverage, secrets and lifecycle."""

from __future__ import annotations

import secrets
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
    without_step,
)
from deploybook.core.plan import Plan

BACKUP = "artifacts/backup/db.sh"
WRITE = "artifacts/scripts/write-env.sh"

# --- K6: what is copied runs --------------------------------------------------------------------------------------------------------


@breaks("K6 a placeholder stands in a command")
def _placeholder(plan: Plan) -> Sites:
    for step in plan.steps:
        yield step.id, with_step(plan, step, run=step.run.rstrip("\n") + "\nexport TEAM=<YOUR_TEAM>\n")
    yield from in_runs(plan, "$DOMAIN", "<your-domain>")


@breaks("K6 a placeholder stands in a file")
def _placeholder_in_file(plan: Plan) -> Sites:
    yield "nginx", replaced(plan, "artifacts/nginx/nginx.conf", "server_name _;", "server_name <YOUR_DOMAIN>;")
    yield "compose", replaced(plan, MAIN, "LOG_LEVEL: INFO", "LOG_LEVEL: <LEVEL>")
    yield "alertmanager", replaced(plan, "artifacts/monitoring/alertmanager/alertmanager.yml", "receiver: ", "receiver: <CHANGE_ME>", 1)


@breaks("K6 a command is cut short")
def _ellipsis(plan: Plan) -> Sites:
    for step in plan.steps:
        if step.kind in ("mutate", "create"):
            yield step.id, with_step(plan, step, run=step.run.rstrip("\n") + "\ndocker push …\n")


@breaks("K6 a command counts on a folder in which it does not stand")
def _folder(plan: Plan) -> Sites:
    for step in plan.steps:
        if " deploy/compose.yaml" in step.run and step.cwd == "{repo}" and "cd " not in step.run:
            yield step.id, with_step(plan, step, run="cd deploy\n" + step.run)


@breaks("K6 a command waits for a person")
def _waits(plan: Plan) -> Sites:
    for old, new in ((" --yes", ""), (" --force enable", " enable"), ("exec -T ", "exec "), ("prune --all --force", "prune --all")):
        yield from ((w, p) for w, p in in_runs(plan, old, new) if step_of(plan, w).human is None)


# --- K7: versions -------------------------------------------------------------------------------------------------------------------


@breaks("K7 an image that does not exist, floats or is out of support")
def _images(plan: Plan) -> Sites:
    for path in (MAIN, WATCH):
        for name, service in services(plan, path).items():
            image = str(service.get("image", ""))
            repository, _, tag = image.rpartition(":")
            if "$" in image or not tag:
                continue
            for tag_ in (":latest", "", ":" + tag.partition(".")[0], ":99." + tag.partition(".")[2]):
                new = repository + tag_
                yield f"{name} {new}", in_service(plan, name, lambda s, new=new: s.update(image=new), path)
    for name in stores(plan):
        if "postgres" in str(services(plan)[name]["image"]):
            yield f"{name} out of support", in_service(plan, name, lambda s: s.update(image="postgres:11.22-bullseye"))


@breaks("K7 a package without its version")
def _packages(plan: Plan) -> Sites:
    for step in plan.steps:
        for package, version in sorted(set(re2.findall(r" ([a-z][a-z0-9.+-]*)=([0-9][^\s;]*)", step.run))):
            if "apt-get install" in step.run:
                yield f"{package} in {step.id}", with_step(plan, step, run=step.run.replace(f" {package}={version}", f" {package}"))


@breaks("K7 the Dockerfile takes another runtime than the project states")
def _runtime(plan: Plan) -> Sites:
    for artifact in plan.artifacts:
        if artifact.path.endswith("Dockerfile"):
            for name, version in sorted(set(re2.findall(r"FROM (python|node):(\d+\.\d+\.\d+)", artifact.content))):
                new = {"python": "3.11.16", "node": "20.20.4"}[name]
                yield artifact.path, with_text(plan, artifact.path, artifact.content.replace(f"{name}:{version}", f"{name}:{new}"))
                open_ = artifact.content.replace(f"{name}:{version}", f"{name}:{version.partition('.')[0]}")
                yield artifact.path + " open", with_text(plan, artifact.path, open_)


# --- K8: files, not sentences -------------------------------------------------------------------------------------------------------


@breaks("K8 a step that does nothing but say so")
def _prose(plan: Plan) -> Sites:
    for step in plan.steps:
        if step.kind in ("mutate", "create"):
            yield f"comment in {step.id}", with_step(plan, step, run="# Do this by hand, as for the other host.\n")
            yield f"echo in {step.id}", with_step(plan, step, run="echo 'install and configure it'\n")


# --- K9: one number everywhere ------------------------------------------------------------------------------------------------------


@breaks("K9 a port that nobody listens on")
def _port(plan: Plan) -> Sites:
    nginx = artifact_of(plan, "artifacts/nginx/nginx.conf")
    for host, port in sorted(set(re2.findall(r"http://([a-z][a-z0-9-]*):(\d+)", nginx.content))) if nginx else ():
        yield f"proxy to {host}", replaced(plan, "artifacts/nginx/nginx.conf", f"{host}:{port}", f"{host}:{int(port) + 1}")
    prometheus = artifact_of(plan, PROMETHEUS)
    scraped = sorted(set(re2.findall(r"- ([a-z][a-z0-9-]+):(\d+)\n", prometheus.content))) if prometheus else []
    for host, port in [(h, p) for h, p in scraped if h not in ("localhost", "alertmanager")]:
        yield f"scrape of {host}", replaced(plan, PROMETHEUS, f"{host}:{port}", f"{host}:{int(port) + 1}")
    for name in app_services(plan):
        for key, value in (services(plan)[name].get("environment") or {}).items():
            if found := re2.search(r"@([a-z][a-z0-9-]*):(\d+)", str(value)):
                old, new = f"@{found.group(1)}:{found.group(2)}", f"@{found.group(1)}:{int(found.group(2)) + 1}"
                yield f"{key} of {name}", _swapped(plan, name, key, old, new)


@breaks("K9 a host that is no service")
def _host(plan: Plan) -> Sites:
    nginx = artifact_of(plan, "artifacts/nginx/nginx.conf")
    for host in sorted(set(re2.findall(r"http://([a-z][a-z0-9-]*):\d+", nginx.content))) if nginx else ():
        yield f"proxy to {host}", replaced(plan, "artifacts/nginx/nginx.conf", f"http://{host}:", f"http://{host}x:")
    for name in app_services(plan):
        for key, value in (services(plan)[name].get("environment") or {}).items():
            if found := re2.search(r"@([a-z][a-z0-9-]*):(\d+)", str(value)):
                old, new = f"@{found.group(1)}:", f"@{found.group(1)}x:"
                yield f"{key} of {name}", _swapped(plan, name, key, old, new)


@breaks("K9 two services that must talk share no network")
def _network(plan: Plan) -> Sites:
    for name in (*app_services(plan), "backup"):
        if stores(plan) and "networks" in services(plan).get(name, {}):
            yield name, _apart(plan, MAIN, name)
    for name in services(plan, WATCH):
        if "exporter" in name:
            yield name, _apart(plan, WATCH, name)


def _apart(plan: Plan, path: str, name: str) -> Plan:
    def change(value: dict[str, Any]) -> None:
        value["networks"]["lonely"] = {}
        value["services"][name]["networks"] = ["lonely"]

    return in_yaml(plan, path, change)


def _swapped(plan: Plan, name: str, key: str, old: str, new: str) -> Plan:
    """Return the plan with a part of one variable of a service replaced."""

    def change(service: dict[str, Any]) -> None:
        service["environment"][key] = str(service["environment"][key]).replace(old, new)

    return in_service(plan, name, change)


@breaks("K9 the application is given another database, user or password than the database has")
def _database(plan: Plan) -> Sites:
    for name in app_services(plan):
        for key, value in (services(plan)[name].get("environment") or {}).items():
            if found := re2.search(r"://([a-z_]+):\$\{(\w+):[^}]*\}@[a-z0-9-]+:\d+/([a-z_]\w*)", str(value)):
                user, secret, base = found.groups()
                parts = (("database", f"/{base}", f"/{base}2"), ("user", f"//{user}:", f"//{user}2:"), ("password", secret, "SECRET_KEY"))
                for what, old, new in parts:
                    yield f"{what} in {key} of {name}", _swapped(plan, name, key, old, new)


@breaks("K9 a limit or a wait that contradicts another")
def _numbers(plan: Plan) -> Sites:
    yield from in_runs(plan, "--wait-timeout 300", "--wait-timeout 5")
    for step in plan.steps:
        if "--wait-timeout 300" in step.run:
            yield f"timeout of {step.id}", with_step(plan, step, timeout_s=20)
    for name in stores(plan):
        yield f"memory of {name}", in_service(plan, name, lambda s: s["deploy"]["resources"]["limits"].update(memory="64G"))
        yield f"reservation of {name}", in_service(plan, name, lambda s: s["deploy"]["resources"].update(reservations={"memory": "99G"}))


# --- K10: nothing is left out -------------------------------------------------------------------------------------------------------


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


# --- K11: secrets and doors ---------------------------------------------------------------------------------------------------------


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
        yield f"{name} host network", in_service(plan, name, lambda s: (s.pop("networks"), s.update(network_mode="host")) and None)
    for name, service in services(plan, WATCH).items():
        if service.get("ports"):
            yield name, in_service(plan, name, lambda s: s.update(ports=[str(p).removeprefix("127.0.0.1:") for p in s["ports"]]), WATCH)
    for name in app_services(plan):
        yield f"{name} past the proxy", in_service(plan, name, lambda s: s.update(ports=["8000:8000"]))


@breaks("K11 a secret goes into the image")
def _baked(plan: Plan) -> Sites:
    for artifact in plan.artifacts:
        if artifact.path.endswith("Dockerfile") and "\nUSER" in artifact.content:
            for what, lines in (("ARG", "ARG DB_PASSWORD\nENV DB_PASSWORD=$DB_PASSWORD"), ("COPY", "COPY deploy/.env /app/.env")):
                yield (
                    f"{what} in {artifact.path}",
                    with_text(plan, artifact.path, artifact.content.replace("\nUSER", f"\n{lines}\nUSER", 1)),
                )


# --- K12: lifecycle -----------------------------------------------------------------------------------------------------------------


@breaks("K12 a change without proof or way back, or that calls itself harmless")
def _lifecycle(plan: Plan) -> Sites:
    for step in plan.steps:
        if step.kind in ("mutate", "destroy"):
            yield f"no verify in {step.id}", with_step(plan, step, verify=None)
            yield f"no rollback in {step.id}", with_step(plan, step, rollback=None, rollback_none=None)
            yield f"empty rollback in {step.id}", with_step(plan, step, rollback="true\n", rollback_none=None)
        if step.kind == "destroy":
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
    source, _, rest = str(volume).partition(":")
    return volume if source.startswith((".", "/")) else f"{source}:/mnt/data"
