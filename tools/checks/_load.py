"""Read a plan for checking: a plan folder with plan.json, also one of another maker, a Markdown runbook, or deployment files."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.blueprint import Blueprint
from ...core.errors import SourceError, UsageError
from ...core.facts import Survey
from ...core.plan import Plan
from ._collect import PAGES, Collected, collect
from ._lenient import lenient, rows
from ._markdown import from_markdown
from ._places import DOCUMENT, Places
from ._texts import Unread, text_of
from ._view.audience import Around

MAX_FILE = 4_000_000
MAX_SURVEY = 32_000_000
"""The survey of a large repository, with every route and variable in it, is longer than any text that a person wrote."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hold a plan to check and what had to be assumed to read it; `commits` is how many actions the repository names by commit elsewhere.

    `files` are the repository's paths where a repository was read. `origins` tell for a step or artifact of Markdown the page it stands on
    and the line before its first one, `around` what stands around it; `pages` how many lines of the plan's first page come before each.
    `beside` are texts that are not judged, and say what the judged ones leave open.
    `whole` is False for pages and files that no plan holds together. `texts` are what was read, by file below `folder`; `document` is the
    JSON file that holds the plan, where one does.
    """

    plan: Plan
    notes: tuple[str, ...] = ()
    appears: Mapping[str, int] = field(default_factory=dict)
    survey: Survey | None = None
    blueprint: Blueprint | None = None
    foreign: bool = False
    files: frozenset[str] | None = None
    origins: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    around: Mapping[str, Around] = field(default_factory=dict)
    folder: Path | None = None
    pages: tuple[tuple[str, int], ...] = ()
    commits: int = 0
    beside: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    texts: Mapping[str, str] = field(default_factory=dict)
    document: str = DOCUMENT

    @property
    def places(self) -> Places:
        """Return where the plan's steps and files stand."""
        return Places(self.plan, self.folder, self.origins, self.pages, self.document)


def load(path: Path) -> Loaded:
    """Return the plan at a path; raise UsageError or SourceError.

    A folder with plan.json or a plan.json is a plan; a Markdown file is a runbook; any other folder is read for its deployment files and
    runbooks, and any other file is checked as one.
    """
    try:
        return _loaded(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read", error.strerror or type(error).__name__, _HINT) from None


def _loaded(path: Path) -> Loaded:
    if path.is_file():
        if path.suffix == ".json":
            return _document(path)
        if path.suffix.lower() in PAGES:
            return _read({}, {path.name: _text(path)}, path.parent, None)
        return _read({path.name: _text(path)}, {}, path.parent, None)
    if not path.is_dir():
        there = path.exists() or path.is_symlink()
        why = "it is neither a file nor a folder, or a link that leads nowhere" if there else "nothing has that name"
        raise UsageError(f"there is no plan at {path}", why, _HINT)
    if (path / DOCUMENT).is_file():
        return _document(path / DOCUMENT)
    found = collect(path)
    if not found.files and not found.pages:
        raise UsageError(f"{path} holds neither plan.json nor Markdown nor deployment files", "; ".join(found.notes[:_TOLD]), _HINT)
    return _read(found.files, found.pages, path, found.paths if found.files else None, found.notes, found)


_HINT = "Give a plan folder, a plan.json, a Markdown runbook, or a repository with deployment files."
_TOLD = 5  # notes that a refusal repeats


def _read(
    files: Mapping[str, str],
    pages: Mapping[str, str],
    folder: Path,
    paths: frozenset[str] | None,
    notes: tuple[str, ...] = (),
    collected: Collected | None = None,
) -> Loaded:
    there = dict.fromkeys(collected.paths, "") | collected.beside if collected is not None else {}
    told = from_markdown(pages, folder.resolve().name, files, there)
    return Loaded(
        told.plan,
        (*told.notes, *notes),
        told.appears,
        foreign=True,
        files=paths,
        origins=told.origins,
        around=told.around,
        folder=folder,
        pages=told.prose,
        commits=collected.commits if collected is not None else 0,
        beside=collected.beside if collected is not None else {},
        whole=False,
        texts={**files, **pages},
    )


def _text(path: Path) -> str:
    try:
        return text_of(path, MAX_FILE)
    except Unread as error:
        raise SourceError(f"{path.name} cannot be checked", str(error), "A plan, a runbook and a deployment file are text.") from None


def _document(file: Path) -> Loaded:
    """Return the plan that a JSON document holds, its artifacts read from beside it."""
    text = _text(file)
    try:
        raw = _whole_text(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file.name} is no JSON", str(error), _HINT) from None
    if not isinstance(raw, dict):
        raise UsageError(f"{file.name} holds no plan", "its outermost value is no object", "It must be an object with `steps`.")
    own, folder = "tool_version" in raw, file.parent
    texts, notes = {file.name: text}, []
    for artifact in rows(raw, "artifacts"):
        path = artifact.get("path")
        if isinstance(path, str) and not artifact.get("content"):
            content = _content(folder, path)
            artifact["content"] = content or ""
            if content is None and not own:  # a plan of ours that is not whole is refused
                notes.append(f"{path} was checked as if it were empty: it is neither in {file.name} nor beside it")
            elif content is not None:
                texts[path] = content
    plan, assumed = lenient(raw)
    survey = _beside(folder / "survey.json", texts, notes) if own else None
    return Loaded(plan, (*assumed, *notes), survey=survey, foreign=not own, folder=folder, texts=texts, document=file.name)


def _whole_text(raw: Any) -> Any:
    """Return JSON without lone surrogates (`\\ud800` in the file), which no UTF-8 text holds."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.loads(json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace"))
    return raw


def _content(folder: Path, path: str) -> str | None:
    """Return the text of an artifact's file; null where there is none inside of the folder."""
    inside = posixpath.normpath(path)
    target = folder / inside
    if inside.startswith(("..", "/")) or not target.is_file() or not target.resolve().is_relative_to(folder.resolve()):
        return None
    return _text(target)


def _beside(path: Path, texts: dict[str, str], notes: list[str]) -> Survey | None:
    """Return the survey of a plan of ours; null, with a note, where it is not there or no survey."""
    if not path.is_file():
        notes.append(f"there is no {path.name}: what only the survey can show was not checked")
        return None
    try:
        texts[path.name] = text_of(path, MAX_SURVEY)
        return Survey.from_json(texts[path.name])
    except (Unread, ValueError) as error:
        why = str(error) if isinstance(error, Unread) else "it is no survey of this version"
        notes.append(f"{path.name} was not read, {why}: what only the survey can show was not checked")
        return None
