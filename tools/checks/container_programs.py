"""Check that a program started inside a container is in that container's image.

What:
    Slim, Alpine and distroless images lack programs that people reach for: `ps`, `curl`, `nc`, `jq` in slim ones, `bash` in Alpine, a
    shell in distroless ones; a major version may have taken one away (`mongo`, `mysqladmin`). A program counts as there when the plan's
    own Dockerfile installs or copies it. Commands, compose health checks and those of Dockerfiles are read.

Why it matters in production:
    `ps` is not in a slim image, so the check of the worker fails for ever, or is taken out, and the runbook row is useless at night. A
    container whose health check starts `curl` where there is none is never healthy, and whatever waits for it never starts.

Example:
    docker compose exec -T worker ps aux | grep -q worker          # python:3.12-slim has no ps

Instead:
    docker compose exec -T worker python -c 'import os; os.kill(1, 0)'

When to ignore:
    When the Dockerfile installs it in a way that cannot be seen here (a script, a base image of your own): say how.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.built import Built, brings, lacking, of_service
from ._link.image_programs import lacks
from ._rule import Rule
from ._view import ComposeFile, PlanView, ScriptView, Service
from ._view.healthchecks import of_instruction, programs, stated
from ._view.interpolation import by_default
from ._view.invocations import POD, Invocation
from ._view.items import ArtifactView

ABSENT = Rule(
    "LNK042", "program-not-in-image", "error", "A command starts a program that the container's image does not hold.", confidence="medium"
)
RULES = (ABSENT,)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield programs that the container's image does not hold."""
    builders = _builders(view)
    for script in view.scripts:
        for call in script.calls:
            if call.where == "container" and script.label != "generate":
                yield from _inside(view, script, call, builders)
    yield from _probed(view)


def _inside(view: PlanView, script: ScriptView, call: Invocation, builders: dict[str, str]) -> Iterator[Finding]:
    image, own = _image_of(view, call.place, builders)
    if image is None:
        return
    final = own.dockerfile.final if own is not None else None
    if own is not None and final is not None and brings(own.dockerfile, final, call.name):
        return
    if call.name in lacks(image) and call.name not in script.script.functions:
        yield ABSENT.at(
            script,
            f"{call.name} is started in {call.place}, whose image ({image}) does not hold it.",
            line=call.line,
            quote=" ".join(call.texts),
            hint="Use a program that the image has, or install it in the Dockerfile.",
        )


def _probed(view: PlanView) -> Iterator[Finding]:
    """Yield health checks that start a program which their image does not hold: such a container is never healthy."""
    for artifact, file in view.compose:
        for service in file.services.values():
            yield from _checked(view, artifact, file, service)
    for artifact in view.of_kind("dockerfile"):
        final = artifact.dockerfile.final
        health = final.last("HEALTHCHECK") if final is not None else None
        if final is None or health is None:
            continue
        built = Built(artifact, final)
        missing = [p for p in of_instruction(health.text) if p in lacking(built) and not brings(artifact.dockerfile, final, p)]
        if missing:
            base = artifact.dockerfile.chain(final)[-1].base
            yield ABSENT.at(
                artifact,
                f"The image's health check starts {missing[0]}, which {base} does not hold and nothing installs.",
                line=health.line,
                quote=health.text,
                hint="Install it in the image, or ask with a program that the image has.",
                confidence="high",
            )


def _checked(view: PlanView, artifact: ArtifactView, file: ComposeFile, service: Service) -> Iterator[Finding]:
    health = stated(service.raw)
    if health is None:
        return
    built = of_service(view, file, service)
    image = by_default(service.image or "") if service.build is None else ""
    absent = lacking(built) if built is not None else lacks(image)
    for program in programs(health.get("test")):
        given = program in service.command_text or any(m.target.rstrip("/").endswith("/" + program) for m in service.mounts)
        if program not in absent or given or (built is not None and brings(built.artifact.dockerfile, built.stage, program)):
            continue
        where = image if built is None else f"the image of {built.artifact.model.path}"
        yield ABSENT.at(
            artifact,
            f"The health check of {service.name} starts {program}, which {where} does not hold: the container is never healthy.",
            line=health.line_of("test"),
            quote=str(health.get("test")),
            hint="Ask with a program that the image has, or install it in the image.",
            confidence="high",
        )
        return


def _image_of(view: PlanView, place: str, builders: dict[str, str]) -> tuple[str | None, ArtifactView | None]:
    """Return the base image of a service, and the Dockerfile of the plan that builds it, when there is one."""
    if place.startswith(POD):
        return None, None  # pod_programs.py knows what runs there
    if place in view.services:
        service = view.services[place][1]
        build = service.build
        own = _dockerfile(view, build.get("dockerfile")) if build is not None else None
        if own is None:
            name = (service.image or "").partition(":")[0]
            own = _dockerfile(view, builders[name]) if name in builders else None
        if own is not None and own.dockerfile.final is not None:
            return own.dockerfile.chain(own.dockerfile.final)[-1].base, own
        return (service.image, None) if build is None else (None, None)
    return (place, None) if ":" in place and "$" not in place else (None, None)


def _dockerfile(view: PlanView, name: object) -> ArtifactView | None:
    wanted = str(name or "Dockerfile").rpartition("/")[2]
    return next((a for a in view.of_kind("dockerfile") if a.installed.rpartition("/")[2] == wanted), None)


def _builders(view: PlanView) -> dict[str, str]:
    """Return the Dockerfile with which a step builds each image, by the image's name."""
    found: dict[str, str] = {}
    for step in view.steps:
        for call in step.calls if step.shell else ():
            if call.docker is not None and call.docker.verb == "build":
                files = call.docker.arguments.values("-f", "--file")
                for word in call.docker.arguments.values("-t", "--tag"):
                    found.setdefault(word.template.partition(":")[0], files[-1].template if files else "Dockerfile")
    return found
