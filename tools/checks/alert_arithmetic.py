"""Check the arithmetic of alerts: a range that holds samples, a threshold in the unit of what it is compared with, a label that is routed.

What:
    A `rate` or `increase` looks at more than one scrape interval. A quotient is compared with a quotient, not with percent; an age or a
    remaining time in seconds with seconds, not with days. A route for a label's value is one that some alert carries, and what an
    inhibition mutes is milder than what mutes it.

Why it matters in production:
    promtool accepts each of these. `rate(x[15s])` over a scrape interval of 15 s never has two samples and is silent for ever;
    `free / size < 10` is always true and is muted in the first week; `expiry - time() < 14` tells of the certificate 14 seconds before.

Example:
    expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 10

Instead:
    expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.10

When to ignore:
    NET043 when the scrape job of that metric has a shorter interval of its own: name the job.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import promql_parser
import re2

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._link.rule_files import rules_with_file
from ._link.sizes import seconds
from ._rule import Rule
from ._view import PlanView
from ._view.items import ArtifactView

RANGE = Rule("NET043", "range-without-samples", "error", "The range of a rate is not longer than the scrape interval.")
UNIT = Rule("NET044", "threshold-in-another-unit", "error", "A threshold is in another unit than what it is compared with.")
ROUTE = Rule("NET045", "route-matches-no-alert", "error", "A route of Alertmanager waits for a label value that no alert carries.")
MUTED = Rule("NET046", "inhibition-upside-down", "error", "An inhibition mutes severe alerts while mild ones fire.")
RULES = (RANGE, UNIT, ROUTE, MUTED)

_RANGED = re2.compile(r"\b(?:rate|increase|irate|delta|deriv)\s*\([^\[\]]*\[(\d+(?:ms|[smhd]))\]")
_UNITS = ("_bytes", "_total", "_seconds", "_count", "_current", "_max")
_SHORTEST_AGE = 3600.0  # an alert on a date less than an hour ahead warns nobody in time
_MILD = ("info", "warning", "warn", "low", "minor", "ticket", "none")
_SEVERE = ("critical", "page", "error", "high", "major", "fatal", "emergency")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield alerts whose numbers or labels cannot be meant."""
    shortest = _interval(view)
    severities: dict[str, set[str]] = {}
    rules = list(rules_with_file(view))
    for artifact, rule in rules:
        expression = str(rule.get("expr", ""))
        title = str(rule.get("alert") or rule.get("record") or "a rule")
        for name, value in as_map(rule.get("labels")).items():
            severities.setdefault(name, set()).add(str(value))
        yield from _range(artifact, rule, expression, title, shortest)
        if "alert" in rule:
            yield from _unit(artifact, rule, expression, title)
    for artifact in view.of_kind("alertmanager", "yaml"):
        root = artifact.root if artifact.kind == "alertmanager" else as_map(as_map(artifact.root.get("alertmanager")).get("config"))
        if rules and root:
            yield from _routes(artifact, as_map(root.get("route")), severities)
        yield from _inhibited(artifact, root)


def _interval(view: PlanView) -> float | None:
    """Return the scrape interval that all jobs share, or null when it is not known or jobs have their own."""
    configs = view.of_kind("prometheus")
    if len(configs) != 1:
        return None
    jobs = [as_map(j) for j in as_list(configs[0].root.get("scrape_configs"))]
    own = [seconds(j.get("scrape_interval")) for j in jobs if j.get("scrape_interval") is not None]
    shared = seconds(as_map(configs[0].root.get("global")).get("scrape_interval")) or 60.0
    return min([shared, *[o for o in own if o is not None]])


def _range(artifact: ArtifactView, rule: Map, expression: str, title: str, shortest: float | None) -> Iterator[Finding]:
    for match in _RANGED.finditer(expression):
        span = seconds(str(match.group(1)))
        if shortest is not None and span is not None and span <= shortest:
            yield RANGE.at(
                artifact,
                f"{title} looks at [{match.group(1)}], and a sample comes every {shortest:g} s: there are never two, so it never fires.",
                line=rule.line_of("expr"),
                quote=expression,
                hint="Take four scrape intervals or more.",
            )
            return


def _unit(artifact: ArtifactView, rule: Map, expression: str, title: str) -> Iterator[Finding]:
    compared = _comparison(expression)
    if compared is None:
        return
    left, operator, number = compared
    if _quotient(left) and number > 1 and number <= 100 and operator in ("<", "<=", ">", ">="):
        always = operator.startswith("<")
        yield UNIT.at(
            artifact,
            f"{title} compares a quotient of like quantities with {number:g}: it {'always' if always else 'never'} fires.",
            line=rule.line_of("expr"),
            quote=expression,
            hint=f"Write {number / 100:g}, or multiply the quotient by 100.",
        )
    elif _remaining(left) and operator in ("<", "<=") and 0 < number < _SHORTEST_AGE:
        yield UNIT.at(
            artifact,
            f"{title} compares seconds with {number:g}: it fires {number:g} seconds ahead.",
            line=rule.line_of("expr"),
            quote=expression,
            hint=f"Write {number:g} * 86400 when days are meant.",
        )


def _comparison(expression: str) -> tuple[object, str, float] | None:
    """Return left side, operator and number of an expression that compares with one number."""
    try:
        root: Any = promql_parser.parse(expression)
    except ValueError:
        return None
    right: Any = getattr(root, "rhs", None)
    if type(root).__name__ != "BinaryExpr" or type(right).__name__ != "NumberLiteral":
        return None
    return root.lhs, str(root.op), float(right.val)


def _quotient(node: object) -> bool:
    """Say whether a node divides one series by another whose names end in the same unit."""
    node = _bare(node)
    if type(node).__name__ != "BinaryExpr" or str(getattr(node, "op", "")) != "/":
        return False
    ends = [_ending(getattr(node, side)) for side in ("lhs", "rhs")]
    return ends[0] is not None and ends[0] == ends[1]


def _bare(node: object) -> object:
    while type(node).__name__ == "ParenExpr":
        node = getattr(node, "expr", None)
    return node


def _ending(node: object) -> str | None:
    node = _bare(node)
    if type(node).__name__ == "AggregateExpr":
        node = _bare(getattr(node, "expr", None))
    if type(node).__name__ == "Call" and "args" in dir(node):
        arguments = getattr(node, "args", [])
        node = _bare(arguments[0]) if arguments else node
    if type(node).__name__ == "MatrixSelector":
        node = getattr(node, "vector_selector", node)
    name = getattr(node, "name", None)
    return next((unit for unit in _UNITS if name and str(name).endswith(unit)), None)


def _remaining(node: object) -> bool:
    """Say whether a node is a point in time less the present one."""
    node = _bare(node)
    if type(node).__name__ != "BinaryExpr" or str(getattr(node, "op", "")) != "-":
        return False
    right = _bare(getattr(node, "rhs", None))
    return type(right).__name__ == "Call" and str(getattr(getattr(right, "func", None), "name", "")) == "time"


def _routes(artifact: ArtifactView, route: Map, carried: dict[str, set[str]]) -> Iterator[Finding]:
    for child in as_list(route.get("routes")):
        one = as_map(child)
        for name, value, line in _wanted(one):
            if name in carried and value not in carried[name]:
                yield ROUTE.at(
                    artifact,
                    f"A route waits for {name}={value}; the alerts carry {name}={', '.join(sorted(carried[name]))}.",
                    line=line,
                    quote=f"{name}: {value}",
                    hint="Use one vocabulary for severities.",
                )
        yield from _routes(artifact, one, carried)


def _wanted(route: Map) -> Iterator[tuple[str, str, int]]:
    """Yield (label, value, line) of each plain equality of a route."""
    for name, value in as_map(route.get("match")).items():
        yield name, str(value), as_map(route.get("match")).line_of(name)
    for matcher in as_list(route.get("matchers")):
        name, value = _equality(str(matcher))
        if name:
            yield name, value, route.line_of("matchers")


def _equality(matcher: str) -> tuple[str, str]:
    name, equals, value = matcher.partition("=")
    plain = equals and not name.strip().endswith("!") and not value.startswith("~")
    return (name.strip(), value.strip().strip("\"'")) if plain else ("", "")


def _inhibited(artifact: ArtifactView, root: Map) -> Iterator[Finding]:
    for item in as_list(root.get("inhibit_rules")):
        rule = as_map(item)
        source, target = _severity(rule, "source"), _severity(rule, "target")
        if source in _MILD and target in _SEVERE:
            yield MUTED.at(
                artifact,
                f"While an alert of severity {source} fires, those of severity {target} are muted.",
                line=rule.line,
                quote=f"source {source}, target {target}",
                hint="Exchange source and target, and name the labels that must be equal.",
            )


def _severity(rule: Map, side: str) -> str:
    stated = as_map(rule.get(f"{side}_match")).get("severity")
    found = [value for matcher in as_list(rule.get(f"{side}_matchers")) for name, value in [_equality(str(matcher))] if name == "severity"]
    return str(stated) if stated is not None else found[0] if found else ""
