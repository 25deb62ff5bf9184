"""Detect the environment variables that Java and Kotlin applications read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import EnvVar, Fact
from ..detector import View, entry
from ..jvm.applications import Application, applications
from ..jvm.env import Read, reads
from ..jvm.model import Place
from ..jvm.settings import settings
from ..variables import is_secret, type_of

_FOREIGN = {"HOME", "PATH", "USER", "HOSTNAME", "PWD", "JAVA_HOME", "TMPDIR", "USER_HOME", "USER_DIR"}
_PROFILES = ("Dockerfile*", "*.Dockerfile", "docker-compose*.y*ml", "compose*.y*ml", "Procfile", "*.sh", ".env*")


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and application that reads it; those of the operating system are left out."""
    for app in applications(view):
        found: dict[str, list[Read]] = defaultdict(list)
        for read in reads(view, app):
            if read.name not in _FOREIGN:
                found[read.name].append(read)
        for name in sorted(found):
            yield entry("env", app.unit.folder, _variable(view, name, found[name]))
        profiles = _profiles(view, app)
        if profiles is not None:
            value = EnvVar(name="SPRING_PROFILES_ACTIVE", evidence=(view.evidence(*profiles),), type="list")
            yield entry("env", app.unit.folder, value)


def _variable(view: View, name: str, found: list[Read]) -> EnvVar:
    stated = next((r for r in found if r.default not in (None, "")), None)
    secret = is_secret(name)
    default = stated.default if stated is not None and not secret else None
    if stated is not None and default is not None and default not in view.lines(stated.at[0])[stated.at[1] - 1]:
        default = None
    places = dict.fromkeys([*([stated.at] if stated is not None else []), *(r.at for r in found)])
    evidence = tuple(view.evidence(*p) for p in places)[:6]
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
