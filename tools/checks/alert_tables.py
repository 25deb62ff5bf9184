"""Compare the alerts that a text lists with those that the rules hold, and the jobs that rules name with those that are scraped.

What:
    Every alert of a table of alerts has a rule. A job that an alert names (`job="…"`) is one that Prometheus scrapes.

Why it matters in production:
    The table is what the on-call person believes in: "PostgresDown: page" stands there and no rule of that name exists. An alert on
    `up{job="nod"}` is silent for ever, because no job is called so.

Example:
    | PostgresDown | exporter reports the database down | page |        # no rule PostgresDown

Instead:
    - alert: PostgresDown
      expr: pg_up == 0

When to ignore:
    NET049 when another Prometheus of the cluster has the job: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._link.rule_files import rules_with_file
from ._rule import Rule
from ._view import PlanView, SectionView

LISTED = Rule("COV014", "alert-only-listed", "error", "A table lists an alert that no rule holds.")
JOB = Rule("NET049", "job-unknown", "error", "An alert names a job that Prometheus does not scrape.")
RULES = (LISTED, JOB)

_HEAD = re2.compile(r"(?i)^\|\s*(?:alerts?|alert name|rule)\s*\|")
_NAME = re2.compile(r"^\|\s*`?([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)`?\s*\|")
_JOB = re2.compile(r'\bjob\s*=\s*"([^"|.*+]+)"')


def check(view: PlanView) -> Iterator[Finding]:
    """Yield alerts without a rule and jobs without a scraper."""
    rules = list(rules_with_file(view))
    names = {str(rule["alert"]) for _, rule in rules if "alert" in rule}
    for _, text, section, _ in view.prose if names else ():
        yield from _tables(text, section, names)
    configs = view.of_kind("prometheus")
    if len(configs) != 1:
        return
    jobs = [as_map(j) for j in as_list(configs[0].root.get("scrape_configs"))]
    known = {str(j.get("job_name")) for j in jobs}
    renamed = any(as_map(r).get("target_label") == "job" for j in jobs for r in as_list(j.get("relabel_configs")))
    if renamed or not known or "scrape_config_files" in configs[0].root:
        return
    for artifact, rule in rules:
        for match in _JOB.finditer(str(rule.get("expr", ""))):
            if str(match.group(1)) not in known:
                yield JOB.at(
                    artifact,
                    f"{rule.get('alert') or 'A rule'} names the job {match.group(1)}; Prometheus scrapes {', '.join(sorted(known))}.",
                    line=rule.line_of("expr"),
                    quote=str(match.group(0)),
                    hint="Use the name of the scrape job.",
                )


def _tables(text: str, section: int | None, names: set[str]) -> Iterator[Finding]:
    """Yield the rows of a table of alerts that no rule holds; a table of which no row is a rule is about something else."""
    rows: list[str] = []
    inside = False
    for line in [*text.split("\n"), ""]:
        if line.startswith("|") and len(line) < 1000:
            inside = inside or (not rows and bool(_HEAD.match(line)))
            rows.append(line)
            continue
        listed = [(str(m.group(1)), row) for row in rows if inside and (m := _NAME.match(row)) is not None]
        if any(name in names for name, _ in listed):
            for name, row in listed:
                if name not in names:
                    yield LISTED.at(
                        SectionView(section),
                        f"The table lists the alert {name}, and no rule holds it.",
                        quote=row.strip(),
                        hint="Add the rule.",
                    )
        rows, inside = [], False
