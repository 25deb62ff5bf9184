"""Decide how every process of the repository runs: image, build, command, port, limits, probe."""

from __future__ import annotations

import shlex

from ...core.base import slug
from ...core.blueprint import BuildSpec, Component, ImageRef, Limits, Mount, Probe
from ...core.facts import Service
from ._draft import Draft
from .commands import production_command
from .images import RUNTIME_PRODUCTS, exact, pinned, runtime_line

DEPLOY_DIR = "deploy"
MEMORY_MB = {"java": 1024, "jvm": 1024, "dotnet": 768, "ruby": 768, "elixir": 768}
"""Starting sizes by runtime where they differ from 512 MiB: managed heaps that take a share of the container's memory at start."""


def choose_processes(draft: Draft, release: str) -> None:
    """Add one component per back-end process of the survey; processes built from one Dockerfile share one image."""
    images: dict[tuple[str, str, str], tuple[ImageRef, BuildSpec]] = {}
    for service in draft.survey.backends():
        if service.image and not service.path:
            _foreign(draft, service)
            continue
        key = (service.path or ".", service.build.dockerfile if service.build else "", (service.build.target if service.build else None) or "")
        if key not in images:
            images[key] = _image(draft, service, release, len(images))
        _process(draft, service, *images[key])


def _image(draft: Draft, service: Service, release: str, earlier: int) -> tuple[ImageRef, BuildSpec]:
    name = draft.app if earlier == 0 else f"{draft.app}-{slug(service.path or service.name)}"
    build = service.build
    if build and build.text is not None and not build.missing_sources:
        found = [None if b in build.stages or b == "scratch" else exact(draft, b, build.evidence) for b in build.base_images]
        bases = tuple(new.ref if new and new.ref != old else None for old, new in zip(build.base_images, found, strict=True))
        changes = tuple(dict.fromkeys(f"`FROM {old}` becomes `FROM {new.ref}`: {new.reason}" for old, new in zip(build.base_images, found, strict=True) if new and new.ref != old))
        spec = BuildSpec(dockerfile=f"{DEPLOY_DIR}/{_dockerfile_name(earlier, service)}", context=build.context, target=build.target,
                         args={k: v for k, v in build.args.items() if v is not None}, origin="patched" if changes else "repository", bases=bases, changes=changes)  # fmt: skip
        why = "the repository's own Dockerfile is used" + (" with reviewed changes" if changes else " as it is")
    else:
        spec = BuildSpec(dockerfile=f"{DEPLOY_DIR}/{_dockerfile_name(earlier, service)}", context=service.path or ".", origin="generated",
                         changes=_reasons(service))  # fmt: skip
        why = "a Dockerfile is generated: " + (spec.changes[0] if spec.changes else "the repository has none")
        base_image(draft, service)
    draft.decide(f"image:{name}", f"{name}:{release}", why, ("a buildpack: its builder image and run image cannot be pinned as readably",), service.evidence)
    ref = ImageRef(ref=f"{name}:{release}", verified=True, source="built here", reason="built by section 3 from this commit")
    return ref, spec


def _dockerfile_name(earlier: int, service: Service) -> str:
    return "Dockerfile" if earlier == 0 else f"{slug(service.path or service.name)}.Dockerfile"


def _reasons(service: Service) -> tuple[str, ...]:
    if service.build and service.build.missing_sources:
        missing = ", ".join(f"`{m}`" for m in service.build.missing_sources)
        return (f"`{service.build.dockerfile}` copies {missing}, which a clean checkout does not hold; the build that makes it moves into the image",)
    return ()


def base_image(draft: Draft, service: Service) -> ImageRef:
    """Return the base image of a generated Dockerfile and record it once per service path as a decision."""
    runtime = service.runtime or service.language or ""
    product = RUNTIME_PRODUCTS.get(runtime, runtime)
    declared = service.runtime_version
    from_image = service.build.base_images[-1] if service.build and service.build.base_images else None
    if from_image and draft.catalog.for_image(from_image.split(":")[0].removeprefix("docker.io/")):
        image = exact(draft, from_image, service.evidence)
    elif declared:
        image = pinned(draft, product, declared, service.evidence)
    else:
        line = runtime_line(draft, product) if draft.catalog.find(product) else None
        image = pinned(draft, product, line)
        image = image.model_copy(update={"source": "catalogue", "declared": None, "reason": f"the repository declares no {runtime} version; {line} is the oldest line with a year of "
                                         "support left, for which pinned dependencies most surely have published builds"})  # fmt: skip
        draft.assume(f"runtime-{slug(service.path or '.')}", f"{runtime} {line} runs this code", "no file of the repository declares a version",
                     f"the image build and the test suite pass on {image.ref}")  # fmt: skip
    key = f"base:{service.path or '.'}"
    if key not in draft.decisions:
        draft.decide(key, image.ref, image.reason, (), service.evidence)
    return image


def _process(draft: Draft, service: Service, image: ImageRef, build: BuildSpec) -> None:
    command, changes = production_command(service, generated=build.origin == "generated")
    for change in changes:
        draft.decide(f"command:{service.name}", shlex.join(command), change, (str(service.start_command),), service.evidence)
    name = draft.free_name(slug(service.name))
    web = service.role == "web"
    draft.components.append(
        Component(
            name=name, kind="app", title=f"{service.framework or service.language} {service.role}", service=service.name, image=image, build=build,
            command=command, port=service.port if web else None, replicas=1, limits=_limits(service), probe=_probe(service) if web else _worker_probe(service, command),
            user=None, mounts=(Mount(kind="tmpfs", source="", target="/tmp", read_only=False, options="size=64m,mode=1777"),),
            # an image of the repository's own may write anywhere; one made here writes to /tmp only
            read_only=build.origin == "generated", networks=("data", "edge"), depends_on={s.component: "service_healthy" for s in draft.stores}, stop_grace_s=30,
            evidence=service.evidence[:2],
        )
    )  # fmt: skip


def _limits(service: Service) -> Limits:
    memory = MEMORY_MB.get(service.runtime or "", 512)
    return Limits(cpus=1.0, memory_mb=memory, reason=f"starting size for a {service.runtime or service.language} {service.role}; measure under load before lowering")


def _probe(service: Service) -> Probe | None:
    """Return a health check that the runtime itself can carry out: slim images have neither curl nor wget."""
    if service.port is None:
        return None
    path = service.health_path or "/"
    address = f"http://127.0.0.1:{service.port}{path}"
    good = "r.status<400" if service.health_path else "r.status<500"
    reason = f"`{path}` answers" + ("" if service.health_path else " below 500 (the repository declares no health path)")
    if service.runtime == "python":
        limit = 400 if service.health_path else 500
        code = (f"import http.client as h,sys; c=h.HTTPConnection('127.0.0.1',{service.port},timeout=4); c.request('GET','{path}'); "
                f"sys.exit(c.getresponse().status>={limit})")  # fmt: skip
        return Probe(test=("CMD", "python", "-c", code), start_period_s=40, reason=reason)
    if service.runtime == "node":
        return Probe(test=("CMD", "node", "-e", f"fetch('{address}').then(r=>process.exit({good}?0:1),()=>process.exit(1))"), start_period_s=40, reason=reason)
    if service.runtime in ("bun", "deno"):
        run = ("bun", "-e") if service.runtime == "bun" else ("deno", "eval")
        return Probe(test=("CMD", *run, f"fetch('{address}').then(r=>process.exit({good}?0:1),()=>process.exit(1))"), start_period_s=40, reason=reason)
    return None


def _worker_probe(service: Service, command: tuple[str, ...]) -> Probe | None:
    """Return a probe for a Celery worker, which answers a ping through its broker; other workers rely on their restart policy."""
    if service.framework != "celery" or service.role != "worker" or "-A" not in command:
        return None
    app = command[command.index("-A") + 1]
    return Probe(test=("CMD-SHELL", f"celery -A {shlex.quote(app)} inspect ping -d celery@$$HOSTNAME -t 8 | grep -q pong"), interval_s=60, timeout_s=20, retries=3,
                 start_period_s=60, reason="the worker answers a ping through its broker")  # fmt: skip


def _foreign(draft: Draft, service: Service) -> None:
    image = exact(draft, str(service.image), service.evidence)
    draft.components.append(
        Component(name=draft.free_name(slug(service.name)), kind="app", title=f"third-party {service.role}", service=service.name, image=image, port=service.port,
                  limits=Limits(cpus=1.0, memory_mb=512, reason="starting size for a third-party process"), read_only=False, networks=("data", "edge"),
                  depends_on={s.component: "service_healthy" for s in draft.stores}, evidence=service.evidence[:2])
    )  # fmt: skip
