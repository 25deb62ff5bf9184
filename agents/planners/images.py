"""Plan section 3: Dockerfiles, builds, tags, scans, the Compose file and its volumes."""

from __future__ import annotations

from ...core.blueprint import Blueprint, Component, StateVolume, Store
from ...core.facts import ComposeService, Survey
from ...core.plan import SectionDraft
from ...tools.catalog import load
from ._revision import Revision
from ._section import drafted


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 3."""
    paths = {s.name: s.path or "." for s in survey.services}
    stores = {s.volume: s for s in blueprint.stores if s.volume}
    files = {v.name: v for v in blueprint.state}
    dumped = {name for c in blueprint.of_kind("backup") for name in c.depends_on}
    return drafted(
        "images",
        survey,
        blueprint,
        revision,
        trivy=load().tool("trivy").version,
        service_path=lambda component: paths[component.service],
        compose_delta=[_delta(blueprint, c) for c in survey.compose_services],
        volume_use={v: _use(stores.get(v), files.get(v)) for v in blueprint.volumes},
        volume_backup={v: "nightly copy" if v in files else _backed_up(blueprint, stores.get(v), dumped) for v in blueprint.volumes},
    )


def _use(store: Store | None, files: StateVolume | None) -> str:
    if store is not None:
        return f"the data of `{store.component}`"
    return files.holds if files is not None else "nightly dumps"


def _backed_up(blueprint: Blueprint, store: Store | None, dumped: set[str]) -> str:
    if store is None:
        return "copied off the host (section 10)"
    if store.component in dumped:
        return "nightly dump"
    return "no: messages in flight" if blueprint.component(store.component).kind == "broker" else "no: rebuilt from the database or by use"


def _delta(blueprint: Blueprint, declared: ComposeService) -> tuple[str, str, str]:
    """Say what became of one service of the repository's own compose file, and why."""
    component = next((c for c in blueprint.components if declared.name in (c.name, c.service) and c.stack == "main"), None)
    name = f"`{declared.name}` (`{declared.file}:{declared.line}`)"
    if component is None:
        return name, "not taken over", "it serves development or tests, or is replaced by the proxy and monitoring of this plan"
    return name, f"`{component.name}`", "; ".join(_changes(declared, component)) or "taken over as it is"


def _changes(declared: ComposeService, component: Component) -> list[str]:
    changes = []
    if declared.image and declared.image != component.image.ref:
        changes.append(f"image `{component.image.ref}`, exact, instead of `{declared.image}`")
    if declared.ports and not component.published:
        changes.append("published ports removed: only the proxy is reachable from outside")
    if any(v.startswith((".", "/")) for v in declared.volumes) and component.kind == "app":
        changes.append("source mounts removed: the image holds the code")
    if declared.command and component.command != declared.command:
        changes.append("command replaced by the production one")
    return [*changes, "limits, read-only file system, health check and log rotation added"]
