"""Find Python code bases: folders with a Python manifest, and folders of plain programs that something starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ..aside import is_aside
from ..places import manifest_folders
from ..view import View, folder_of, join
from .requirements import MAIN_GROUPS, Requirement, requirements_of

_ASIDE_REQUIREMENTS = ("dev", "test", "doc", "lint", "ci", "local", "type", "format", "build", "bench")
PROGRAMS = (
    "main.py", "app.py", "server.py", "run.py", "manage.py", "wsgi.py", "asgi.py", "bot.py", "api.py", "index.py", "__main__.py",
    "application.py", "start.py", "worker.py", "hello.py",
)  # fmt: skip


@dataclass(slots=True)
class Project:
    """Be one code base: its folder, its manifests (most telling first) and its direct dependencies."""

    folder: str
    manifests: list[str] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)

    def requires(self, *names: str) -> Requirement | None:
        """Return the production dependency of one of these names (normalised), None without one."""
        return next((r for r in self.requirements if r.name in names and not r.development), None)


def projects(view: View) -> dict[str, Project]:
    """Return the Python code bases by folder; made once per tree."""
    return view.kept("python_projects", lambda: _find(view))


def _find(view: View) -> dict[str, Project]:
    found: dict[str, Project] = {}
    for path in _manifests(view):
        folder = folder_of(path)
        if folder.rpartition("/")[2] in ("requirements", "requirement", "reqs"):
            folder = folder_of(folder)
        if is_aside(path):
            continue
        found.setdefault(folder, Project(folder)).manifests.append(path)
    for folder in _plain_programs(view, set(found)):
        found[folder] = Project(folder)
    for folder in sorted(found):
        project = found[folder]
        project.manifests.sort(key=_rank)
        project.requirements = [r for m in project.manifests for r in requirements_of(view, m)]
        if project.manifests and not _is_production(view, project):
            del found[folder]
    return found


def _rank(path: str) -> tuple[int, str]:
    name = path.rpartition("/")[2]
    order = ("pyproject.toml", "Pipfile", "requirements.txt", "requirements*", "setup.cfg", "setup.py")
    return next((i for i, pattern in enumerate(order) if fnmatchcase(name, pattern)), len(order)), path


def _manifests(view: View) -> list[str]:
    setups = [p for p in view.named("setup.py") if view.holds(p, "setuptools", "distutils", "skbuild")]
    plain = view.named("Pipfile", "requirements*.txt", "requirements*.in", "environment.yml", "environment.yaml", "conda.yml")
    inside = [p for p in view.suffixed(".txt", ".in") if folder_of(p).rpartition("/")[2] in ("requirements", "reqs")]
    projects_ = [p for p in view.named("pyproject.toml") if _is_project(view, p)]
    configured = [p for p in view.named("setup.cfg") if (d := view.document(p)) and ("metadata" in d.data or "options" in d.data)]
    chosen = [p for p in (*plain, *inside) if not _aside_requirements(p)]
    conda = [p for p in chosen if not p.endswith((".yml", ".yaml")) or _names_python(view, p)]
    return sorted({*conda, *setups, *projects_, *configured})


def _aside_requirements(path: str) -> bool:
    stem = path.rpartition("/")[2].lower()
    words = stem.replace("requirements", " ").replace(".", " ").replace("-", " ").replace("_", " ").split()
    return stem.endswith((".txt", ".in")) and any(w.startswith(_ASIDE_REQUIREMENTS) for w in words)


def _is_project(view: View, path: str) -> bool:
    document = view.document(path)
    if document is None:
        return False
    tools = document.table("tool")
    grouped = any(g in MAIN_GROUPS for g in document.table("dependency-groups"))
    return grouped or "project" in document.data or any(t in tools for t in ("poetry", "pdm", "flit", "uv"))


def _names_python(view: View, path: str) -> bool:
    document = view.document(path)
    return document is not None and any(str(d).startswith(("python", "pip")) or isinstance(d, dict) for d in document.items("dependencies"))


def _plain_programs(view: View, known: set[str]) -> list[str]:
    """Return folders without a Python manifest that hold a program: at the root, beside a Dockerfile, Procfile or version file."""
    others = manifest_folders(view)
    started = {folder_of(p) for p in view.named("Dockerfile*", "*.Dockerfile", "Procfile", ".python-version", "runtime.txt", "uwsgi.ini")}
    found: dict[str, None] = {}
    for path in view.named(*PROGRAMS):
        folder = folder_of(path)
        above = view.owner(folder, known)
        if folder in known or is_aside(path) or (above is not None and folder not in started):
            continue
        if folder in started or (folder == "." and folder not in others):
            found[folder] = None
    for path in view.suffixed(".py") if started else ():
        folder = folder_of(path)
        if folder in started - known - others and not is_aside(path) and view.owner(folder, known) is None:
            found[folder] = None
    return list(found)


def _is_production(view: View, project: Project) -> bool:
    """Say whether a folder with a manifest holds or serves Python code at all (a lone `requirements.txt` for tooling does not)."""
    if any(p.rpartition("/")[2] in ("pyproject.toml", "setup.py", "Pipfile") for p in project.manifests):
        return True
    return bool(view.under(project.folder, view.suffixed(".py", ".ipynb"))) or view.exists(join(project.folder, "Dockerfile"))


def owner_of(view: View, path: str) -> str | None:
    """Return the folder of the Python code base that a file belongs to, None without one."""
    return view.owner(path, projects(view).keys())
