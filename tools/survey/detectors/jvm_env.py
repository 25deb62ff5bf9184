"""Detect the environment variables that Java and Kotlin applications read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import EnvVar, Fact
from ..detector import View, entry, trap
from ..jvm.applications import Application, applications
from ..jvm.env import Read, reads
from ..jvm.model import Place
from ..jvm.settings import settings
from ..legible import cited, mentioned, unspelled
from ..variables import HOST_SET, is_secret, type_of

_FOREIGN = HOST_SET | {"JAVA_HOME", "USER_HOME", "USER_DIR"}
_PROFILES = ("Dockerfile*", "*.Dockerfile", "docker-compose*.y*ml", "compose*.y*ml", "Procfile", "*.sh", ".env*")


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and application that reads it; those of the operating system are left out."""
    for app in applications(view):
        found: dict[str, list[Read]] = defaultdict(list)
        for read in reads(view, app):
            if read.name not in _FOREIGN:
                found[read.name].append(read)
        for name in sorted(found):
            variable = _variable(view, name, found[name])
            if variable is not None:
                yield entry("env", app.unit.folder, variable)
            elif any(r.needed for r in found[name]):
                lines = (view.evidence(*r.at) for r in found[name][:3])
                yield trap(app.unit.folder, f"unspelled-variable:{name}", unspelled(name), *lines)
        profiles = _profiles(view, app)
        evidence = cited(view, "SPRING_PROFILES_ACTIVE", [profiles]) if profiles is not None else ()
        if evidence:
            yield entry("env", app.unit.folder, EnvVar(name="SPRING_PROFILES_ACTIVE", evidence=evidence, type="list"))


def _variable(view: View, name: str, found: list[Read]) -> EnvVar | None:
    """Return the variable, None where no line spells its name (a key inside nested settings)."""
    stated = next((r for r in found if r.default not in (None, "")), None)
    secret = is_secret(name)
    default = stated.default if stated is not None and not secret else None
    places = [p for r in found for p in (r.at, r.default_at) if p is not None]
    if stated is not None and default is not None:
        at = stated.default_at or stated.at
        default = default if default in view.lines(at[0])[at[1] - 1] else None
        places = [at, *places]
    if all(r.pieced for r in found):  # such a name counts where something spells it whole
        named = mentioned(view, name)
        places = [named, *places] if named is not None else []
    evidence = cited(view, name, places) if places else ()
    if not evidence:
        return None
    needed = any(r.needed for r in found) and not any(r.default is not None for r in found)
    return EnvVar(name=name, required=needed, default=default, secret=secret, evidence=evidence, type=type_of(name, default))


def _profiles(view: View, app: Application) -> Place | None:
    """Return the line that sets or names Spring's active profiles, where the application has settings for any profile."""
    if app.framework != "spring-boot":
        return None
    own = settings(view, app.unit)
    if not any(s.profile for s in own.entries) and own.get("spring.profiles.active") is None:
        return None
    for path in view.named(*_PROFILES):
        if view.holds(path, "SPRING_PROFILES_ACTIVE"):
            number = view.find(path, "SPRING_PROFILES_ACTIVE")
            if number:
                return path, number
    found = own.get("spring.profiles.active")
    return found.at if found is not None else None
