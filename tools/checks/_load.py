"""Read a plan for checking: a plan folder with plan.json, also one of another maker, a Markdown runbook, or deployment files."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from ...core.base import slug
from ...core.blueprint import Blueprint
from ...core.errors import SourceError, UsageError
from ...core.facts import Survey
from ...core.plan import REFERENCE_KINDS, SECTION_OF, Phase, Plan
from ._collect import PAGES, Collected, collect
from ._markdown import from_markdown
from ._places import Places
from ._view.audience import Around
from ._view.effects import effect, worst
from ._view.invocations import invocations
from ._view.shell import parse

MAX_FILE = 4_000_000
MAX_FILES = 2_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hold a plan to check and what had to be assumed to read it; `commits` is how many actions the repository names by commit elsewhere.

    `files` are the repository's paths where a repository was read. `origins` tell for a step or artifact of Markdown the page it stands on
    and the line before its first one, `around` what stands around it; `pages` how many lines of the plan's first page come before each.
    `beside` are texts that are not judged, and say what the judged ones leave open.
    `whole` is False for pages and files that no plan holds together.
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

    @property
    def places(self) -> Places:
        """Return where the plan's steps and files stand."""
        return Places(self.plan, self.folder, self.origins, self.pages)


def load(path: Path) -> Loaded:
    """Return the plan at a path; raise UsageError or SourceError.

    A folder with plan.json or a plan.json is a plan; a Markdown file is a runbook; any other folder is read for its deployment files and
    runbooks, and any other file is checked as one.
    """
    if path.is_file():
        if path.suffix == ".json":
            return _folder(path.parent, path)
        if path.suffix.lower() in PAGES:
            return _read({}, {path.name: _text(path)}, path.parent, None)
        return _read({path.name: _text(path)}, {}, path.parent, None)
    if not path.is_dir():
        raise UsageError(f"there is no plan at {path}", hint=_HINT)
    if (path / "plan.json").is_file():
        return _folder(path, path / "plan.json")
    found = collect(path)
    if not found.files and not found.pages:
        raise UsageError(f"{path} holds neither plan.json nor Markdown nor deployment files", hint=_HINT)
    return _read(found.files, found.pages, path, found.paths if found.files else None, found.notes, found)


_HINT = "Give a plan folder, a plan.json, a Markdown runbook, or a repository with deployment files."


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
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise SourceError(f"{path.name} is larger than {MAX_FILE} bytes", hint="A runbook is text; check what this file is.")
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise SourceError(f"cannot read {path.name}", why=type(error).__name__) from None


def _folder(folder: Path, file: Path) -> Loaded:
    try:
        raw = _whole_text(json.loads(_text(file)))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file.name} is no JSON", why=str(error)) from None
    if not isinstance(raw, dict):
        raise UsageError(f"{file.name} holds no plan", hint="It must be an object with `steps`.")
    own = "tool_version" in raw
    for artifact in raw.get("artifacts", []):
        if isinstance(artifact, dict) and isinstance(artifact.get("path"), str) and not artifact.get("content"):
            artifact["content"] = _content(folder, artifact["path"])
    plan, notes = lenient(raw)
    survey, blueprint = (_beside(folder / "survey.json", Survey), None) if own else (None, None)
    return Loaded(plan, notes, survey=survey, blueprint=blueprint, foreign=not own, folder=folder)


def _whole_text(raw: Any) -> Any:
    """Return JSON without lone surrogates (`\\ud800` in the file), which no UTF-8 text holds."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.loads(json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace"))
    return raw


def _content(folder: Path, path: str) -> str:
    inside = posixpath.normpath(path)
    target = folder / inside
    if inside.startswith(("..", "/")) or not target.is_file() or not target.resolve().is_relative_to(folder.resolve()):
        return ""
    return _text(target)


def _beside(path: Path, model: type[Survey]) -> Survey | None:
    if not path.is_file():
        return None
    try:
        return model.from_json(_text(path))
    except ValueError:
        return None


def lenient(raw: Mapping[str, Any]) -> tuple[Plan, tuple[str, ...]]:
    """Return a plan from a JSON object that may lack what our own plans state or hold other types; say what was assumed.

    Raise UsageError when it has no usable step list.
    """
    if not isinstance(raw.get("steps", []), list):
        raise UsageError("`steps` is no list", hint="A plan is an object with `steps`.")
    notes: list[str] = []
    known = set(Plan.model_fields) | {"schema"}
    made = {key: value for key, value in raw.items() if key in known and key not in ("findings", "votes")}
    if extra := sorted(set(raw) - known):
        notes.append(f"fields not read: {', '.join(extra)}")
    made["steps"] = [_step(step, number, notes) for number, step in enumerate(raw.get("steps", [])) if isinstance(step, dict)]
    made["artifacts"] = [_artifact(a) for a in raw.get("artifacts", []) if isinstance(a, dict) and a.get("path")]
    made["inputs"] = [_input(i) for i in raw.get("inputs", []) if isinstance(i, dict) and i.get("name")]
    target = str(raw.get("target", "compose"))
    defaults = {
        "app": "app",
        "title": str(raw.get("app", "app")),
        "generated_at": "",
        "run_id": "",
        "tool_version": "",
        "catalogue_as_of": "",
        "target": target,
        "environment": "production",
        "infrastructure_type": "custom",
    }
    for key, value in defaults.items():
        made.setdefault(key, value)
    try:
        return Plan.model_validate({k: v for k, v in made.items() if v is not None}), tuple(notes)
    except ValueError as error:
        first = str(error).split("\n")
        raise UsageError("this is no plan that can be checked", why="; ".join(part.strip() for part in first[1:3])) from None


def _step(raw: Mapping[str, Any], number: int, notes: list[str]) -> dict[str, Any]:
    from ...core.plan import Step

    step = {key: value for key, value in raw.items() if key in Step.model_fields and value is not None}
    step["id"] = slug(str(raw.get("id") or f"step-{number + 1}"))
    phase = str(raw.get("phase", "release"))
    step["phase"] = phase if phase in get_args(Phase) else "release"
    if not isinstance(step.get("section"), int) or not 1 <= step["section"] <= 11:
        step["section"] = SECTION_OF.get(phase, SECTION_OF["release"])
    step.setdefault("title", step["id"])
    step["run"] = str(raw.get("run", ""))
    if "kind" not in step:
        found = worst([effect(call) for call in invocations(parse(step["run"]))])
        step["kind"] = "destroy" if raw.get("destructive") else found
        notes.append(f"step {step['id']}: kind {step['kind']} taken from its commands")
    if step.get("blast_radius") not in ("none", "pod", "service", "data", "account", None):
        step["impact"] = str(step.pop("blast_radius"))
    if "needs" in step:  # `docker`, `registry:pypi`: rights and reach, not typed references
        step["needs"] = [n for n in step["needs"] if isinstance(n, str) and n.partition(":")[0] in REFERENCE_KINDS and ":" in n]
    if "evidence" in step and "topics" not in raw:
        step.pop("evidence")
    return step


def _artifact(raw: Mapping[str, Any]) -> dict[str, Any]:
    from ...core.plan import Artifact

    artifact = {key: value for key, value in raw.items() if key in Artifact.model_fields and value is not None}
    artifact.setdefault("language", "")
    artifact.setdefault("purpose", "")
    if not isinstance(artifact.get("section"), int) or not 1 <= artifact["section"] <= 11:
        artifact["section"] = 6
    return artifact


def _input(raw: Mapping[str, Any]) -> dict[str, Any]:
    from ...core.plan import Input

    made = {key: value for key, value in raw.items() if key in Input.model_fields and value is not None}
    made.setdefault("description", "")
    made.setdefault("kind", "value")
    return made
