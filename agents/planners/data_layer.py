"""Plan section 5: stores, migrations with what each revision does, backups."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Revision as SchemaRevision
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...core.schema_locks import NEWEST, carried_out_by, held
from ...tools.markdown import code
from ._revision import Revision
from ._section import drafted


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 5."""
    store = _store_kind(survey, blueprint)
    revisions = _shown(survey, blueprint, store)
    return drafted(
        "data_layer",
        survey,
        blueprint,
        revision,
        revision_rows=[_row(r, store) for r in revisions],
        compatibility=_compatibility(revisions),
        no_migration=_no_migration(survey),
        seeds=sorted(j.command or j.name for j in survey.jobs if j.kind == "seed"),
    )


def _shown(survey: Survey, blueprint: Blueprint, store: str) -> tuple[SchemaRevision, ...]:
    """Return the newest revisions that the migration applies; of the tool's other folders, which it applies too, those that hurt."""
    if blueprint.migration is None:
        return ()
    own = blueprint.migration.facts
    beside = [r for m in survey.migrations if m.tool == own.tool and m.path != own.path for r in m.revisions[-NEWEST:]]
    return (*own.revisions[-NEWEST:], *(r for r in beside if r.destructive or held(r.operations, store)[0].startswith("blocks")))


def _row(r: SchemaRevision, store: str) -> tuple[str, ...]:
    way_back = {True: "written", False: "none", None: "not known"}[r.reversible]
    level, why = held(r.operations, store)
    locks = level if level == "none" else f"{level}: {why}"
    return code(r.id), code(r.path), ", ".join(r.operations) or "not read", locks, way_back, "yes" if r.destructive else "no"


def _store_kind(survey: Survey, blueprint: Blueprint) -> str:
    """Return the kind of the store that is migrated: the blueprint's, else the one that the survey leaves no doubt about."""
    if blueprint.migration is None:
        return ""
    named = next((s.kind for s in blueprint.stores if s.component == blueprint.migration.store), "")
    return named or carried_out_by(survey, blueprint.migration.facts)


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
    if survey.migrations:
        held_in = ", ".join(f"{m.tool} in {code(m.path)}" if m.path else m.tool for m in survey.migrations)
        return (
            f"this plan knows no command that applies the revisions which the repository holds ({held_in}); "
            "where the code applies them as it starts, section 6 does that, and its first start is the migration"
        )
    return (
        "the repository has no migration tool that was found; "
        "if the code creates its own tables at start, section 6 does that, and its first start is the migration"
    )
