"""Compare the heap of a virtual machine with the memory that its container may use.

What:
    `-Xmx`, `--max-old-space-size` and the like leave room below the container's limit: a process needs memory besides its heap (threads,
    code, buffers), for Java a quarter and more.

Why it matters in production:
    With `-Xmx1g` under a limit of 1 GiB the process grows until the kernel kills it, without a stack trace, at the busiest hour: exit code
    137, and the restart makes the queue longer.

Example:
    environment: {ES_JAVA_OPTS: -Xms1g -Xmx1g}
    deploy: {resources: {limits: {memory: 1G}}}

Instead:
    deploy: {resources: {limits: {memory: 2G}}}

When to ignore:
    When the limit is one that another file raises: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._link.sizes import limit_of, megabytes
from ._rule import Rule, Spot
from ._view import PlanView, Service

HEAP = Rule("NUM024", "heap-fills-limit", "error", "The heap of a process is as large as its container's memory limit.")
RULES = (HEAP,)

_XMX = re2.compile(r"-Xmx(\d+[kmgKMG]?)\b|--max-old-space-size[= ](\d+)")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield heaps that leave no room."""
    for artifact, file in view.compose:
        for service in file.services.values():
            yield from _compare(artifact, service.line, service.name, _texts(view, service), limit_of(service))
    for made in view.objects:
        for container in made.containers("containers"):
            limit = _kube(as_map(as_map(container.get("resources")).get("limits")).get("memory"))
            words = [str(w) for key in ("command", "args") for w in as_list(container.get(key))]
            words += [str(as_map(e).get("value", "")) for e in as_list(container.get("env"))]
            yield from _compare(made.spot, container.line + made.shift, made.title, " ".join(words), limit)


def _texts(view: PlanView, service: Service) -> str:
    """Return what says how a service is started: its command and variables, else the command of the image that the plan builds."""
    own = " ".join([service.command_text, *(value or "" for value, _ in service.environment.values())])
    images = view.of_kind("dockerfile")
    if _XMX.search(own) or len(images) != 1 or service.command_text or not _ours(view, service):
        return own
    final = images[0].dockerfile.final
    found = [i.text for name in ("CMD", "ENTRYPOINT", "ENV") if final is not None and (i := final.last(name)) is not None]
    return " ".join([own, *found])


def _ours(view: PlanView, service: Service) -> bool:
    """Say whether a service runs an image that a command of the plan builds, or is built itself."""
    name = (service.image or "\0").partition("@")[0].rpartition(":")[0]
    tags = [
        w.template.rpartition(":")[0]
        for script in view.scripts
        for call in script.calls
        if call.docker is not None and call.docker.verb == "build"
        for w in call.docker.arguments.values("-t", "--tag")
    ]
    return service.build is not None or name in tags


def _kube(value: object) -> float | None:
    text = str(value or "")
    return megabytes(text.removesuffix("i")) if text else None


def _compare(spot: Spot, line: int, name: str, text: str, limit: float | None) -> Iterator[Finding]:
    match = _XMX.search(text)
    if match is None or limit is None:
        return
    heap = megabytes(match.group(1)) if match.group(1) else float(match.group(2))
    if heap is not None and heap >= limit * 0.95:
        yield HEAP.at(
            spot,
            f"{name} may have a heap of {heap:.0f} MiB and {limit:.0f} MiB of memory in all: the kernel kills it when the heap is full.",
            line=line,
            quote=str(match.group(0)),
            hint=f"Give it {heap * 1.5:.0f} MiB, or a heap of {limit * 0.7:.0f} MiB.",
        )
