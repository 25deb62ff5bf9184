"""Demand a check that can fail and a way back for every step that changes something.

What:
    A `mutate` or `destroy` step carries `verify`, a command whose exit status says that the step took, and `rollback` or the reason why
    none is owed (`rollback_none`). The verify must be able to fail, the rollback must do something, and a step may not do more than its
    kind says.

Why it matters in production:
    A step whose check is `docker ps` or ends in `|| true` reports success over a database that never came up, and the next step runs
    against it. A step without a way back is found out at three in the morning by the person who needs one. A `read` step that restarts a
    service, or a destructive one that is not marked, is run by somebody who believed it was harmless.

Example:
    kind: mutate
    run: docker compose up -d
    verify: docker compose ps

Instead:
    kind: mutate
    run: docker compose up -d --wait --wait-timeout 120 db
    verify: docker compose exec -T db pg_isready -q
    rollback: docker compose stop db

When to ignore:
    VRF005 and VRF006 when the table of commands misjudges a command, with the reason. The others never: write the check.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, StepView
from ._view.effects import Effect, destroys_data, effect, migrating, worst
from ._view.invocations import Invocation, invocations
from ._view.outcomes import always_good, cannot_fail, excused
from ._view.schedules import started_artifacts

NO_VERIFY = Rule("VRF001", "change-without-verify", "error", "A step changes something and nothing checks that it took.", foreign="warning")
NO_WAY_BACK = Rule(
    "VRF002",
    "change-without-way-back",
    "error",
    "A step changes something and neither undoes it nor says why no undo is owed.",
    foreign="warning",
)
CANNOT_FAIL = Rule("VRF003", "verify-cannot-fail", "error", "A verify command succeeds whatever the state is.", foreign="warning")
EMPTY_ROLLBACK = Rule("VRF004", "rollback-does-nothing", "error", "A rollback does nothing, or the reason for having none is missing.")
UNMARKED = Rule(
    "VRF005", "destructive-unmarked", "error", "A step destroys data or objects and is not marked destructive.", confidence="medium"
)
UNDERSTATED = Rule(
    "VRF006", "kind-understated", "error", "A step that says it only reads or creates changes something that exists.", confidence="medium"
)
IDLE = Rule("VRF007", "step-does-nothing", "error", "A step that is to make or change something only prints or comments.")
LOSING = Rule("VRF008", "rollback-destroys-data", "error", "The way back of a step that destroys nothing deletes data.")
RULES = (NO_VERIFY, NO_WAY_BACK, CANNOT_FAIL, EMPTY_ROLLBACK, UNMARKED, UNDERSTATED, IDLE, LOSING)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about verify, rollback and kind of each step."""
    for step in view.steps:
        if step.model.human is None or not view.foreign:  # what a person starts changes as much as what runs by itself
            yield from _declared(step)
        yield from _verify(step)
        yield from _way_back(step)
        if step.shell:
            yield from _kind(view, step)
            yield from _idle(step)


def _effect(view: PlanView, call: Invocation) -> Effect:
    """Return what a call does; a one-off container of a service whose own command migrates changes the schema."""
    found = effect(call)
    if call.docker is not None and call.docker.verb == "compose run" and len(call.docker.names) == 1 and not call.docker.command:
        service = view.services.get(call.docker.names[0].template)
        if service is not None and migrating(service[1].command_text):
            return worst([found, "mutate"])
    return found


def _of_scripts(view: PlanView, call: Invocation) -> list[Effect]:
    """Return what the plan's own scripts do that a call starts; removals are their own affair (scratch files, old copies)."""
    if call.where != "here" or call.name not in ("sh", "bash"):
        return []
    inner = [c for a in started_artifacts(view, (call,)) for c in a.calls]
    return ["mutate" for c in inner if effect(c) == "mutate" and c.docker is not None]


def _idle(step: StepView) -> Iterator[Finding]:
    if step.model.kind in ("create", "mutate", "destroy") and not step.run.unread and all(always_good(c) for c in step.run.commands):
        yield IDLE.at(
            step,
            f"Step {step.step} has kind {step.model.kind}, and its commands do nothing but print.",
            quote=step.model.run.strip().partition("\n")[0],
            hint="Write the command that does it; what only a person can do has kind manual.",
        )


def _declared(step: StepView) -> Iterator[Finding]:
    model = step.model
    if model.kind not in ("mutate", "destroy"):
        return
    expected = model.expect.stdout_contains or model.expect.stdout_matches
    if model.verify is None and not (expected and model.phase == "smoke"):
        yield NO_VERIFY.at(
            step,
            f"Step {model.id} changes something (kind {model.kind}) and has no verify.",
            quote=model.run.strip().partition("\n")[0],
            hint="Add a command whose exit status says that the change took.",
        )
    if model.rollback is None and model.rollback_none is None:
        yield NO_WAY_BACK.at(
            step,
            f"Step {model.id} changes something (kind {model.kind}) and states neither rollback nor rollback_none.",
            quote=model.run.strip().partition("\n")[0],
            hint="Add the command that undoes it, or say why none is owed.",
        )


def _verify(step: StepView) -> Iterator[Finding]:
    script = step.verify
    if script is not None and step.shell and not script.unread and (cannot_fail(script) or excused(script)):
        yield CANNOT_FAIL.at(
            step,
            f"The verify of step {step.step} ends with status 0 whatever it finds.",
            quote=step.model.verify,
            hint="Assert a state: compare output with grep -q, query the service, or use a command that exits non-zero.",
        )


_WORDS_OF_A_REASON = 3


def _way_back(step: StepView) -> Iterator[Finding]:
    model = step.model
    script = step.rollback
    if script is not None and step.shell and not script.unread:
        acting = [c for c in script.commands if not always_good(c)]
        if not acting:
            yield EMPTY_ROLLBACK.at(
                step, f"The rollback of step {model.id} does nothing.", quote=model.rollback, hint="Undo the step, or give rollback_none."
            )
    if script is not None and step.shell and model.kind not in ("destroy", "create") and not model.destructive:
        for call in invocations(script):
            if destroys_data(call):
                yield LOSING.at(
                    step,
                    f"The rollback of step {model.id} deletes data ({call.name}), and the step itself destroys none.",
                    quote=" ".join(call.texts),
                    hint="Stop or put back what the step changed; leave volumes and databases alone.",
                )
    if model.rollback_none is not None and len(model.rollback_none.split()) < _WORDS_OF_A_REASON:
        yield EMPTY_ROLLBACK.at(
            step,
            f"Step {model.id} gives no reason for having no rollback.",
            quote=model.rollback_none,
            hint="Say in a sentence why none is owed.",
        )


def _kind(view: PlanView, step: StepView) -> Iterator[Finding]:
    model = step.model
    effects = [(_effect(view, call), call) for call in step.calls]
    if model.phase != "preflight" and model.human is None:
        effects += [(e, call) for call in step.calls for e in _of_scripts(view, call)]
    gravest = worst([e for e, _ in effects])
    culprit = next((call for e, call in effects if e == gravest), None)
    if culprit is None:
        return
    quote = " ".join(culprit.texts)
    if gravest == "destroy" and not model.destructive and model.kind != "destroy":
        yield UNMARKED.at(
            step,
            f"Step {model.id} destroys something ({culprit.name}) and is marked neither destructive nor destroy.",
            line=culprit.line,
            quote=quote,
            hint="Set destructive: true (and say in `impact` what is lost).",
        )
    elif gravest in ("mutate", "destroy") and model.kind in ("read", "create") and model.phase != "preflight":
        yield UNDERSTATED.at(
            step,
            f"Step {model.id} has kind {model.kind} but changes something ({culprit.name}).",
            line=culprit.line,
            quote=quote,
            hint="Set kind: mutate, with verify and rollback.",
        )
