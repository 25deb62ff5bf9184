"""Find what runs again and again: pipelines started by a push, timers, cron entries, and the scripts that these start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .invocations import Invocation
from .items import ArtifactView, ScriptView
from .workflows import Workflow

if TYPE_CHECKING:
    from . import PlanView

_OFTEN = frozenset(
    {"push", "schedule", "pull_request", "release", "workflow_run", "merge_group", "workflow_dispatch", "repository_dispatch"}
)


@dataclass(frozen=True, slots=True)
class Recurring:
    """Be one script that runs again and again, and what starts it."""

    script: ScriptView
    why: str


def recurring(view: PlanView) -> tuple[Recurring, ...]:
    """Return the scripts that pipelines, timers and cron entries run, and the plan's scripts that those start."""
    found = list(_roots(view))
    known = {(r.script.artifact, r.script.text) for r in found}
    waiting = list(found)
    while waiting:
        current = waiting.pop(0)
        for artifact in started_artifacts(view, current.script.calls):
            key = (artifact.artifact, artifact.text)
            if key not in known:
                known.add(key)
                inner = Recurring(ScriptView(artifact, "artifact", artifact.text, artifact.works_in or current.script.base), current.why)
                found.append(inner)
                waiting.append(inner)
    return tuple(found)


def started_artifacts(view: PlanView, calls: tuple[Invocation, ...]) -> Iterator[ArtifactView]:
    """Yield the plan's own scripts that these programs are, or are given as their first file."""
    scripts = {a.installed.rpartition("/")[2]: a for a in view.of_kind("shell")}
    for call in calls:
        for word in call.words[:3]:
            text = word.template
            name = text.rpartition("/")[2]
            if name in scripts and (text == name or text.endswith("/" + name)):
                yield scripts[name]
                break


def _roots(view: PlanView) -> Iterator[Recurring]:
    for artifact in view.of_kind("workflow"):
        triggers = Workflow(artifact).triggers & _OFTEN
        if triggers:
            for script in view.scripts:
                if script.spot is artifact:
                    yield Recurring(script, f"runs on {'/'.join(sorted(triggers))}")
    timed = {a.installed.rpartition("/")[2].removesuffix(".timer") for a in view.of_kind("systemd") if a.installed.endswith(".timer")}
    for artifact in view.of_kind("systemd"):
        name = artifact.installed.rpartition("/")[2].removesuffix(".service")
        if name in timed:
            for line, text in _exec_lines(artifact.text):
                yield Recurring(ScriptView(artifact, "timer", "\n" * (line - 1) + text, None), f"runs by {name}.timer")
    for artifact in view.of_kind("cron"):
        for line, text in cron_lines(artifact.text, "cron.d" in artifact.installed or "etc/crontab" in artifact.installed):
            yield Recurring(ScriptView(artifact, "cron", "\n" * (line - 1) + text, None), "runs by cron")
    yield from _loops(view)
    for script in view.scripts:
        for call in script.calls:
            if call.name == "crontab":
                for redirect in call.statement.redirects:
                    for line, text in cron_lines(redirect.heredoc or "", False):
                        yield Recurring(ScriptView(script.spot, "cron", "\n" * (redirect.line + line - 2) + text, None), "runs by cron")


def _loops(view: PlanView) -> Iterator[Recurring]:
    """Yield the plan's scripts that a container runs for ever (`while true`, sleeping in between)."""
    for _, file in view.compose:
        for service in file.services.values():
            command = f"{service.raw.get('entrypoint')} {service.raw.get('command')}"
            for mount in service.mounts:
                script = view.installed.get(file.resolve(mount.source)) if mount.kind == "bind" else None
                if script is not None and script.kind == "shell" and mount.target and mount.target in command:
                    endless = any(n.kind == "while" for n in script.script.nodes) and any(c.name == "sleep" for c in script.script.commands)
                    if endless:
                        yield Recurring(ScriptView(script, "artifact", script.text, None), f"runs for ever in {service.name}")


def _exec_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        key, equals, value = line.partition("=")
        if equals and key.strip() in ("ExecStart", "ExecStartPre", "ExecStartPost"):
            yield number, value.strip().lstrip("-@:+!")


def cron_lines(text: str, with_user: bool) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of each entry of a crontab."""
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        fields = stripped.split()
        skip = (1 if stripped.startswith("@") else 5) + (1 if with_user else 0)
        first = fields[0]
        if len(fields) > skip and (first.startswith("@") or all(c in "0123456789*/,-" for c in first)):
            yield number, " ".join(fields[skip:])
