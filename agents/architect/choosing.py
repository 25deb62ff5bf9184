"""Choose one database where the code can work with several and takes one: running the others would be waste, and a riddle at night."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.facts import Datastore
from ._draft import Draft

CHOOSERS = frozenset(
    "DB DB_CLIENT DB_ENGINE DB_TYPE DB_DIALECT DB_DRIVER DB_KIND DB_CONNECTION "
    "DATABASE_TYPE DATABASE_ENGINE DATABASE_CLIENT DATABASE_DIALECT TYPEORM_TYPE TYPEORM_CONNECTION SQL_ENGINE".split()
)
"""Variables by which code chooses its kind of database."""
SPELLINGS = {
    "postgresql": ("postgres", "postgresql", "pg", "pgsql", "django.db.backends.postgresql"),
    "mysql": ("mysql", "mysql2", "django.db.backends.mysql"),
    "mariadb": ("mariadb", "mysql", "mysql2", "django.db.backends.mysql"),
    "mongodb": ("mongodb", "mongo"),
}
"""How drivers, query builders and frameworks spell each kind, the commonest first."""
PORTS = {"5432": "postgresql", "3306": "mysql", "27017": "mongodb"}


def alternatives(draft: Draft, wanted: Sequence[Datastore]) -> list[Datastore]:
    """Return the databases that this plan leaves out, and list the choice as an assumption; none where nothing lets the code choose."""
    databases = [s for s in wanted if s.kind in SPELLINGS]
    chooser = next((v for v in draft.survey.env_vars if v.name in CHOOSERS), None)
    if chooser is None or len({s.kind for s in databases}) < 2:
        return []
    stated = (chooser.example or chooser.default or "").lower()
    ports = {v.default for v in draft.survey.env_vars if v.name.endswith("PORT") and v.name.startswith(("DB", "DATABASE", "TYPEORM"))}
    relational = bool(draft.survey.migrations)

    by_port = {PORTS.get(p or "") for p in ports}

    def rank(store: Datastore) -> tuple[bool, bool, bool]:
        return stated not in SPELLINGS[store.kind], store.kind not in by_port, relational and store.kind == "mongodb"

    chosen = min(databases, key=rank)
    others = sorted({s.kind for s in databases} - {chosen.kind})
    draft.assume(
        "database-chosen",
        f"the application uses {chosen.kind}, not {' or '.join(others)}",
        f"the code works with each of them and takes one (`{chooser.name}`); the repository's defaults and migrations point to this one",
        f"`{chooser.name}` in `deploy/.env` names the kind that you want; for another one, change the repository's default and plan again",
    )
    return [s for s in databases if s.kind != chosen.kind]
