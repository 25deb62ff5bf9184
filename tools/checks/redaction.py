"""Gate: no secret in anything that is written out.

What:
    Every text of the plan is scanned again before it leaves: artifacts, commands, prose, decisions, examples and defaults of inputs, each
    string of plan.json. A secret by its form (vendor prefix, key block, URL with a password, assignment to a secret name) or a value that
    the in-door saw in the repository, in any encoding, fails the plan.

Why it matters in production:
    A playbook is copied into tickets, wikis and chats. A credential in it is published the moment it is written, and stays valid until
    somebody notices. The request demands it: always redact actual secret values.

Example:
    DATABASE_URL: postgresql://app:<the real password>@db:5432/app

Instead:
    DATABASE_URL: postgresql://app:${APP_DB_PASSWORD:?set by write-env.sh}@db:5432/app

When to ignore:
    Never: this is a gate. A false alarm is mended by writing the value differently (an input, a generated value) or in the redaction rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from ...core.findings import Finding, Severity
from ..redaction import SecretFinding, scan
from ..redaction.issuers import SHAPES
from ..yaml12 import as_list, as_map
from ._gather import also
from ._nobodys import assigned, cut_short, explained, nobodys, own_name, pictured, shown, words_only
from ._rule import Rule, Spot
from ._view import PlanView, SectionView
from ._view.audience import said_of
from ._view.items import ArtifactView
from ._view.secret_names import is_secret

LEAK = Rule("RED001", "secret-in-plan", "error", "A secret, or what looks like one, stands in the plan.", gate=True, foreign="error")
RULES = (LEAK,)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Be one string of the plan: where it stands, and on which lines of the scanned text."""

    spot: Spot
    label: str
    first: int
    last: int


def check(view: PlanView) -> Iterator[Finding]:
    """Yield one finding for each line that still holds a secret."""
    yield from _of_folder(view) if view.foreign else _of_artifacts(view)
    for name, pieces, text in _documents(view):
        rows = text.split("\n") if view.foreign else []
        hits = scan(name, text, view.taint)
        for hit in hits:
            row = rows[hit.line - 1] if hit.line <= len(rows) else ""
            if row and (nobodys(row, "") or words_only(_set_to(row))):
                continue
            if rows and hit.kind == "private-key" and cut_short(rows, hit.line):
                continue
            if rows and hit.kind == "private-key" and pictured(row):
                continue
            piece = next((p for p in pieces if p.first <= hit.line <= p.last), None)
            spot = piece.spot if piece else SectionView(None)
            label = piece.label if piece else "the plan"
            line = hit.line - piece.first + 1 if piece else None
            named = _KEY_ID.search(row) is not None
            mild = (named and not _beside(hit, hits, rows)) or shown(_before(view, spot, rows, hit.line))
            severity = "warning" if mild else _severity(view, hit, named, bool(view.around))
            yield LEAK.at(spot, f"{label} holds a secret ({hit.kind}).", line=line, hint=_HINT, severity=severity)


def _before(view: PlanView, spot: Spot, rows: list[str], line: int) -> str:
    """Return what a page says before the block that a line is in; in its text the lines around it."""
    if spot.step is not None or spot.artifact is not None:
        return said_of(view.around, (spot.step, spot.artifact))[-300:]
    return "\n".join(rows[max(0, line - 6) : line + 1]) if view.around else ""


def _of_artifacts(view: PlanView) -> Iterator[Finding]:
    for artifact in view.artifacts:
        for hit in scan(artifact.model.install_to or artifact.model.path, artifact.text, view.taint):
            yield _held(artifact, hit)


def _held(artifact: ArtifactView, hit: SecretFinding, severity: Severity | None = None) -> Finding:
    on = "" if artifact.nameless else f" on line {hit.line}"
    message = f"{artifact.model.path} holds a secret ({hit.kind}){on}."
    return LEAK.at(artifact, message, line=hit.line, hint=_HINT, severity=severity)


def _of_folder(view: PlanView) -> Iterator[Finding]:
    """Yield the secrets of somebody else's files, each one once with the other places where it stands."""
    first: dict[str, Finding] = {}
    others: dict[str, list[str]] = {}
    by_value = _of_pods(view)
    for artifact in view.artifacts:
        lines, key = artifact.text.split("\n"), -1
        told = by_value.get(artifact.model.path, ())
        hits = scan(artifact.model.install_to or artifact.model.path, artifact.text, view.taint)
        for hit in hits:
            line = lines[hit.line - 1] if hit.line <= len(lines) else ""
            if hit.line in told or nobodys(line, artifact.kind) or (artifact.model.path in view.origins and words_only(_set_to(line))):
                continue
            if hit.kind == "private-key" and cut_short(lines, hit.line):
                continue
            value = _set_to(line)
            inside = hit.kind == "private-key" and hit.line == key + 1  # a line of a key belongs to its first one
            key = hit.line if hit.kind == "private-key" else key
            if inside:
                continue
            if value in first:
                others.setdefault(value, []).append(f"{artifact.model.path}:{hit.line}")
            else:
                known = artifact.model.path not in view.origins and assigned(artifact.kind, lines, hit.line)
                named = _KEY_ID.search(line) is not None
                mild = explained(lines, hit.line) or own_name(line, value, artifact.text) or (named and not _beside(hit, hits, lines))
                mild = mild or shown(_before(view, artifact, lines, hit.line))
                severity = _severity(view, hit, known or named, artifact.model.path in view.origins)
                first[value] = _held(artifact, hit, "warning" if mild else severity)
    for value, finding in first.items():
        yield also(finding, others.get(value, []))


def _beside(hit: SecretFinding, hits: Sequence[SecretFinding], lines: list[str]) -> bool:
    """Say whether the secret of a key stands near its identifier: who has the identifier alone can do nothing with it."""
    near = [other.line for other in hits if 0 < abs(other.line - hit.line) <= _NEAR and other.line <= len(lines)]
    return any(not _KEY_ID.search(lines[line - 1]) for line in near)


def _of_pods(view: PlanView) -> dict[str, set[int]]:
    """Return the lines at which pods are given a secret by value, by file: that rule says it."""
    found: dict[str, set[int]] = {}
    for made in view.objects:
        for container in made.containers() if made.template is not None else ():
            for entry in (as_map(e) for e in as_list(container.get("env"))):
                if is_secret(str(entry.get("name", "")), frozenset()) and made.artifact is not None:
                    found.setdefault(made.artifact, set()).add(entry.line_of("value") + made.shift)
    return found


def _severity(view: PlanView, hit: SecretFinding, known: bool, paged: bool) -> Severity | None:
    """Return `warning` for what only looks like a secret in pages and files of others, the rule's own severity (None) elsewhere.

    `known` says that a file which is deployed gives the value to a secret's name, and nothing more; `paged` that it stands on a page.
    """
    shape = hit.kind in _BY_FORM and not (hit.kind == "jwt" and paged)  # pages show tokens that nobody gave out
    sure = view.whole or view.profile == "release" or shape or known
    return None if sure else "warning"


def _set_to(line: str) -> str:
    """Return what a line gives to a name, the whole line where it gives nothing."""
    found = _WITHIN.search(line) or _GIVEN.search(line)
    if found is not None:
        return str(found.group(1))
    long = sorted(_LONG.findall(line), key=len)
    return str(long[-1]) if long else line.strip()


_WITHIN = re2.compile(r"(?i)\s(?:password|passwd|pwd)=([^\s\"'$;&]+)")  # inside a connection string
_LONG = re2.compile(r"[A-Za-z0-9_+/=-]{24,}")
_GIVEN = re2.compile(r"^[^:=]*[:=]\s*[\"']?([^\s\"'#]+)[\"']?(?:\s+#.*)?\s*$")
_BY_NAME = frozenset({"token", "api-key", "access-key"})  # kinds that a name alone gives too
_BY_FORM = frozenset({"private-key", *SHAPES}) - _BY_NAME  # what shows by its own form that it is one, wherever it stands
_NEAR = 5  # lines between the two halves of a key
_KEY_ID = re2.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
_HINT = "Take the value out; let an input supply it at run time."


def _documents(view: PlanView) -> Iterator[tuple[str, list[_Piece], str]]:
    """Yield (name, pieces, text) of the plan's other strings, commands as shell, assignments as env lines and the rest as prose."""
    commands = [(script, f"{script.label} of {script.step or 'the plan'}", script.text) for script in view.scripts if not script.in_file]
    yield _joined("commands.sh", commands)
    values: list[tuple[Spot, str, str]] = [
        (SectionView(view.section_of_input(i.name)), f"input {i.name}", f"{i.name}={value}")
        for i in view.plan.inputs
        for value in (i.default, i.example)
        if value
    ]
    values += [(step, f"env of {step.step}", f"{name}={value}") for step in view.steps for name, value in sorted(step.model.env.items())]
    yield _joined("inputs.env", values)
    yield _joined("PLAN.md", [(SectionView(section), field, text) for field, text, section, _ in view.prose if _own(view, field)])
    yield _joined("plan.txt", list(_rest(view)))


def _own(view: PlanView, field: str) -> bool:
    """Say whether a prose field holds text of its own: what a page's steps say is a part of the page."""
    return not (view.around and field.startswith("steps."))


def _joined(name: str, parts: Sequence[tuple[Spot, str, str]]) -> tuple[str, list[_Piece], str]:
    pieces: list[_Piece] = []
    texts: list[str] = []
    line = 1
    for spot, label, text in parts:
        body = text.rstrip("\n")
        count = body.count("\n") + 1
        pieces.append(_Piece(spot, label, line, line + count - 1))
        texts.append(body + "\n")
        line += count + 1
    return name, pieces, "\n".join(texts)


_SEEN_ELSEWHERE = frozenset(
    {"content", "run", "verify", "rollback", "diagnose", "generate", "default", "example", "text", "sha256", "findings", "votes"}
)


def _rest(view: PlanView) -> Iterator[tuple[Spot, str, str]]:
    """Yield every string of plan.json that the other documents do not hold."""
    sections = {f"steps.{n}": step for n, step in enumerate(view.steps)}
    stack: list[tuple[str, Any]] = [("", view.plan.model_dump(mode="json", by_alias=True))]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack.extend((f"{path}.{k}".lstrip("."), v) for k, v in reversed(value.items()) if k not in _SEEN_ELSEWHERE)
        elif isinstance(value, list):
            stack.extend((f"{path}.{n}".lstrip("."), v) for n, v in reversed(list(enumerate(value))))
        elif isinstance(value, str) and len(value) > 7:
            if view.around and path.startswith("steps."):
                continue
            owner = sections.get(".".join(path.split(".")[:2]), SectionView(None))
            yield owner, path, value
