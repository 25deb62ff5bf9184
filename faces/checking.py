"""Check a plan that lies on disk: one of ours, an edited one, or somebody else's runbook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import SourceError, UsageError
from .withholding import Withholder

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core import findings
    from ..core.findings import Finding, Profile, Review
    from ..tools.checks import Loaded, PlanView
    from ..tools.mending import Whereabouts
    from ..tools.redaction import TaintStore
    from ..tools.reports import Placed


@dataclass(frozen=True)
class Checked:
    """Hold the review of a plan on disk, without the secrets of what it speaks of, and what had to be assumed to read it."""

    review: Review
    notes: tuple[str, ...] = ()
    steps: int = 0
    artifacts: int = 0
    placed: tuple[Placed, ...] = ()
    safe: int = 0  # findings with a safe fix
    risky: int = 0  # findings with an unsafe one


def review(path: Path, profile: Profile, repository: str | None = None, execute: bool = False) -> Checked:
    """Return the critic's review of the plan at a path; raise UsageError or SourceError for what holds no plan, or half of one.

    With `repository` (a path or git URL) every evidence of the plan is read again there. With `execute` the smoke test of a plan of ours is
    run against doubles that stand for broken servers.
    """
    from ..tools import checks, redaction
    from ..tools.mending import Whereabouts

    loaded = checks.load(path)
    if not loaded.plan.steps and not loaded.plan.artifacts:
        raise UsageError(f"{path} holds no plan", "no step and no file was found in it", "give a plan folder, a plan.json or a runbook")
    edits = () if loaded.foreign else edited(loaded)
    taint = redaction.TaintStore()
    found = _reviewed(loaded, profile, repository, execute, taint)
    where, secrets = Whereabouts(loaded), Withholder(loaded.plan, taint)
    safe = sum(map(checks.applicable, found.findings))
    placed = tuple(secrets.placed(_placed(loaded, path, where, finding)) for finding in found.findings)
    if not loaded.whole:
        places = loaded.places
        found = found.model_copy(update={"findings": tuple(places.located(finding) for finding in found.findings)})
    return Checked(
        secrets.review(found),
        tuple(map(secrets.said, (*loaded.notes, *edits))),
        len(loaded.plan.steps),
        len(loaded.plan.artifacts),
        placed,
        safe,
        sum(1 for finding in found.findings if checks.applicable(finding, unsafe=True)) - safe,
    )


def view_of(
    loaded: Loaded,
    profile: Profile,
    taint: TaintStore | None = None,
    read: Callable[[str], str | None] | None = None,
    execute: bool = False,
) -> PlanView:
    """Return a loaded plan as the checks see it; `read` gives the text of a file of the repository that the plan is about."""
    from ..tools import checks

    return checks.PlanView(
        loaded.plan,
        loaded.survey,
        loaded.blueprint,
        profile=profile,
        taint=taint,
        files=loaded.files,
        appears=loaded.appears,
        origins=loaded.origins,
        around=loaded.around,
        commits=loaded.commits,
        beside=loaded.beside,
        foreign=loaded.foreign,
        whole=loaded.whole,
        read=read,
        execute=execute,
    )


def _reviewed(loaded: Loaded, profile: Profile, repository: str | None, execute: bool, taint: TaintStore) -> Review:
    from ..agents import critic
    from ..core.source import Source
    from ..tools.repository import open_repository

    def reviewed(read: Callable[[str], str | None] | None) -> Review:
        view = view_of(loaded, profile, taint, read, execute)
        return critic.review(loaded.plan, loaded.survey, loaded.blueprint, profile, taint, 0, view=view)

    if repository is None:
        return reviewed(None)
    with open_repository(Source(location=repository, revision=loaded.plan.repo_commit), None, taint) as source:
        return reviewed(source.text)


def _placed(loaded: Loaded, path: Path, where: Whereabouts, finding: Finding) -> Placed:
    """Return a finding with its file as one calls it from here, and what its mend changes there."""
    from ..tools.reports import Placed

    name, line = loaded.places.of(finding)
    if name is None:
        return Placed(finding)
    folder = path if path.is_dir() else path.parent
    found = where.of(finding)
    return Placed(finding, from_here(folder / name), line, found[1] if found is not None and found[0] == name else ())


def from_here(path: Path) -> str:
    """Return a path as one calls it from the folder in which the program runs."""
    here = Path.cwd()
    whole = path if path.is_absolute() else here / path
    try:
        return whole.resolve().relative_to(here.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def edited(loaded: Loaded) -> tuple[str, ...]:
    """Return notes on what was changed since the plan was written; raise SourceError for a file of the plan that is missing."""
    from ..core.base import sha256
    from ..tools.render.markdown import plan_markdown

    plan, folder = loaded.plan, loaded.folder or Path()
    missing = [a.path for a in plan.artifacts if not (folder / a.path).is_file()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        hint = f"write the plan again: deploybook resume {plan.run_id} --out {folder}"
        raise SourceError(f"{folder} is not whole", f"{missing[0]}{more} of {loaded.document} is missing", hint)
    changed = [a.path for a in plan.artifacts if a.sha256 and sha256(a.content) != a.sha256]
    notes = [f"{path} was edited after it was written; it is checked as it is now" for path in changed]
    page = folder / "PLAN.md"
    whole = plan.model_copy(update=_unchecked(loaded.texts.get(loaded.document, "{}")))
    if page.is_file() and page.read_bytes() != plan_markdown(whole).encode():
        notes.append(f"PLAN.md says other than {loaded.document}, which is what was checked; to check the page: deploybook check {page}")
    return tuple(notes)


def _unchecked(document: str) -> dict[str, Any]:
    """Return what a plan to check is loaded without and its page shows: what an earlier review said, where that is well formed."""
    from ..core.findings import Finding, Vote

    raw = json.loads(document)
    kinds: dict[str, Any] = {"findings": Finding, "votes": Vote}
    try:
        return {name: tuple(kind.model_validate(item) for item in raw.get(name) or ()) for name, kind in kinds.items()}
    except (TypeError, ValueError):
        return {}


def place(finding: Finding) -> str:
    """Return where a finding points, in one word as far as that goes."""
    spot = finding.location
    where = spot.file or spot.artifact or (f"step {spot.step}" if spot.step else f"section {spot.section}" if spot.section else "plan")
    return f"{where}:{spot.line}" if spot.line is not None else where


def _spot(placed: Placed) -> str:
    """Return where a finding stands: the file as one calls it from here with its line, in a plan's document the name of the step."""
    spot = placed.finding.location
    if placed.path is None or (spot.step is not None and placed.path.endswith(".json")):
        return place(placed.finding)
    return f"{placed.path}:{placed.line}" if spot.step is not None or spot.line is not None else placed.path


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun in the form that it takes."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _absence(item: findings.Checked) -> str:
    """Return why something was not checked; a note that names the tool already is not led by its name again."""
    return item.note if item.note and (item.by == "none" or item.note.startswith(item.by)) else f"{item.by}: {item.note}".removesuffix(": ")


def as_text(checked: Checked) -> str:
    """Return findings one after the other, the worst first, ignored ones last, then what was checked by whom."""
    order = {"error": 0, "warning": 1, "info": 2}
    both = zip(checked.review.findings, map(_spot, checked.placed), strict=True)
    lines: list[str] = []
    for finding, spot in sorted(both, key=lambda pair: (pair[0].ignored is not None, order[pair[0].severity])):
        word = f"ignored ({finding.ignored})" if finding.ignored is not None else finding.severity
        lines.append(f"{spot}: {word} {finding.code} {finding.rule}: {finding.message}")
        lines += [f"    hint: {finding.hint}"] if finding.hint and finding.ignored is None else []
        if finding.fix is not None and finding.ignored is None:
            lines.append(f"    fix available ({finding.fix.applicability}): {finding.fix.description}")
    results = [item.result for item in checked.review.checked]
    absent = sorted({_absence(item) for item in checked.review.checked if item.result == "absent"})
    counts = (counted(checked.steps, "step"), counted(checked.artifacts, "file"), counted(len(results), "validation"))
    lines.append("{}, {}; {} by the languages' own tools".format(*counts))
    lines += [f"not checked: {text}" for text in absent]
    lines += [f"note: {note}" for note in (*checked.notes, *checked.review.notes)]
    return "\n".join(lines)
