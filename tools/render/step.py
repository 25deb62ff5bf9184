"""Render one step: what, why, command, expected output, proof, way back, failures."""

from __future__ import annotations

from ...core.plan import Expect, Step
from ..markdown import cell, code, table


def step_text(step: Step, number: int, total: int) -> str:
    """Return the Markdown of one step; its command stands word for word as in plan.json."""
    parts = [f'<a id="step-{step.id}"></a>', f"#### Step {number} of {total}: {step.title}", _facts(step)]
    if step.human:
        parts.append(f"**For a person:** {step.human}.")
    if step.why:
        parts.append(step.why)
    parts.append(fence(step.run, step.language))
    parts.append(f"Expected: {expected(step.expect)}.")
    if step.verify:
        parts += ["Verify (exit status 0 means that it took):", fence(step.verify, step.language)]
    if step.rollback:
        parts += [
            "Rollback:",
            fence(step.rollback, step.language),
            "Then confirm: the verification above must show the earlier state again.",
        ]
    elif step.rollback_none:
        parts.append(f"Rollback: none is owed, because {step.rollback_none}.")
    if step.failure_modes:
        parts.append(table(("If you see", "Look", "Then"), [(f.symptom, code(f.diagnose), f.fix) for f in step.failure_modes]))
    return "\n\n".join(parts)


def _facts(step: Step) -> str:
    must = {"must": "must", "should": "should", "optional": "optional, nice to have"}[step.priority]
    facts = [
        f"id `{step.id}`",
        must,
        step.kind,
        f"in `{'$REPO' if step.cwd == '{repo}' else '$PLAN'}`",
        f"by {step.actor}",
        f"about {step.minutes:g} min",
    ]
    blast = f"Blast radius: **{step.blast_radius}**" + (f" ({cell(step.impact)})" if step.impact else "")
    rights = f" Needs rights: {', '.join(code(p) for p in step.permissions)}." if step.permissions else ""
    warning = " **Destructive.**" if step.destructive else ""
    return f"{'; '.join(facts)}. {blast}.{rights}{warning}"


def expected(expect: Expect) -> str:
    """Return what a reader must see, as one phrase."""
    parts = [f"exit status {expect.rc}"]
    if expect.stdout_contains:
        parts.append(f"output contains {code(expect.stdout_contains)}")
    if expect.stdout_matches:
        parts.append(f"output matches {code(expect.stdout_matches)}")
    return ", ".join(parts)


def fence(text: str, language: str, title: str | None = None) -> str:
    """Return a fenced block that the text cannot close early."""
    ticks = "```"
    while ticks in text:
        ticks += "`"
    info = {"sh": "bash"}.get(language, language) + (f' title="{title}"' if title else "")
    return f"{ticks}{info}\n{text.rstrip(chr(10))}\n{ticks}"
