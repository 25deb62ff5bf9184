"""Make plans of the repositories under `tests/repos`, each once a process; run as a script, print the digest of each file."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deploybook.agents import clarifier, critic
from deploybook.agents.architect import design
from deploybook.agents.editor import assemble, finish
from deploybook.agents.planners import Revision, planners
from deploybook.core.base import sha256
from deploybook.core.blueprint import Blueprint
from deploybook.core.facts import Survey
from deploybook.core.findings import Review
from deploybook.core.plan import Plan
from deploybook.core.settings import Limits
from deploybook.core.source import Source
from deploybook.tools.render import files
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey

REPOS = Path(__file__).parents[1] / "repos"
CASES = tuple(sorted(p.name for p in REPOS.iterdir() if p.is_dir()))
WHEN = "2026-11-25T08:00:00Z"


@dataclass(frozen=True)
class Made:
    """Hold what became of one repository; `plan` carries the review's findings."""

    survey: Survey
    blueprint: Blueprint
    plan: Plan
    review: Review
    files: dict[str, bytes]

    def text(self, path: str) -> str:
        return self.files[path].decode()


def surveyed(case: str) -> Survey:
    """Survey a copy of the repository outside of this checkout, whose own commit is not the repository's."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / case
        shutil.copytree(REPOS / case, copy)
        with open_repository(Source(location=str(copy)), Limits()) as repository:
            return survey(repository).model_copy(update={"commit": sha256(case)[:40]})


def planned(found: Survey, answers: dict[str, str] | None = None) -> Made:
    """Plan a survey through the whole offline pipeline, reviewed at the profile of a release."""
    target, _, assumptions = clarifier.settle(found, (), answers or {})
    blueprint = design(found, target, assumptions)
    drafts = {section: module.plan(found, blueprint, Revision()) for section, module in planners().items()}
    plan = assemble(found, blueprint, drafts, (), run_id="golden", generated_at=WHEN)
    review = critic.review(plan, found, blueprint, "release", None, 0, outside=False)
    done = finish(plan, review)
    return Made(found, blueprint, done, review, files(done, found, review))


@cache
def made(case: str) -> Made:
    """Return the plan of one case."""
    return planned(surveyed(case))


def variant(found: Survey, **changes: Any) -> Survey:
    """Return a survey with other fields."""
    return found.model_copy(update=changes)


if __name__ == "__main__":
    json.dump({case: {path: sha256(content) for path, content in made(case).files.items()} for case in CASES}, sys.stdout, sort_keys=True)
