"""Read .NET projects: SDK, target frameworks, packages and references, with what Directory.Build.props and central versions add."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from ..parsers.xml import Element, read_xml
from ..view import View, folder_of, join

Place = tuple[str, int]
_SUFFIXES = (".csproj", ".fsproj", ".vbproj")
_TEST_PACKAGES = {"microsoft.net.test.sdk", "xunit", "xunit.v3", "nunit", "mstest.testframework", "mstest", "tunit", "benchmarkdotnet"}
_CLIENT_SDKS = ("Microsoft.NET.Sdk.BlazorWebAssembly", "Microsoft.NET.Sdk.WindowsDesktop", "Uno.Sdk", "MSBuild.Sdk.Extras")


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
    for file in [*_props(view, folder), path]:
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
            ):
                found.properties[one.name] = (one.text, (file, one.text_line))
    for group in root.all("ItemGroup"):
        for one in group.children:
            name = one.attributes.get("Include") or ""
            if one.name == "PackageReference" and name:
                version = one.attributes.get("Version") or one.value("Version") or central.get(name.lower(), "")
                found.packages.append(Package(name, "" if "$(" in version else version, (file, _line(view, file, name, one.line))))
            elif one.name == "ProjectReference" and name and "$(" not in name:
                found.references.append(posixpath.normpath(join(folder_of(file), name.replace("\\", "/"))))


def _line(view: View, file: str, name: str, line: int) -> int:
    """Return the line of an element's name: an element over several lines is counted by its last."""
    lines = view.lines(file)
    return next((n for n in range(line, max(line - 6, 0), -1) if n <= len(lines) and name in lines[n - 1]), line)


def _props(view: View, folder: str) -> list[str]:
    """Return the Directory.Build.props and Directory.Packages.props files that hold for a folder, outermost first."""
    found: list[str] = []
    here = folder
    while True:
        found.extend(p for n in ("Directory.Packages.props", "Directory.Build.props") if view.repository.real(p := join(here, n)))
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
