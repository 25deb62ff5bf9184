"""Detect Kubernetes manifests: folders of them, workloads with image, command, port, environment and probes, stores, schedules."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Job, Located, Named, Queue, Role
from ..commands import is_tooling, role_of_command
from ..containers import is_dockerfile, joined, purpose_of
from ..detector import View, entry, process
from ..envfacts import given
from ..knowledge.images import broker_of, image, proxy_of, store_of, tag_version, tool_of
from ..places import image_folder
from ..platforms.kubernetes import Container, built_images, containers, places
from ..shapes import Process

_PROBES = ("readinessProbe", "livenessProbe", "startupProbe")
_ONCE: dict[str, Role] = {"Job": "job", "CronJob": "job"}


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry per folder of manifests, and what every container is."""
    for folder, files in places(view).items():
        where = folder if len(files) > 1 and folder != "." else files[0]
        yield entry("iac", folder, Located(kind="kubernetes", path=where))
        if folder == ".":
            for path in files[1:]:
                yield entry("iac", folder, Located(kind="kubernetes", path=path))
    built, own = built_images(view), _only_image(view)
    for one in containers(view):
        yield from _container(view, one, built, own)


def _only_image(view: View) -> tuple[str, str] | None:
    """Return (image, Dockerfile) where the workloads run one unknown image and the tree builds exactly one: they are the same."""
    unknown = {image(c.image).repository for c in containers(view) if c.image and not _foreign(c.image)}
    files = [p for p in view.paths if is_dockerfile(p) and purpose_of(p) == "production"]
    return (unknown.pop(), files[0]) if len(unknown) == 1 and len(files) == 1 else None


def _foreign(reference: str) -> bool:
    return bool(store_of(reference) or broker_of(reference) or proxy_of(reference)) or tool_of(reference) is not None


def _container(view: View, one: Container, built: dict[str, tuple[str, str | None]], own: tuple[str, str] | None) -> Iterator[Fact]:
    reference, folder = one.image, one.manifest.path.rpartition("/")[0] or "."
    if reference is None:
        return
    at = view.evidence(one.manifest.path, one.line("image"))
    kind_of = store_of(reference) or _built_store(view, reference, built)
    if kind_of:
        value = Datastore(kind=kind_of, version=tag_version(reference), evidence=(at,), name=one.manifest.name, image=reference)
        yield entry("datastore", folder, value)
    elif broker_of(reference):
        kind = broker_of(reference) or ""
        yield entry("queue", folder, Queue(kind=kind, backend=kind, version=tag_version(reference), evidence=(at,)))
    elif tool_of(reference) is not None:
        if tool_of(reference):
            yield entry("integration", folder, Named(kind=tool_of(reference) or "", evidence=(at,)))
    elif not is_tooling(_command(one) or "", one.name):
        found = _process(view, one, reference, built, own)
        yield process(found)
        yield from _schedule(view, one, found)
        yield from _environment(view, one, found.path or folder)


def _built_store(view: View, reference: str, built: dict[str, tuple[str, str | None]]) -> str | None:
    """Return the store of an image that this tree builds on a store's own image, None for any other."""
    dockerfile = built.get(image(reference).repository, built.get(image(reference).last, (None, None)))[1]
    if dockerfile is None:
        near = [p for p in view.named("Dockerfile") if p.split("/")[-2:-1] == [image(reference).last]]
        dockerfile = near[0] if len(near) == 1 else None
    parsed = view.dockerfile(dockerfile) if dockerfile is not None else None
    return store_of(parsed.chain(parsed.final)[-1].base) if parsed is not None else None


def _process(view: View, one: Container, reference: str, built: dict[str, tuple[str, str | None]], own: tuple[str, str] | None) -> Process:
    path, dockerfile = built.get(reference, built.get(image(reference).repository, (None, None)))
    if path is None and own is not None and image(reference).repository == own[0]:
        path, dockerfile = image_folder(view, own[1]), own[1]
    manifest, command = one.manifest, _command(one)
    evidence = [view.evidence(manifest.path, one.line("image"))]
    if command:
        evidence.append(view.evidence(manifest.path, one.line("command"), "start_command"))
    port, port_line = _port(one)
    if port is not None:
        evidence.append(view.evidence(manifest.path, port_line, "port"))
    health, health_line = _health(one)
    if health is not None:
        evidence.append(view.evidence(manifest.path, health_line, "health_path"))
    proxy = proxy_of(reference)
    role = _ONCE.get(manifest.kind) or ("reverse-proxy" if proxy else role_of_command(command or "", manifest.name))
    return Process(
        origin="kubernetes",
        path=path,
        name=manifest.name or one.name,
        role=role if path or role else "third-party",
        command=command,
        language=proxy,
        image=reference,
        port=port,
        listens=True if port else None,
        health_path=health,
        dockerfile=dockerfile,
        schedule=manifest.document.text("spec", "schedule") if manifest.kind == "CronJob" else None,
        environment={n: v for n, v, _ in _variables(one)},
        evidence=tuple(evidence),
    )


def _command(one: Container) -> str | None:
    """Return what a container starts where the manifest overrides the image's entrypoint."""
    command, arguments = one.spec.get("command"), one.spec.get("args")
    if not isinstance(command, list) or not command:
        return None
    return joined([str(w) for w in [*command, *(arguments if isinstance(arguments, list) else [])]])


def _port(one: Container) -> tuple[int | None, int]:
    """Return the container port that is named http, else the first one."""
    ports = one.spec.get("ports")
    found = [
        (p, i)
        for i, p in enumerate(ports if isinstance(ports, list) else [])
        if isinstance(p, dict) and isinstance(p.get("containerPort"), int)
    ]
    named = next(
        ((p, i) for p, i in found if str(p.get("name")) in ("http", "web", "api", "http-web", "grpc")), found[0] if found else None
    )
    return (named[0]["containerPort"], one.line("ports", named[1], "containerPort")) if named else (None, 1)


def _health(one: Container) -> tuple[str | None, int]:
    for probe in _PROBES:
        spec = one.spec.get(probe)
        path = spec.get("httpGet", {}).get("path") if isinstance(spec, dict) and isinstance(spec.get("httpGet"), dict) else None
        if isinstance(path, str) and path.startswith("/") and path != "/":
            return path, one.line(probe, "httpGet", "path")
    return None, 1


def _variables(one: Container) -> Iterator[tuple[str, str | None, int]]:
    given = one.spec.get("env")
    for index, item in enumerate(given if isinstance(given, list) else []):
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            value = item.get("value")
            yield item["name"], str(value) if isinstance(value, str | int) else None, one.line("env", index, "name")


def _environment(view: View, one: Container, folder: str) -> Iterator[Fact]:
    """Yield the names that a manifest hands to a container: whether its code reads them is for others to say."""
    for name, _, line in _variables(one):
        if name.replace("_", "").isalnum() and name.isascii() and name in view.lines(one.manifest.path)[line - 1]:
            yield given(folder, name, view.evidence(one.manifest.path, line))


def _schedule(view: View, one: Container, found: Process) -> Iterator[Fact]:
    if found.schedule:
        manifest = one.manifest
        at = view.evidence(manifest.path, manifest.document.line("spec", "schedule"))
        job = Job(name=manifest.name, kind="kubernetes-cronjob", schedule=found.schedule, command=found.command, evidence=(at,))
        yield entry("job", found.path or ".", job)
