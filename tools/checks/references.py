"""Link the typed references: everything a step needs is provided before it, once, and without a circle.

What:
    Each `needs` of a step is met by an input, an artifact, the repository, the table of tools, or the `provides` of an earlier step. Two
    steps do not provide the same thing in different ways. Ids named by topics, checklist, timeline, inputs and artifacts exist.

Why it matters in production:
    The defects that stop a deployment lie between the sections: a namespace used before it exists, a password whose clear text is gone
    when a later step needs it, a circle in which two steps wait for each other after total loss. Each section looks right alone.

Example:
    step monitor needs secret:EXPORTER_PASSWORD; no input, artifact or step provides it

Instead:
    inputs: EXPORTER_PASSWORD, generate: openssl rand -hex 24
    step monitor needs secret:EXPORTER_PASSWORD

When to ignore:
    Never for errors. An orphan (LNK004) may stay when a person uses the thing outside the plan: say so in the reason.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ...core.findings import Finding
from ...core.plan import REFERENCE_KINDS
from ._link.refs import Ref, brought_by_compose, given, parse
from ._rule import Rule
from ._view import PlanView, SectionView, StepView

UNRESOLVED = Rule("LNK001", "need-unresolved", "error", "A step needs something that nothing in the plan provides.")
TOO_EARLY = Rule("LNK002", "need-before-provision", "error", "A step needs something that only a later step provides.")
CYCLE = Rule("LNK003", "need-cycle", "error", "Steps wait for each other in a circle: neither can be the first on an empty host.")
ORPHAN = Rule("LNK004", "provided-never-used", "warning", "Something is made and never used.", confidence="medium", profile="release")
CONFLICT = Rule("LNK005", "provided-twice", "error", "Two steps provide the same thing in different ways.")
MALFORMED = Rule("LNK006", "reference-malformed", "error", "A reference is no `kind:name` of a known kind.")
DANGLING = Rule("LNK007", "id-dangling", "error", "The plan names a step, an artifact or an input that does not exist.")
RULES = (UNRESOLVED, TOO_EARLY, CYCLE, ORPHAN, CONFLICT, MALFORMED, DANGLING)

_TRANSIENT = ("service", "state", "release", "backup")  # made again and again on purpose: a service is started by release and by rollback
_MAINLINE = frozenset({"preflight", "configure", "build", "provision", "migrate", "release", "smoke"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about typed references and named ids."""
    yield from _malformed(view)
    makers = _makers(view)
    yield from _needs(view, makers)
    yield from _conflicts(makers)
    yield from _dangling(view)
    if not view.foreign:
        yield from _orphans(view)
        yield from _unused(view)


def _refs(texts: tuple[str, ...]) -> list[Ref]:
    return [ref for text in texts if (ref := parse(text)) is not None and ref.kind in REFERENCE_KINDS]


def _makers(view: PlanView) -> dict[tuple[str, str], list[StepView]]:
    found: dict[tuple[str, str], list[StepView]] = {}
    for step in view.steps:
        for ref in _refs(step.model.provides):
            found.setdefault(ref.key, []).append(step)
    return found


def _malformed(view: PlanView) -> Iterator[Finding]:
    for step in view.steps:
        for text in (*step.model.needs, *step.model.provides):
            ref = parse(text)
            if ref is None or ref.kind not in REFERENCE_KINDS:
                yield MALFORMED.at(step, f"Step {step.step} refers to {text!r}, which is no kind:name of a known kind.", quote=text)


def _needs(view: PlanView, makers: dict[tuple[str, str], list[StepView]]) -> Iterator[Finding]:
    present = _at_first(view, makers)
    circles = _circles(view, present, makers)
    for step in view.steps:
        for ref in _refs(step.model.needs):
            if ref.key in present:
                continue
            later = [maker for maker in makers.get(ref.key, []) if maker.index > step.index]
            own = any(maker.index == step.index for maker in makers.get(ref.key, []))
            if own:
                continue
            if not later:
                yield UNRESOLVED.at(
                    step,
                    f"Step {step.step} needs {ref.text}, and no input, artifact, repository file or step provides it.",
                    quote=ref.text,
                    hint=_hint(ref),
                )
            elif (step.step, later[0].step) in circles:
                yield CYCLE.at(
                    step,
                    f"Step {step.step} needs {ref.text}, which {later[0].step} provides, and {later[0].step} waits for {step.step}.",
                    quote=ref.text,
                    hint="Split one of the two, or supply the thing from outside (an input).",
                )
            else:
                yield TOO_EARLY.at(
                    step,
                    f"Step {step.step} needs {ref.text}, which only the later step {later[0].step} provides.",
                    quote=ref.text,
                    hint=f"Move {later[0].step} before {step.step}.",
                )
        for ref in (*_refs(step.model.provides), *brought_by_compose(view, step)):
            present.setdefault(ref.key, step.step)


def _at_first(view: PlanView, makers: dict[tuple[str, str], list[StepView]]) -> dict[tuple[str, str], str]:
    """Return what is there before the first step; a file that a step puts in its place is not, though the plan holds its text."""
    placed = {("file", posixpath.normpath(a.model.install_to)) for a in view.artifacts if a.model.install_to}
    own = {("file", posixpath.normpath(a.model.path)) for a in view.artifacts}
    return {k: giver for k, giver in given(view) if not (giver.startswith("artifact ") and k in placed - own and k in makers)}


def _hint(ref: Ref) -> str:
    if ref.kind in ("env", "secret", "input"):
        return "Add an input of that name, or let an earlier step provide it."
    return "Add the step or artifact that makes it, or take the need out."


def _circles(view: PlanView, present: dict[tuple[str, str], str], makers: dict[tuple[str, str], list[StepView]]) -> set[tuple[str, str]]:
    """Return (a, b) where a needs what only the later b provides and b needs, directly or not, what only a provides."""
    waits: dict[str, set[str]] = {}
    for step in view.steps:
        for ref in _refs(step.model.needs):
            if ref.key not in present and ref.key in makers:
                waits.setdefault(step.step, set()).update(m.step for m in makers[ref.key] if m.step != step.step)
    found: set[tuple[str, str]] = set()
    for start in sorted(waits):
        for first in waits[start]:
            seen, stack = {first}, [first]
            while stack:
                for following in waits.get(stack.pop(), ()):
                    if following == start:
                        found.add((start, first))
                    elif following not in seen:
                        seen.add(following)
                        stack.append(following)
    return found


def _conflicts(makers: dict[tuple[str, str], list[StepView]]) -> Iterator[Finding]:
    for key, steps in sorted(makers.items()):
        mainline = [s for s in steps if s.model.phase in _MAINLINE and s.model.kind != "destroy"]
        if key[0] in _TRANSIENT or len(mainline) < 2:
            continue
        first, second = mainline[0], mainline[1]
        if first.model.run.strip() != second.model.run.strip():
            yield CONFLICT.at(
                second,
                f"Steps {first.step} and {second.step} both provide {key[0]}:{key[1]}, each in its own way.",
                quote=f"{key[0]}:{key[1]}",
                hint="Let one of them make it and the other need it.",
            )


def _dangling(view: PlanView) -> Iterator[Finding]:
    plan, ids = view.plan, view.step_ids
    paths = {a.path for a in plan.artifacts}
    doubles = sorted({s.step for s in view.steps if [o.step for o in view.steps].count(s.step) > 1}) if len(ids) < len(view.steps) else []
    for name in doubles:
        yield DANGLING.at(None, f"More than one step has the id {name}.", hint="Ids must be unique.")
    for section in plan.sections:
        for topic in section.topics:
            for name in [s for s in topic.steps if s not in ids]:
                yield DANGLING.at(SectionView(section.number), f"Topic {topic.topic} names the step {name}, which does not exist.")
            for name in [a for a in topic.artifacts if a not in paths]:
                yield DANGLING.at(SectionView(section.number), f"Topic {topic.topic} names the artifact {name}, which does not exist.")
    for label, entries in (("checklist", plan.checklist), ("timeline", plan.timeline)):
        for entry in entries:
            for name in [s for s in entry.steps if s not in ids]:
                yield DANGLING.at(None, f"The {label} names the step {name}, which does not exist.")
    for artifact in view.artifacts:
        if artifact.model.step is not None and artifact.model.step not in ids:
            yield DANGLING.at(artifact, f"Artifact {artifact.model.path} names the step {artifact.model.step}, which does not exist.")
    for supplied in plan.inputs:
        for name in [u for u in supplied.used_by if u.isascii() and u.startswith("step:") and u[5:] not in ids]:
            yield DANGLING.at(
                SectionView(view.section_of_input(supplied.name)), f"Input {supplied.name} names {name}, which does not exist."
            )


def _orphans(view: PlanView) -> Iterator[Finding]:
    everything = "\n".join(
        [*(s.text for s in view.scripts), *(a.text for a in view.artifacts), *(value for s in view.steps for value in s.model.env.values())]
    )
    named = {ref.key for step in view.steps for ref in _refs(step.model.needs)}
    for supplied in view.plan.inputs:
        if ("value", supplied.name) not in named and supplied.name not in everything:
            yield ORPHAN.at(
                SectionView(view.section_of_input(supplied.name)),
                f"Input {supplied.name} is asked for and never used.",
                hint="Take it out, or use it.",
            )
    for artifact in view.artifacts:
        if not _reached(artifact.model.path, artifact.model.install_to, everything, named) and artifact.model.step is None:
            yield ORPHAN.at(
                artifact,
                f"Artifact {artifact.model.path} is written and nothing uses it.",
                hint="Name the step that uses it, or take it out.",
            )


_NAMED_LATER = ("network", "volume", "directory", "user", "namespace")


def _unused(view: PlanView) -> Iterator[Finding]:
    """Yield what a step says it makes and no other step, file or process ever names."""
    named = {ref.key for step in view.steps for ref in _refs(step.model.needs)}
    files = "\n".join(a.text for a in view.artifacts)
    for step in view.steps:
        for ref in _refs(step.model.provides):
            last = ref.name.rstrip("/").rpartition("/")[2]  # a compose file names a folder from where it lies itself
            if ref.kind not in _NAMED_LATER or ref.key in named or last in files:
                continue
            if not any(ref.name in script.text for script in view.scripts if script.step != step.step):
                yield ORPHAN.at(
                    step,
                    f"Step {step.step} makes the {ref.kind} {ref.name}, and nothing names it again.",
                    quote=ref.name,
                    hint="Take it out, or use it.",
                )


def _reached(path: str, installed: str | None, everything: str, named: set[tuple[str, str]]) -> bool:
    names = {path, path.removeprefix("artifacts/"), path.rpartition("/")[2]} | ({installed} if installed else set())
    return any(("file", name) in named for name in names) or any(name in everything for name in names)
