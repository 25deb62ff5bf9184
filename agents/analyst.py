"""Analyse a repository: phase 1 of the request. Opens it through the in-door, surveys it, and refuses what is no back end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import NothingDetected
from ..core.facts import Survey
from ..core.settings import Limits
from ..core.source import Source

if TYPE_CHECKING:
    from ..tools.redaction import TaintStore

_FRONT_ENDS = "for a front end alone, a static host or a front-end deployment tool fits better"
_NAMED = 3  # files that an error names


def analyse(source: Source, limits: Limits, taint: TaintStore) -> Survey:
    """Return what the repository says; the secrets met on the way are remembered in `taint` and nowhere else.

    Raise SourceError for a source that cannot be read, LimitError for one beyond the limits, NothingDetected for one without a back end.
    """
    found = _surveyed(source, limits, taint)
    if not found.backends():
        raise _refused(found)
    return found


def rescan(source: Source, limits: Limits, taint: TaintStore) -> str | None:
    """Only learn the secrets of a source again, as a resumed run must: read what `analyse` reads; return the commit, null without one.

    Raise SourceError or LimitError as `analyse` does.
    """
    return _surveyed(source, limits, taint).commit


def _surveyed(source: Source, limits: Limits, taint: TaintStore) -> Survey:
    from ..tools.repository import open_repository
    from ..tools.survey import survey

    with open_repository(source, limits, taint) as repository:
        return survey(repository)


def _refused(found: Survey) -> NothingDetected:
    """Return the error for a repository without a back end: it says what is there instead and what fits that."""
    front_ends = sorted({place.framework or place.name for place in found.out_of_scope}) + sorted(
        {service.framework or service.name for service in found.services if service.role == "frontend"}
    )
    if front_ends:
        return NothingDetected(
            "no back end was found, only a front end",
            f"found {', '.join(dict.fromkeys(front_ends))}",
            f"{_FRONT_ENDS}; when the back end lies in a folder, name it: --subpath <folder>",
        )
    unread = ", ".join(f"{place.path} ({place.kind})" for place in found.files_skipped[:_NAMED])
    return NothingDetected(
        "no back end was found",
        "no file declares a service that listens, works or is scheduled" + (f"; not read: {unread}" if unread else ""),
        "when the back end lies in a folder, name it: --subpath <folder>; `deploybook survey` shows what was read",
    )
