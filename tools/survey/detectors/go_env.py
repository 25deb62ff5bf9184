"""Detect the environment variables that Go programs read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import EnvVar, Fact
from ..detector import View, entry, trap
from ..go.env import Read, reads
from ..go.packages import mains, program_files
from ..go.values import values_of
from ..legible import cited, unspelled
from ..variables import HOST_SET, is_secret, type_of

_FOREIGN = HOST_SET | {"GOPATH", "GOROOT", "GOOS", "GOARCH", "ProgramData"}


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and code base that reads it; those of the operating system are left out."""
    if not view.suffixed(".go"):
        return
    for base in sorted({p.base for p in mains(view)}):
        found: dict[str, list[Read]] = defaultdict(list)
        for read in reads(values_of(view, program_files(view, base))):
            if read.name not in _FOREIGN:
                found[read.name].append(read)
        for name in sorted(found):
            variable = _variable(view, name, found[name])
            if variable is not None:
                yield entry("env", base, variable)
            elif any(r.needed for r in found[name]):
                lines = (view.evidence(*r.at) for r in found[name][:3])
                yield trap(base, f"unspelled-variable:{name}", unspelled(name), *lines)


def _variable(view: View, name: str, found: list[Read]) -> EnvVar | None:
    """Return the variable, None where no line spells its name (a short key behind a prefix that nothing documents)."""
    stated = next((r for r in found if r.default not in (None, "")), None)
    secret = is_secret(name)
    default = stated.default if stated is not None and not secret else None
    places = [p for r in found for p in (r.at, r.named_at) if p is not None]
    if stated is not None and stated.default_at is not None and default is not None:
        legible = default in (view.lines(stated.default_at[0])[stated.default_at[1] - 1 : stated.default_at[1]] or [""])[0]
        default = default if legible else None
        places = [stated.at, stated.default_at, *places]
    elif default is not None:
        default = None
    evidence = cited(view, name, places)
    if not evidence:
        return None
    kind = next((r.kind for r in found if r.kind), None) or type_of(name, default)
    needed = any(r.needed for r in found) and stated is None
    return EnvVar(name=name, required=needed, default=default, secret=secret, evidence=evidence, type=kind)
