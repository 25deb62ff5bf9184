"""Find deployments that take away what another command has started, or what a way back needs.

What:
    `docker compose up --remove-orphans` names all files of its project: what another file of the same project has started is an orphan to
    it. A deployment does not delete the image of the release before: it is the way back.

Why it matters in production:
    Monitoring was started with `-f monitoring.yaml`; the next release removes it, and the alert on its absence went with it. After
    `docker image prune -a` a rollback has to pull, on the day the registry is the problem.

Example:
    docker compose up -d --remove-orphans          # and monitoring runs as docker compose -f monitoring.yaml up -d

Instead:
    docker compose -f compose.yaml -f monitoring.yaml up -d --remove-orphans

When to ignore:
    LIF034 when the other file has a project of its own (`name:`, `-p`): name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.composed import files_of
from ._rule import Rule
from ._view import ComposeFile, PlanView, ScriptView
from ._view.docker import DockerCall

ORPHANED = Rule("LIF034", "orphans-of-another-file", "error", "A deployment removes what another compose file of its project has started.")
BURNT = Rule("LIF035", "way-back-deleted", "error", "A deployment deletes the image of the release before.", confidence="medium")
RULES = (ORPHANED, BURNT)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield deployments that take too much away."""
    started = _started(view)
    for script in view.scripts:
        for call in script.calls:
            docker = call.docker
            if docker is not None and docker.verb == "compose up" and docker.arguments.has("--remove-orphans"):
                mine = _files(view, script, docker)
                others = [f for f in started if mine and f.path not in {m.path for m in mine} and _same_project(f, mine)]
                for other in others[:1]:
                    yield ORPHANED.at(
                        script,
                        f"It removes what {other.path.removeprefix('plan:')} has started: one project, and the command does not name it.",
                        line=call.line,
                        quote=" ".join(call.texts),
                        hint="Name all files, or give the other one a project of its own.",
                    )
            if docker is not None and script.label in ("artifact", "workflow") and _burns(script, docker, call.texts):
                yield BURNT.at(
                    script,
                    "It deletes every image that no container uses, that of the release before too: the way back has to pull.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Keep the last ones: docker image prune -f, or --filter until=168h.",
                )


def _burns(script: ScriptView, docker: DockerCall, texts: tuple[str, ...]) -> bool:
    deploys = "compose up" in script.text or "stack deploy" in script.text
    everything = docker.verb in ("image prune", "system prune") and any(t in ("-a", "--all", "-af", "-fa") for t in texts)
    return deploys and everything and not any("filter" in t or "until" in t for t in texts)


def _files(view: PlanView, script: ScriptView, docker: DockerCall) -> list[ComposeFile]:
    """Return the files of a command; in a script that changes to its own place by name, the one default file of the folder."""
    found = files_of(view, script, docker)
    if found:
        return found
    defaults = [f for _, f in view.compose if f.path.rpartition("/")[2] in ("compose.yaml", "compose.yml", "docker-compose.yml")]
    return defaults if len(defaults) == 1 and not docker.files else []


def _started(view: PlanView) -> list[ComposeFile]:
    """Return the files that commands start by themselves, under the project's default name."""
    found: dict[str, ComposeFile] = {}
    for script in view.scripts:
        for call in script.calls:
            docker = call.docker
            if docker is None or docker.verb != "compose up" or len(docker.files) != 1:
                continue
            if docker.arguments.has("-p", "--project-name") or " -p " in " ".join(call.texts) or "COMPOSE_PROJECT" in script.text:
                continue
            for file in files_of(view, script, docker) or ():
                found.setdefault(file.path, file)
    return list(found.values())


def _same_project(file: ComposeFile, mine: list[ComposeFile]) -> bool:
    folder = mine[0].path.rpartition("/")[0]
    return file.path.rpartition("/")[0] == folder and file.project in (None, mine[0].project)
