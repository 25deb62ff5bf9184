"""A crew whose members do next to nothing, in known ways: small true values, faults on demand, a log of what was done.

Faults and delays come from a JSON file, so that a run in another process can be told the same; the log is appended to line by line, as
one write each, so that it survives a killed process.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploybook.core.base import sha256
from deploybook.core.blueprint import Blueprint, HostSpec
from deploybook.core.errors import NothingDetected, OutputError, SourceError, StateError, Transient, UsageError
from deploybook.core.facts import Service, Survey
from deploybook.core.findings import Finding, Location, Profile, Review, Vote
from deploybook.core.plan import Plan, PlannerFailure, Section, SectionDraft, Step
from deploybook.core.sections import section_by_id
from deploybook.core.settings import Limits, Settings
from deploybook.core.source import Source
from deploybook.core.target import Answer, Assumption, Choice, Question, Target
from deploybook.graph.crew import Crew
from deploybook.tools.redaction import Redactor, TaintStore

ENVIRONMENT = Question(
    id="environment",
    text="Which environment is this plan for?",
    why="It decides replicas and backups.",
    choices=(Choice(value="production", label="real users"), Choice(value="staging", label="a rehearsal")),
    default="production",
    field="environment",
)
DOMAIN = Question(
    id="domain",
    text="Under which name is it reached?",
    why="TLS needs it.",
    pattern=r"^[a-z0-9.-]+$",
    default="app.example.com",
    field="domain",
)
BUDGET = Question(id="budget", text="What may it cost?", why="It bounds the host.", field="budget")  # no default: somebody must say
ERRORS = {"ValueError": ValueError, "StateError": StateError, "Transient": Transient, "SourceError": SourceError}


class Doubles:
    """Make crews that follow one script file: `delays`, `faults`, `blocking`, `questions`, `secret` (all optional)."""

    def __init__(self, script: Path, log: Path) -> None:
        self.script, self.log = script, log

    def __call__(self, settings: Settings) -> Crew:
        return Crew(
            taint=TaintStore,
            redact=lambda place, text, taint, learn: Redactor(taint).redact(place, text, learn=learn).text,
            analyse=self.analyse,
            rescan=self.rescan,
            questions=self.questions,
            settle=self.settle,
            design=self.design,
            plan=self.plan,
            assemble=self.assemble,
            review=self.review,
            finish=lambda plan, review: plan.model_copy(update={"verdict": review.verdict, "findings": review.findings}),
            files=self.files,
            leaks=lambda name, text, taint: Redactor(taint, layers=()).find(name, text),
            write=write,
        )

    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.script.read_text("utf-8"))) if self.script.exists() else {}

    def tell(self, **script: Any) -> None:
        self.script.write_text(json.dumps(script), "utf-8")

    def done(self, word: str = "end") -> list[str]:
        """Return the names of what was done, in order."""
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [line.split(" ", 1)[1] for line in lines if line.split(" ", 1)[0] == word]

    def _note(self, word: str, name: str) -> None:
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{word} {name}\n".encode())
        finally:
            os.close(handle)

    def _do(self, name: str) -> None:
        """Do one named thing: note its start, wait, fail as often as the script says, note its end."""
        script = self.told()
        self._note("start", name)
        time.sleep(float(script.get("delays", {}).get(name, script.get("delay", 0))))
        fault = script.get("faults", {}).get(name)
        if fault and fault.get("from", 1) <= self.done("start").count(name) <= fault.get("times", 10**6):
            error: Exception = ERRORS[fault["error"]](fault.get("text", "told to fail"))
            raise error
        self._note("end", name)

    def analyse(self, source: Source, limits: Limits, taint: TaintStore) -> Survey:
        self._do("analyst")
        self._look(source, taint)
        if source.location.endswith("frontend"):
            raise NothingDetected("no back end was found", "only a front end", "use a static host")
        return Survey(project="shop", commit="a" * 40, services=(Service(name="api", path=".", role="web", port=8000),), files_read=3)

    def rescan(self, source: Source, limits: Limits, taint: TaintStore) -> str | None:
        self._do("rescan")
        self._look(source, taint)
        return str(self.told().get("commit", "a" * 40))

    def _look(self, source: Source, taint: TaintStore) -> None:
        if not Path(source.location).exists() and "://" not in source.location:
            raise SourceError(f"no such path: {source.location}")
        secret = Path(source.location) / ".env"
        if secret.exists():
            Redactor(taint).learn(".env", secret.read_text("utf-8"))

    def questions(self, survey: Survey, given: dict[str, str]) -> tuple[Question, ...]:
        known = {question.id: question for question in (ENVIRONMENT, DOMAIN, BUDGET)}
        return tuple(known[name] for name in self.told().get("questions", ["environment", "domain"]) if name not in given)

    def settle(
        self, survey: Survey, questions: tuple[Question, ...], answers: dict[str, str]
    ) -> tuple[Target, tuple[Answer, ...], tuple[Assumption, ...]]:
        if answers.get("domain", "").startswith("refused"):
            raise UsageError("domain: this name is taken")
        known = {"environment", "domain", "budget"}
        if set(answers) - known:
            raise UsageError(f"there is no question {', '.join(sorted(set(answers) - known))}")
        open_ones = [question for question in questions if question.id not in answers]
        if any(question.default is None for question in open_ones):
            raise UsageError("budget: somebody must say")
        fields = {question.field: question.default for question in open_ones} | answers
        assumptions = tuple(
            Assumption(id=f"assume-{question.id}", text=f"{question.field} is {question.default}", basis="default", confirm="ask")
            for question in open_ones
        )
        settled = tuple(Answer(question=key, value=value) for key, value in sorted(answers.items()))
        return Target.model_validate(fields), settled, assumptions

    def design(self, survey: Survey, target: Target, assumptions: tuple[Assumption, ...]) -> Blueprint:
        self._do("architect")
        host = HostSpec(cpus=1, memory_mb=512, disk_gb=10, sum_cpus=0.5, sum_memory_mb=256, headroom="half")
        return Blueprint(app="shop", title="Shop", target=target, release="a" * 12, components=(), host=host, assumptions=assumptions)

    def plan(
        self, section_id: str, survey: Survey, blueprint: Blueprint, number: int, findings: tuple[Finding, ...], taint: TaintStore
    ) -> SectionDraft:
        self._do(f"plan_{section_id}")
        title = section_by_id(section_id)
        text = str(self.told().get("say", "")) + f" mended {len(findings)}" * bool(findings)
        section = Section(number=title.number, id=title.id, title=title.title, intro=f"{title.title} for {blueprint.title}.{text}")
        step = Step(id=f"do-{title.number}", section=title.number, title=title.title, phase="build", kind="read", run="true")
        return SectionDraft(section=section, steps=(step,), revision=number)

    def assemble(
        self,
        survey: Survey,
        blueprint: Blueprint,
        drafts: Mapping[str, SectionDraft],
        failures: tuple[PlannerFailure, ...],
        run_id: str,
        generated_at: str,
    ) -> Plan:
        ordered = sorted(drafts.values(), key=lambda draft: draft.section.number)
        return Plan(
            app=blueprint.app,
            title=blueprint.title,
            repo_commit=survey.commit,
            generated_at=generated_at,
            run_id=run_id,
            tool_version="0",
            catalogue_as_of="2026-01-01",
            target=blueprint.target.platform,
            environment=blueprint.target.environment,
            infrastructure_type=blueprint.target.infrastructure_type,
            target_details=blueprint.target,
            sections=tuple(draft.section for draft in ordered),
            steps=tuple(step for draft in ordered for step in draft.steps),
            assumptions=blueprint.assumptions,
            failures=failures,
        )

    def review(self, plan: Plan, survey: Survey, blueprint: Blueprint, profile: Profile, taint: TaintStore, number: int) -> Review:
        """Object to the sections of `blocking` (section id -> in how many rounds), each round with other words unless told `same`."""
        self._do("critic")
        script = self.told()
        findings = tuple(
            Finding(
                code="LNK001",
                rule="unresolved",
                severity="error",
                message="round 0" if script.get("same") else f"round {number}",
                location=Location(section=section_by_id(section_id).number),
            )
            for section_id, rounds in sorted(script.get("blocking", {}).items())
            if number < rounds
        )
        vote = Vote(reviewer="linker", verdict="revise" if findings else "approve", findings=len(findings))
        return Review(findings=findings, votes=(vote,), verdict="needs-revision" if findings else "passed", round=number)

    def files(self, plan: Plan, survey: Survey, review: Review) -> dict[str, bytes]:
        self._do("editor")
        prose = "".join(f"## {section.number}. {section.title}\n\n{section.intro}\n\n" for section in plan.sections)
        rendered = str(self.told().get("render", ""))
        return {"PLAN.md": f"# {plan.title}\n\n{prose}{rendered}".encode(), "plan.json": plan.to_json().encode()}


def write(files: Mapping[str, bytes], out: Path, force: bool) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in sorted(files.items()):
            (out / name).write_bytes(content)
    except OSError as error:
        raise OutputError(f"cannot write {out}", str(error.strerror), "name another folder") from error


def fingerprint(files: Mapping[str, bytes], run_id: str) -> str:
    """Return one digest of all files, the run's own id aside."""
    return sha256(b"\0".join(name.encode() + b"\0" + content.replace(run_id.encode(), b"RUN") for name, content in sorted(files.items())))
