"""Detect the environment variables that .NET applications read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import EnvVar, Fact
from ..detector import View, entry, trap
from ..dotnet.applications import applications
from ..dotnet.aspire import resources
from ..dotnet.env import Read, reads
from ..dotnet.projects import projects
from ..legible import cited, unspelled
from ..variables import HOST_SET, is_secret, type_of

_FOREIGN = HOST_SET | {"USERNAME"}


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and application that reads it, and the names that an AppHost hands to projects."""
    for app in applications(view):
        found: dict[str, list[Read]] = defaultdict(list)
        for read in reads(view, app):
            if read.name.upper() not in _FOREIGN:
                found[read.name].append(read)
        for name in sorted(found):
            variable = _variable(view, name, found[name])
            if variable is not None:
                yield entry("env", app.project.folder, variable)
            elif any(r.needed for r in found[name]):
                lines = (view.evidence(*r.at) for r in found[name][:3])
                yield trap(app.project.folder, f"unspelled-variable:{name}", unspelled(name), *lines)
    for one in resources(view):
        for name, at in one.environment.items() if one.sort == "project" else ():
            folder = projects(view)[one.kind].folder
            yield entry("env", folder, EnvVar(name=name, read_by_code=False, evidence=(view.evidence(*at),)), "medium")


def _variable(view: View, name: str, found: list[Read]) -> EnvVar | None:
    """Return the variable; None where its name is legible on none of its lines (a short key inside nested settings)."""
    stated = next((r for r in found if r.default not in (None, "")), None)
    secret = is_secret(name) or name.lower().startswith("connectionstrings__")
    default = stated.default if stated is not None and not secret else None
    places = [r.at for r in found]
    if stated is not None and stated.default_at is not None:
        places = [stated.at, stated.default_at, *places]
        if default is not None and default not in view.lines(stated.default_at[0])[stated.default_at[1] - 1]:
            default = None
    evidence = cited(view, name, places)
    if not evidence:
        return None
    needed = any(r.needed for r in found) and not any(r.default for r in found)
    return EnvVar(name=name, required=needed, default=default, secret=secret, evidence=evidence, type=type_of(name, default))
