"""Detect what Aspire AppHosts orchestrate: the names of projects, containers of stores and brokers, health checks."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Located, Named, Queue
from ..detector import View, entry, process
from ..dotnet.aspire import Resource, hosts, resources
from ..dotnet.projects import projects
from ..shapes import Process


def detect(view: View) -> Iterator[Fact]:
    """Yield a named process for every project that an AppHost starts, and an entry for every resource it brings."""
    for host in hosts(view):
        yield entry("iac", host.folder, Located(kind="aspire", path=host.folder))
    for one in resources(view):
        if one.sort == "project":
            if not projects(view)[one.kind].is_client:
                yield process(_process(view, one))
        else:
            yield from _resource(view, one)


def _process(view: View, one: Resource) -> Process:
    project = projects(view)[one.kind]
    evidence = [view.evidence(*one.at)]
    if one.health is not None:
        evidence.append(view.evidence(*one.health[1], "health_path"))
    return Process(
        origin="platform",
        path=project.folder,
        name=one.name or None,
        language=project.language,
        runtime="dotnet",
        health_path=one.health[0] if one.health else None,
        evidence=tuple(evidence),
    )


def _resource(view: View, one: Resource) -> Iterator[Fact]:
    folder = one.at[0].rpartition("/")[0] or "."
    lines = (view.evidence(*one.version[1]),) if one.version else ()
    evidence = (view.evidence(*one.at), *lines)
    version = one.version[0] if one.version else None
    if one.sort == "store":
        yield entry("datastore", folder, Datastore(kind=one.kind, version=version, name=one.name or None, evidence=evidence), "high")
    elif one.sort == "queue":
        yield entry("queue", folder, Queue(kind=one.kind, backend=one.kind, version=version, evidence=evidence), "high")
    else:
        yield entry("integration", folder, Named(kind=one.kind, evidence=evidence))
