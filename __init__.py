"""Write deployment playbooks that run: read a backend repository, link a plan like a program, prove it.

    import deploybook

    survey = deploybook.survey("path or git URL")            # facts, each with the line that says so
    outcome = deploybook.plan("path or git URL", out="playbook", answers={"domain": "api.example.org"})
    outcome.verdict                                          # `passed`, `needs-revision` or `failed`
    outcome = deploybook.answer(outcome.run_id, {"environment": "staging"})   # for a run that waits
    outcome = deploybook.resume(outcome.run_id)              # for a run that was stopped
    review = deploybook.check("playbook")                    # every check again, for example after an edit

Nothing is imported before it is used: `import deploybook` costs nothing. Failures are `deploybook.core.errors.DeploybookError`: `what`,
`why`, `hint` and an exit code. The functions block; in a coroutine, call them with `asyncio.to_thread`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core.events import Event
    from .core.facts import Survey
    from .core.findings import Profile, Review
    from .core.settings import Limits, Settings
    from .graph.outcome import Outcome

__all__ = ["answer", "check", "plan", "resume", "survey"]


def survey(location: str | Path, *, revision: str | None = None, subpath: str = ".", limits: Limits | None = None) -> Survey:
    """Return what a repository says, every secret already left out; nothing is written and nothing of it is run.

    Raise SourceError for a source that cannot be read and LimitError for one beyond `limits`. A repository without a back end is no
    error here: its survey has no back-end services.
    """
    from .core.settings import Limits
    from .core.source import Source
    from .tools import repository
    from .tools import survey as surveying

    source = Source(location=str(location), revision=revision, subpath=subpath)
    with repository.open_repository(source, limits or Limits()) as opened:
        return surveying.survey(opened)


def plan(
    location: str | Path,
    *,
    out: str | Path | None = None,
    answers: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    revision: str | None = None,
    subpath: str = ".",
    force: bool = False,
    home: str | Path | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Outcome:
    """Start a run and carry it as far as it goes; `out` is where the plan folder is written (null: kept in the state home only).

    The outcome says where the run stands: `waiting` (its `questions` are open; `settings.no_input` takes defaults instead), `done` (plan,
    review, verdict, files), `failed` (its `error` says why) or `interrupted`. Raise StateError when `home` cannot hold run state.
    """
    from .core.settings import Settings
    from .core.source import Source
    from .graph import run
    from .graph.outcome import Request

    request = Request(
        source=Source(location=str(location), revision=revision, subpath=subpath),
        settings=settings or Settings(),
        answers=dict(answers or {}),
        out=Path(out) if out is not None else None,
        force=force,
    )
    return run.start(request, home=_path(home), on_event=on_event)


def answer(
    run_id: str,
    answers: Mapping[str, str],
    *,
    repository: str | None = None,
    force: bool = False,
    home: str | Path | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Outcome:
    """Answer what a run asks, by question id, and carry it on; what is left out takes its default.

    Raise UsageError naming each answer that is not accepted (the run then still waits) and RunLocked when another process works on it.
    """
    from .graph import run

    return run.answer(run_id, answers, home=_path(home), on_event=on_event, repository=repository, force=force)


def resume(
    run_id: str,
    *,
    out: str | Path | None = None,
    repository: str | None = None,
    force: bool = False,
    home: str | Path | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Outcome:
    """Carry on a run that was stopped; what is finished is not done again. A finished run is written to `out` again.

    Raise RunLocked when another process works on it, SourceError when its repository is needed again and cannot be read.
    """
    from .graph import run

    return run.resume(run_id, home=_path(home), on_event=on_event, repository=repository, out=_path(out), force=force)


def check(path: str | Path, *, profile: Profile = "review") -> Review:
    """Return the review of a plan folder, a plan.json or a Markdown runbook; raise UsageError or SourceError for what is none."""
    from .faces import checking

    return checking.review(Path(path), profile).review


def _path(value: str | Path | None) -> Path | None:
    return Path(value) if value is not None else None
