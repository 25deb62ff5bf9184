"""Detect Java and Kotlin code bases: Maven and Gradle modules, wrappers, direct dependencies, declared Java versions."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Confidence, Conflict, ConflictValue, Evidence, Fact, Located
from ..detector import View, entry, library, module, runtime_version
from ..jvm.builds import doubles, units
from ..jvm.model import Unit
from ..jvm.packaging import base_images
from ..jvm.sources import files
from ..view import join

_WRAPPERS = {"maven": ".mvn/wrapper/maven-wrapper.properties", "gradle": "gradle/wrapper/gradle-wrapper.properties"}
_RELEASE = re2.compile(r"(?:apache-maven|gradle|maven-mvnd)-(\d+(?:\.\d+)*)")
_LOCKS = ("gradle.lockfile", "buildscript-gradle.lockfile")


def detect(view: View) -> Iterator[Fact]:
    """Yield what every module declares about itself."""
    for folder, unit in units(view).items():
        yield from _module(view, unit)
        if not _is_guest(view, unit):
            yield from _wrapper(view, folder, unit.tool)
    for folder, other in doubles(view).items():
        yield entry("manifest", folder, Located(kind="gradle", path=other.file))
        values = tuple(ConflictValue(value=u.tool, evidence=(_named(view, u),)) for u in (units(view)[folder], other))
        yield entry("conflict", folder, Conflict(subject=f"package_manager:{folder}", values=values))
        for stated in other.stated:
            yield runtime_version(folder, "java", "manifest", stated.value, view.evidence(*stated.place), key=stated.key)


def _is_guest(view: View, unit: Unit) -> bool:
    """Say whether a build file stands beside sbt's in a folder without Java or Kotlin: sbt builds what is there."""
    return not files(view, unit) and view.exists(join(unit.folder, "build.sbt"))


def _named(view: View, unit: Unit) -> Evidence:
    """Return the first line of a module's build file or wrapper that names its tool, the module's own line where none does."""
    for path in (unit.file, join(unit.folder, _WRAPPERS[unit.tool])):
        number = view.find(path, unit.tool) if view.repository.real(path) else None
        if number:
            return view.evidence(path, number)
    return view.evidence(unit.file, unit.at)


def _module(view: View, unit: Unit) -> Iterator[Fact]:
    evidence = view.evidence(unit.file, unit.at)
    own = files(view, unit)
    kotlin = sum(p.endswith(".kt") for p in own)
    language = "kotlin" if kotlin * 2 > len(own) or (kotlin and not any(p.endswith(".java") for p in own)) else "java"
    if own or unit.packaging in ("war", "jar"):
        yield module(unit.folder, "language", language, evidence, confidence="certain" if own else "medium")
    yield module(unit.folder, "manifest", unit.file, evidence, language=language)
    sure: Confidence = "medium" if _is_guest(view, unit) else "certain"
    yield module(unit.folder, "package_manager", unit.tool, evidence, language=language, confidence=sure)
    yield module(unit.folder, "name", unit.name, evidence, language=language)
    yield entry("manifest", unit.folder, Located(kind=unit.tool, path=unit.file))
    if unit.parent is not None and unit.member_at is not None:
        yield module(unit.folder, "member_of", unit.parent, view.evidence(*unit.member_at), language=language)
    for name in _LOCKS:
        if view.repository.real(path := join(unit.folder, name)):
            yield module(unit.folder, "lock_file", path, view.evidence(path), language=language)
    for stated in unit.stated:
        if (
            stated.value in view.lines(stated.place[0])[stated.place[1] - 1]
            or "VERSION" in view.lines(stated.place[0])[stated.place[1] - 1]
        ):
            yield runtime_version(unit.folder, "java", "manifest", stated.value, view.evidence(*stated.place), key=stated.key)
    for image in base_images(view, unit):
        yield runtime_version(unit.folder, "java", "image", image.value, view.evidence(*image.place), key=image.key)
    for one in unit.dependencies:
        yield library(
            unit.folder, one.coordinates, one.version, view.evidence(*one.place), development=one.scope in ("test", "development")
        )


def _wrapper(view: View, folder: str, tool: str) -> Iterator[Fact]:
    path = join(folder, _WRAPPERS[tool])
    number = view.find(path, "distributionUrl") if view.repository.real(path) else None
    match = _RELEASE.search(view.lines(path)[number - 1]) if number else None
    if match is not None and number:
        for language in ("java", "kotlin"):
            yield module(folder, "package_manager_version", str(match.group(1)), view.evidence(path, number), language=language)
