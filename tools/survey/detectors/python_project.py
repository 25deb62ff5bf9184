"""Detect Python code bases: manifests, lock files, package managers, direct dependencies, declared interpreter versions."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Confidence, Evidence, Fact, Located
from ..detector import View, entry, library, module, runtime_version
from ..python.projects import Project, projects
from ..python.sources import files
from ..view import folder_of, join

_LOCKS = {
    "uv.lock": "uv", "poetry.lock": "poetry", "Pipfile.lock": "pipenv", "pdm.lock": "pdm", "conda-lock.yml": "conda", "pixi.lock": "pixi",
}  # fmt: skip
_REQUIRES = re2.compile(r"python_requires\s*=\s*['\"]([^'\"]+)['\"]")
_NAMED = re2.compile(r"^\s*name\s*=\s*['\"]([A-Za-z0-9._-]+)['\"]")


def detect(view: View) -> Iterator[Fact]:
    """Yield what every Python code base declares about itself."""
    known = projects(view)
    for folder, project in known.items():
        yield from _language(view, project)
        yield from _managers(view, project)
        yield from _workspace(view, project)
        yield from _versions(view, project)
        for manifest in project.manifests:
            yield entry("manifest", folder, Located(kind="python", path=manifest))
        for one in project.requirements:
            yield library(folder, one.marked, one.version, one.evidence, development=one.development)


def _language(view: View, project: Project) -> Iterator[Fact]:
    folder = project.folder
    if project.manifests:
        first = project.manifests[0]
        evidence = view.evidence(first)
        sure = "certain" if files(view, folder) else "medium"
        yield module(folder, "language", "python", evidence, confidence=sure)  # type: ignore[arg-type]
        yield module(folder, "manifest", first, evidence, language="python")
        name = view.document(first).text("project", "name") if first.endswith("pyproject.toml") and view.document(first) else None  # type: ignore[union-attr]
        if name:
            yield module(folder, "name", name, view.proof(first, name), language="python")
        return
    program = next(iter(files(view, folder)), None)
    if program:
        yield module(folder, "language", "python", view.evidence(program), confidence="medium")


def _managers(view: View, project: Project) -> Iterator[Fact]:
    """Yield package managers: a lock file or a tool's own table is certain; a plain requirements file yields to those."""
    folder, found = project.folder, []
    locks = {manager: join(folder, name) for name, manager in _LOCKS.items() if view.repository.real(join(folder, name))}
    kept = _kept(view, project, list(locks))
    for manager, path in locks.items():
        sure: Confidence = "certain" if kept in (None, manager) else "high"
        yield module(folder, "lock_file", path, view.evidence(path), language="python", confidence=sure)
        found.append((manager, view.evidence(path)))
    for manifest in project.manifests:
        found.extend(_of_manifest(view, manifest, {m for m, _ in found}))
    strong = bool(found)
    for manager, evidence in found:
        sure = "certain" if kept in (None, manager) else "high"
        yield module(folder, "package_manager", manager, evidence, language="python", confidence=sure)
    image = join(folder, "Dockerfile")
    grouped = (n for n, text in enumerate(view.lines(image), 1) if "pip install " in text and "--group" in text)
    if not found and view.holds(image, "--group") and (line := next(grouped, None)):
        yield module(folder, "package_manager", "pip", view.evidence(image, line), language="python")
    plain = next(
        (
            m
            for m in project.manifests
            if m.rpartition("/")[2].startswith(("requirements", "setup")) or "requirements/" in m or "/reqs/" in m
        ),
        None,
    )
    if plain:
        yield module(
            folder, "package_manager", "pip", view.evidence(plain), language="python", confidence="medium" if strong else "certain"
        )


def _kept(view: View, project: Project, managers: list[str]) -> str | None:
    """Return the one of several lock files' managers that is in use, by pyproject.toml's tables and what the image runs; None: untold."""
    if len(managers) < 2:
        return managers[0] if managers else None
    document = view.document(join(project.folder, "pyproject.toml"))
    tables = [m for m in managers if document is not None and m in document.table("tool")]
    image = view.lines(join(project.folder, "Dockerfile"))
    run = [m for m in managers if any(f"{m} {verb}" in line for line in image for verb in ("sync", "install", "export"))]
    return next(iter([m for m in run if m in tables] or tables or run), None)


def _of_manifest(view: View, path: str, known: set[str]) -> list[tuple[str, Evidence]]:
    name = path.rpartition("/")[2]
    found: list[tuple[str, Evidence]] = []
    if name == "Pipfile" and "pipenv" not in known:
        found.append(("pipenv", view.evidence(path)))
    if name in ("environment.yml", "environment.yaml", "conda.yml") and not known:
        found.append(("conda", view.proof(path, "dependencies")))
    document = view.document(path) if name == "pyproject.toml" else None
    if document is not None:
        backend = document.text("build-system", "build-backend") or ""
        for tool in ("poetry", "pdm", "uv"):
            table = tool in document.table("tool")
            own = table or (tool in backend and tool != "uv")
            if own and not known & {"uv", "poetry", "pdm"} and not any(f[0] == tool for f in found):
                line = document.line("tool", tool) if table else document.line("build-system", "build-backend")
                found.append((tool, view.evidence(path, line)))
                break
    return found


def _workspace(view: View, project: Project) -> Iterator[Fact]:
    """Yield the workspace root above a member: its lock file and version files hold for the member."""
    if project.folder == ".":
        return
    above = folder_of(project.folder)
    while True:
        for name in ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"):
            path = join(above, name)
            if view.repository.real(path):
                root = join(above, "pyproject.toml")
                evidence = view.proof(root, "members") if view.exists(root) else view.evidence(path)
                yield module(project.folder, "member_of", above, evidence, language="python")
                yield module(above, "package_manager", _LOCKS[name], view.evidence(path), language="python")
                yield module(above, "lock_file", path, view.evidence(path), language="python")
                return
        if above == ".":
            return
        above = folder_of(above)


def _versions(view: View, project: Project) -> Iterator[Fact]:
    folder = project.folder
    for path in project.manifests:
        name = path.rpartition("/")[2]
        document = (
            view.document(path) if name in ("pyproject.toml", "Pipfile", "setup.cfg", "environment.yml", "environment.yaml") else None
        )
        keys: list[tuple[str, ...]] = []
        if name == "pyproject.toml":
            keys = [("project", "requires-python"), ("tool", "poetry", "dependencies", "python")]
        elif name == "Pipfile":
            keys = [("requires", "python_full_version"), ("requires", "python_version")]
        elif name == "setup.cfg":
            keys = [("options", "python_requires")]
        for key in keys if document else ():
            value = document.text(*key) if document else None
            if value and value != "*" and document:
                yield runtime_version(folder, "python", "manifest", value, view.evidence(path, document.line(*key)), key=".".join(key))
        if name == "setup.py":
            number = view.find(path, "python_requires")
            match = _REQUIRES.search(view.lines(path)[number - 1]) if number else None
            if match and number:
                yield runtime_version(folder, "python", "manifest", match.group(1), view.evidence(path, number), key="python_requires")
        if document is not None and name.startswith("environment"):
            for index, spec in enumerate(document.items("dependencies")):
                if isinstance(spec, str) and spec.startswith("python") and spec[6:7] in ("=", "<", ">", " "):
                    evidence = view.evidence(path, document.line("dependencies", index))
                    yield runtime_version(folder, "python", "manifest", spec[6:].strip(" ="), evidence, key="dependencies.python")
    yield from _locked(view, folder)


def _locked(view: View, folder: str) -> Iterator[Fact]:
    """Yield the interpreter range that a lock file repeats."""
    for name, word in (("uv.lock", "requires-python"), ("poetry.lock", "python-versions"), ("pdm.lock", "requires_python")):
        path = join(folder, name)
        number = _last(view, path, word) if name == "poetry.lock" else view.find(path, word)
        line = view.lines(path)[number - 1] if number else ""
        value = line.partition("=")[2].strip().strip("\"'")
        if number and value and line.startswith(word) and value != "*":
            yield runtime_version(folder, "python", "lock", value, view.evidence(path, number), key=word)


def _last(view: View, path: str, word: str) -> int | None:
    lines = view.lines(path)
    return next((n for n in range(len(lines), 0, -1) if lines[n - 1].startswith(word)), None)
