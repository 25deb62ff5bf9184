"""Hold each step to what it says it provides: its commands make it, and nothing takes it away before it is used.

What:
    A step that provides `image:NAME` builds, tags, pulls or loads that name. A step that provides `file:PATH` and whose commands can all be
    followed (cp, install, mkdir, redirections, …) writes that path; what a copy of the plan's folder brings is what the plan holds. A file
    or image that a step deletes is not needed by that step or a later one, unless it is made anew.

Why it matters in production:
    The typed references are what the order is proven with. A step that claims a file it does not write satisfies every later need on paper,
    and the first command that opens the file fails on the host. A clean-up that removes the previous release's image leaves a rollback
    with nothing to go back to.

Example:
    provides: [image:shop:1.4.2]
    run: docker build --tag shop-api:1.4.2 .

Instead:
    run: docker build --tag shop:1.4.2 .

When to ignore:
    When a program that cannot be looked into makes the thing: say which, and let `verify` look for it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ...core.findings import Finding
from ...core.plan import MAINLINE
from ._link.images import made_by
from ._link.paths import folder, resolve
from ._link.refs import Ref, parse
from ._link.world import FileEvent, World, file_events
from ._rule import Rule
from ._view import PlanView, ScriptView, StepView
from ._view.invocations import Invocation
from ._view.outcomes import always_good

UNMADE = Rule(
    "LNK008", "provided-not-made", "error", "A step says that it provides something which its commands do not make.", confidence="medium"
)
DELETED = Rule("LNK009", "used-after-deletion", "error", "A step deletes what it or a later step still needs.", confidence="medium")
RULES = (UNMADE, DELETED)

# programs whose writes are known from their arguments, and programs that write nothing
_PLAIN = frozenset(
    "install cp mkdir chmod chown chgrp find mv touch printf echo test [ [[ : cat tee ln umask cd set export true rm ls stat grep id"
    " readlink dirname basename pwd sleep command".split()
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield claims that the commands do not keep, and deletions of what is still needed."""
    for step in view.steps:
        if not step.shell or step.run.unread or step.model.human is not None:
            continue
        provided = [ref for text in step.model.provides if (ref := parse(text)) is not None]
        yield from _images(step, [r for r in provided if r.kind == "image"])
        yield from _files(view, step, [r for r in provided if r.kind == "file"])
    yield from _deletions(view)


def _images(step: StepView, provided: list[Ref]) -> Iterator[Finding]:
    docker = [call.docker.verb for call in step.calls if call.docker is not None]
    if not provided or set(docker) & {"compose build", "compose up", "compose pull", "load", "buildx bake", "bake", "import"}:
        return
    if any(call.docker is None and call.name not in _PLAIN for call in step.calls):
        return  # a script or another builder may make it
    made = {name for call in step.calls for name in (*made_by(call), *_pulled(call))}
    if any("$" in name for name in made):
        return
    for ref in provided:
        if ref.name not in made:
            said = f"makes {', '.join(sorted(made))}" if made else "makes no image"
            yield UNMADE.at(
                step,
                f"Step {step.step} provides {ref.text}, and {said}.",
                quote=ref.text,
                hint="Build or tag it under the name that is used.",
            )


def _pulled(call: Invocation) -> Iterator[str]:
    if call.docker is not None and call.docker.verb in ("pull", "image pull"):
        yield from (w.template for w in call.docker.names)


def _files(view: PlanView, step: StepView, provided: list[Ref]) -> Iterator[Finding]:
    if not provided or any(call.name not in _PLAIN or call.where != "here" for call in step.calls):
        return
    events = file_events(ScriptView(step, "run", step.model.run, step.base))
    world = World(view)
    for event in events:
        if event.writes:
            world.write(event, step.step)
    for ref in provided:
        path = posixpath.normpath(ref.name)
        if world.made_by(path) is None and not any(e.writes and e.path == path for e in events):
            yield UNMADE.at(
                step,
                f"Step {step.step} provides {ref.text}, and neither its commands nor the files it copies make it.",
                quote=ref.text,
                hint="Write the file as an artifact, or take the claim out.",
            )


def _deletions(view: PlanView) -> Iterator[Finding]:
    steps = [s for s in view.steps if s.shell and s.model.phase in MAINLINE]
    for place, step in enumerate(steps):
        if step.model.destructive or step.model.kind == "destroy":
            continue
        for key, line, quote in _deleted(step):
            later = _needed(step, steps[place + 1 :], key)
            if later is not None:
                yield DELETED.at(
                    step,
                    f"Step {step.step} deletes {key[1]}, which {'it' if later is step else 'step ' + later.step} still needs.",
                    line=line,
                    quote=quote,
                    hint="Delete it after its last use, or make it anew first.",
                )


def _deleted(step: StepView) -> Iterator[tuple[tuple[str, str], int, str]]:
    for command in step.run.root.parts:
        if command.command is None or always_good(command.command):
            continue
        for call in step.calls:
            if call.statement is not command.command or call.where != "here":
                continue
            quote = " ".join(call.texts)
            if call.docker is not None and call.docker.verb in ("rmi", "image rm"):
                yield from ((("image", w.template), call.line, quote) for w in call.docker.names)
            elif call.name == "rm":
                paths = (resolve(w, step.base, step.run.constants) for w in call.split().positionals)
                yield from ((("file", p), call.line, quote) for p in paths if p is not None and folder(p))


def _needed(step: StepView, later: list[StepView], key: tuple[str, str]) -> StepView | None:
    """Return the first step that needs something after its deletion, null when none does or it is made anew before."""

    def names(texts: tuple[str, ...]) -> set[tuple[str, str]]:
        return {(ref.kind, ref.name) for text in texts if (ref := parse(text)) is not None}

    rewritten = any(e.writes and e.path == key[1] for e in _written(step)) if key[0] == "file" else False
    if key in names(step.model.provides) and not rewritten:
        return step
    if key[0] == "image" and key in names(step.model.needs):
        return step
    for following in later:
        if key in names(following.model.needs):
            return following
        if key in names(following.model.provides):
            return None
    return step if key[0] == "file" and not rewritten and key[1] in _looked_at(step) else None


def _written(step: StepView) -> tuple[FileEvent, ...]:
    return file_events(ScriptView(step, "run", step.model.run, step.base))


def _looked_at(step: StepView) -> set[str]:
    """Return the files that a step's verify reads or tests for."""
    if not step.model.verify or step.verify is None:
        return set()
    found = {e.path for e in file_events(ScriptView(step, "verify", step.model.verify, step.base)) if not e.writes}
    for command in step.verify.commands:
        words = [w.template for w in command.words]
        if words[:1] in (["test"], ["["]) and words[1:2] in (["-s"], ["-f"], ["-e"], ["-r"]):
            path = resolve(command.words[2], step.base, step.verify.constants) if len(words) > 2 else None
            found |= {path} if path is not None else set()
    return found
