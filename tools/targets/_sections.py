"""Turn a platform's section template into a typed draft."""

from __future__ import annotations

from typing import Any

import yaml

from ...core.plan import Artifact, FailureMode, Input, Risk, Section, SectionDraft, Step, TopicAnswer, Unverified
from ...core.sections import section_by_id


def draft(section_id: str, text: str, artifacts: tuple[Artifact, ...], revision: int = 0) -> SectionDraft:
    """Return the draft that a rendered section template describes; raise pydantic.ValidationError for a template that is wrong.

    The template is YAML with `intro`, `topics` (topic id -> TopicAnswer fields), `steps`, `failure_modes`, `risks`, `inputs`, `unverified`.
    The section number, the topics of a step and the steps of a topic are filled in from each other, so that each link is written once.
    """
    data: dict[str, Any] = yaml.safe_load(text)
    title = section_by_id(section_id)
    topics = {str(k): dict(v) for k, v in data.get("topics", {}).items()}
    by_topic: dict[str, list[str]] = {}
    steps = [Step.model_validate({"section": title.number, **entry}) for entry in data.get("steps") or []]
    for step in steps:
        for topic in step.topics:
            by_topic.setdefault(topic, []).append(step.id)
    for artifact in artifacts:
        for topic in artifact.topics:
            if topic in topics:
                topics[topic].setdefault("artifacts", []).append(artifact.path)
    answers = [
        TopicAnswer.model_validate({"topic": key, **value, "steps": [*value.get("steps", []), *by_topic.get(key, [])]})
        for key, value in topics.items()
    ]
    return SectionDraft(
        section=Section(
            number=title.number, id=title.id, title=title.title, intro=str(data.get("intro", "")).strip(), topics=tuple(answers)
        ),
        steps=tuple(steps),
        artifacts=artifacts,
        inputs=tuple(Input.model_validate(i) for i in data.get("inputs") or []),
        risks=tuple(Risk.model_validate(r) for r in data.get("risks") or []),
        failure_modes=tuple(FailureMode.model_validate(f) for f in data.get("failure_modes") or []),
        unverified=tuple(Unverified.model_validate(u) for u in data.get("unverified") or []),
        revision=revision,
    )
