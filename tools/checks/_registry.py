"""Find the checks of this folder, refuse one that is not documented, and look up rules by code."""

from __future__ import annotations

import textwrap
from functools import cache
from types import ModuleType

from ...core.findings import PROFILES
from ...core.registry import Incomplete, discover
from ._rule import CONFIDENCES, HEADINGS, Rule, documentation

_PACKAGE = __name__.rpartition(".")[0]


@cache
def modules() -> dict[str, ModuleType]:
    """Return the check modules by name, sorted; raise Incomplete for one whose docstring or rules are not whole."""
    found = discover(_PACKAGE, required=("RULES", "check"))
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, module in found.items():
        missing = [heading for heading in HEADINGS if heading not in documentation(module)]
        if missing:
            raise Incomplete(f"{_PACKAGE}.{name}: its docstring lacks {', '.join(missing)}")
        if not module.RULES:
            raise Incomplete(f"{_PACKAGE}.{name} has no rules")
        for rule in module.RULES:
            _accept(rule, name, codes, names)
    return found


def _accept(rule: Rule, module: str, codes: dict[str, str], names: dict[str, str]) -> None:
    digits = rule.code[len(rule.family) :]
    if len(rule.family) != 3 or not rule.family.isupper() or len(digits) != 3:
        raise Incomplete(f"{module}: {rule.code!r} is no code of three capital letters and three digits")
    if rule.confidence not in CONFIDENCES or rule.profile not in PROFILES:
        raise Incomplete(f"{module}: {rule.code} has an unknown confidence or profile")
    for key, seen in ((rule.code, codes), (rule.name, names)):
        if key in seen:
            raise Incomplete(f"{module} and {seen[key]} both define {key}")
        seen[key] = module


@cache
def rules() -> dict[str, tuple[Rule, str]]:
    """Return every rule with the name of its module, by code, sorted."""
    found = {rule.code: (rule, name) for name, module in modules().items() for rule in module.RULES}
    return dict(sorted(found.items()))


def _elsewhere(rule: Rule) -> str:
    """Say what an error of the rule counts for in pages and files that no plan holds together."""
    if rule.severity != "error" or rule.foreign == "error":
        return ""
    return f" In other people's pages and files: a warning{'' if rule.foreign == 'warning' else ' until profile release'}."


def mending() -> tuple[str, ...]:
    """Return the names of the modules that offer safe fixes, sorted."""
    return tuple(name for name, module in modules().items() if getattr(module, "MENDS", False))


def families() -> tuple[str, ...]:
    """Return the rule families, sorted."""
    return tuple(sorted({rule.family for rule, _ in rules().values()}))


def explain(code: str) -> str:
    """Return the documentation of a rule (by code or name) as Markdown; raise KeyError for one that does not exist."""
    wanted = code.strip()
    match = next(((r, m) for r, m in rules().values() if r.code == wanted.upper() or r.name == wanted.lower()), None)
    if match is None:
        raise KeyError(code)
    rule, name = match
    parts = documentation(modules()[name])
    gate = " It is a gate: it cannot be ignored." if rule.gate else ""
    lines = [
        f"# {rule.code} {rule.name}",
        "",
        f"{rule.summary}",
        "",
        f"Severity {rule.severity}, confidence {rule.confidence}, from profile {rule.profile} on.{gate}{_elsewhere(rule)}",
    ]
    for heading in HEADINGS:
        lines += ["", f"## {heading}", "", textwrap.dedent(parts[heading]).strip("\n")]
    return "\n".join(lines) + "\n"
