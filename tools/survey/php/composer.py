"""Read Composer manifests, and find the PHP code bases of a tree: those with a manifest, and bare folders of pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..aside import is_aside
from ..codebase import homes, is_vendored, program_files
from ..parsers.php import PhpFile, read_php
from ..view import View, folder_of, join

Place = tuple[str, int]
ROOTS = ("public", "web", "htdocs", "html", "www", "public_html", "webroot", "httpdocs")  # folders that a web server serves


@dataclass(frozen=True, slots=True)
class Package:
    """Be one requirement of a composer.json."""

    name: str
    version: str
    at: Place
    development: bool = False


@dataclass(slots=True)
class Project:
    """Be one PHP code base."""

    folder: str
    file: str | None = None
    lock: str | None = None
    name: str | None = None
    kind: str = ""  # `type`: project, library, …
    packages: list[Package] = field(default_factory=list)
    scripts: dict[str, tuple[str, Place]] = field(default_factory=dict)
    versions: list[tuple[str, str, Place]] = field(default_factory=list)  # (key, value, place)

    def requires(self, *names: str) -> Package | None:
        """Return the first requirement of these names that production installs; `vendor/*` names a vendor."""
        for one in self.packages:
            if not one.development and any(one.name == n or (n.endswith("*") and one.name.startswith(n[:-1])) for n in names):
                return one
        return None


def projects(view: View) -> dict[str, Project]:
    """Return every PHP code base by folder; made once per tree."""
    return view.kept("php_projects", lambda: {folder: _project(view, folder) for folder in folders(view)})


def folders(view: View) -> dict[str, tuple[str, ...]]:
    """Return {folder: manifests}: folders with a composer.json, and those of pages below none."""
    return view.kept("php_folders", lambda: _folders(view))


def _folders(view: View) -> dict[str, tuple[str, ...]]:
    known = dict(homes(view, "php", "composer.json"))
    for path in view.named("index.php"):
        folder = folder_of(path)
        if view.owner(folder, known) is not None:
            continue
        if folder.rpartition("/")[2] in ROOTS and not view.exists(join(folder, "Dockerfile")):
            folder = folder_of(folder)
        if not is_aside(path) and not is_vendored(path) and view.owner(folder, known) is None:
            known[folder] = ()
    return {folder: known[folder] for folder in sorted(known)}


def files(view: View, folder: str) -> tuple[str, ...]:
    """Return the PHP files of a code base, without tests."""
    return program_files(view, folder, folders(view), "php", ".php")


def php_file(view: View, path: str) -> PhpFile | None:
    """Return one parsed file; parsed once."""
    return view.once("php", path, read_php)


def matching(view: View, folder: str, *marks: str) -> list[tuple[str, PhpFile]]:
    """Return (path, parsed file) of a code base's files that hold one of the words."""
    found = ((p, php_file(view, p)) for p in files(view, folder) if view.holds(p, *marks))
    return [(p, parsed) for p, parsed in found if parsed is not None]


def _project(view: View, folder: str) -> Project:
    made = Project(folder)
    path = join(folder, "composer.json")
    document = view.document(path) if view.repository.size(path) else None
    if document is None or not isinstance(document.data, dict):
        return made
    made.file, made.name, made.kind = path, document.text("name"), document.text("type") or ""
    lock = join(folder, "composer.lock")
    made.lock = lock if view.repository.real(lock) else None
    for key in ("require", "require-dev"):
        for name, value in document.table(key).items():
            place = (path, document.line(key, name))
            if name in ("php", "php-64bit") and isinstance(value, str):
                if key == "require" and value.strip() != "*":
                    made.versions.append((f"{key}.{name}", value, place))
            elif isinstance(value, str):
                made.packages.append(Package(name, value, place, key != "require"))
    platform = document.text("config", "platform", "php")
    if platform:
        made.versions.append(("config.platform.php", platform, (path, document.line("config", "platform", "php"))))
    for name, value in document.table("scripts").items():
        text = value if isinstance(value, str) else value[-1] if isinstance(value, list) and value and isinstance(value[-1], str) else None
        if text:
            made.scripts[name] = (text, (path, document.line("scripts", name)))
    return made
