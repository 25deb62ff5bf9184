"""Read Maven modules: properties with inheritance, dependencies, plugins, declared Java versions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import re2

from ..parsers.xml import Element, read_xml
from ..view import View, folder_of, join
from .model import Dependency, Place, Plugin, Scope, Stated, Unit

_REFERENCE = re2.compile(r"\$\{([^${}]+)\}")
_VERSION_KEYS = ("java.version", "maven.compiler.release", "maven.compiler.source", "maven.compiler.target", "kotlin.compiler.jvmTarget")
_COMPILERS = ("maven-compiler-plugin", "kotlin-maven-plugin")
_SCOPES: dict[str, Scope] = {"test": "test", "provided": "provided", "runtime": "runtime", "system": "provided"}
_DEVELOPMENT = ("spring-boot-devtools", "spring-boot-docker-compose", "lombok")
_MAX_PARENTS = 8


class Poms:
    """Hold every pom.xml of a tree, parents within the tree followed."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.roots: dict[str, Element] = {}
        for path in view.named("pom.xml"):
            root = view.once("xml", path, read_xml)
            if root is not None and root.name == "project" and "META-INF" not in path.split("/"):
                self.roots[folder_of(path)] = root

    def parent(self, folder: str) -> str | None:
        """Return the folder of the parent POM in this tree: by its relative path, and by name."""
        root = self.roots[folder]
        parent = root.first("parent")
        if parent is None:
            return None
        path = parent.first("relativePath")
        if path is not None and not path.text:
            return None
        relative = path.text if path is not None else "../pom.xml"
        where = posixpath.normpath(join(folder, relative))
        where = folder_of(where) if where.endswith(".xml") else where
        name = parent.value("artifactId")
        if where in self.roots and where != folder and self.roots[where].value("artifactId") == name:
            return where
        named = [f for f, r in self.roots.items() if f != folder and r.value("artifactId") == name]
        return named[0] if len(named) == 1 and path is None else None

    def lineage(self, folder: str) -> list[str]:
        """Return the folder and its parents, itself first."""
        found = [folder]
        while len(found) < _MAX_PARENTS and (above := self.parent(found[-1])) is not None and above not in found:
            found.append(above)
        return found

    def property(self, folder: str, name: str) -> tuple[str, Place] | None:
        """Return (value, place) of a property, its own references followed to the one that holds the text."""
        for _ in range(_MAX_PARENTS):
            found = self._own(folder, name)
            if found is None:
                return None
            inner = _REFERENCE.fullmatch(found[0])
            if inner is None:
                return found
            name = inner.group(1)
        return None

    def _own(self, folder: str, name: str) -> tuple[str, Place] | None:
        for where in self.lineage(folder):
            for table in self.roots[where].all("properties"):
                for one in table.children:
                    if one.name == name and one.text:
                        return one.text, (join(where, "pom.xml"), one.text_line)
            simple = {"project.version": ("version",), "project.artifactId": ("artifactId",), "project.groupId": ("groupId",)}.get(name)
            for path in (simple, ("parent", *simple)) if simple else ():
                at = self.roots[where].first(*path)
                if at is not None and at.text:
                    return at.text, (join(where, "pom.xml"), at.text_line)
        return None

    def text(self, folder: str, text: str | None) -> str:
        """Return a text with the properties put in that are known."""
        for _ in range(_MAX_PARENTS):
            names = _REFERENCE.findall(text or "")
            if not names or text is None:
                break
            before = text
            for name in names:
                found = self.property(folder, name)
                text = text.replace("${" + name + "}", found[0]) if found else text
            if text == before:
                break
        return text or ""


def maven_units(view: View) -> dict[str, Unit]:
    """Return every Maven module by its folder."""
    poms = Poms(view)
    return {folder: _unit(poms, folder) for folder in sorted(poms.roots)}


def _unit(poms: Poms, folder: str) -> Unit:
    root = poms.roots[folder]
    name = poms.text(folder, root.value("artifactId"))
    version = poms.text(folder, root.value("version") or root.value("parent", "version"))
    unit = Unit(folder, join(folder, "pom.xml"), "maven", name, version or None, root.value("packaging") or "jar")
    at = root.first("artifactId")
    unit.at = at.text_line if at is not None else root.line
    unit.parent = poms.parent(folder)
    parent = root.first("parent", "artifactId")
    unit.member_at = (unit.file, parent.text_line) if parent is not None else None
    lineage = poms.lineage(folder)
    for where in lineage:
        unit.dependencies.extend(_dependencies(poms, where, folder))
        unit.plugins.extend(_plugins(poms, where, lineage))
    if unit.parent is None and (outer := root.first("parent")) is not None:
        at = outer.first("artifactId") or outer
        key = f"{outer.value('groupId') or ''}:{outer.value('artifactId') or ''}"
        unit.plugins.append(Plugin(f"parent:{key}", outer.value("version") or "", (unit.file, at.text_line or at.line)))
    unit.stated = list(_stated(poms, folder))
    unit.main = _main(poms, folder)
    final = poms.text(folder, root.value("build", "finalName"))
    unit.archive = final if final and "${" not in final else None
    return unit


def _dependencies(poms: Poms, where: str, folder: str) -> Iterator[Dependency]:
    root, file = poms.roots[where], join(where, "pom.xml")
    for one in root.all("dependencies", "dependency"):
        yield _dependency(poms, folder, file, one, False)
    for profile in root.all("profiles", "profile"):
        active = profile.value("activation", "activeByDefault") == "true"
        for one in profile.all("dependencies", "dependency"):
            yield _dependency(poms, folder, file, one, not active)


def _dependency(poms: Poms, folder: str, file: str, one: Element, profile: bool) -> Dependency:
    name = one.first("artifactId") or one
    scope = _SCOPES.get(one.value("scope") or "", "compile")
    if name.text in _DEVELOPMENT:
        scope = "development"
    version = poms.text(folder, one.value("version"))
    return Dependency(
        one.value("groupId") or "", name.text, "" if "${" in version else version, scope, (file, name.text_line or one.line), profile
    )


def _plugins(poms: Poms, where: str, lineage: list[str]) -> Iterator[Plugin]:
    """Yield the plugins that a POM applies, each with its own configuration and the managed one of its parents."""
    root, file = poms.roots[where], join(where, "pom.xml")
    applied = [*root.all("build", "plugins", "plugin"), *root.all("profiles", "profile", "build", "plugins", "plugin")]
    for one in applied:
        name = one.first("artifactId") or one
        managed = [
            (join(above, "pom.xml"), m)
            for above in lineage
            for base in (("build",), ("profiles", "profile", "build"))
            for m in poms.roots[above].all(*base, "pluginManagement", "plugins", "plugin")
            if m.value("artifactId") == name.text
        ]
        version = one.value("version") or next((v for _, m in managed if (v := m.value("version"))), None)
        yield Plugin(
            f"{one.value('groupId') or 'org.apache.maven.plugins'}:{name.text}",
            version or "",
            (file, name.text_line or one.line),
            ((file, one), *managed),
        )


def _stated(poms: Poms, folder: str) -> Iterator[Stated]:
    """Yield the Java versions that a POM itself declares; a reference counts where the text it leads to stands."""
    root, file = poms.roots[folder], join(folder, "pom.xml")
    tables = [*root.all("properties"), *root.all("profiles", "profile", "properties")]
    for table in tables:
        for one in table.children:
            if one.name in _VERSION_KEYS and _is_version(one.text):
                yield Stated(one.text, (file, one.text_line), one.name)
            elif one.name in _VERSION_KEYS and (inner := _REFERENCE.fullmatch(one.text)) is not None:
                found = poms.property(folder, inner.group(1))
                if found is not None and found[1][0] == file and inner.group(1) not in _VERSION_KEYS and _is_version(found[0]):
                    yield Stated(found[0], found[1], inner.group(1))
    for base in (("build", "plugins"), ("build", "pluginManagement", "plugins")):
        for plugin in root.all(*base, "plugin"):
            if plugin.value("artifactId") in _COMPILERS:
                for key in ("release", "source", "target", "jvmTarget"):
                    option = plugin.first("configuration", key)
                    if option is None:
                        continue
                    if _is_version(option.text):
                        yield Stated(option.text, (file, option.text_line), f"{plugin.value('artifactId')}.{key}")
                    elif (inner := _REFERENCE.fullmatch(option.text)) is not None and inner.group(1) not in _VERSION_KEYS:
                        found = poms.property(folder, inner.group(1))
                        if found is not None and _is_version(found[0]):
                            yield Stated(found[0], found[1], inner.group(1))


def _is_version(text: str) -> bool:
    return text[:1].isdigit() and text.replace(".", "").isdigit()


def _main(poms: Poms, folder: str) -> tuple[str, Place] | None:
    """Return the main class that a plugin or property names, nearest POM first."""
    for where in poms.lineage(folder):
        for one in poms.roots[where].walk():
            if one.name in ("mainClass", "Main-Class", "start-class") and one.text:
                return poms.text(folder, one.text), (join(where, "pom.xml"), one.text_line)
    for name in ("start-class", "exec.mainClass", "main.class", "mainClass"):
        found = poms.property(folder, name)
        if found is not None:
            return found
    return None
