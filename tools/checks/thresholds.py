"""Compare thresholds, tables and claims with the plan's own numbers.

What:
    An alarm on database connections lies above what all processes may open when they are busy. A table of memory holds every service that
    has a limit. A stated minimum of memory is not below the sum of the limits. A second path for alerts that the text promises is
    configured.

Why it matters in production:
    An alarm below the normal peak goes off on the first busy day and is muted by the second. A host bought by the stated minimum is killed
    by the sum of the limits. The second path that was only promised is missed on the day the first one is down.

Example:
    2 replicas x 4 workers x (10 + 5) = 120 connections; alarm: threshold = 100

Instead:
    threshold = 140         # above the peak of 120, below max_connections = 170

When to ignore:
    NUM006 when an alarm is meant to tell of normal peaks (an informational one): say who reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..validators.promql import rules_of
from ..yaml12 import as_list, as_map
from ._link.connections import openers, replicas_of
from ._link.sizes import limit_of, stated_memory
from ._rule import Rule, Spot
from ._view import PlanView, SectionView

ALARM = Rule("NUM006", "alarm-below-peak", "error", "An alarm on connections goes off at a load that the plan itself provides for.")
TABLE = Rule(
    "NUM007", "memory-table-incomplete", "warning", "A table of memory leaves out services that have a limit.", confidence="medium"
)
MINIMUM = Rule("NUM008", "minimum-below-limits", "error", "The memory that the text asks for is less than the sum of the limits.")
PROMISED = Rule("NUM009", "second-path-missing", "error", "The text promises a second path for alerts, and one receiver is configured.")
UNREACHED = Rule("NUM026", "alarm-above-limit", "error", "An alarm on connections lies above what the database accepts.")
RULES = (ALARM, UNREACHED, TABLE, MINIMUM, PROMISED)

_CONNECTIONS = re2.compile(
    r"(?:pg_stat_activity_count|pg_stat_database_numbackends|mysql_global_status_threads_connected)[^<>]*>=?\s*(\d+)"
)
_SECOND = re2.compile(
    r"(?i)\b(?:second|independent|another|backup|two|2)\s+(?:alert(?:ing)?\s+|notification\s+)?(?:path|receiver|channel|route|way)s?\b"
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield numbers and claims that the rest of the plan contradicts."""
    yield from _alarms(view)
    yield from _tables(view)
    yield from _minimum(view)
    yield from _promises(view)


def _alarms(view: PlanView) -> Iterator[Finding]:
    yield from _above(view)
    groups = list(openers(view))
    peak = sum(group.total for group in groups)
    if not peak:
        return
    shown = " + ".join(str(group) for group in groups)
    for spot, line, quote, threshold in _thresholds(view):
        if threshold < peak:
            yield ALARM.at(
                spot,
                f"The alarm goes off at {threshold} connections; the processes may open {peak} ({shown}).",
                line=line,
                quote=quote,
                hint=f"Set it above {peak}, or make the pools smaller.",
            )


_DEFAULTS = {"postgres": 100, "postgis": 100, "timescaledb": 100, "mysql": 151, "mariadb": 151}


def _above(view: PlanView) -> Iterator[Finding]:
    """An alarm above what the one database accepts: the connections end before it."""
    stores = [(s, n) for _, (_, s) in view.services.items() for n in [_image(s.image)] if n in _DEFAULTS]
    if len(stores) != 1:
        return
    service, image = stores[0]
    text = service.command_text.replace("=", " ").replace("max-connections", "max_connections").split()
    stated = text[text.index("max_connections") + 1] if "max_connections" in text[:-1] else ""
    configured = "config_file" in service.command_text or any(m.target.endswith((".conf", ".cnf", "conf.d")) for m in service.mounts)
    limit = int(stated) if stated.isdigit() else _DEFAULTS[image]
    for spot, line, quote, threshold in _thresholds(view) if stated or not configured else ():
        if threshold >= limit:
            yield UNREACHED.at(
                spot,
                f"The alarm waits for more than {threshold} connections; {service.name} accepts {limit}.",
                line=line,
                quote=quote,
                hint=f"Set it below {limit}, or raise max_connections.",
            )


def _thresholds(view: PlanView) -> Iterator[tuple[Spot, int, str, int]]:
    for artifact in view.of_kind("prometheus-rules"):
        for document in artifact.documents:
            for rule in rules_of(document):
                match = _CONNECTIONS.search(str(rule.get("expr", "")))
                if match is not None:
                    yield artifact, rule.line_of("expr"), str(rule.get("expr")), int(match.group(1))
    for folder in view.terraform:
        for block in folder.resources("aws_cloudwatch_metric_alarm"):
            value = block.value("threshold") or ""
            if block.value("metric_name") == "DatabaseConnections" and value.isdigit():
                yield block.artifact, block.line_of("threshold"), f"threshold = {value}", int(value)


def _tables(view: PlanView) -> Iterator[Finding]:
    limited = {name: service for name, (_, service) in view.services.items() if limit_of(service) is not None}
    if len(limited) < 3:
        return
    best: tuple[int, int | None, str, list[str]] | None = None
    for _, text, section, _ in view.prose:
        for rows in _memory_tables(text):
            first = " ".join(row.strip().strip("|").partition("|")[0] for row in rows).lower().replace("`", " ").split()
            named = {name for name in limited if name.lower() in first or _image(limited[name].image) in first}
            if len(named) >= 2 and (best is None or len(named) > best[0]):
                best = (len(named), section, rows[0], sorted(set(limited) - named))
    if best is not None and best[3]:  # one table that holds everything is enough
        yield TABLE.at(
            SectionView(best[1]),
            f"The table of memory leaves out what has a limit too: {', '.join(best[3])}.",
            quote=best[2],
            hint="Add them, and the sum.",
        )


def _image(reference: str | None) -> str:
    return (reference or "\0").partition("@")[0].rpartition("/")[2].partition(":")[0].lower()


def _memory_tables(text: str) -> Iterator[list[str]]:
    """Yield the tables whose head speaks of memory and of services (head row first)."""
    rows: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.lstrip().startswith("|"):
            rows.append(line)
            continue
        head = rows[0].lower() if rows else ""
        if (
            len(rows) > 3
            and any(w in head for w in ("memory", "ram", "mib"))
            and any(w in head for w in ("service", "component", "container"))
        ):
            yield rows
        rows = []


def _minimum(view: PlanView) -> Iterator[Finding]:
    total = sum((limit_of(service) or 0) * replicas_of(service) for _, service in view.services.values() if not service.names("profiles"))
    if not total:
        return
    for _, text, section, _ in view.prose:
        for stated, line in stated_memory(text):
            if stated < total:
                yield MINIMUM.at(
                    SectionView(section),
                    f"The text asks for {stated:.0f} MiB of memory; the limits add up to {total:.0f} MiB.",
                    quote=line,
                    hint="Ask for the sum of the limits and something for the kernel and the page cache.",
                )
                return


def _promises(view: PlanView) -> Iterator[Finding]:
    for artifact in view.of_kind("alertmanager"):
        channels = sum(
            len(as_list(value))
            for receiver in as_list(artifact.root.get("receivers"))
            for key, value in as_map(receiver).items()
            if key.endswith("_configs")
        )
        if channels > 1:
            continue
        for _, text, section, _ in view.prose:
            for line in text.split("\n"):
                if (
                    _SECOND.search(line)
                    and "alert" in f"{text[:4000]}".lower()
                    and not any(w in line.lower() for w in ("no second", "not configured", "without"))
                ):
                    yield PROMISED.at(
                        SectionView(section),
                        f"The text promises a second path for alerts; {artifact.model.path} has one receiver with one channel.",
                        quote=line,
                        hint="Configure the second channel, or take the promise out.",
                    )
                    return
