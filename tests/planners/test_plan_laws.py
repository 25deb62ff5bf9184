"""Laws that every plan keeps, whatever the repository: order, references, proof, ways back, pins, secrets, words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import re2
import yaml
from deploybook.core.base import sha256
from deploybook.core.plan import MAINLINE, REFERENCE_KINDS
from deploybook.core.sections import headings, sections, topics
from deploybook.core.source import Source
from deploybook.tools.redaction import scan
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey
from made_plans import CASES, REPOS, Made, made, planned

PHASES = (*MAINLINE, "backup", "restore", "rollback", "teardown")
cases = pytest.mark.parametrize("case", CASES)


@cases
def test_the_critic_lets_it_pass_at_the_profile_of_a_release(case: str) -> None:
    review = made(case).review
    assert [f"{f.code} {f.message}" for f in review.blocking()] == []
    assert review.verdict == "passed" and {v.verdict for v in review.votes} == {"approve"}


@cases
def test_every_topic_of_the_request_is_answered(case: str) -> None:
    plan = made(case).plan
    answers = {a.topic: a for s in plan.sections for a in s.topics}
    assert sorted(answers) == sorted(t.id for t in topics()) and len(answers) == 95
    empty = [a.topic for a in answers.values() if not (a.text.strip() or a.not_applicable)]
    assert empty == []
    assert [(s.number, s.id, s.title) for s in plan.sections] == [(s.number, s.id, s.title) for s in sections()]
    ids = {s.id for s in plan.steps}
    assert [a.topic for a in answers.values() if not set(a.steps) <= ids] == []
    paths = {a.path for a in plan.artifacts}
    assert [a.topic for a in answers.values() if not set(a.artifacts) <= paths] == []


@cases
def test_every_need_is_met_by_something_earlier(case: str) -> None:
    plan = made(case).plan
    have = {f"input:{i.name}" for i in plan.inputs} | {f"artifact:{a.path}" for a in plan.artifacts}
    have |= {f"file:{p.relative_to(REPOS / case)}" for p in (REPOS / case).rglob("*") if p.is_file()}
    missing = []
    for step in plan.steps:
        missing += [f"{step.id} needs {wanted}" for wanted in step.needs if wanted not in have]
        have |= set(step.provides)
    assert missing == []
    kinds = {r.partition(":")[0] for s in plan.steps for r in (*s.needs, *s.provides)}
    assert kinds <= set(REFERENCE_KINDS)


@cases
def test_nothing_is_changed_without_proof_and_a_way_back(case: str) -> None:
    for step in made(case).plan.steps:
        if step.kind in ("mutate", "destroy", "create"):
            assert step.verify, step.id
            assert bool(step.rollback) != bool(step.rollback_none), step.id
        if step.kind == "destroy":
            assert step.destructive and step.impact, step.id
        assert step.human or step.kind != "manual", step.id


@cases
def test_a_reader_who_goes_from_top_to_bottom_meets_the_steps_in_their_order(case: str) -> None:
    plan, document = made(case).plan, made(case).text("PLAN.md")
    met = [int(n) for n in re2.findall(r"(?m)^#### Step (\d+) of \d+: ", document)]
    way = [n for n in met if plan.steps[n - 1].phase in MAINLINE]
    assert way == sorted(way) and len(met) == len(plan.steps)


@cases
def test_steps_stand_in_the_order_of_the_contract(case: str) -> None:
    plan = made(case).plan
    assert [s.id for s, n in zip(plan.steps, Counter(s.id for s in plan.steps).values(), strict=True) if n > 1] == []
    assert {s.phase for s in plan.steps} <= set(PHASES)
    way = [s for s in plan.steps if s.phase in MAINLINE]
    assert list(plan.steps[: len(way)]) == way and [s.section for s in way] == sorted(s.section for s in way)
    after = [PHASES.index(s.phase) for s in plan.steps[len(way) :]]
    assert after == sorted(after)
    ids = {s.id for s in plan.steps}
    assert {i for c in plan.checklist for i in c.steps} | {i for t in plan.timeline for i in t.steps} <= ids
    assert {a.step for a in plan.artifacts} <= ids


@cases
def test_the_document_holds_every_heading_step_and_file_once(case: str) -> None:
    found = made(case)
    text = found.text("PLAN.md")
    prose = re2.sub(r"(?ms)^```.*?^```$", "", text)
    seconds = [line[3:] for line in prose.splitlines() if line.startswith("## ")]
    assert [h.split(". ", 1)[-1] for h in seconds] == [h.split(". ", 1)[-1] for h in headings()]
    for step in found.plan.steps:
        assert text.count(f'<a id="step-{step.id}"></a>') == 1, step.id
        for block in (step.run, step.verify, step.rollback):
            assert block is None or f"```bash\n{block.rstrip()}\n```" in text, step.id
    for artifact in found.plan.artifacts:
        assert text.count(f"<summary>{artifact.path} (") == 1, artifact.path
        assert artifact.content.rstrip("\n") in text


@cases
def test_artifacts_are_what_their_sums_say_and_stay_in_one_folder(case: str) -> None:
    found = made(case)
    paths = [a.path for a in found.plan.artifacts]
    assert len(paths) == len(set(paths))
    for artifact in found.plan.artifacts:
        assert artifact.path.startswith("artifacts/") and artifact.install_to == artifact.path.replace("artifacts", "deploy", 1)
        assert artifact.sha256 == sha256(found.files[artifact.path])
        assert artifact.mode == ("0755" if artifact.content.startswith("#!") else "0644"), artifact.path
        assert artifact.purpose and artifact.language and artifact.content.endswith("\n")


@cases
def test_nothing_floats_and_no_secret_is_written(case: str) -> None:
    found = made(case)
    for step in found.plan.steps:
        assert "latest" not in step.run, step.id
    for artifact in found.plan.artifacts:
        assert not re2.search(r":latest\b|@latest\b", artifact.content), artifact.path
    written = {
        path: content for path, content in found.files.items() if path != "survey.json"
    }  # quotes the repository's own harmless lines
    leaks = {path: hits for path, content in written.items() if (hits := scan(path, content.decode()))}
    assert leaks == {}


@cases
def test_every_input_can_be_had_and_is_used(case: str) -> None:
    plan = made(case).plan
    for wanted in plan.inputs:
        assert wanted.generate or wanted.default is not None or wanted.obtain, wanted.name
        assert wanted.description and wanted.used_by, wanted.name
        assert not (wanted.kind == "secret" and wanted.default), wanted.name
    assert len({i.name for i in plan.inputs}) == len(plan.inputs)


def _compose(found: Made, path: str) -> dict[str, dict[str, object]]:
    return dict(yaml.safe_load(found.text(path))["services"])


@cases
def test_every_container_is_bounded_and_only_the_proxy_is_open(case: str) -> None:
    found = made(case)
    services = _compose(found, "artifacts/compose.yaml")
    assert sorted(services) == sorted(c.name for c in found.blueprint.components if c.stack == "main")
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"], name
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}, name  # type: ignore[index]
        assert service["logging"]["options"], name  # type: ignore[index]
        assert ("ports" in service) == (name == "proxy"), name
        assert re2.search(r"[:-][^:/]*[0-9a-f]", str(service["image"])), name
    for name, service in _compose(found, "artifacts/monitoring/compose.yaml").items():
        assert all(str(p).startswith("127.0.0.1:") for p in service.get("ports", [])), name  # type: ignore[attr-defined]


@cases
def test_compose_reads_only_what_the_environment_file_holds(case: str) -> None:
    found = made(case)
    keys = {i.name for i in found.plan.inputs} | {"APP_RELEASE"}
    for path in ("artifacts/compose.yaml", "artifacts/monitoring/compose.yaml"):
        text = "\n".join(line for line in found.text(path).replace("$$", "").splitlines() if not line.lstrip().startswith("#"))
        read = set(re2.findall(r"\$\{([A-Za-z_][A-Za-z0-9_]*)", text)) | set(re2.findall(r"\$([A-Za-z_][A-Za-z0-9_]*)", text))
        assert read <= keys, path
    example = {line.partition("=")[0] for line in found.text("artifacts/env.example").splitlines() if line and not line.startswith("#")}
    assert example == keys


@cases
def test_every_variable_that_the_code_reads_stands_in_the_matrix(case: str) -> None:
    found = made(case)
    matrix = next(a.text for s in found.plan.sections for a in s.topics if a.topic == "4.3")
    read = {v.name for v in found.survey.env_vars if v.read_by_code}
    assert {n for n in read if f"| `{n}` |" not in matrix} == set()
    bound = [(b.name, c) for b in found.blueprint.env for c in b.components]
    assert len(bound) == len(set(bound))


@cases
def test_the_picture_shows_the_components(case: str) -> None:
    found = made(case)
    names = {c.name.replace("-", "_") for c in found.blueprint.components if c.stack == "main"}
    picture = found.plan.architecture.split("```mermaid\n")[1].split("\n```")[0]
    drawn = set(re2.findall(r"(?m)^  (\w+)[\[(]", picture))
    assert drawn - {"clients"} == names


@cases
def test_prose_is_finished(case: str) -> None:
    """No mark of a template, no name of a missing value, no doubled word or space."""
    prose = re2.sub(r"(?ms)^````*.*?^````*$", "", made(case).text("PLAN.md"))
    outside = re2.sub(r"``[^`]*``|`[^`\n]*`", "`x`", prose)
    for mark in ("[=", "=]", "[%", "%]", "Undefined", "None", "()", "[]", " ,", " .", "..", ", ,", "; ;", ": ;", "``"):
        hits = [line for line in outside.splitlines() if mark in line and not line.startswith("| ---")]
        assert hits == [], (mark, hits[:3])
    doubled = re2.findall(r"(?i)\b(the the|a a|an an|of of|to to|in in|is is|and and|no no|from from)\b", outside)
    assert doubled == []
    assert not [line for line in outside.splitlines() if "  " in line.strip() and not line.startswith("|")]


def test_the_cases_are_real_repositories() -> None:
    assert len(CASES) >= 8 and all(any(Path(REPOS / c).rglob("*.*")) for c in CASES)


def test_a_repository_of_jobs_only_has_all_its_sections(tmp_path: Path) -> None:
    """Nothing of it stays up: the lists of services that templates join are empty, and no section falls out for that."""
    (tmp_path / "Dockerfile").write_text('FROM python:3.12\nCOPY nightly.py .\nCMD ["python", "nightly.py"]\n')
    (tmp_path / "nightly.py").write_text('print("done")\n')
    with open_repository(Source(location=str(tmp_path))) as repository:
        found = survey(repository)
    plan = planned(found).plan
    assert [s.role for s in found.services] == ["job"]
    assert [s.number for s in plan.sections if s.topics] == list(range(1, 12))
    assert not [f for f in plan.findings if f.code == "CPL002"]
