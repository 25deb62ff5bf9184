"""Render this platform's section templates and attach the files that belong to each section."""

from __future__ import annotations

from typing import Any

from ....core.blueprint import Blueprint, Component, Store
from ....core.facts import Queue, Survey
from ....core.plan import SectionDraft
from ....core.sections import section_by_id
from ...markdown import code
from .._sections import draft
from ._jinja import render
from .artifacts import artifacts_of
from .composefile import patience
from .monitoring.alerts import alerts
from .stores import kinds


def draft_section(section_id: str, *, survey: Survey, blueprint: Blueprint, revision: int, **values: Any) -> SectionDraft:
    """Return the draft of one section for Docker Compose."""
    number = section_by_id(section_id).number
    context = _context(survey, blueprint) | values
    if section_id == "prerequisites":
        context["installed"] = [str(a.install_to) for n in range(1, 12) for a in artifacts_of(n, survey, blueprint)]
    text = render(f"templates/{number:02d}_{section_id}.yaml.j2", **context)
    return draft(section_id, text, artifacts_of(number, survey, blueprint), revision)


def _context(survey: Survey, blueprint: Blueprint) -> dict[str, Any]:
    """Return the names that every section template may use."""
    apps = blueprint.of_kind("app")
    return {
        "s": survey,
        "b": blueprint,
        "app": blueprint.app,
        "dc": f"docker compose -f {blueprint.compose_file}",
        "apps": apps,
        "jobs": blueprint.of_kind("job"),
        "web": blueprint.component(blueprint.main_web) if blueprint.main_web else None,
        "stores": blueprint.stores,
        "store_checks": {s.component: kinds()[s.kind].check for s in blueprint.stores},
        "alerts": list(alerts(blueprint)),
        "query_notes": {s.kind: kinds()[s.kind].query_note for s in blueprint.stores},
        "slow_queries": {s.kind: _upkeep(blueprint, s, kinds()[s.kind].slow_queries) for s in blueprint.stores},
        "refresh": {s.kind: _upkeep(blueprint, s, kinds()[s.kind].refresh) for s in blueprint.stores},
        **_monitoring_role(blueprint),
        "databases": [s for s in blueprint.stores if s.kind in ("postgresql", "mysql", "mariadb", "mongodb")],
        "backups": blueprint.of_kind("backup"),
        "migration": blueprint.migration,
        "built": built_images(blueprint),
        "objective": lambda key: f"{blueprint.objective(key).value:g}",
        "release": blueprint.release,
        "wait": patience(blueprint),
        "tls": f"{blueprint.deploy_dir}/tls",
        "queue_rows": [_queue(blueprint, q) for q in survey.queues],
    }


def _queue(blueprint: Blueprint, queue: Queue) -> tuple[str, str, str]:
    """Return kind, carrier and component of a queue; a job system that names no carrier runs on the broker, else on the durable cache."""
    wanted = [queue.backend] if queue.backend else [queue.kind, "rabbitmq", "redis", "valkey"]
    store = next((s for kind in wanted for s in blueprint.stores if s.kind == kind), None)
    return queue.kind, store.kind if store else (queue.backend or queue.kind), code(store.component) if store else "outside this host"


def _upkeep(blueprint: Blueprint, store: Store, text: str) -> str:
    filled = text.replace("{db}", store.component).replace("{database}", store.database or "")
    return f"docker compose -f {blueprint.compose_file} {filled}"


def _monitoring_role(blueprint: Blueprint) -> dict[str, str]:
    """Return the scripts of the exporter's role in the first store that has roles, empty where none has."""
    for store in blueprint.stores:
        exporter = kinds()[store.kind].exporter
        if exporter is None or exporter.role is None:
            continue
        at = f"docker compose -f {blueprint.compose_file} exec -T {store.component}"
        create, verify, drop = (
            text.replace("{at}", at).replace("{database}", store.database or "")
            for text in (exporter.role.create, exporter.role.verify, exporter.role.drop)
        )
        return {"role_db": store.component, "role_sql": create, "role_verify": verify, "role_rollback": drop}
    return {"role_db": "", "role_sql": "", "role_verify": "", "role_rollback": ""}


def built_images(blueprint: Blueprint) -> list[Component]:
    """Return one component per image that this plan builds, each image once."""
    seen: dict[str, Component] = {}
    for component in blueprint.components:
        if component.build is not None:
            seen.setdefault(component.image.ref, component)
    return list(seen.values())
