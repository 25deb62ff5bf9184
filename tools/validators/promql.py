"""Parse every PromQL expression of rule files with the Prometheus grammar (promql-parser)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import promql_parser

from ..yaml12 import Map, YamlError, load_all
from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "promql-parser"
KINDS = ("prometheus-rules",)
OUTSIDE = False
INSTALL = "comes with deploybook"


def available() -> bool:
    """Say that the library is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each rule file: an expression or a duration that does not parse fails it."""
    return [_one(item.text) for item in items]


def _one(text: str) -> Verdict:
    try:
        documents, _ = load_all(text)
    except YamlError as error:
        return verdict([Problem(error.line, f"no YAML: {error.problem}")])
    return verdict([p for document in documents for p in _problems(document)])


def rules_of(document: Any) -> Iterator[Map]:
    """Yield the rules of a rule file (`groups`, or the same below `spec`)."""
    groups = document.get("groups") if isinstance(document, Map) else None
    if groups is None and isinstance(document, Map) and isinstance(document.get("spec"), Map):
        groups = document["spec"].get("groups")
    for group in groups if isinstance(groups, list) else []:
        rules = group.get("rules") if isinstance(group, Map) else None
        yield from (rule for rule in rules or [] if isinstance(rule, Map))


def _problems(document: Any) -> Iterator[Problem]:
    for rule in rules_of(document):
        expression = rule.get("expr")
        line = rule.line_of("expr")
        if expression is None:
            yield Problem(rule.line, "a rule without expr")
            continue
        try:
            promql_parser.parse(str(expression))
        except ValueError as error:
            yield Problem(line, f"expr: {str(error).strip().partition(chr(10))[0]}")
        duration = rule.get("for")
        if duration is not None:
            try:
                promql_parser.parse_duration(str(duration))
            except ValueError:
                yield Problem(rule.line_of("for"), f"for: {duration!s} is no duration")
