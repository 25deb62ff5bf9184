"""Break what one place uses and another defines (K2, K5), and who may do what (K1)."""

from __future__ import annotations

from typing import Any

import re2
from break_plan import (
    MAIN,
    WATCH,
    Sites,
    artifact_of,
    breaks,
    has,
    in_runs,
    in_service,
    in_yaml,
    loaded,
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
            for name in loaded(artifact.content).get(part, {}) if artifact else ():

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
