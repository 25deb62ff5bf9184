"""Plan section 6: every process as a service, its limits, probes, pools and jobs."""

from __future__ import annotations

from ...core.blueprint import Blueprint, Store
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...tools.markdown import code
from ._revision import Revision
from ._section import drafted

DEFAULT_POOLS = {
    "sqlalchemy": (15, "SQLAlchemy's default: 5 and 10 overflow"),
    "prisma": (9, "Prisma's default: 2 x CPUs + 1 on a 4-CPU host"),
    "pg": (10, "node-postgres' default"),
    "sequelize": (5, "Sequelize's default"),
    "typeorm": (10, "node-postgres' default"),
    "knex": (10, "Knex's default maximum"),
    "django": (1, "one per process or thread"),
}
"""Connections that one process may open, from each library's documentation."""
RESERVED = 13
"""PostgreSQL keeps 3 for superusers; exporter, backup and one operator take the rest."""


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 6."""
    jobs: list[tuple[str, ...]] = [
        (code(s.name), s.role, "-", code(s.start_command)) for s in survey.services if s.role in ("worker", "scheduler")
    ]
    jobs += [(code(j.name), j.kind, code(j.schedule), code(j.command)) for j in survey.jobs]
    return drafted(
        "services",
        survey,
        blueprint,
        revision,
        pool_rows=[_pool(survey, blueprint, s) for s in blueprint.stores if s.max_connections],
        job_rows=jobs,
        app_images=list(dict.fromkeys(c.image.ref for c in blueprint.of_kind("app"))),
    )


def _pool(survey: Survey, blueprint: Blueprint, store: Store) -> tuple[str, ...]:
    """Return the arithmetic of connections: processes x pool + reserve must stay below the store's limit."""
    processes = sum(_workers(c.command) for c in blueprint.of_kind("app"))
    libraries = survey.dependency_names() | {
        "prisma" for s in survey.services if s.orm == "prisma"
    }
    size, source = next(
        ((n, why) for lib, (n, why) in DEFAULT_POOLS.items() if lib in libraries), (10, "no pool library was recognised; 10 is assumed")
    )
    total = processes * size + RESERVED
    verdict = "holds" if total < (store.max_connections or 0) else "does NOT hold: lower the pool or raise the limit"
    return (
        code(store.component),
        f"{store.max_connections} connections",
        f"{processes} process(es) x {size} ({source}) + {RESERVED} reserved = {total}",
        f"stay below {store.max_connections}: {verdict}",
    )


def _workers(command: tuple[str, ...]) -> int:
    for flag in ("--workers", "-w", "--concurrency", "-c"):
        if flag in command:
            value = command[command.index(flag) + 1 : command.index(flag) + 2]
            if value and value[0].isdigit():
                return int(value[0])
    return 1
