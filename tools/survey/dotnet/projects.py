"""Read .NET projects: SDK, target frameworks, packages and references, with what Directory.Build.props and central versions add."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import re2

from ..parsers.xml import Element, read_xml
from ..view import View, folder_of, join

Place = tuple[str, int]
_SUFFIXES = (".csproj", ".fsproj", ".vbproj")
_TEST_PACKAGES = {"microsoft.net.test.sdk", "xunit", "xunit.v3", "nunit", "mstest.testframework", "mstest", "tunit", "benchmarkdotnet"}
_CLIENT_SDKS = ("Microsoft.NET.Sdk.BlazorWebAssembly", "Microsoft.NET.Sdk.WindowsDesktop", "Uno.Sdk", "MSBuild.Sdk.Extras")
_BUILDERS = ("Nuke.Common", "Cake.Frosting", "Cake.Core", "Bullseye", "ModularPipelines")  # the project builds the others
_OR, _AND = re2.compile(r"(?i)\s+or\s+"), re2.compile(r"(?i)\s+and\s+")
_NAMED = re2.compile(
    r"""\$\(MSBuildProject(Name|FullPath)(?:\.(EndsWith|StartsWith|Contains)\(['"]([^'"]*)['"]\)\)|\)['"]?\s*(==|!=)\s*['"]([^'"]*)['"])"""
)
_PROPERTY = re2.compile(r"\$\((\w+)\)")


@dataclass(frozen=True, slots=True)
class Package:
    """Be one package reference; `version` empty where nothing states it."""

    name: str
    version: str
    place: Place


@dataclass(slots=True)
class Project:
    """Be one project file."""

    folder: str
    file: str
    sdk: str
    at: int
    properties: dict[str, tuple[str, Place]] = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)
    references: list[str] = field(default_factory=list)  # project files of this tree
    sdks: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the file's name without its suffix."""
        return self.file.rpartition("/")[2].rpartition(".")[0]

    @property
    def assembly(self) -> str:
        """Return the name of the program that is built."""
        stated = self.value("AssemblyName")
        return stated if stated and "$(" not in stated else self.name

    @property
    def language(self) -> str:
        """Return the language by the file's suffix."""
        return {"fsproj": "fsharp", "vbproj": "visualbasic"}.get(self.file.rpartition(".")[2], "csharp")

    def value(self, name: str) -> str | None:
        """Return a property, None where it is not set."""
        found = self.properties.get(name)
        return found[0] if found else None

    def says(self, name: str) -> bool:
        """Say whether a property is true."""
        return (self.value(name) or "").lower() == "true"

    @property
    def is_test(self) -> bool:
        """Say whether the project holds tests or benchmarks."""
        return self.says("IsTestProject") or any(p.name.lower() in _TEST_PACKAGES for p in self.packages)

    @property
    def is_host(self) -> bool:
        """Say whether the project is an Aspire AppHost: it describes the others."""
        return self.says("IsAspireHost") or any(s.startswith("Aspire.AppHost.Sdk") for s in self.sdks)

    @property
    def is_client(self) -> bool:
        """Say whether the project is a browser, desktop or mobile client."""
        target = self.value("TargetFramework") or self.value("TargetFrameworks") or ""
        marked = any(self.says(n) for n in ("UseWPF", "UseWindowsForms", "UseMaui", "UseWinUI"))
        return marked or self.sdk.startswith(_CLIENT_SDKS) or any(w in target for w in ("-android", "-ios", "-windows", "-maccatalyst"))

    @property
    def is_program(self) -> bool:
        """Say whether the project builds a program rather than a library."""
        kind = (self.value("OutputType") or "").lower()
        if kind:
            return kind in ("exe", "winexe")
        return self.sdk.startswith(("Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker")) or bool(self.value("AzureFunctionsVersion"))

    @property
    def is_builder(self) -> bool:
        """Say whether the project is a build script: it loads a library of build steps."""
        return self.package(*_BUILDERS) is not None

    def package(self, *names: str) -> Package | None:
        """Return the first package reference with one of these names, or one that begins so where the name ends with `*`."""
        for one in self.packages:
            lower = one.name.lower()
            if any(lower.startswith(n[:-1].lower()) if n.endswith("*") else lower == n.lower() for n in names):
                return one
        return None


def projects(view: View) -> dict[str, Project]:
    """Return every project by its file, sorted; made once per tree."""
    return view.kept("dotnet_projects", lambda: {p: made for p in view.suffixed(*_SUFFIXES) if (made := _project(view, p)) is not None})


def by_folder(view: View) -> dict[str, Project]:
    """Return one project per folder: a program before a library, tests last."""
    found: dict[str, Project] = {}
    for project in projects(view).values():
        known = found.get(project.folder)
        if known is None or (known.is_test, not known.is_program) > (project.is_test, not project.is_program):
            found[project.folder] = project
    return found


def _project(view: View, path: str) -> Project | None:
    root = view.once("xml", path, read_xml)
    if root is None or root.name != "Project":
        return None
    sdks = [s.strip() for s in root.attributes.get("Sdk", "").split(";") if s.strip()]
    sdks += [e.attributes.get("Name", "") for e in root.all("Sdk")]
    folder = folder_of(path)
    found = Project(folder, path, next(iter(sdks), ""), root.line, sdks=sdks)
    central = _central(view, folder)
    for file in [*_props(view, folder), path, *_props(view, folder, ("Directory.Build.targets",))]:
        element = view.once("xml", file, read_xml)
        if element is not None:
            _take(view, found, file, element, central, own=file == path)
    return found


def _take(view: View, found: Project, file: str, root: Element, central: dict[str, str], own: bool) -> None:
    for group in root.all("PropertyGroup"):
        for one in group.children:
            if (
                one.text
                and (own or one.name not in found.properties)
                and not (group.attributes.get("Condition") and one.name in found.properties)
                and holds(one.attributes.get("Condition", ""), found.file, unknown=True)
            ):
                found.properties[one.name] = (one.text, (file, one.text_line))
    for group in root.all("ItemGroup"):
        condition = group.attributes.get("Condition", "")
        if condition and not holds(condition, found.file, own):
            continue
        for one in group.children:
            name = one.attributes.get("Include") or ""
            if one.name == "PackageReference" and name:
                version = one.attributes.get("Version") or one.value("Version") or central.get(name.lower(), "")
                found.packages.append(Package(name, "" if "$(" in version else version, (file, _line(view, file, name, one.line))))
            elif one.name == "ProjectReference":
                found.references.extend(_referenced(view, found, file, name))


def holds(condition: str, path: str, unknown: bool) -> bool:
    """Return what an MSBuild condition on a project's name or path comes to; `unknown` for what it asks of anything else."""
    for word, every in ((_OR, False), (_AND, True)):
        parts = [str(p) for p in word.split(condition.strip())]
        if len(parts) > 1:
            said = [holds(p, path, unknown) for p in parts]
            return all(said) if every else any(said)
    match = _NAMED.search(condition)
    if match is None:
        return unknown
    of, method, wanted, equal, other = match.groups()
    subject = (path.rpartition("/")[2].rpartition(".")[0] if of == "Name" else f"/{path}").lower()
    lower = str(wanted or other or "").lower().replace("\\", "/")
    if equal:
        return bool((subject == lower) == (equal == "=="))
    met = {"EndsWith": subject.endswith(lower), "StartsWith": subject.startswith(lower), "Contains": lower in subject}[str(method)]
    return met != condition.strip().startswith("!")


def _referenced(view: View, found: Project, file: str, name: str) -> Iterator[str]:
    """Yield the project files that a reference names, by itself or with wildcards; shared files speak from the project's folder."""
    for _ in range(3):
        for key in _PROPERTY.findall(name):
            known = f"/{folder_of(file)}/" if key == "MSBuildThisFileDirectory" else found.value(key) or f"$({key})"
            name = name.replace(f"$({key})", known)
    if "$(" in name or not name:
        return
    wanted = posixpath.normpath(join(found.folder, name.replace("\\", "/")) if not name.startswith("/") else name.replace("\\", "/"))
    wanted = wanted.lstrip("/").removeprefix("./")
    if "*" not in wanted:
        yield wanted
        return
    for path in view.suffixed(*_SUFFIXES):
        if (
            fnmatchcase(path, wanted.replace("**/", "*"))
            and ("**" in wanted or path.count("/") == wanted.count("/"))
            and path != found.file
        ):
            yield path


def _line(view: View, file: str, name: str, line: int) -> int:
    """Return the line of an element's name: an element over several lines is counted by its last."""
    lines = view.lines(file)
    return next((n for n in range(line, max(line - 6, 0), -1) if n <= len(lines) and name in lines[n - 1]), line)


def _props(view: View, folder: str, names: tuple[str, ...] = ("Directory.Packages.props", "Directory.Build.props")) -> list[str]:
    """Return the shared files of these names that hold for a folder, outermost first."""
    found: list[str] = []
    here = folder
    while True:
        found.extend(p for n in names if view.repository.real(p := join(here, n)))
        if here == ".":
            return list(reversed(found))
        here = folder_of(here)


def _central(view: View, folder: str) -> dict[str, str]:
    """Return {package: version} of the nearest Directory.Packages.props."""
    here = folder
    while True:
        path = join(here, "Directory.Packages.props")
        root = view.once("xml", path, read_xml) if view.repository.real(path) else None
        if root is not None:
            return {
                e.attributes.get("Include", "").lower(): e.attributes.get("Version", "") for e in root.walk() if e.name == "PackageVersion"
            }
        if here == ".":
            return {}
        here = folder_of(here)
