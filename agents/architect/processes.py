"""Decide how every process of the repository runs: image, build, command, port, limits, probe."""

from __future__ import annotations

import shlex

from ...core.base import slug
from ...core.blueprint import BuildSpec, Component, ImageRef, Limits, Mount
from ...core.errors import NothingDetected
from ...core.facts import Service
from ...tools.dockerfile import writes_beside_code
from ._draft import Draft
from .building import final_base, image_of
from .commands import production_command
from .images import exact
from .probes import web_probe, worker_probe

MEMORY_MB = {"java": 1024, "jvm": 1024, "dotnet": 768, "ruby": 768, "elixir": 768}
"""Starting sizes by runtime where they differ from 512 MiB: managed heaps that take a share of the container's memory at start."""

SPELLINGS = {
    "fastapi": "FastAPI",
    "nestjs": "NestJS",
    "spring-boot": "Spring Boot",
    "aspnetcore": "ASP.NET Core",
    "actix-web": "Actix Web",
    "rq": "RQ",
    "php": "PHP",
    "csharp": "C#",
    "typescript": "TypeScript",
    "javascript": "JavaScript",
    "solid_queue": "Solid Queue",
    "net-http": "Go net/http",
    "bullmq": "BullMQ",
    "next": "Next.js",
    "celery-beat": "Celery beat",
    "sidekiq": "Sidekiq",
    "cakephp": "CakePHP",
}
"""Names that a capital letter at the front does not make right."""
WORKSTATION_TOOLS = frozenset(
    "maildev mailhog mailpit mailcatcher mailtrap smtp4dev adminer pgadmin pgadmin4 phpmyadmin mongo-express redis-commander redisinsight "
    "cypress playwright selenium storybook localstack".split()
)
"""Names under which repositories start tools of developers beside their application."""
ROLES = {"web": "web application", "job": "one-off job", "third-party": "service of others", "reverse-proxy": "reverse proxy"}
CUSTOMARY_PORTS = {"python": 8000, "node": 3000, "bun": 3000, "deno": 8000, "ruby": 3000}


def choose_processes(draft: Draft, release: str) -> None:
    """Add one component per back-end process of the survey; processes of one code base share one image where its Dockerfile allows it."""
    images: dict[tuple[str, str, str], tuple[ImageRef, BuildSpec]] = {}
    unbuilt: list[tuple[Service, NothingDetected]] = []
    backends = draft.survey.backends()
    backends = tuple(s for s in backends if not _for_workstations(s))
    for service in sorted(backends, key=lambda s: s.build is None):  # those with a Dockerfile first: the others can use their image
        if service.image and not service.path:
            _foreign(draft, service)
            continue
        service = _with_port(draft, service)
        key = _key(service, images)
        if key not in images:
            try:
                images[key] = image_of(draft, service, release, len(images))
            except NothingDetected as error:
                unbuilt.append((service, error))
                continue
        _process(draft, service, *images[key])
    _leave_out(draft, unbuilt)
    order = {slug(s.name): n for n, s in enumerate(backends)}
    draft.components.sort(key=lambda c: order.get(c.name, -1) if c.kind in ("app", "job") else -1)


def _leave_out(draft: Draft, unbuilt: list[tuple[Service, NothingDetected]]) -> None:
    """Say which processes nothing can build an image of; raise the first reason where no other process serves in their place."""
    serving = any(c.kind == "app" and c.build is not None and c.port is not None for c in draft.components)
    for service, error in unbuilt:
        if not serving:
            raise error
        draft.assume(
            f"left-out-{slug(service.name)}",
            f"`{service.name}` ({service.path or 'no folder'}) is not part of this plan",
            f"{error.what}: {error.why}",
            str(error.hint),
        )


def _for_workstations(service: Service) -> bool:
    """Tell whether a process is a tool of developers: it catches mail, shows tables or drives browsers, and serves no user."""
    names = {service.name.lower(), (service.image or "").rpartition("/")[2].partition(":")[0].lower()}
    return bool(names & WORKSTATION_TOOLS)


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
            title=_title(service),
            service=service.name,
            image=image,
            build=build,
            command=command,
            own_entrypoint=not (build.starts_app and command),
            port=service.port if web else None,
            replicas=1,
            limits=_limits(service),
            probe=web_probe(service, final_base(draft, service, build)) if web else worker_probe(service, command),
            user=None,
            mounts=(Mount(kind="tmpfs", source="", target="/tmp", read_only=False, options="size=64m,mode=1777"),),
            # an image of the repository's own may write anywhere; one made here writes to /tmp only
            read_only=build.origin == "generated" and not writes_beside_code(service),
            networks=("data", "edge"),
            depends_on={s.component: "service_healthy" for s in draft.stores},
            stop_grace_s=30,
            evidence=service.evidence[:2],
        )
    )


def _title(service: Service) -> str:
    """Return what the process is, in words: `FastAPI web application`, `Celery worker`."""
    made_with = service.framework or service.language or service.runtime or ""
    named = SPELLINGS.get(made_with, made_with[:1].upper() + made_with[1:])
    return f"{named} {ROLES.get(service.role, service.role)}".strip()


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
