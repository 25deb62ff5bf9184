"""Follow every variable: each one that a command, a compose file or a script reads has a value at that moment.

What:
    `$NAME` in a step's commands comes from an input, the step's own `env`, an assignment in the same script or an env file that an
    earlier step wrote. Each step is a shell of its own: what an earlier step exported is gone. `${NAME}` in a compose file comes from an
    input or the env file.

Why it matters in production:
    An unset variable is an empty string: `rm -rf "$DIR/"`, a URL without a host, a password that is empty. A value exported in the
    terminal of yesterday works for the author and for nobody else, and not after a reconnect.

Example:
    step a: export TAG=1.4.2
    step b: docker compose up -d            # the compose file reads ${TAG}

Instead:
    inputs: TAG, default: 1.4.2             # an input, or written to the env file that compose reads

When to ignore:
    When the program itself sets the variable before the text is read (a template of another tool): name the tool in the reason.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ...core.findings import Finding
from ._link.paths import resolve
from ._link.variables import RUNNER_OWN, Variables, names_in, variables, written_names
from ._rule import Rule
from ._view import ArtifactView, ComposeFile, PlanView, StepView
from ._view.script import Script

UNSET = Rule("LNK021", "variable-unset", "error", "A command reads a variable that nothing sets.")
LOST = Rule("LNK022", "variable-lost-between-steps", "error", "A command reads a variable that only another step's shell has set.")
COMPOSE = Rule("LNK023", "compose-variable-unset", "error", "A compose file reads a variable that nothing supplies.")
SCRIPT = Rule("LNK024", "script-variable-unset", "warning", "A script of the plan reads a variable that nothing sets.", confidence="medium")
RULES = (UNSET, LOST, COMPOSE, SCRIPT)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about variables without a value."""
    env_files = _EnvFiles(view)
    yield from _steps(view, env_files)
    exported = {n for s in view.steps for n in (*s.model.env, *variables(s.run).exported)}
    yield from _compose(view, env_files, exported)
    for artifact in view.of_kind("shell"):
        yield from _script(view, artifact, exported)


class _EnvFiles:
    """Know which names each env file of the plan assigns, from artifacts and from the commands that write it."""

    def __init__(self, view: PlanView) -> None:
        self.names: dict[str, set[str]] = {}
        self.incomplete: set[str] = set()
        self.everywhere: set[str] = set()
        for artifact in view.of_kind("env"):
            self._add(artifact.installed, names_in(artifact.text), True)
        for step in view.steps:
            if step.shell:
                self._script(step.run, step.base)
        for artifact in view.of_kind("shell"):
            self._script(artifact.script, None)

    def _script(self, script: Script, base: str | None) -> None:
        for word, names, complete in written_names(script):
            self.everywhere |= names
            path = resolve(word, base, script.constants)
            if path is not None:
                self._add(path, names, complete)

    def _add(self, path: str, names: frozenset[str] | set[str], complete: bool) -> None:
        self.names.setdefault(path, set()).update(names)
        self.everywhere |= names
        if not complete:
            self.incomplete.add(path)

    def loaded(self, used: Variables, base: str, script: Script) -> tuple[set[str], bool]:
        """Return the names that sourced files bring, and whether one of them cannot be read from here."""
        found: set[str] = set()
        unknown = False
        for word in used.loaded:
            path = resolve(word, base, script.constants)
            if path is None or path not in self.names or path in self.incomplete:
                unknown = True
            if path is not None:
                found |= self.names.get(path, set())
        return found, unknown


def _inputs(view: PlanView) -> set[str]:
    return {i.name for i in view.plan.inputs} | RUNNER_OWN


def _steps(view: PlanView, env_files: _EnvFiles) -> Iterator[Finding]:
    supplied = _inputs(view)
    earlier: dict[str, str] = {}
    for step in view.steps:
        if not step.shell:
            continue
        own = variables(step.run)
        provided = {ref.partition(":")[2] for ref in step.model.needs if ref.startswith(("env:", "secret:", "input:"))} & set(earlier)
        known = supplied | set(step.model.env) | provided
        for script in (step.run, step.verify, step.rollback):
            if script is None:
                continue
            used = own if script is step.run else variables(script)
            loaded, unknown = env_files.loaded(used, step.base, script)
            if not (unknown or used.open):
                yield from _unset(view, step, script.text.split("\n"), used, known | loaded, earlier)
        for name in sorted(own.assigned | own.exported):
            earlier.setdefault(name, step.step)


def _prompted(lines: list[str], line: int | None, name: str) -> bool:
    """Say whether the `$` is a shell's prompt in front of a program (CMD005 reports it), not a variable's mark."""
    return line is not None and 0 < line <= len(lines) and lines[line - 1].lstrip().startswith(f"$ {name}")


def _unset(
    view: PlanView, step: StepView, used_in: list[str], used: Variables, known: set[str], earlier: dict[str, str]
) -> Iterator[Finding]:
    reported: set[str] = set()
    for use in used.used:
        if use.optional or use.name in known or use.name in reported:
            continue
        if _prompted(used_in, use.line, use.name):
            continue
        reported.add(use.name)
        if use.name in earlier:
            if not view.foreign:  # a reader of Markdown goes on in the same terminal
                yield LOST.at(
                    step,
                    f"Step {step.step} reads ${use.name}, which only step {earlier[use.name]} sets: each step is a shell of its own.",
                    line=use.line,
                    quote=use.name,
                    hint="Make it an input, or set it in this step too.",
                )
            continue
        guarded = " (it stops with a message)" if use.guarded else ""
        yield UNSET.at(
            step,
            f"Step {step.step} reads ${use.name}, and no input, assignment or env file sets it{guarded}.",
            line=use.line,
            quote=use.name,
            hint="Add an input of that name, or set it before it is used.",
        )


def _compose(view: PlanView, env_files: _EnvFiles, exported: set[str]) -> Iterator[Finding]:
    supplied = _inputs(view) | env_files.everywhere | exported
    for artifact, file in view.compose:
        reported: set[str] = set()
        for reference in file.variables:
            if reference.optional or reference.name in supplied or reference.name in reported:
                continue
            reported.add(reference.name)
            yield COMPOSE.at(
                artifact,
                f"{artifact.model.path} reads ${{{reference.name}}}, and no input, env file or step supplies it.",
                line=reference.line,
                quote=reference.name,
                severity="error" if not _unknown_env(view) or _left_out(view, file, reference.name) else "warning",
                hint="Add an input, or write it to the env file.",
            )


def _left_out(view: PlanView, file: ComposeFile, name: str) -> bool:
    """Say whether the folder keeps a compose file's `.env`, which gives most of its variables, and nothing else speaks of this one."""
    path = posixpath.join(file.base, ".env")
    kept = next((a for a in (*view.artifacts, *view.aside) if a.installed == path), None)
    others = {r.name for r in file.variables if not r.optional and r.name != name}
    given = {line.partition("=")[0].removeprefix("export ").strip() for line in kept.text.split("\n")} if kept is not None else set()
    if len(others & given) < 2 or len(others & given) * 2 < len(others):
        return False
    told = any(name in a.text for a in (*view.artifacts, *view.aside) if a.kind != "compose")
    return not told and not any(name in text for _, text, _, _ in view.prose) and not any(name in s.model.run for s in view.steps)


def _unknown_env(view: PlanView) -> bool:
    """Say whether values may come from a file that is not part of what is checked."""
    return view.foreign and not view.plan.inputs


def _script(view: PlanView, artifact: ArtifactView, exported: set[str]) -> Iterator[Finding]:
    used = variables(artifact.script)
    if used.open or used.loaded:
        return
    known = _inputs(view) | _given_by_services(view, artifact) | exported
    reported: set[str] = set()
    for use in used.used:
        if use.optional or use.guarded or use.name in known or use.name in reported or _indirect(use.name):
            continue
        reported.add(use.name)
        yield SCRIPT.at(
            artifact,
            f"{artifact.model.path} reads ${use.name}, and no input, assignment or service environment sets it.",
            line=use.line,
            quote=use.name,
            hint="Add an input, set it in the script, or give it a default.",
        )


def _indirect(name: str) -> bool:
    return name.startswith("_")


def _given_by_services(view: PlanView, artifact: ArtifactView) -> set[str]:
    """Return the environment of every service that mounts the script."""
    found: set[str] = set()
    for _, file in view.compose:
        for service in file.services.values():
            for mount in service.mounts:
                source = file.resolve(mount.source)
                if mount.kind == "bind" and (artifact.installed == source or artifact.installed.startswith(source + "/")):
                    found |= set(service.environment)
    return found
