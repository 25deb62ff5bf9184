"""Decide how the schema is migrated: tool, commands inside the image, head, way back."""

from __future__ import annotations

import shlex

from ...core.base import slug
from ...core.blueprint import Component, EnvBinding, Limits, MigrationPlan, Mount
from ...core.facts import EnvVar, Migration
from ._draft import Draft
from .connections import connection_value

COMMANDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "alembic": (("alembic", "upgrade", "head"), ("alembic", "current"), ("alembic", "downgrade", "-1")),
    "django": (("python", "manage.py", "migrate", "--noinput"), ("python", "manage.py", "migrate", "--check"), ()),
    "flask-migrate": (("flask", "db", "upgrade"), ("flask", "db", "current"), ("flask", "db", "downgrade")),
    "prisma": (("node_modules/.bin/prisma", "migrate", "deploy"), ("node_modules/.bin/prisma", "migrate", "status"), ()),
    "knex": (
        ("node_modules/.bin/knex", "migrate:latest"),
        ("sh", "-c", "node_modules/.bin/knex migrate:status | grep 'No Pending'"),
        ("node_modules/.bin/knex", "migrate:down"),
    ),
    "sequelize": (
        ("node_modules/.bin/sequelize-cli", "db:migrate"),
        ("sh", "-c", "node_modules/.bin/sequelize-cli db:migrate:status >/tmp/status && ! grep ^down /tmp/status"),
        ("node_modules/.bin/sequelize-cli", "db:migrate:undo"),
    ),
    "drizzle": (("node_modules/.bin/drizzle-kit", "migrate"), (), ()),
}
"""Apply, status and one-step-down of each tool, from the tools' documentation; what the repository declares wins over the first.

A status tells by its exit status that nothing is pending, or (Alembic) marks the applied head.
"""
SELF_CONTAINED = ("golang-migrate", "goose", "dbmate", "atlas", "sqlx", "diesel", "flyway", "liquibase", "ef-core")
"""Tools that are programs of their own: an image holds one only where a recipe puts it in."""
BROUGHT = {"go": ("golang-migrate",), "rust": ("sqlx",)}
"""Of those, the tools that the recipe of a runtime installs."""
AT_START = ("flyway", "liquibase")
"""Tools that Spring Boot runs itself when the application starts, under a lock of their own."""
DATABASES = ("postgresql", "mysql", "mariadb", "mongodb")


def choose_migration(draft: Draft) -> MigrationPlan | None:
    """Return how migrations run and add the one-off component that carries them; null when the repository has none."""
    if not draft.survey.migrations:
        return None
    facts = draft.survey.migrations[0]
    carrier = _carrier(draft, facts)
    # Flask-Migrate keeps Alembic's configuration to itself: only its own commands find it
    tool = "flask-migrate" if facts.tool == "alembic" and (facts.command or "").startswith("flask db ") else facts.tool
    known = COMMANDS.get(tool, ((), (), ()))
    apply = _apply(facts, known[0])
    if carrier is None or not apply or not _held(draft, tool, carrier):
        _left_out(draft, facts, carrier)
        return None
    _others(draft, facts)
    store = next((s for s in draft.stores if s.kind in DATABASES), None)
    reversible = bool(facts.revisions) and all(r.reversible for r in facts.revisions[-1:]) and bool(known[2])
    _component(draft, carrier, apply, store.component if store else None)
    draft.decide(
        "migrations",
        shlex.join(apply),
        f"{facts.tool} is the repository's migration tool" + (f"; its head is `{facts.head}`" if facts.head else ""),
        ("migrating on application start: two replicas would race, and a failed migration would crash-loop the service",),
        facts.evidence,
    )
    return MigrationPlan(
        tool=facts.tool,
        component="migrate",
        apply=apply,
        status=known[1],
        head=facts.head,
        down=known[2] if reversible else (),
        previous=facts.revisions[-2].id if len(facts.revisions) > 1 else None,
        reversible=reversible,
        store=store.component if store else None,
        facts=facts,
    )


def _held(draft: Draft, tool: str, carrier: Component) -> bool:
    """Tell whether the carrier's image holds the migration tool."""
    service = next((s for s in draft.survey.services if s.name == carrier.service), None)
    generated = carrier.build is not None and carrier.build.origin == "generated"
    brought = BROUGHT.get(service.runtime or "", ()) if service is not None and generated else ()
    unstated = tool == "sqlx" and service is not None and service.libraries.get("sqlx", "").count(".") == 0
    return tool not in SELF_CONTAINED or (tool in brought and not unstated)


def _left_out(draft: Draft, facts: Migration, carrier: Component | None) -> None:
    """Say who applies the migrations that this plan does not: Spring Boot at its start, else a person."""
    service = next((s for s in draft.survey.services if carrier is not None and s.name == carrier.service), None)
    if facts.tool in AT_START and service is not None and service.framework == "spring-boot":
        draft.assume(
            "migrations-at-start",
            f"`{service.name}` applies its {facts.tool} migrations in `{facts.path}` itself when it starts",
            f"Spring Boot does so where {facts.tool} is among the dependencies and nothing switches it off",
            f"the log of `{carrier.name if carrier else service.name}` names the schema's version after step `release`",
        )
        return
    why = "its image does not hold the tool" if facts.command else "no command of the repository or of the tool's documentation does so"
    draft.assume(
        "migrations-by-hand",
        f"{facts.tool} migrations in `{facts.path}` are applied by the application at its start, or by hand",
        f"this plan has no step for them: {why}",
        "read how the application starts; where it does not migrate, apply them before step `release`",
    )


def _others(draft: Draft, facts: Migration) -> None:
    """Say of further migration tools that this plan leaves them to a person."""
    for other in draft.survey.migrations[1:]:
        if (other.tool, other.command, other.service) == (facts.tool, facts.command, facts.service):
            continue  # one command applies the migrations of every folder
        draft.assume(
            f"migrations-beside-{other.tool}-{slug(other.path or '.')}",
            f"{other.tool} migrations in `{other.path}` are applied by hand",
            f"this plan carries one migration tool, and {facts.tool} comes first",
            "the schema matches before release",
        )


def _apply(facts: Migration, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command that applies everything: the repository's own, unless it is `npx`.

    `npx` may download another version than the lock file's.
    """
    if "$" in (facts.command or ""):
        return ("sh", "-c", str(facts.command))
    declared = tuple(shlex.split(facts.command)) if facts.command else ()
    return known if not declared or (declared[0] == "npx" and known) else declared


def _carrier(draft: Draft, facts: Migration) -> Component | None:
    """Return the app component whose image holds the migration tool: the named service, else the first web one, else the first."""
    apps = [c for c in draft.components if c.kind == "app" and c.build is not None]
    named = [c for c in apps if facts.service and c.service == facts.service]
    web = [c for c in apps if c.port is not None]
    return next(iter(named or web or apps), None)


def _component(draft: Draft, carrier: Component, apply: tuple[str, ...], store: str | None) -> None:
    """Add `migrate`: the application's image (for Node its build stage, which still holds the development tools), run once and gone."""
    build, image = carrier.build, carrier.image
    if build is not None and build.origin == "generated" and apply[0].startswith(("node_modules/", "npm", "npx", "yarn", "pnpm")):
        name, _, tag = image.ref.rpartition(":")
        image = image.model_copy(update={"ref": f"{name}-migrate:{tag}"})
        build = build.model_copy(update={"target": "build"})
    draft.components.append(
        Component(
            name="migrate",
            kind="migrate",
            title="schema migration, run once",
            service=carrier.service,
            image=image,
            build=build,
            command=apply,
            own_entrypoint=not (build is not None and build.starts_app),
            limits=Limits(cpus=1.0, memory_mb=512, reason="as much as the application itself: it loads the same code"),
            read_only=False,
            user=next((v.owner for v in draft.state if carrier.name in v.components), None),
            mounts=(
                Mount(kind="tmpfs", source="", target="/tmp", read_only=False, options="size=64m,mode=1777"),
                *(m for m in carrier.mounts if m.kind == "volume"),
            ),
            networks=("data",),
            depends_on={store: "service_healthy"} if store else {},
            restart="no",
            evidence=carrier.evidence[:1],
        )
    )
    for index, binding in enumerate(draft.env):
        if carrier.name in binding.components:
            draft.env[index] = binding.model_copy(update={"components": (*binding.components, "migrate")})
    _address(draft, apply)


def _address(draft: Draft, apply: tuple[str, ...]) -> None:
    """Give the tool the database's address under the name that it reads, where the application uses another."""
    reads = "$DATABASE_URL" in apply[-1] or apply[0] == "sqlx"
    if not reads or any(b.name == "DATABASE_URL" and "migrate" in b.components and b.source != "unset" for b in draft.env):
        return
    options = "?sslmode=disable" if "$DATABASE_URL" in apply[-1] else ""
    found = connection_value(draft, EnvVar(name="DATABASE_URL", required=True, example=f"postgres://localhost/app{options}"))
    if found is None:
        return
    value, store, secret = found
    draft.env.append(
        EnvBinding(
            name="DATABASE_URL",
            components=("migrate",),
            source="derived",
            value=value,
            secret=secret,
            required=True,
            why=f"the migration tool reads the address of `{store.component}` under this name",
            effect_if_wrong="the migration step fails, and nothing is changed",
        )
    )
