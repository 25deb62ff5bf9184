"""Read YAML with yamllint: syntax, duplicate keys, and tabs or truthy words that mean something else than they look like."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import re2
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "yamllint"
KINDS = (
    "yaml",
    "compose",
    "kubernetes",
    "prometheus",
    "prometheus-rules",
    "prometheus-tests",
    "alertmanager",
    "workflow",
    "otel",
    "ansible",
    "gitlab-ci",
)
OUTSIDE = False
INSTALL = "comes with deploybook"
_RULES = "rules: {key-duplicates: {level: error}, octal-values: {forbid-implicit-octal: true, level: warning}}"

_TABS = re2.compile(r"(?m)\t+$")


def available() -> bool:
    """Say that the library is always there."""
    return True


@lru_cache(maxsize=1)
def _config() -> YamlLintConfig:
    return YamlLintConfig(_RULES)


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each YAML text; a schema may say more about it."""
    return [_one(item.text) for item in items]


@lru_cache(maxsize=1024)
def _one(text: str) -> Verdict:
    if len(text) > 2_000_000 or _too_deep(text):
        return Verdict("absent", note="too large or nested too deeply to read")
    found = []
    try:
        # white space before a line's end is allowed by YAML and by Go's reader; the library's scanner stumbles over tabs there
        problems = list(linter.run(_TABS.sub("", text), _config()))
    except yaml.YAMLError as error:  # the reader refuses control characters before the linter sees them
        return verdict([Problem(1, str(error).partition("\n")[0])])
    for problem in problems:
        level = "error" if problem.level == "error" else "warning"
        found.append(Problem(problem.line, problem.desc, "error" if level == "error" else "warning", str(problem.rule or "syntax")))
    return verdict(found, good="syntax-only")


def _too_deep(text: str) -> bool:
    depth = 0
    for char in text:
        if char in "[{":
            depth += 1
            if depth > 100:
                return True
        elif char in "]}" and depth:
            depth -= 1
    return False
