"""Follow file modes through the steps: which paths end up readable by their owner only."""

from __future__ import annotations

from .._view import PlanView
from .._view.invocations import Invocation, of_command
from .._view.items import ScriptView, StepView
from .paths import folder, resolve
from .world import file_events


def restricted(view: PlanView) -> dict[str, tuple[int, str]]:
    """Return the paths whose last known mode keeps others out, with that mode and the step that set it."""
    modes: dict[str, tuple[int, str]] = {}
    for step in view.steps:
        if step.shell and step.model.phase not in ("teardown", "rollback"):
            _step(step, modes)
    return {path: (mode, who) for path, (mode, who) in modes.items() if mode & 0o007 == 0}


def _step(step: StepView, modes: dict[str, tuple[int, str]]) -> None:
    masked = False
    written = [e for e in file_events(ScriptView(step, "run", step.model.run, step.base)) if e.writes]
    for command in step.run.commands:
        if command.name == "umask" and command.args:
            masked = command.args[0].template.lstrip("0") in ("77", "27")
        for event in [e for e in written if e.line == command.line]:
            if masked:
                modes[event.path] = (0o600 if not (event.folder or event.tree) else 0o700, step.step)
            else:
                modes.pop(event.path, None)
        for call in of_command(command):
            if call.where == "here":
                _call(step, call, modes)


def _call(step: StepView, call: Invocation, modes: dict[str, tuple[int, str]]) -> None:
    if call.name == "chmod":
        arguments = call.split()
        words = arguments.positionals
        if len(words) > 1:
            mode = _mode(words[0].template)
            deep = arguments.has("-R", "--recursive")
            for word in words[1:]:
                path = resolve(word, step.base, step.run.constants)
                if path is not None:
                    _set(modes, path, mode, step.step, deep)
    elif call.name == "install":
        arguments = call.split("-m", "--mode", "-o", "-g", "--owner", "--group", "-t")
        given = arguments.values("-m", "--mode")
        owned = arguments.has("-o", "-g", "--owner", "--group")
        targets = arguments.positionals if arguments.has("-d", "--directory") else arguments.positionals[-1:]
        for word in targets if given else ():
            path = resolve(word, step.base, step.run.constants)
            if path is not None:
                _set(modes, path, None if owned else _mode(given[-1].template), step.step, False)
    elif call.name == "chown":
        for word in call.split("--from", "--reference").positionals[1:]:
            path = resolve(word, step.base, step.run.constants)
            if path is not None:
                _set(modes, path, None, step.step, call.split().has("-R", "--recursive"))


def _set(modes: dict[str, tuple[int, str]], path: str, mode: int | None, step: str, deep: bool) -> None:
    for known in [p for p in modes if deep and p.startswith(path + "/")] + [path]:
        if mode is None:
            modes.pop(known, None)
        else:
            modes[known] = (mode, step)


def _mode(text: str) -> int | None:
    """Return a numeric mode; null for a symbolic one that opens the file or cannot be read."""
    if text.isdigit():
        return int(text, 8) & 0o777 if all(c in "01234567" for c in text) else None
    if text in ("go=", "go-rwx", "u=rw,go=", "u=rwx,go=", "o=", "o-rwx"):
        return 0o600
    return None


def parents(path: str) -> list[str]:
    """Return the folders above a path, the nearest first."""
    found = []
    above = folder(path)
    while above and above not in found:
        found.append(above)
        above = folder(above)
    return found
