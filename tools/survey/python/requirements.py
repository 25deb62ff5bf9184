"""Read declared dependencies of Python manifests, each with its line."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ....core.facts import Evidence
from ..parsers.document import Document
from ..view import View, folder_of, join

_SPEC = re2.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*([^;#@]*)")
_CALL = re2.compile(r"['\"]([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]'\"]*\])?\s*(?:[<>=!~][^'\";]*)?)(?:;[^'\"]*)?['\"]")
_MAX_INCLUDES = 10


@dataclass(frozen=True, slots=True)
class Requirement:
    """Be one declared dependency: normalised name, extras, version as declared, where it stands."""

    name: str
    version: str
    extras: tuple[str, ...]
    development: bool
    evidence: Evidence

    @property
    def marked(self) -> str:
        """The name with its extras, as PEP 508 writes it: `psycopg[binary]`."""
        return f"{self.name}[{','.join(self.extras)}]" if self.extras else self.name


def normalise(name: str) -> str:
    """Return a distribution's name in its normal form: lower case, runs of `-`, `_` and `.` as one dash (PEP 503)."""
    return "-".join(p for p in name.lower().replace("_", "-").replace(".", "-").split("-") if p)


def requirements_of(view: View, path: str) -> list[Requirement]:
    """Return the dependencies that one manifest declares, in file order."""
    name = path.rpartition("/")[2]
    if name == "pyproject.toml":
        document = view.document(path)
        return list(_pyproject(view, path, document)) if document else []
    if name == "Pipfile":
        document = view.document(path)
        return list(_pipfile(view, path, document)) if document else []
    if name in ("setup.py", "setup.cfg"):
        return list(_setup(view, path))
    if name.endswith((".yml", ".yaml")):
        document = view.document(path)
        return list(_conda(view, path, document)) if document else []
    return list(_text(view, path, set()))


MAIN_GROUPS = ("main", "prod", "production", "default", "app", "runtime")


def _make(view: View, path: str, line: int, spec: str, version: str | None = None, development: bool = False) -> Requirement | None:
    match = _SPEC.match(spec)
    if match is None:
        return None
    extras = tuple(e.strip().lower() for e in (match.group(2) or "").strip("[]").split(",") if e.strip())
    declared = (match.group(3) or "").strip() if version is None else version
    return Requirement(normalise(match.group(1)), declared, extras, development, view.evidence(path, line))


def _text(view: View, path: str, seen: set[str]) -> Iterator[Requirement]:
    if path in seen or len(seen) > _MAX_INCLUDES:
        return
    seen.add(path)
    for number, raw in enumerate(view.lines(path), 1):
        line = raw.strip()
        if line.startswith(("-r ", "--requirement ", "-r\t")) or (line.startswith("-r") and len(line) > 2):
            other = posixpath.normpath(join(folder_of(path), line.removeprefix("--requirement").removeprefix("-r").strip()))
            yield from _text(view, other, seen)
        elif line.startswith(("-e ", "git+", "http", "./", "../")) and "#egg=" in line:
            made = _make(view, path, number, line.partition("#egg=")[2])
            if made:
                yield made
        elif line and line[0] not in "-#./":
            made = _make(view, path, number, line)
            if made:
                yield made


def _pyproject(view: View, path: str, document: Document) -> Iterator[Requirement]:
    places: list[tuple[tuple[str, ...], bool]] = [(("project", "dependencies"), False)]
    places += [(("project", "optional-dependencies", g), True) for g in document.table("project", "optional-dependencies")]
    alone = "project" not in document.data  # then a group is all that an application can name
    places += [(("dependency-groups", g), not (alone and g in MAIN_GROUPS)) for g in document.table("dependency-groups")]
    places += [(("tool", "uv", "dev-dependencies"), True), (("tool", "pdm", "dev-dependencies"), True)]
    for keys, development in places:
        for index, spec in enumerate(document.items(*keys)):
            made = _make(view, path, document.line(*keys, index), spec, development=development) if isinstance(spec, str) else None
            if made:
                yield made
    yield from _tables(view, path, document, ("tool", "poetry", "dependencies"), False)
    yield from _tables(view, path, document, ("tool", "poetry", "dev-dependencies"), True)
    for group in document.table("tool", "poetry", "group"):
        yield from _tables(
            view, path, document, ("tool", "poetry", "group", group, "dependencies"), group not in ("main", "prod", "production")
        )


def _pipfile(view: View, path: str, document: Document) -> Iterator[Requirement]:
    yield from _tables(view, path, document, ("packages",), False)
    yield from _tables(view, path, document, ("dev-packages",), True)


def _tables(view: View, path: str, document: Document, keys: tuple[str, ...], development: bool) -> Iterator[Requirement]:
    for name, spec in document.table(*keys).items():
        if name.lower() == "python":
            continue
        version = str(spec.get("version", "")) if isinstance(spec, dict) else str(spec)
        extras = spec.get("extras", []) if isinstance(spec, dict) else []
        marked = f"{name}[{','.join(map(str, extras))}]" if isinstance(extras, list) and extras else name
        made = _make(view, path, document.line(*keys, name), marked, "" if version == "*" else version, development)
        if made:
            yield made


def _conda(view: View, path: str, document: Document) -> Iterator[Requirement]:
    for index, spec in enumerate(document.items("dependencies")):
        if isinstance(spec, str):
            made = _make(
                view,
                path,
                document.line("dependencies", index),
                spec.rpartition("::")[2].replace("=", "==", 1) if "==" not in spec else spec,
            )
            if made and made.name not in ("python", "pip"):
                yield made
        elif isinstance(spec, dict):
            for inner, one in enumerate(spec.get("pip") or ()):
                made = _make(view, path, document.line("dependencies", index, "pip", inner), str(one))
                if made:
                    yield made


def _setup(view: View, path: str) -> Iterator[Requirement]:
    """Yield the requirements of setup.cfg, or the strings of `install_requires` in setup.py."""
    if path.endswith(".cfg"):
        document = view.document(path)
        listed = document.text("options", "install_requires") if document else None
        for spec in (listed or "").split("\n"):
            number = view.find(path, spec.strip()) if spec.strip() else None
            made = _make(view, path, number, spec) if number else None
            if made:
                yield made
        return
    start = view.find(path, "install_requires")
    if start is None:
        return
    for number, line in enumerate(view.lines(path)[start - 1 : start + 80], start):
        for match in _CALL.finditer(line.partition("install_requires")[2] if number == start else line):
            made = _make(view, path, number, match.group(1))
            if made:
                yield made
        if "]" in line.replace("[", "", 1) and line.rstrip().endswith(("]", "],", ")")):
            return
