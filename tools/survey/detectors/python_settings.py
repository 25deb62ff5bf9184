"""Detect pydantic settings classes: every field is an environment variable, spelled with its prefix, alias or nesting."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import EnvVar, Evidence, Fact
from ..detector import View, entry, trap
from ..python.projects import projects
from ..python.settings import Setting, settings
from ..variables import is_name, is_secret, type_of


def detect(view: View) -> Iterator[Fact]:
    """Yield a variable per field (per alias, where there are several), and traps for secrets with a default."""
    for folder in projects(view):
        for one in settings(view, folder):
            for index, name in enumerate(one.names):
                if is_name(name):
                    yield entry("env", folder, _variable(view, one, name, primary=index == 0))
            yield from _traps(view, folder, one)


def _variable(view: View, one: Setting, name: str, primary: bool) -> EnvVar:
    secret = one.secret or is_secret(name)
    line = view.lines(one.path)[one.line - 1]
    legible = one.default is not None and one.default.lower() in line.lower() and "[REDACTED" not in line
    return EnvVar(
        name=name,
        required=one.required and primary and len(one.names) == 1,
        default=one.default if legible and not secret else None,
        secret=secret,
        evidence=(_evidence(view, one, name),),
        type=one.type or type_of(name, one.default),
        choices=one.choices,
    )


def _evidence(view: View, one: Setting, name: str) -> Evidence:
    """Return the line where the name stands: the field's own, or that of an alias a few lines below."""
    lines = view.lines(one.path)
    at = next((n for n in range(one.line, min(one.line + 8, len(lines)) + 1) if name.lower() in lines[n - 1].lower()), one.line)
    return view.evidence(one.path, at)


def _traps(view: View, folder: str, one: Setting) -> Iterator[Fact]:
    evidence = view.evidence(one.path, one.line)
    name = one.names[0]
    if is_secret(name) and one.default and not name.endswith(("URL", "URI", "DSN")):
        yield trap(
            folder,
            f"default-secret:{name}",
            f"{name} has a default in the code: a deployment that forgets it runs with a known secret",
            evidence,
        )
    if one.choices:
        text = f"{name} accepts only {', '.join(one.choices)}: any other value stops the process at start"
        yield trap(folder, f"literal-setting:{name}", text, evidence)
