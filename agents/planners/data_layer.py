"""Plan section 5: stores, migrations with what each revision does, backups."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Revision as SchemaRevision
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...core.schema_locks import held
from ...tools.markdown import code
from ._revision import Revision
from ._section import drafted

SHOWN = 12
"""Revisions listed in full: the newest ones, which a release is about."""


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 5."""
    revisions = blueprint.migration.facts.revisions if blueprint.migration else ()
    return drafted(
        "data_layer",
        survey,
        blueprint,
        revision,
        revision_rows=[_row(r, _store_kind(blueprint)) for r in revisions[-SHOWN:]],
        compatibility=_compatibility(revisions[-SHOWN:]),
        no_migration=_no_migration(survey),
        seeds=sorted(j.command or j.name for j in survey.jobs if j.kind == "seed"),
    )


def _row(r: SchemaRevision, store: str) -> tuple[str, ...]:
    way_back = {True: "written", False: "none", None: "not known"}[r.reversible]
    level, why = held(r.operations, store)
    locks = level if level == "none" else f"{level}: {why}"
    return code(r.id), code(r.path), ", ".join(r.operations) or "not read", locks, way_back, "yes" if r.destructive else "no"


def _store_kind(blueprint: Blueprint) -> str:
    """Return the kind of the store that is migrated, PostgreSQL where it is not known."""
    name = blueprint.migration.store if blueprint.migration else None
    return next((s.kind for s in blueprint.stores if s.component == name), "postgresql")


def _compatibility(revisions: tuple[SchemaRevision, ...]) -> str:
    hard = [r.id for r in revisions if r.destructive]
    if hard:
        return (
            f"revision(s) {', '.join(f'`{h}`' for h in hard)} drop or rewrite something that old code may still read; "
            "stop the application first, or split them over two releases"
        )
    return (
        "the listed revisions only add, so old code keeps working; "
        "adding an index on a large table still blocks its writers while it is built"
    )


def _no_migration(survey: Survey) -> str:
    if not survey.datastores:
        return "there is no database and therefore nothing to migrate"
    return (
        "the repository has no migration tool that was found; "
        "if the code creates its own tables at start, section 6 does that, and its first start is the migration"
    )
