"""Compare numbers that the text states with those of the files: versions, ages of backups, replicas, thresholds.

What:
    The version of Terraform that the text asks for meets `required_version`. The days that backups, metrics and logs are kept, the range of
    an autoscaler and the threshold of an alert are the same in text and file. A recovery point of an hour needs more than a nightly dump.

Why it matters in production:
    The page is read when the system is down. "Backups are kept for 30 days" over a lifecycle rule of 7 days is found out on the eighth; an
    RPO of one hour over a nightly dump is a promise that nobody keeps.

Example:
    RPO: 1 hour        # and one timer: OnCalendar=daily

Instead:
    RPO: 24 hours      # or WAL archiving beside the dump

When to ignore:
    When the text is about another environment: name it in the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._link.rule_files import rules_with_file
from ._rule import Rule
from ._view import PlanView, SectionView

DIFFERS = Rule("NUM022", "fact-differs-from-text", "error", "The text states another number than the files.")
POINT = Rule(
    "NUM023", "recovery-point-out-of-reach", "error", "The recovery point that the text promises is shorter than the time between backups."
)
RULES = (DIFFERS, POINT)

_TERRAFORM = re2.compile(r"\bTerraform[ |`v:]{1,5}(\d+\.\d+)(?:\.\d+)?\b")
_REQUIRED = re2.compile(r">=\s*(\d+)\.(\d+)")
_KEPT = re2.compile(r"(?i)\b(\d{1,3})[ -]days?\b")
_RANGE = re2.compile(r"\b(\d{1,3})\s*(?:–|—|-|to|\.\.)\s*(\d{1,3})\b")
_RPO = re2.compile(r"(?i)\bRPO\b[^|\d\n]{0,12}\|?[^|\d\n]{0,6}(\d+)\s*(h|hours?|m|min|minutes?)\b")
_CONTINUOUS = re2.compile(
    r"(?i)\bwal\b|wal-g|pgbackrest|barman|point[- ]in[- ]time|pitr|binlog|streaming replication|read replica|litestream"
    r"|backup_retention_period"
)
_NIGHTLY = re2.compile(
    r"(?m)^OnCalendar=(?:daily|\*-\*-\*|Mon)|\bschedule:\s*[\"']?\d+ \d+ \* \* \*|(?:^|\s)\d+ \d+ \* \* \* \S+.*(?:dump|backup)"
)
_PERCENT = re2.compile(r"([<>])=?\s*(\d+(?:\.\d+)?)\s*%")
_NUMBER = re2.compile(r"([<>])=?\s*(\d+(?:\.\d+)?)\s*$")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield numbers of the text that the files contradict."""
    lines = [(line.strip(), section) for _, text, section, _ in view.prose for line in text.split("\n") if 4 < len(line) < 1000]
    yield from _terraform(view, lines)
    yield from _ages(view, lines)
    yield from _replicas(view, lines)
    yield from _thresholds(view, lines)
    yield from _points(view, lines)


Lines = list[tuple[str, int | None]]


def _told(section: int | None, message: str, quote: str) -> Finding:
    return DIFFERS.at(SectionView(section), message, quote=quote, hint="State it in one place, and let the other name that place.")


def _terraform(view: PlanView, lines: Lines) -> Iterator[Finding]:
    required = [m for f in view.terraform for b in f.of("terraform") if (m := _REQUIRED.search(b.value("required_version") or ""))]
    for line, section in lines:
        found = _TERRAFORM.search(line)
        for match in required[:1] if found is not None else ():
            wanted = (int(match.group(1)), int(match.group(2)))
            major, minor = str(found.group(1)).split(".") if found is not None else ("0", "0")
            if (int(major), int(minor)) < wanted:
                yield _told(section, f"The text asks for Terraform {major}.{minor}, the files need {wanted[0]}.{wanted[1]} or newer.", line)
                return


def _ages(view: PlanView, lines: Lines) -> Iterator[Finding]:
    for words, days, where in _kept(view):
        stated = [(int(m.group(1)), line, section) for line, section in lines if _about(line, words) and (m := _KEPT.search(line))]
        if stated and all(n != days for n, _, _ in stated):
            yield _told(stated[0][2], f"The text says {stated[0][0]} days, {where} says {days}.", stated[0][1])


def _about(line: str, words: tuple[str, ...]) -> bool:
    lowered = line.lower()
    keeps = lowered.startswith("|") or any(w in lowered for w in ("kept", "keep", "retention", "retain", "expire"))
    return keeps and any(re2.search(rf"\b{w}s?\b", lowered) for w in words)  # no symmetric key, no METRICS_TOKEN


def _kept(view: PlanView) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Yield (words of the text that speak of it, days, where) of each age that the files state."""
    for folder in view.terraform:
        for block in folder.resources("aws_db_instance", "aws_rds_cluster"):
            value = block.value("backup_retention_period") or ""
            if value.isdigit():
                yield ("backup",), int(value), f"{block.address}.backup_retention_period"
    for artifact in view.of_kind("json"):
        for rule in as_list(as_map(artifact.json[0]).get("Rules")) if isinstance(artifact.json[0], dict) else ():
            days = rule.get("Expiration", {}).get("Days") if isinstance(rule, dict) else None
            if isinstance(days, int):
                yield ("backup", "dump"), days, artifact.model.path
    for name, (artifact, service) in view.services.items():
        value = service.command_text.partition("retention.time=")[2].split(" ")[0]
        if value.endswith("d") and value[:-1].isdigit():
            yield ("metric",), int(value[:-1]), f"{name} in {artifact.model.path}"
    for artifact in view.of_kind("yaml"):
        value = str(as_map(artifact.root.get("limits_config")).get("retention_period", ""))
        if value.endswith("h") and value[:-1].isdigit():
            yield ("logs",), int(value[:-1]) // 24, artifact.model.path


def _replicas(view: PlanView, lines: Lines) -> Iterator[Finding]:
    found: set[tuple[int, int, str]] = set()
    for made in view.objects:
        spec = as_map(made.raw.get("spec"))
        if made.kind == "HorizontalPodAutoscaler" and isinstance(spec.get("maxReplicas"), int):
            found.add((int(spec.get("minReplicas") or 1), int(spec["maxReplicas"]), made.title))
    for folder in view.terraform:
        for block in folder.resources("aws_appautoscaling_target"):
            low, high = block.value("min_capacity") or "", block.value("max_capacity") or ""
            if low.isdigit() and high.isdigit():
                found.add((int(low), int(high), block.address))
    if len(found) != 1:
        return
    least, most, where = next(iter(found))
    for line, section in lines:
        match = _RANGE.search(line)
        scales = any(w in line.lower() for w in ("hpa", "replicas", "tasks", "autoscal")) and "%" not in line
        if match is not None and scales and (int(match.group(1)), int(match.group(2))) != (least, most):
            yield _told(section, f"The text says {match.group(1)} to {match.group(2)}, {where} says {least} to {most}.", line)
            return


def _thresholds(view: PlanView, lines: Lines) -> Iterator[Finding]:
    rules = {str(r["alert"]): str(r.get("expr", "")) for _, r in rules_with_file(view) if "alert" in r}
    for line, section in lines:
        if not line.startswith("|"):
            continue
        name = line.strip("|").partition("|")[0].strip().strip("`")
        match, end = _PERCENT.search(line), _NUMBER.search(rules.get(name, ""))
        if match is None or end is None or str(match.group(1)) != str(end.group(1)):
            continue
        stated, real = float(match.group(2)), float(end.group(2))
        if abs(stated - real) > 1e-9 and abs(stated - real * 100) > 1e-6 and abs(100 - stated - real * 100) > 1e-6:
            yield _told(section, f"The text says {stated:g} % for {name}, the rule says {real:g}.", line)


def _points(view: PlanView, lines: Lines) -> Iterator[Finding]:
    everything = "\n".join([a.text for a in (*view.artifacts, *view.aside)] + [s.text for s in view.scripts])
    if not _NIGHTLY.search(everything) or _CONTINUOUS.search(everything) or any(_CONTINUOUS.search(line) for line, _ in lines):
        return
    if not any(word in everything for word in ("pg_dump", "mysqldump", "mongodump", "mariadb-dump")):
        return
    for line, section in lines:
        match = _RPO.search(line)
        hours = 0.0 if match is None else float(match.group(1)) / (1 if str(match.group(2)).startswith("h") else 60)
        if match is not None and 0 < hours < 24:
            yield POINT.at(
                SectionView(section),
                f"The text promises a recovery point of {match.group(1)} {match.group(2)}; the one backup is a dump each night.",
                quote=line,
                hint="Archive the write-ahead log, dump as often as promised, or promise a day.",
            )
            return
