"""Name what a Maven module or Gradle project declares, in one form for both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..parsers.xml import Element

Place = tuple[str, int]
Scope = Literal["compile", "runtime", "provided", "test", "development", "processor"]


@dataclass(frozen=True, slots=True)
class Dependency:
    """Be one direct dependency; `version` empty where a platform or parent manages it."""

    group: str
    name: str
    version: str
    scope: Scope
    place: Place
    profile: bool = False  # only with a build profile that is not active by default

    @property
    def coordinates(self) -> str:
        """Return `group:name`."""
        return f"{self.group}:{self.name}"


@dataclass(frozen=True, slots=True)
class Plugin:
    """Be one build plugin that is applied: a Gradle id, or `group:artifact` of Maven with its configurations and their files."""

    id: str
    version: str
    place: Place
    elements: tuple[tuple[str, Element], ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """Be one declared Java version: value as written, where, and under which key."""

    value: str
    place: Place
    key: str


@dataclass(slots=True)
class Unit:
    """Be one module: a folder with a pom.xml or a Gradle build script."""

    folder: str
    file: str
    tool: Literal["maven", "gradle"]
    name: str
    version: str | None = None
    packaging: str = "jar"
    parent: str | None = None  # folder of the parent or root project in this tree
    at: int = 1  # line that says what it is
    member_at: Place | None = None
    dependencies: list[Dependency] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)  # folders or names of other modules of this tree that it depends on
    plugins: list[Plugin] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    main: tuple[str, Place] | None = None
    archive: str | None = None  # file name of the program's archive, without its suffix, where the build sets one

    def has(self, *coordinates: str) -> Dependency | None:
        """Return the first non-test dependency whose `group:name`, or `group:` before a `*`, is one of these."""
        for one in self.dependencies:
            if one.scope != "test" and any(_fits(one.coordinates, c) for c in coordinates):
                return one
        return None

    def plugin(self, *ids: str) -> Plugin | None:
        """Return the first applied plugin with one of these ids (a Maven one by its artifact alone, too)."""
        return next((p for p in self.plugins if p.id in ids or p.id.rpartition(":")[2] in ids), None)


def _fits(coordinates: str, wanted: str) -> bool:
    return coordinates.startswith(wanted[:-1]) if wanted.endswith("*") else coordinates == wanted
