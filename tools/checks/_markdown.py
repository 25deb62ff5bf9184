"""Read a Markdown runbook as a plan: shell blocks become steps in order, blocks with a file name become artifacts."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import re2

from ...core.base import slug
from ...core.plan import SECTION_OF, Phase, Plan
from ._guide.blocks import Block
from ._guide.quoting import Quoted
from ._guide.reading import LONGEST, Heading, told
from ._view.audience import Around, on_desk
from ._view.effects import effect, worst
from ._view.invocations import invocations
from ._view.kinds import kind_of
from ._view.prose import BLOCK_MARK
from ._view.shell import parse

_NUMBER = re2.compile(r"^(?:section\s+)?(\d{1,2})[.)]?\s")
_PHASES = (
    ("teardown", ("teardown", "tear down", "decommission", "uninstall")),
    ("rollback", ("rollback", "roll back", "roll-back", "revert")),
    ("restore", ("restore", "recovery", "disaster")),
    ("backup", ("backup", "back up", "dump")),
    ("smoke", ("smoke", "verify", "verification", "test", "health")),
    ("migrate", ("migrat", "schema", "seed")),
    ("observe", ("monitor", "observab", "alert", "logging", "metrics")),
    ("build", ("build", "image", "container")),
    ("configure", ("config", "secret", "environment")),
    ("preflight", ("prerequisite", "preflight", "requirement", "install tools")),
    ("provision", ("provision", "infrastructure", "network", "database", "cluster")),
    ("release", ("deploy", "release", "rollout", "start", "ingress", "service")),
)


@dataclass(frozen=True, slots=True)
class Told:
    """Hold the plan of some pages and of files beside them, and what was assumed to read them.

    `appears` is for each artifact the number of steps before it in the text, `origins` for each step and artifact of a page that page and
    the line before its first one, `around` what stands around it. `prose` are the pages in the order of the plan's first page, each with
    the number of lines that come before it there.
    """

    plan: Plan
    appears: dict[str, int]
    notes: tuple[str, ...]
    origins: dict[str, tuple[str, int]]
    around: dict[str, Around]
    prose: tuple[tuple[str, int], ...]


def from_markdown(
    pages: Mapping[str, str], name: str, files: Mapping[str, str] | None = None, there: Mapping[str, str] | None = None
) -> Told:
    """Return the plan of some pages and of files beside them; `there` are further files that lie there and are not judged."""
    reader = _Reader({**(there or {}), **(files or {})})
    for page in sorted(pages):
        reader.read(page, pages[page])
    for path in sorted(files or {}):
        reader.file(path, (files or {})[path])
    plan = Plan.model_validate(
        {
            "app": slug(name),
            "title": name,
            "generated_at": "",
            "run_id": "",
            "tool_version": "",
            "catalogue_as_of": "",
            "target": reader.target(),
            "environment": "production",
            "infrastructure_type": "custom",
            "steps": reader.settled(),
            "first_page": "\n".join(reader.prose),
            "artifacts": list(reader.artifacts.values()),
        }
    )
    made = "no plan.json: steps, phases and files were taken from the Markdown" if pages else "no plan.json: deployment files were checked"
    return Told(plan, reader.appears, (made, *reader.notes), reader.origins, reader.places, tuple(reader.starts))


class _Reader:
    def __init__(self, there: Mapping[str, str]) -> None:
        self.there = Quoted(there)
        self.steps: list[dict[str, Any]] = []
        self.artifacts: dict[str, dict[str, Any]] = {}
        self.appears: dict[str, int] = {}
        self.notes: list[str] = []
        self.used: dict[str, int] = {}  # id -> the number that the last step of that name got
        self.prose: list[str] = []
        self.origins: dict[str, tuple[str, int]] = {}
        self.around: list[str] = []  # the text since the last heading: what a reader has just been told
        self.places: dict[str, Around] = {}
        self.desk = False
        self.last = ""  # the block after which nothing has been said yet
        self.starts: list[tuple[str, int]] = []

    def target(self) -> str:
        kinds = {kind_of(a["path"], a["language"], a["content"]) for a in self.artifacts.values()}
        return "kubernetes" if "kubernetes" in kinds else "compose"

    def read(self, page: str, text: str) -> None:
        above: list[Heading] = []
        section: int | None = None
        self.around = []
        self.desk = on_desk(page, text)
        lines = [line[:LONGEST] for line in text.split("\n")]
        if len("\n".join(lines)) < len(text):
            self.notes.append(f"{page}: lines longer than {LONGEST} characters were cut before they were read")
        seen = len(self.steps) + len(self.artifacts)
        for item in told(tuple(lines)):
            if isinstance(item, Heading):
                self.last = ""
                above = [*(h for h in above if h.level < item.level), item]
                section = self._section(item.text, section)
                self.around = []
            elif isinstance(item, str):
                self._follows(item)
                self.around.append(item)
            elif self._block(page, item, [h.text for h in above], section):
                _struck(lines, item.rows)
        if seen == len(self.steps) + len(self.artifacts):
            self.notes.append(f"{page}: no steps and no files: none of its blocks holds commands or a file")
        self.starts.append((page, sum(text.count("\n") + 1 for text in self.prose)))
        self.prose.append("\n".join(lines))

    @staticmethod
    def _section(heading: str, current: int | None) -> int | None:
        match = _NUMBER.search(heading.strip().lower())
        number = int(match.group(1)) if match else 0
        return number if 1 <= number <= 11 else current

    def settled(self) -> list[dict[str, Any]]:
        """Return the steps with what stands around them: the next block that only reads is a change's check, a rollback its way back."""
        back = next((s["title"] for s in self.steps if s["phase"] in ("rollback", "restore")), None)
        for number, step in enumerate(self.steps):
            if step["kind"] in ("read", "create"):
                continue
            following = next((s for s in self.steps[number + 1 :] if s["section"] == step["section"]), None)
            calls = invocations(parse(step["run"]))
            changing = {c.line for c in calls if effect(c) != "read"}
            own = [c for c in calls if c.line not in changing and c.where == "here"]
            if following is not None and following["kind"] == "read" and self._together(step, following):
                step["verify"] = following["run"]
            elif own and own[-1].line >= parse(step["run"]).root.parts[-1].line:
                step["verify"] = " ".join(w.text for w in own[-1].words)
            if back is not None:
                step["rollback_none"] = f"the runbook goes back under its heading {back}"
        return self.steps

    def _follows(self, text: str) -> None:
        """Keep the text that comes right behind a block with that block."""
        if self.last in self.places:
            self.places[self.last] = replace(self.places[self.last], after=text[:200])
        self.last = ""

    def _together(self, step: Mapping[str, Any], following: Mapping[str, Any]) -> bool:
        """Say whether a step can be checked by the one that follows: it stands under the same heading, or under one that says so."""
        here, there = self.places[step["id"]], self.places[following["id"]]
        return here.page == there.page and (here.headings == there.headings or following["phase"] == "smoke")

    def _block(self, page: str, block: Block, headings: list[str], section: int | None) -> bool:
        """Take a block as a step or a file; say whether it was taken (an expected output, a picture stays text)."""
        phase = _phase(headings)
        number = section or SECTION_OF[phase]
        phase = phase if phase in get_args(Phase) else "release"
        around = Around(page, tuple(headings), "\n".join(self.around)[-1500:], desk=self.desk)
        if block.run is not None:
            self._step(block.run, phase, number, (page, block.line), around)
        elif block.file and not self.there.quoted(block.path, page, block.content):
            nameless = f"{page}.{block.line + 1}.{block.kind}"
            self._artifact(block.path or nameless, block.language, block.content, number, (page, block.line), around)
        return block.run is not None or block.file

    def file(self, path: str, content: str) -> None:
        """Take a file that lies beside the pages; it wins over a block of the same path."""
        self.artifacts.pop(path, None)
        self.appears[path] = 0
        self.origins.pop(path, None)
        self.places.pop(path, None)
        self.artifacts[path] = {"path": path, "install_to": path, "language": "", "content": content, "purpose": "", "section": 6}

    def _artifact(self, path: str, language: str, content: str, section: int, origin: tuple[str, int], around: Around) -> None:
        inside = posixpath.normpath(path).lstrip("/")
        if inside.startswith(".."):
            return
        key = inside
        if inside in self.artifacts and self.origins[inside][0] != origin[0]:
            key = f"{origin[0]}.{origin[1] + 1}.{posixpath.basename(inside)}"  # another page's own text of a file of that name
        elif inside in self.artifacts and self.artifacts[inside]["content"] != content:
            self.notes.append(f"{inside} is written more than once; the last text counts")
        self.appears.setdefault(key, len(self.steps))
        self.origins[key] = origin
        self.places[key] = around
        self.last = key
        self.artifacts[key] = {
            "path": key,
            "install_to": None if path.startswith("/") else inside,
            "language": language,
            "content": content,
            "purpose": "",
            "section": section,
        }

    def _step(self, run: str, phase: str, section: int, origin: tuple[str, int], around: Around) -> None:
        where = f"{origin[0]}:{origin[1] + 1}"
        title = around.headings[-1] if around.headings else where
        base = slug(title, 40)
        identity = base
        while identity in self.used:
            self.used[base] += 1
            identity = f"{base}-{self.used[base]}"
        self.used[identity] = 1
        self.origins[identity] = origin
        self.places[identity] = around
        self.last = identity
        self.steps.append(
            {
                "id": identity,
                "section": section,
                "title": title[:200],
                "phase": phase,
                "kind": worst([effect(call) for call in invocations(parse(run))]),
                "run": run,
                "why": around.told[-1000:],
                "impact": where,
            }
        )


def _struck(lines: list[str], rows: tuple[int, int]) -> None:
    """Take the rows of a block out of the prose: it stands as a step or a file."""
    for row in range(rows[0], min(rows[1], len(lines))):
        lines[row] = BLOCK_MARK if row == rows[0] else ""


def _phase(headings: list[str]) -> str:
    for heading in reversed(headings):
        lowered = heading.lower()
        for phase, words in _PHASES:
            if any(word in lowered for word in words):
                return phase
    return "release"
