"""List the files of a Compose plan, each with its section, its place in the repository and what makes it."""

from __future__ import annotations

from .....core.blueprint import Blueprint
from .....core.facts import Survey
from .....core.plan import Artifact
from . import host, release, stack

MAKERS = {
    1: host.preflight,
    3: stack.images,
    4: host.configuration,
    5: stack.backups,
    6: release.release,
    7: stack.proxy,
    8: release.rollout,
    9: stack.monitoring,
    10: host.operations,
}
"""What makes the files of a section; the sections left out have none."""


def artifacts_of(section: int, survey: Survey, blueprint: Blueprint) -> tuple[Artifact, ...]:
    """Return the files of one section in path order."""
    maker = MAKERS.get(section)
    return tuple(sorted(maker(survey, blueprint), key=lambda a: a.path)) if maker else ()
