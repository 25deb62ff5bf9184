"""Small true values for tests of the model seam, and models that answer without a wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deploybook.agents.model import Assistant, Message, Reply, Usage
from deploybook.core.blueprint import Blueprint, Component, HostSpec, ImageRef, Limits
from deploybook.core.facts import Convention, EnvVar, Evidence, Fact, Migration, Service, Survey
from deploybook.core.plan import Artifact, FailureMode, Plan, Risk, Section, SectionDraft, Step, TopicAnswer
from deploybook.core.settings import ModelSettings
from deploybook.core.target import Target

DC = "docker compose -f deploy/compose.yaml"
PROCFILE = Evidence(path="Procfile", line=2, quote="web: uvicorn shop.main:app --host 0.0.0.0 --port ${PORT:-8000}")
HEALTH = Evidence(path="shop/main.py", line=54, quote='@app.get("/health/ready")')
DROP = Evidence(path="migrations/0002.py", line=12, quote='op.drop_column("orders", "note")')
AGENTS = Evidence(path="AGENTS.md", line=3, quote="Releases go out on weekdays only.")


def survey(*planted: Evidence) -> Survey:
    """Return what a small shop's repository says; `planted` lines stand among its conventions."""
    conventions = [Convention(topic="deployment", text=line.quote, evidence=(line,)) for line in (AGENTS, *planted)]
    return Survey(
        project="shop",
        commit="a" * 40,
        services=(Service(name="api", path=".", role="web", language="python", port=8000, evidence=(PROCFILE, HEALTH)),),
        migrations=(Migration(tool="alembic", path="migrations", head="0002", evidence=(DROP,)),),
        env_vars=(EnvVar(name="LOG_LEVEL", evidence=(Evidence(path=".env.example", line=8, quote="LOG_LEVEL=INFO"),)),),
        conventions=tuple(conventions),
        traps=(Fact(kind="trap", subject=".", key="debug", value="debug is on", source="shop/main.py", evidence=(HEALTH,)),),
    )


def blueprint() -> Blueprint:
    """Return the shop's shared decisions."""
    limits = Limits(cpus=0.5, memory_mb=256)
    return Blueprint(
        app="shop",
        title="Shop",
        target=Target(),
        release="a" * 12,
        components=(
            Component(name="api", kind="app", service="api", image=ImageRef(ref="shop:aaaaaaaaaaaa"), port=8000, limits=limits),
            Component(name="db", kind="datastore", image=ImageRef(ref="postgres:18.1-trixie", verified=True), port=5432, limits=limits),
        ),
        host=HostSpec(cpus=1, memory_mb=1024, disk_gb=10, sum_cpus=1.0, sum_memory_mb=512, headroom="half"),
        main_web="api",
    )


def draft() -> SectionDraft:
    """Return the offline draft of the shop's section 8."""
    smoke = Step(
        id="smoke",
        section=8,
        title="Prove that it serves",
        phase="smoke",
        kind="read",
        run="bash deploy/scripts/smoke.sh",
        failure_modes=(FailureMode(symptom="`FAIL` and status 502", diagnose=f"{DC} ps", fix="go back with `rollback-release`"),),
        topics=("8.3",),
    )
    back = Step(
        id="rollback-release",
        section=8,
        title="Put the previous release back",
        phase="rollback",
        kind="mutate",
        why="Same data, older image.",
        run="bash deploy/scripts/rollback.sh",
        verify="bash deploy/scripts/smoke.sh",
        rollback='bash deploy/scripts/rollback.sh "$(cat deploy/state/rolled-back-from)"',
        needs=("state:previous-release",),
        provides=("release:previous",),
        impact="a few seconds without answers",
        topics=("8.6",),
    )
    table = "| Trigger | Do | Takes |\n| --- | --- | --- |\n| smoke test fails | `rollback-release` | 2 min |"
    topics = (
        TopicAnswer(
            topic="8.1", text="Compose replaces each changed container and waits for its health check (`up --wait`), at most 300 s."
        ),
        TopicAnswer(topic="8.2", not_applicable="one upstream serves everything"),
        TopicAnswer(topic="8.3", text="The script counts: it exits 1 on any miss.", steps=("smoke",)),
        TopicAnswer(topic="8.6", text=table, steps=("rollback-release",)),
    )
    return SectionDraft(
        section=Section(number=8, id="rollout", title="Backend Rollout Strategy", intro="Recreate in place, and prove it.", topics=topics),
        steps=(smoke, back),
        artifacts=(
            Artifact(
                path="artifacts/scripts/smoke.sh",
                install_to="deploy/scripts/smoke.sh",
                language="sh",
                content="#!/bin/sh\nexit 0\n",
                purpose="proves that it serves",
                section=8,
            ),
        ),
        risks=(
            Risk(id="rollback-meets-new-schema", title="Old code on a new schema", likelihood="low", impact="high", mitigation="add first"),
        ),
    )


def plan() -> Plan:
    """Return the shop's plan, as far as section 8 goes."""
    made = draft()
    return Plan(
        app="shop",
        title="Shop",
        generated_at="2026-01-01T00:00:00Z",
        run_id="run",
        tool_version="0",
        catalogue_as_of="2026-01-01",
        target="compose",
        environment="production",
        infrastructure_type="custom",
        sections=(made.section,),
        steps=made.steps,
        risks=made.risks,
    )


class Scripted:
    """Be a model that follows a function: question's number (from 1), conversation, schema -> reply, JSON value or error."""

    name = "openai:scripted"

    def __init__(self, script: Callable[[int, Sequence[Message], Mapping[str, Any]], Any]) -> None:
        self.script = script
        self.asked: list[tuple[Message, ...]] = []

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Reply:
        self.asked.append(tuple(messages))
        said = self.script(len(self.asked), messages, schema)
        if isinstance(said, BaseException):
            raise said
        return said if isinstance(said, Reply) else Reply(str(said), said, False, Usage(1, 100, 20, 8, 5))


def assistant(script: Callable[[int, Sequence[Message], Mapping[str, Any]], Any], **options: Any) -> tuple[Assistant, Scripted]:
    """Return an assistant that follows a script, and the model behind it."""
    chat = Scripted(script)
    return Assistant(ModelSettings(name=chat.name), lambda settings: chat, **options), chat


def always(value: Any) -> Callable[[int, Sequence[Message], Mapping[str, Any]], Any]:
    """Return the script that says one thing."""
    return lambda number, messages, schema: value
