"""Render PLAN.md in the request's format to the letter."""

from __future__ import annotations

from ...core.plan import Artifact, Plan, Section, TopicAnswer
from ...core.sections import Topic, topics_of
from ..markdown import bullets, code, table
from .step import fence, step_text


def plan_markdown(plan: Plan) -> str:
    """Return the whole PLAN.md."""
    parts = [_head(plan), "## Executive Summary", plan.executive_summary, "## Architecture Overview", plan.architecture]
    parts += ["### First page for the engineer on call", plan.first_page, *_inputs(plan), *_order(plan), *_grounds(plan)]
    for section in plan.sections:
        parts += _section(plan, section)
    parts += ["## Checklist", _checklist(plan), "## Estimated Timeline", _timeline(plan), "## Risk Assessment", _risks(plan)]
    return "\n\n".join(p for p in parts if p) + "\n"


def _head(plan: Plan) -> str:
    provider = {"aws": "AWS", "gcp": "GCP", "azure": "Azure"}.get((plan.provider or "").lower(), "N/A")
    lines = [
        f"# Backend Deployment Plan: {plan.title}",
        "",
        f"Generated: {plan.generated_at}",
        f"Target Environment: {plan.environment}",
        f"Infrastructure Type: {plan.infrastructure_type}",
        f"Cloud Provider: {provider}",
    ]
    return "  \n".join(lines[2:]).join([lines[0] + "\n\n", ""])


def _inputs(plan: Plan) -> list[str]:
    rows = [
        (
            code(i.name),
            i.kind,
            i.description,
            code(i.generate or i.default) if (i.generate or i.default) else (i.obtain or "-"),
            "yes" if i.required else "no",
            ", ".join(i.used_by),
        )
        for i in plan.inputs
    ]
    text = (
        "Export `REPO` (the checkout on the host) and `PLAN` (this folder), and every input that you want to choose yourself. "
        "Secrets are made on the host where you leave them out. No command below holds a placeholder."
    )
    return ["### Inputs", text, table(("Name", "Kind", "What", "Made by, or default", "Required", "Used by"), rows)]


def _order(plan: Plan) -> list[str]:
    rows = [
        (str(n), f"[{s.title}](#step-{s.id})", str(s.section), s.phase, s.priority + (", a person" if s.human else ""))
        for n, s in enumerate(plan.steps, start=1)
    ]
    return [
        "### Order of steps",
        "Do them from the top. Steps of the phases backup, restore, rollback and teardown are done when they are wanted.",
        table(("No.", "Step", "Section", "Phase", "Priority"), rows),
    ]


def _grounds(plan: Plan) -> list[str]:
    """Say what this plan rests on: commit, catalogue, checks, assumptions, what could not be verified, what is left out."""
    ground = (
        f"Repository commit: {code(plan.repo_commit or 'none: the folder is not under git')}. "
        f"Versions: catalogue of {plan.catalogue_as_of}. Run (continuation id): `{plan.run_id}`. Written by deploybook {plan.tool_version}."
    )
    parts = ["### What this plan rests on", ground]
    if plan.failures:
        parts.append("**Not complete:** " + "; ".join(f"section {f.section}: {f.message}" for f in plan.failures))
    if plan.verdict:
        open_findings = [f for f in plan.findings if f.severity == "error" and f.ignored is None]
        counted = f"{len(open_findings)} blocking finding(s), {len(plan.findings)} in all; details in `findings.json`"
        parts.append(f"Critic's verdict: **{plan.verdict}** ({counted}).")
        parts += [bullets(f"`{f.code}` {f.message}" for f in open_findings)] if open_findings else []
    if plan.assumptions:
        parts.append(table(("Assumption", "Taken because", "Confirm by"), [(a.text, a.basis, a.confirm) for a in plan.assumptions]))
    if plan.unverified:
        parts.append(table(("Unverified", "Why", "Confirm by"), [(u.claim, u.why, u.confirm) for u in plan.unverified]))
    if plan.out_of_scope:
        parts.append("Out of scope:\n\n" + bullets(plan.out_of_scope))
    return parts


def _section(plan: Plan, section: Section) -> list[str]:
    parts = [f"## {section.number}. {section.title}", section.intro]
    answers = {a.topic: a for a in section.topics}
    for topic in topics_of(section.number):
        parts += _topic(plan, topic, answers.get(topic.id))
    return parts + _files([a for a in plan.artifacts if a.section == section.number])


def _topic(plan: Plan, topic: Topic, answer: TopicAnswer | None) -> list[str]:
    title = topic.text.split(" (")[0].replace("**", "")
    parts = [f"### {topic.id} {title}{' (optional)' if answer and answer.optional else ''}"]
    if answer is None:
        return [*parts, "**Not addressed.**"]
    if answer.not_applicable:
        parts.append(f"{title}: not applicable, because {answer.not_applicable.rstrip('.')}.")
    else:
        parts.append(answer.text.strip())
    numbers = {s.id: n for n, s in enumerate(plan.steps, start=1)}
    mine = [s for s in plan.steps if s.id in answer.steps]
    here = [s for s in mine if s.topics and s.topics[0] == topic.id]
    parts += [step_text(s, numbers[s.id], len(plan.steps)) for s in here]
    elsewhere = [f"[step {numbers[s.id]}, {s.title}](#step-{s.id})" for s in mine if s not in here]
    if elsewhere:
        parts.append(f"Done in {'; '.join(elsewhere)}.")
    if answer.artifacts:
        parts.append("Files: " + ", ".join(f"[`{path}`]({path})" for path in answer.artifacts) + ".")
    return parts


def _files(artifacts: list[Artifact]) -> list[str]:
    if not artifacts:
        return []
    rows = [(f"[`{a.path}`]({a.path})", code(a.install_to), a.purpose, ", ".join(a.checked_by) or "not validated") for a in artifacts]
    parts = ["### Files of this section", table(("File", "Goes to", "Purpose", "Accepted by"), rows)]
    return parts + [_folded(a) for a in artifacts]


def _folded(a: Artifact) -> str:
    summary = f"{a.path} ({a.content.count(chr(10))} lines)"
    return f"<details>\n<summary>{summary}</summary>\n\n{fence(a.content, a.language, a.path)}\n\n</details>"


def _checklist(plan: Plan) -> str:
    return "\n".join(f"- [ ] {c.text} ({', '.join(f'[{i}](#step-{i})' for i in c.steps)})" for c in plan.checklist)


def _timeline(plan: Plan) -> str:
    rows = [(t.phase, f"{t.minutes:.0f} min", t.note or "-") for t in plan.timeline]
    total = sum(t.minutes for t in plan.timeline)
    text = (
        f"Working time of one engineer who does it for the first time: about {total:.0f} min ({total / 60:.1f} h), "
        "downloads of a slow line not counted."
    )
    return table(("Phase", "Estimate", "Note"), rows) + "\n\n" + text


def _risks(plan: Plan) -> str:
    rows = [(r.title, r.likelihood, r.impact, r.trigger or "-", r.mitigation) for r in plan.risks]
    return table(("Risk", "Likelihood", "Impact", "Trigger", "Mitigation"), rows)
