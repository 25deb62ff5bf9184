"""Apply the mends that a check offers to the files that it checked, or show what that would change."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import OutputError, UsageError
from .checking import edited, from_here, view_of
from .withholding import Withholder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.findings import Finding, Profile
    from ..core.plan import Plan
    from ..tools.checks import Loaded
    from ..tools.mending import Change, Whereabouts

ROUNDS = 10
"""How often the mended text is judged again: one mend may bring another to light."""


@dataclass(frozen=True)
class Mended:
    """Hold what was mended: a line for each mend, changed files by name, the changes as a unified diff without secrets, mends left."""

    fixed: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    diff: str = ""
    left: int = 0


def mend(path: Path, profile: Profile, *, unsafe: bool = False, write: bool = True) -> Mended:
    """Apply the safe mends (with `unsafe` all) of what the profile finds at a path; without `write` only tell what would change.

    Only files under the path are written, all of them or none. A plan of ours is rendered anew with its review, so that plan.json, PLAN.md
    and the artifacts agree. Raise OutputError for a file that cannot be written, that is a link, or that was changed meanwhile.
    """
    from ..tools import checks
    from ..tools.mending import Whereabouts, replace_all

    if path.is_symlink() and not path.is_dir():
        raise OutputError(f"{path} is a link", "a link's file lies elsewhere and is not written", "check the file that it leads to")
    loaded = checks.load(path)
    plan, fixed, left = _judged(loaded, profile, unsafe)
    if not fixed:
        return Mended(left=left)
    where = Whereabouts(loaded, path.name if path.is_file() and path.name != "plan.json" else None)
    changes = where.changes(plan) if loaded.foreign else _anew(loaded, plan, fixed, profile, where)
    folder = path if path.is_dir() else path.parent
    secrets = Withholder(loaded.plan)
    diff = "".join(change.diff(from_here(folder / change.name), secrets.shown) for change in changes if change.old != change.new)
    files = replace_all(changes) if write else tuple(c.name for c in changes if c.old != c.new)
    return Mended(tuple(map(secrets.said, fixed)), files, diff, left)


def _judged(loaded: Loaded, profile: Profile, unsafe: bool) -> tuple[Plan, tuple[str, ...], int]:
    """Return the mended plan, what each mend did and how many are left; judged again until nothing more is offered."""
    from ..tools import checks

    fixed: list[str] = []
    found: tuple[Finding, ...] = ()
    for _ in range(ROUNDS):
        found = checks.run(view_of(loaded, profile)).findings
        plan, done = checks.apply_fixes(loaded.plan, found, unsafe)
        if not done:
            break
        fixed += done
        loaded = dataclasses.replace(loaded, plan=plan)
    return loaded.plan, tuple(fixed), sum(1 for finding in found if checks.applicable(finding, unsafe=True))


def _anew(loaded: Loaded, plan: Plan, fixed: tuple[str, ...], profile: Profile, where: Whereabouts) -> tuple[Change, ...]:
    """Return the files of a plan of ours as it says them now, with its review and a note for each mend."""
    from ..agents import critic, editor
    from ..core.base import sha256
    from ..tools import render

    again = f"write the plan again: deploybook resume {plan.run_id}"
    if loaded.survey is None:
        raise UsageError("the plan cannot be mended", "its survey.json is missing or cannot be read", again)
    artifacts = tuple(a.model_copy(update={"sha256": sha256(a.content)}) for a in plan.artifacts)
    notes = (*plan.notes, *(f"mended {text}" for text in fixed))
    whole = plan.model_copy(update={"artifacts": artifacts, "notes": notes})
    review = critic.review(whole, loaded.survey, loaded.blueprint, profile)
    changes = where.replaced(_existing(render.files(editor.finish(whole, review), loaded.survey, review), where.folder))
    if any(note.startswith("PLAN.md says") for note in edited(loaded)):  # asked last: what is edited after this is seen when it is written
        raise OutputError(f"PLAN.md says other than {loaded.document}", "it would be written anew, and what was edited there lost", again)
    return changes


def _existing(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Return the files that stand in the folder: a page that was taken away is not made again."""
    return {name: content for name, content in files.items() if (folder / name).is_file()}
