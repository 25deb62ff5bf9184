"""Tell settings that code demands of a deployment from those that one file merely lists, and from those that every container has."""

from __future__ import annotations

from collections.abc import Sequence

from .facts import EnvVar

CROWD = 12
"""From so many bare reads in one file on, the file lists what may be set: required and optional names cannot be told apart."""

SET_BY_IMAGES = frozenset(
    "PYTHON_VERSION NODE_VERSION YARN_VERSION JAVA_VERSION JAVA_HOME GOLANG_VERSION HOSTNAME HOME PATH PWD USER LANG SHELL TERM".split()
)
"""Names that the official images or Docker itself set in every container."""


def crowded(variable: EnvVar, among: Sequence[EnvVar]) -> bool:
    """Say whether the variable is one of many that a single file reads bare: without a default, as if each were demanded."""
    if not variable.evidence:
        return False
    path = variable.evidence[0].path
    bare = [o for o in among if o.required and o.default is None and o.evidence and o.evidence[0].path == path]
    return len(bare) >= CROWD
