"""Define what a detector is and how it states facts.

A detector is a module of `tools/survey/detectors/` with a docstring and

    def detect(view: View) -> Iterator[Fact]: ...

It sees the whole tree through `View` (files by name, parsed documents, evidence) and yields facts made by the functions below. Facts
accumulate: no order, no first match, no knowledge of other detectors. What means the same is merged by `assemble/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from ...core.base import Frozen
from ...core.facts import Confidence, Evidence, Fact
from .shapes import Process, Rank
from .view import View, folder_of

Key = Literal[
    "name",  # the code base's name as its manifest says it
    "language",
    "runtime",
    "manifest",  # path of the manifest
    "lock_file",  # path of the lock file
    "package_manager",
    "package_manager_version",
    "framework",  # loaded by the code, not merely named in the manifest
    "orm",
    "server",
    "entrypoint",
    "health_path",
    "port",  # int, as the code or its settings state it (`app.listen(3000)`, `server.port: 8080`)
    "port_env",  # the variable that moves the port
    "default_port",  # int, what the framework documents where the code states none
    "frontend",  # framework name: this folder is browser code only; no service is made of it
    "library",  # value True: a workspace member that nothing starts; its facts belong to its users
    "member_of",  # folder of the workspace root (or parent project) whose lock file, package manager and versions hold here too
]
EntryKind = Literal[
    "datastore",  # core.facts.Datastore
    "queue",  # Queue
    "migration",  # Migration
    "env",  # EnvVar
    "route",  # Route
    "api_spec",  # Located
    "job",  # Job
    "auth",  # Named
    "caching",  # Named
    "integration",  # Named
    "iac",  # Located
    "container",  # Located
    "ci",  # Located
    "manifest",  # Located
    "out_of_scope",  # OutOfScope
    "compose",  # ComposeService
    "image",  # Build: what a Dockerfile says
    "convention",  # Convention
    "conflict",  # Conflict, where two declarations of the same thing differ and are no version, port or package manager
]


class Detector(Protocol):
    """Be a module that states facts about a tree."""

    def detect(self, view: View) -> Iterator[Fact]:
        """Yield every fact this technology states, in any order."""
        ...


def module(
    folder: str, key: Key, value: str | int | bool, *evidence: Evidence, language: str = "", confidence: Confidence = "certain"
) -> Fact:
    """State one thing about the code base rooted at `folder` (`.` for the root). Several values of one key are ranked by confidence.

    Name the `language` where a folder may hold code of several (a Laravel or Django project with a `package.json` for its assets):
    then the fact holds for processes of that language only.
    """
    scoped = f"{key}@{language}" if language and key != "language" else key
    return Fact(kind="module", subject=folder, key=scoped, value=value, source=_source(evidence), evidence=evidence, confidence=confidence)


def library(folder: str, name: str, version: str, *evidence: Evidence, development: bool = False) -> Fact:
    """State a direct dependency of the code base at `folder`, version as declared (`""` without one)."""
    value = (name, version)
    kind = "dev-library" if development else "library"
    return Fact(kind=kind, subject=folder, key=name, value=value, source=_source(evidence), evidence=evidence)


def script(folder: str, name: str, command: str, *evidence: Evidence) -> Fact:
    """State a named script of the manifest at `folder` (npm script, composer script, Makefile target)."""
    return Fact(kind="script", subject=folder, key=name, value=command, source=_source(evidence), evidence=evidence)


def runtime_version(folder: str, runtime: str, rank: Rank, value: str, evidence: Evidence, key: str = "") -> Fact:
    """State one declaration of a runtime's version, as written. `source` becomes `path` or `path#key`; the line holds the value.

    A `version-file` holds for every code base below its folder too, the other ranks for the code base at `folder` only.
    """
    source = f"{evidence.path}#{key}" if key else evidence.path
    return Fact(kind="runtime_version", subject=folder, key=f"{runtime}:{rank}", value=value, source=source, evidence=(evidence,))


def process(value: Process) -> Fact:
    """State a process: see `shapes.Process`."""
    return Fact(
        kind="process",
        subject="" if value.path is None else value.path,
        key=value.origin,
        value=value,
        source=_source(value.evidence),
        evidence=value.evidence,
        confidence=value.confidence,
    )


def entry(kind: EntryKind, folder: str, value: Frozen, confidence: Confidence = "certain") -> Fact:
    """State an entry of the survey, as its noun of `core.facts`, found in the code base at `folder`.

    Confidence `low` means: named only, not seen in use. Such a datastore, queue or integration is dropped unless something better
    confirms it. Entries that carry `services` leave them empty: the assembler knows which services a folder has.
    """
    evidence: tuple[Evidence, ...] = getattr(value, "evidence", ())
    key = str(getattr(value, "kind", "") or getattr(value, "name", "") or getattr(value, "tool", "") or kind)
    return Fact(kind=kind, subject=folder, key=key, value=value, source=_source(evidence), evidence=evidence, confidence=confidence)


def trap(folder: str, name: str, text: str, *evidence: Evidence) -> Fact:
    """State a habit that would hurt in production: `name` a stable slug (`orm-auto-create`), `text` one sentence on what happens."""
    return Fact(kind="trap", subject=folder, key=name, value=text, source=_source(evidence), evidence=evidence)


def _source(evidence: tuple[Evidence, ...]) -> str:
    return evidence[0].path if evidence else ""


__all__ = [
    "Detector", "EntryKind", "Key", "Process", "Rank", "View", "entry", "folder_of", "library", "module", "process", "runtime_version",
    "script", "trap",
]  # fmt: skip
