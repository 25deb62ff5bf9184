"""Bind what the repository's own compose file sets: a switch or a number that its authors deploy with."""

from __future__ import annotations

import re2

from ....core.blueprint import EnvBinding
from ....core.facts import ComposeService
from .reading import Reading

_ASIDE = frozenset("dev devel development devcontainer local localhost test tests testing ci e2e debug example examples override".split())
"""Words in a compose file's path that say whom it serves: a workstation or a test run."""
_HERE = frozenset("localhost 127.0.0.1 0.0.0.0 host.docker.internal dev development test testing local debug".split())
"""Values, or parts of them, that are right on a workstation only."""
_ADDRESSES = frozenset("HOST HOSTS HOSTNAME SERVER SERVERS ADDR ADDRESS URL URI ENDPOINT ENDPOINTS DSN BROKER BROKERS".split())
"""Last words of names that say where another process is: there it may have another name."""
_PLAIN = re2.compile(r"^[A-Za-z0-9][A-Za-z0-9 _.,:/@+=%-]{0,119}$")
_PARTS = re2.compile(r"[^a-z0-9]+")
_WORDS = re2.compile(r"[^A-Za-z0-9_.-]+")


def composed(r: Reading) -> EnvBinding | None:
    """Bind a variable to the one literal that the repository's compose files set it to, where that is right on any host.

    No secret, no address of another container, no value of a workstation: other rules bind those.
    """
    if r.variable.secret or r.name.upper().split("_")[-1] in _ADDRESSES:
        return None
    told = [c for c in _described(r) if r.name in c.environment]
    values = {c.environment[r.name] for c in told}
    value = next(iter(values), None)
    if len(values) != 1 or value is None or not _portable(r, value):
        return None
    return r.bound("literal", value, f"`{told[0].file}` sets it", False)


def _described(r: Reading) -> list[ComposeService]:
    """Return the compose services that describe the processes which read the variable; every one where none bears such a name."""
    known = [c for c in r.draft.survey.compose_services if not _ASIDE & set(_PARTS.split(c.file.lower()))]
    names = {c.service for c in r.draft.components if c.name in r.components}
    return [c for c in known if c.name in names] or [c for c in known if not {c.name for c in known} & names]


def _portable(r: Reading, value: str) -> bool:
    """Say whether a value holds on another host: no variable, no mark of redaction, no name of a container or a workstation in it."""
    words = {w.lower() for w in _WORDS.sub(" ", value.replace(":", " ").replace("/", " ")).split()}
    others = {c.name.lower() for c in r.draft.survey.compose_services} | {c.name for c in r.draft.components}
    return _PLAIN.match(value) is not None and "://" not in value and not words & (_HERE | others)
