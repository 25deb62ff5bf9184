"""Gather the names that every section template of this platform may use."""

from __future__ import annotations

import shlex
from typing import Any

from ....core.blueprint import Blueprint, Component, Store
from ....core.facts import Queue, Survey
from ...markdown import code
from .composefile import patience
from .monitoring.alerts import alerts
from .stores import run_as

DATABASES = ("postgresql", "mysql", "mariadb", "mongodb")
HEAD_MARKED = ("alembic", "flask-migrate")
"""Tools whose report marks the applied head with `(head)`; the others tell by their exit status."""


def context_of(survey: Survey, blueprint: Blueprint) -> dict[str, Any]:
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
        "store_checks": {s.component: run_as(s).check for s in blueprint.stores},
        "alerts": list(alerts(blueprint)),
        "query_notes": {s.kind: run_as(s).query_note for s in blueprint.stores},
        "slow_queries": {s.kind: _upkeep(blueprint, s, run_as(s).slow_queries) for s in blueprint.stores},
        "refresh": {s.kind: _upkeep(blueprint, s, run_as(s).refresh) for s in blueprint.stores},
        **_monitoring_role(blueprint),
        "state_rows": [
            (code(f"{blueprint.app}_{v.name}"), code(v.target), v.holds, ", ".join(map(code, v.components))) for v in blueprint.state
        ],
        "databases": [s for s in blueprint.stores if s.kind in DATABASES],
        "backups": blueprint.of_kind("backup"),
        "migration_backup": _migration_backup(blueprint),
        "migration": blueprint.migration,
        "dumped_first": _dumped_first(blueprint),
        "release_order": _release_order(blueprint),
        **_migration_checks(blueprint),
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


def _migration_checks(blueprint: Blueprint) -> dict[str, str]:
    """Return the commands that show the state of the schema: the tool's report, that nothing is pending, that something is."""
    migration = blueprint.migration
    if migration is None or not migration.status:
        return {"migration_status": "", "migration_done": "", "migration_undone": ""}
    status = f"run --rm --no-deps -T migrate {shlex.join(migration.status)}"
    marked = f"{status} | grep -q '(head)'" if migration.tool in HEAD_MARKED else status
    return {
        "migration_status": status,
        "migration_done": marked,
        "migration_undone": f"! docker compose -f {blueprint.compose_file} {marked}",
    }


def _migration_backup(blueprint: Blueprint) -> Component | None:
    """Return what dumps the database that the migration changes, the first backup where that is not known."""
    backups = blueprint.of_kind("backup")
    store = blueprint.migration.store if blueprint.migration else None
    return next((c for c in backups if store in c.depends_on), next(iter(backups), None))


def _dumped_first(blueprint: Blueprint) -> list[Component]:
    """Return what dumps the databases before a release whose code may change their schema as it starts; none where a step migrates."""
    databases = {s.component for s in blueprint.stores if s.kind in DATABASES} if blueprint.migration is None else set()
    return [c for c in blueprint.of_kind("backup") if databases & set(c.depends_on)]


def _release_order(blueprint: Blueprint) -> list[str]:
    """Return the ids of the steps that a later release repeats, in their order."""
    dump = bool(blueprint.of_kind("backup"))
    migrated = ["dump-before-migration", "migrate"] if dump else ["migrate"]
    schema = migrated if blueprint.migration is not None else ["dump-before-release"] if _dumped_first(blueprint) else []
    jobs = [f"run-{c.name}" for c in blueprint.of_kind("job")]
    return ["install-plan-files", "build-images", "write-configuration", *schema, *jobs, "record-release", "release", "smoke"]


def _upkeep(blueprint: Blueprint, store: Store, text: str) -> str:
    filled = text.replace("{db}", store.component).replace("{database}", store.database or "")
    return f"docker compose -f {blueprint.compose_file} {filled}"


def _monitoring_role(blueprint: Blueprint) -> dict[str, str]:
    """Return the scripts of the exporter's role in the first store that has roles, empty where none has."""
    for store in blueprint.stores:
        exporter = run_as(store).exporter
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
