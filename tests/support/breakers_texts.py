"""Break what is copied (K6), versions (K7), files that became sentences (K8), numbers that agree (K9)."""

from __future__ import annotations

from typing import Any

import re2
from break_plan import (
    MAIN,
    PROMETHEUS,
    WATCH,
    Sites,
    app_services,
    artifact_of,
    breaks,
    in_runs,
    in_service,
    in_yaml,
    replaced,
    services,
    step_of,
    stores,
    with_step,
    with_text,
)
from deploybook.core.plan import Plan


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


@breaks("K8 a step that does nothing but say so")
def _prose(plan: Plan) -> Sites:
    for step in plan.steps:
        if step.kind in ("mutate", "create"):
            yield f"comment in {step.id}", with_step(plan, step, run="# Do this by hand, as for the other host.\n")
            yield f"echo in {step.id}", with_step(plan, step, run="echo 'install and configure it'\n")


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
