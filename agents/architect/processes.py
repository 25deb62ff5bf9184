"""Decide how every process of the repository runs: image, build, command, port, limits, probe."""

from __future__ import annotations

import shlex

from ...core.base import slug
from ...core.blueprint import BuildSpec, Component, ImageRef, Limits, Mount
from ...core.facts import Build, Service
from ...tools.dockerfile import better_base
from ._draft import Draft
from .commands import production_command
from .images import RUNTIME_PRODUCTS, exact, pinned, runtime_line
from .probes import web_probe, worker_probe

DEPLOY_DIR = "deploy"
APP_USER = "10001:10001"
"""A user and group above the range that distributions hand out, the same in every image made or patched here."""
MEMORY_MB = {"java": 1024, "jvm": 1024, "dotnet": 768, "ruby": 768, "elixir": 768}
"""Starting sizes by runtime where they differ from 512 MiB: managed heaps that take a share of the container's memory at start."""

CUSTOMARY_PORTS = {"python": 8000, "node": 3000, "bun": 3000, "deno": 8000, "ruby": 3000}


def choose_processes(draft: Draft, release: str) -> None:
    """Add one component per back-end process of the survey; processes of one code base share one image where its Dockerfile allows it."""
    images: dict[tuple[str, str, str], tuple[ImageRef, BuildSpec]] = {}
    backends = draft.survey.backends()
    for service in sorted(backends, key=lambda s: s.build is None):  # those with a Dockerfile first: the others can use their image
        if service.image and not service.path:
            _foreign(draft, service)
            continue
        service = _with_port(draft, service)
        key = _key(service, images)
        if key not in images:
            images[key] = _image(draft, service, release, len(images))
        _process(draft, service, *images[key])
    order = {slug(s.name): n for n, s in enumerate(backends)}
    draft.components.sort(key=lambda c: order.get(c.name, -1) if c.kind in ("app", "job") else -1)


def _with_port(draft: Draft, service: Service) -> Service:
    """Return a web service with a port: where the repository leaves it to its platform, the runtime's customary one is set."""
    if service.role != "web" or service.port is not None:
        return service
    port = CUSTOMARY_PORTS.get(service.runtime or "", 8080)
    draft.assume(
        f"port-{slug(service.name)}",
        f"`{service.name}` listens on {port}",
        f"the repository leaves the port to its platform (`{service.port_env or 'PORT'}`), and this plan sets it",
        f"the health check of `{service.name}` passes after step `release`",
    )
    return service.model_copy(update={"port": port})


def _key(service: Service, images: dict[tuple[str, str, str], tuple[ImageRef, BuildSpec]]) -> tuple[str, str, str]:
    """Return what decides the image: folder, Dockerfile and target; a process without a Dockerfile shares the first image of its folder."""
    path = service.path or "."
    if service.build is None:
        return next((k for k in images if k[0] == path), (path, "", ""))
    return path, service.build.dockerfile, service.build.target or ""


def _image(draft: Draft, service: Service, release: str, earlier: int) -> tuple[ImageRef, BuildSpec]:
    name = draft.app if earlier == 0 else f"{draft.app}-{slug(service.name)}"
    dockerfile = f"{DEPLOY_DIR}/" + ("Dockerfile" if earlier == 0 else f"{slug(service.name)}.Dockerfile")
    if service.build and _usable(service.build):
        spec = _own(draft, service.build, dockerfile)
        why = "the repository's own Dockerfile is used" + (" with reviewed changes" if spec.changes else " as it is")
    else:
        spec = BuildSpec(dockerfile=dockerfile, context=service.path or ".", origin="generated", changes=_reasons(service))
        why = "a Dockerfile is generated: " + (spec.changes[0] if spec.changes else "the repository has none")
        base_image(draft, service)
    draft.decide(
        f"image:{name}",
        f"{name}:{release}",
        why,
        ("a buildpack: its builder image and run image cannot be pinned as readably",),
        service.evidence,
    )
    ref = ImageRef(ref=f"{name}:{release}", verified=True, source="built here", reason="built by section 3 from this commit")
    return ref, spec


def _usable(build: Build) -> bool:
    """Say whether the repository's Dockerfile builds from a clean checkout: all it copies is there, and each base image is known."""
    return (
        build.text is not None
        and not build.missing_sources
        and not any("$" in base for base in build.base_images)
        and not _broken(build.text)
    )


def _broken(text: str) -> bool:
    """Say whether a COPY or ADD of one line names no destination: such a file has never been built."""
    for line in text.splitlines():
        words = line.split()
        whole = not line.rstrip().endswith("\\") and "<<" not in line and "[" not in line
        if whole and words[:1] and words[0].upper() in ("COPY", "ADD") and len([w for w in words[1:] if not w.startswith("--")]) < 2:
            return True
    return False


def _own(draft: Draft, build: Build, dockerfile: str) -> BuildSpec:
    """Return the build with the repository's own Dockerfile: exact bases, an unprivileged user, everything else as it is."""
    found = [None if b in build.stages or b == "scratch" else exact(draft, b, build.evidence) for b in build.base_images]
    pairs = list(zip(build.base_images, found, strict=True))
    changes = tuple(dict.fromkeys(f"`FROM {old}` becomes `FROM {new.ref}`: {new.reason}" for old, new in pairs if new and new.ref != old))
    run_as = APP_USER if not build.user or build.user in ("root", "0") else None
    if run_as:
        changes += (f"the image ran as root: its working directory is handed to {run_as}, and `USER {run_as}` is set",)
    return BuildSpec(
        dockerfile=dockerfile,
        context=build.context,
        target=build.target,
        args={k: v for k, v in build.args.items() if v is not None},
        origin="patched" if changes else "repository",
        bases=tuple(new.ref if new and new.ref != old else None for old, new in pairs),
        run_as=run_as,
        starts_app=bool(build.entrypoint) and not build.command,
        changes=changes,
    )


def _reasons(service: Service) -> tuple[str, ...]:
    if service.build and service.build.missing_sources:
        missing = ", ".join(f"`{m}`" for m in service.build.missing_sources)
        copied = f"`{service.build.dockerfile}` copies {missing}, which a clean checkout does not hold"
        return (f"{copied}; the build that makes it moves into the image",)
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
        image = image.model_copy(
            update={
                "source": "catalogue",
                "declared": None,
                "reason": f"the repository declares no {runtime} version; {line} is the oldest line with a year of "
                "support left, for which pinned dependencies most surely have published builds",
            }
        )
        draft.assume(
            f"runtime-{slug(service.path or '.')}",
            f"{runtime} {line} runs this code",
            "no file of the repository declares a version",
            f"the image build and the test suite pass on {image.ref}",
        )
    better = better_base(service, image.ref)
    if better is not None:
        draft.unverified.pop(image.ref, None)
        image = exact(draft, better[0], service.evidence).model_copy(update={"reason": f"{better[1]} (in place of `{image.ref}`)"})
    key = f"base:{service.path or '.'}"
    if key not in draft.decisions:
        draft.decide(key, image.ref, image.reason, (), service.evidence)
    return image


def _process(draft: Draft, service: Service, image: ImageRef, build: BuildSpec) -> None:
    composed = any(c.name == service.name and c.command for c in draft.survey.compose_services)
    command, changes = production_command(service, generated=build.origin == "generated", composed=composed)
    for change in changes:
        draft.decide(f"command:{service.name}", shlex.join(command), change, (str(service.start_command),), service.evidence)
    name = draft.free_name(slug(service.name))
    web = service.role == "web"
    draft.components.append(
        Component(
            name=name,
            kind="job" if service.role == "job" else "app",
            restart="no" if service.role == "job" else "unless-stopped",
            title=f"{service.framework or service.language} {service.role}",
            service=service.name,
            image=image,
            build=build,
            command=command,
            own_entrypoint=not (build.starts_app and command),
            port=service.port if web else None,
            replicas=1,
            limits=_limits(service),
            probe=web_probe(service) if web else worker_probe(service, command),
            user=None,
            mounts=(Mount(kind="tmpfs", source="", target="/tmp", read_only=False, options="size=64m,mode=1777"),),
            # an image of the repository's own may write anywhere; one made here writes to /tmp only
            read_only=build.origin == "generated",
            networks=("data", "edge"),
            depends_on={s.component: "service_healthy" for s in draft.stores},
            stop_grace_s=30,
            evidence=service.evidence[:2],
        )
    )


def _limits(service: Service) -> Limits:
    memory = MEMORY_MB.get(service.runtime or "", 512)
    return Limits(
        cpus=1.0,
        memory_mb=memory,
        reason=f"starting size for a {service.runtime or service.language} {service.role}; measure under load before lowering",
    )


def _foreign(draft: Draft, service: Service) -> None:
    image = exact(draft, str(service.image), service.evidence)
    draft.components.append(
        Component(
            name=draft.free_name(slug(service.name)),
            kind="app",
            title=f"third-party {service.role}",
            service=service.name,
            image=image,
            port=service.port,
            limits=Limits(cpus=1.0, memory_mb=512, reason="starting size for a third-party process"),
            read_only=False,
            networks=("data", "edge"),
            depends_on={s.component: "service_healthy" for s in draft.stores},
            evidence=service.evidence[:2],
        )
    )
