"""Lay a survey out as rows: what is said, its value, the lines that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError

if TYPE_CHECKING:
    from ..core.facts import Evidence, Service, Survey

_SERVICE_FIELDS = (
    "language", "framework", "runtime_version", "package_manager", "package_manager_version", "start_command", "port", "health_path",
    "orm", "image",
)  # fmt: skip
_GROUPS = {
    "service": "Services", "datastore": "Data stores", "queue": "Queues and brokers", "migration": "Migrations",
    "env": "Environment variables", "job": "Jobs", "api-spec": "API specifications", "auth": "Authentication", "caching": "Caching",
    "integration": "Integrations", "iac": "Infrastructure files", "container": "Container files", "ci": "CI files",
    "conflict": "Conflicts", "trap": "Traps", "secret": "Committed secrets", "out-of-scope": "Out of scope",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """Be one fact: its id (`env:DATABASE_URL`), its value, its lines and how sure it is."""

    id: str
    value: str
    evidence: tuple[Evidence, ...] = ()
    confidence: str = ""
    place: str = ""  # where it stands, for what has no line

    @property
    def group(self) -> str:
        """Return the heading under which the fact is shown."""
        return _GROUPS[self.id.partition(":")[0]]

    def source(self) -> str:
        """Return the first line that says so, and how many more do."""
        more = f" +{len(self.evidence) - 1}" if len(self.evidence) > 1 else ""
        return self.evidence[0].at() + more if self.evidence else self.place


def rows(survey: Survey) -> tuple[Row, ...]:
    """Return every fact of a survey in the order in which people ask for them."""
    return (*_services(survey), *_stores(survey), *_settings(survey), *_files(survey), *_warnings(survey))


def one(survey: Survey, wanted: str) -> Row:
    """Return the row of an id, letter case aside; its kind, or for a service's key its service, may be left out where one fits.

    Raise UsageError with the nearest ids when none does, and with all that would when several do.
    """
    found = {row.id.lower(): row for row in rows(survey)}
    if wanted.lower() in found:
        return found[wanted.lower()]
    fitting = [key for key in found if key.partition(":")[2] == wanted.lower() or key.endswith(f".{wanted.lower()}")]
    if len(fitting) == 1:
        return found[fitting[0]]
    if fitting:
        raise UsageError(f"several facts are called {wanted[:60]!r}", hint="one of " + ", ".join(found[key].id for key in fitting[:6]))
    near = get_close_matches(wanted.lower(), found, n=3, cutoff=0.5) or [key for key in found if wanted.lower() in key][:3]
    hint = "near: " + ", ".join(found[key].id for key in near) if near else "`deploybook survey` lists the facts in its first column"
    raise UsageError(f"there is no fact {wanted[:60]!r} in this survey", "it was looked for and not found, or is called otherwise", hint)


def _services(survey: Survey) -> Iterator[Row]:
    for service in survey.services:
        where = f" in {service.path}" if service.path not in (None, ".") else ""
        yield Row(f"service:{service.name}", f"{service.role}{where}", service.evidence, service.confidence)
        for name in _SERVICE_FIELDS:
            value = getattr(service, name)
            if value is not None:
                yield Row(f"service:{service.name}.{name}", str(value), _speaking(service, name, value), service.confidence)


def _speaking(service: Service, name: str, value: Any) -> tuple[Evidence, ...]:
    """Return the lines of a service that support one of its keys: those that say so, else show the value, else its manifest's, else all."""
    named = tuple(e for e in service.evidence if e.field == name)
    shown = tuple(e for e in service.evidence if str(value).lower() in e.quote.lower())
    return named or shown or tuple(e for e in service.evidence if e.path == service.manifest) or service.evidence


def _stores(survey: Survey) -> Iterator[Row]:
    for store in survey.datastores:
        optional = "" if store.required else ", optional"
        yield Row(f"datastore:{store.kind}", f"version {store.version or 'not declared'}{optional}", store.evidence)
    for queue in survey.queues:
        yield Row(f"queue:{queue.kind}", f"carried by {queue.backend or 'itself'}", queue.evidence)
    for migration in survey.migrations:
        head = f", head {migration.head}" if migration.head else ""
        yield Row(f"migration:{migration.tool}", f"{migration.command or 'no command known'}{head}", migration.evidence)


def _settings(survey: Survey) -> Iterator[Row]:
    for variable in survey.env_vars:
        parts = ["required" if variable.required else "optional", "secret" if variable.secret else ""]
        parts.append(f"default {variable.default!r}" if variable.default is not None else "")
        parts.append("" if variable.read_by_code else "no code reads it")
        yield Row(f"env:{variable.name}", ", ".join(part for part in parts if part), variable.evidence)
    for job in survey.jobs:
        yield Row(f"job:{job.name}", " ".join(part for part in (job.kind, job.schedule or "") if part), job.evidence)
    for prefix, found in (("auth", survey.auth), ("caching", survey.caching), ("integration", survey.integrations)):
        for item in found:
            yield Row(f"{prefix}:{item.kind}", "in use", item.evidence)


def _files(survey: Survey) -> Iterator[Row]:
    for prefix, found in (("api-spec", survey.api_specs), ("iac", survey.iac), ("container", survey.containers), ("ci", survey.ci)):
        for item in found:
            yield Row(f"{prefix}:{item.path}", item.kind, place=item.path)


def _warnings(survey: Survey) -> Iterator[Row]:
    for conflict in survey.conflicts:
        lines = tuple(e for value in conflict.values for e in value.evidence)
        yield Row(f"conflict:{conflict.subject}", " / ".join(value.value for value in conflict.values), lines)
    for number, trap in enumerate(survey.traps, 1):
        yield Row(f"trap:{trap.key}" + (f"#{number}" if number > 1 else ""), str(trap.value), trap.evidence, trap.confidence)
    for secret in survey.secrets_found:
        yield Row(
            f"secret:{secret.path}:{secret.line}",
            f"a committed {secret.kind}; its value is not repeated",
            place=f"{secret.path}:{secret.line}",
        )
    for left in survey.out_of_scope:
        yield Row(f"out-of-scope:{left.name}", left.why, left.evidence, place=left.path)


def as_markdown(survey: Survey) -> str:
    """Return the survey as Markdown: one table per group."""
    lines = [f"# {survey.project}", "", f"Commit: {survey.commit or 'none'}. Files read: {survey.files_read}."]
    group = ""
    for row in rows(survey):
        if row.group != group:
            group = row.group
            lines += ["", f"## {group}", "", "| Fact | Value | Source | Confidence |", "| --- | --- | --- | --- |"]
        lines.append(f"| {' | '.join(_cell(text) for text in (row.id, row.value, row.source(), row.confidence))} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")


def as_explanation(row: Row) -> str:
    """Return one fact with all of its lines."""
    lines = [f"{row.id}: {row.value}"] + ([f"  confidence: {row.confidence}"] if row.confidence else [])
    lines += [f"  {item.at()}{f' ({item.field})' if item.field else ''}: {item.quote}" for item in row.evidence]
    if not row.evidence and row.place:
        lines.append(f"  {row.place}")
    return "\n".join(lines)
