"""Check that what is started in a pod or a task of a cloud is in its image.

What:
    A program that `kubectl exec` starts, a script that a CronJob mounts and runs, the health check of an ECS task: each of them is in the
    image of that container. Clients of clouds and of object stores (aws, gsutil, rclone) are in no database image.

Why it matters in production:
    A nightly job that runs `pg_dump | aws s3 cp` in the image of PostgreSQL fails every night. A `CMD-SHELL` health check in a distroless
    image never succeeds: ECS starts the task, finds it unhealthy and kills it, for ever.

Example:
    healthCheck = { command = ["CMD-SHELL", "curl -f http://localhost:8080/health"] }        # gcr.io/distroless/static holds no shell

Instead:
    healthCheck = { command = ["CMD", "/app", "healthcheck"] }

When to ignore:
    When the image installs it in a way that cannot be seen here: say how.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_list
from ._link.built import brings
from ._link.image_programs import lacks
from ._rule import Rule
from ._view import KubeObject, PlanView, ScriptView
from ._view.dockerfiles import Dockerfile, read
from ._view.invocations import POD, Invocation, invocations
from ._view.script import Script
from ._view.shell import parse
from ._view.terraform import Block

ABSENT = Rule(
    "LNK092", "program-not-in-pod", "error", "A program is started in a pod or task whose image does not hold it.", confidence="medium"
)
RULES = (ABSENT,)

_CLIENTS = frozenset("aws gcloud gsutil az azcopy rclone restic mc s3cmd kubectl helm terraform".split())
_PLAIN = frozenset(
    "postgres mysql mariadb mongo redis valkey alpine debian ubuntu busybox python node nginx timescaledb postgis golang".split()
)
_SHELLS = ("sh", "bash", "/bin/sh", "/bin/bash")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield programs that are not there."""
    for script in view.scripts:
        for call in script.calls:
            if call.where == "container" and call.place.startswith(POD):
                yield from _executed(view, script, call)
    for made in view.objects:
        if made.kind in ("CronJob", "Job"):
            for container in made.containers():
                yield from _mounted(view, made, container)
    for folder in view.terraform:
        for block in folder.resources("aws_ecs_task_definition"):
            yield from _task(view, block)


def _executed(view: PlanView, script: ScriptView, call: Invocation) -> Iterator[Finding]:
    name = call.place.removeprefix(POD).rpartition("/")[2]
    owner = next((o for o in view.objects if o.template is not None and _makes(o, name)), None)
    container = next(iter(owner.containers("containers")), None) if owner is not None else None
    image = str(container.get("image")) if container is not None else ""
    if image and _without(view, image, call.name):
        yield ABSENT.at(
            script,
            f"{call.name} is started in {call.place.removeprefix(POD)}, whose image ({_shown(view, image)}) does not hold it.",
            line=call.line,
            quote=" ".join(call.texts),
            hint="Use a program that the image has, or an ephemeral container (kubectl debug).",
        )


def _makes(owner: KubeObject, name: str) -> bool:
    """Say whether a pod's name, or that of what makes it, is one of an object's: a StatefulSet numbers its pods."""
    return owner.name == name or (owner.kind == "StatefulSet" and name.removeprefix(f"{owner.name}-").isdigit())


def _mounted(view: PlanView, made: KubeObject, container: Map) -> Iterator[Finding]:
    """The script that a job's command names, where the plan holds a file of that name, or its own text."""
    words = [str(w) for w in (*as_list(container.get("command")), *as_list(container.get("args")))]
    image = str(container.get("image"))
    for calls in _run_by(view, words):
        for call in calls:
            if call.where == "here" and _without(view, image, call.name):
                yield ABSENT.at(
                    made.spot,
                    f"{made.title} runs {call.name}, and its image ({_shown(view, image)}) does not hold it.",
                    line=container.line_of("image") + made.shift,
                    quote=" ".join(call.texts),
                    hint="Use an image that holds both programs.",
                )
                break


def _run_by(view: PlanView, words: list[str]) -> Iterator[tuple[Invocation, ...]]:
    if len(words) > 2 and words[0] in _SHELLS and words[1].endswith("c") and words[1].startswith("-"):
        yield invocations(parse(words[2]))
    for word in words:
        name = word.rpartition("/")[2]
        if name.endswith((".sh", ".bash")):
            found = [a for a in view.of_kind("shell") if a.installed.rpartition("/")[2] == name]
            if len(found) == 1:
                yield _defined_elsewhere(found[0].script, found[0].calls)


def _defined_elsewhere(script: Script, calls: tuple[Invocation, ...]) -> tuple[Invocation, ...]:
    return tuple(c for c in calls if c.name not in script.functions)


def _task(view: PlanView, block: Block) -> Iterator[Finding]:
    text = block.text("container_definitions") or ""
    images = view.of_kind("dockerfile")
    command = text.partition("healthCheck")[2].partition("]")[0]
    if len(images) != 1 or "CMD" not in command or "aws_ecr_repository" not in text:
        return
    dockerfile = images[0].dockerfile
    shell = '"CMD-SHELL"' in command
    quoted = command.split('"')[1::2]
    rest = [q for q in quoted if q not in ("CMD-SHELL", "CMD")]
    wanted = (["sh"] if shell else []) + [c.name for c in (invocations(parse(rest[0])) if shell and rest else ())] + rest[:1] * (not shell)
    final = dockerfile.final
    missing = [p for p in wanted if final is not None and p in lacks(dockerfile.chain(final)[-1].base) and not brings(dockerfile, final, p)]
    if missing and final is not None:
        line = block.line_of("container_definitions") + text.partition("healthCheck")[0].count("\n")
        yield ABSENT.at(
            block.artifact,
            f"The health check starts {missing[0]}, which {dockerfile.chain(final)[-1].base} does not hold: no task is ever healthy.",
            line=line,
            quote=command.strip()[:120],
            hint="Ask with the program itself.",
            confidence="high",
        )


def _without(view: PlanView, image: str, program: str) -> bool:
    """Say whether an image surely lacks a program: a known one by its table, our own by its Dockerfile."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    own = _own(view, image)
    if own is not None and own.final is not None:
        base = own.chain(own.final)[-1].base
        return program in (lacks(base) | _CLIENTS) and not brings(own, own.final, program)
    return program in lacks(image) or (name in _PLAIN and program in _CLIENTS)


def _shown(view: PlanView, image: str) -> str:
    own = _own(view, image)
    return own.chain(own.final)[-1].base if own is not None and own.final is not None else image


def _own(view: PlanView, image: str) -> Dockerfile | None:
    """Return the Dockerfile of an image that the plan builds from its repository's root, or null."""
    name = image.partition("@")[0].rpartition(":")[0] or image
    for script in view.scripts:
        for call in script.calls:
            if call.docker is not None and call.docker.verb == "build":
                tags = [w.template.rpartition(":")[0] for w in call.docker.arguments.values("-t", "--tag")]
                path = next((w.template for w in call.docker.arguments.values("-f", "--file")), "Dockerfile")
                text = _text(view, path) if name in tags else None
                if text is not None:
                    return read(text)
    return None


def _text(view: PlanView, path: str) -> str | None:
    found = next((a.text for a in view.of_kind("dockerfile") if a.installed.removeprefix("plan:") == path), None)
    return found if found is not None else view.read(path) if view.read is not None else None
