"""Print what a repository says: `deploybook survey REPO`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.errors import ExitCode, NothingDetected, UsageError
from .. import conducting
from ..terminal.screen import table, width

if TYPE_CHECKING:
    from ...core.facts import Survey
    from ..cli.session import Session

FORMS = ("table", "json", "md")


def carry_out(session: Session, repo: str, form: str, explain: str | None, revision: str | None, subpath: str) -> ExitCode:
    """Print the survey; a repository without a back end is shown too, and what it lacks is said on stderr.

    Raise NothingDetected for a repository that holds nothing this tool knows, UsageError for an unknown form or fact, SourceError for
    a source that cannot be read.
    """
    if form not in FORMS:
        raise UsageError(f"there is no form {form[:20]!r}", "", "one of " + ", ".join(FORMS))
    conducting.refuse_nameless(repo)
    found = _read(session, repo, revision, subpath)
    if not (found.services or found.out_of_scope or found.containers or found.iac or found.manifests or found.datastores):
        hint = "name the folder of the service with --subpath, or another repository"
        raise NothingDetected(
            f"nothing to survey in {repo}", f"{found.files_read} files were read, none of them belongs to a service", hint
        )
    session.screen.product(_shown(found, form, explain))
    if not found.backends():
        session.screen.talk("note: no back end here; `deploybook plan` has nothing to deploy", "yellow")
    elif form == "table" and explain is None:
        session.screen.talk(f"next: {session.program} plan {repo} --out playbook", "dim")
    return ExitCode.OK


def _read(session: Session, repo: str, revision: str | None, subpath: str) -> Survey:
    from ...core.source import Source
    from ...tools import repository, survey

    limits = session.configure().limits()
    if "://" in repo:
        session.screen.talk("reading the repository …", "dim")
    with repository.open_repository(Source(location=repo, revision=revision, subpath=subpath), limits, session.taint) as opened:
        return survey.survey(opened)


def _shown(found: Survey, form: str, explain: str | None) -> str:
    from .. import factsheet

    if explain is not None:
        return factsheet.as_explanation(factsheet.one(found, explain))
    if form == "json":
        return found.to_json()
    if form == "md":
        return factsheet.as_markdown(found)
    columns = width()
    if columns is not None:
        from ..factlines import as_lines

        return as_lines(found, columns)
    rows = [(row.id, row.value, row.source(), row.confidence) for row in factsheet.rows(found)]
    return table(("FACT", "VALUE", "SOURCE", "CONFIDENCE"), rows)
