"""Check that what compose and stack files call external is made before they are started.

What:
    A network, volume, secret or config with `external: true` is made by a command of the plan (`docker network create …`), by another
    file of it, or is named in its text as something that exists. Asked only of files that a step starts.

Why it matters in production:
    `network edge declared as external, but could not be found` is the first line of the deployment on a new host. On the old one the
    network is there since somebody made it by hand two years ago.

Example:
    networks: {edge: {external: true}}          # and the runbook begins with docker compose up -d

Instead:
    docker network inspect edge >/dev/null 2>&1 || docker network create edge
    docker compose up -d

When to ignore:
    When another team's runbook makes it: name it in the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_map
from ._link.composed import files_of
from ._rule import Rule
from ._view import ComposeFile, PlanView
from ._view.items import ArtifactView

ABSENT = Rule("LNK066", "external-name-never-made", "error", "A file counts on something external that nothing in the plan makes.")
RULES = (ABSENT,)

_KINDS = {"networks": "network", "volumes": "volume", "secrets": "secret", "configs": "config"}
_STARTS = ("compose up", "compose run", "compose create", "stack deploy")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield external names that nothing makes."""
    made = _made(view)
    told = "\n".join(text for _, text, _, _ in view.prose)
    for artifact, file in view.compose:
        if not _started(view, file):
            continue
        for key, kind in _KINDS.items():
            for name, settings in as_map(file.raw.get(key)).items():
                real = _external(name, settings)
                if real and "$" not in real and (kind, real) not in made and real not in told and not _elsewhere(view, artifact, key, real):
                    yield ABSENT.at(
                        artifact,
                        f"The {kind} {real} is external, and no command of the plan makes it: on a new host nothing starts.",
                        line=as_map(file.raw.get(key)).line_of(name),
                        quote=real,
                        hint=f"Add docker {kind} create {real} before the start.",
                    )


def _external(name: str, settings: object) -> str:
    """Return the name outside of the file, empty for what the file makes itself."""
    if not isinstance(settings, Map):
        return ""
    stated = settings.get("external")
    if isinstance(stated, Map):
        return str(stated.get("name") or name)
    return str(settings.get("name") or name) if stated is True else ""


def _made(view: PlanView) -> set[tuple[str, str]]:
    """Return kind and name of everything that a command makes."""
    found: set[tuple[str, str]] = set()
    for script in view.scripts:
        for call in script.calls:
            if call.docker is not None and call.docker.verb.endswith(" create"):
                kind = call.docker.verb.partition(" ")[0]
                if any("$" in n.template for n in call.docker.names):
                    found |= {(kind, word) for word in script.text.replace(";", " ").split()}  # a loop over names
                found |= {(kind, n.template) for n in call.docker.names}
            if call.docker is not None and call.docker.verb in ("run", "create"):  # a volume is made by its first use
                mounts = [w.template for w in call.docker.arguments.values("-v", "--volume")]
                found |= {("volume", m.partition(":")[0]) for m in mounts if not m.startswith(("/", ".", "$", "~"))}
    for step in view.steps:
        found |= {(p.partition(":")[0], p.partition(":")[2]) for p in step.model.provides}
    return found


def _started(view: PlanView, file: ComposeFile) -> bool:
    for script in view.scripts:
        if script.label in ("run", "artifact", "workflow"):
            for call in script.calls:
                docker = call.docker
                if docker is None or docker.verb not in _STARTS:
                    continue
                if docker.verb == "stack deploy":
                    files = [w.template for w in docker.arguments.values("-c", "--compose-file")]
                    if any(f.rpartition("/")[2] == file.path.rpartition("/")[2] for f in files):
                        return True
                elif any(other.path == file.path for other in files_of(view, script, docker) or ()):
                    return True
    return False


def _elsewhere(view: PlanView, artifact: ArtifactView, key: str, real: str) -> bool:
    """Say whether another compose file makes it under this name (`name: edge`, or with its project before it)."""
    for other, file in view.compose:
        for name, settings in as_map(file.raw.get(key)).items() if other is not artifact else ():
            stated = as_map(settings)
            if stated.get("external"):
                continue
            if stated.get("name") == real or real.endswith(f"_{name}") or (key in ("secrets", "configs") and real == name):
                return True
    return False
