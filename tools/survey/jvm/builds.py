"""Give every module of a tree, Maven's and Gradle's, and what their wrappers say."""

from __future__ import annotations

from ..view import View
from .gradle import gradle_units
from .maven import maven_units
from .model import Unit


def units(view: View) -> dict[str, Unit]:
    """Return every module by its folder, made once per tree; where both tools stand in one folder, Maven's."""
    return view.kept("jvm_units", lambda: gradle_units(view) | maven_units(view) if has_builds(view) else {})


def doubles(view: View) -> dict[str, Unit]:
    """Return the Gradle projects whose folder holds a pom.xml too."""
    if not has_builds(view):
        return {}
    maven = maven_units(view)
    return {f: u for f, u in gradle_units(view).items() if f in maven}


def has_builds(view: View) -> bool:
    """Say whether the tree holds a build of either tool."""
    return bool(view.named("pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"))


def lineage(view: View, unit: Unit) -> list[Unit]:
    """Return a module and the parents that it inherits from, itself first."""
    known, found = units(view), [unit]
    while found[-1].parent is not None and found[-1].parent in known and known[found[-1].parent] not in found:
        found.append(known[found[-1].parent])
    return found
