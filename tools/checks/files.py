"""Replay the plan on an empty host: every file a command or an artifact names exists at that moment.

What:
    The commands of each step are followed in order (with their `cd`, redirections, `cp`, `install`, `tee`, `-f`, `--env-file`, `source`),
    together with what artifacts refer to (compose mounts, configs, secrets, env files, build contexts, `COPY` sources). A file that
    nobody makes, or that is made only later, is an error.

Why it matters in production:
    `alertmanager.yml` mounted and never written starts as an empty directory, and the alerting is silently dead. A script called before
    the step that writes it stops the deployment half-way. No linter of one file can see it.

Example:
    docker compose --env-file deploy/.env up -d      # the step that writes deploy/.env comes later

Instead:
    sh deploy/scripts/write-env.sh                   # first
    docker compose --env-file deploy/.env up -d

When to ignore:
    LNK012 and LNK013 when the file comes from outside the plan and the repository (a mounted share, a package): say from where.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.mounted import Needed, named_inside, needed_by_compose
from ._link.paths import folder, is_system, on_host
from ._link.world import FileEvent, World, file_events
from ._rule import Rule
from ._view import ComposeFile, PlanView, StepView
from ._view.items import ArtifactView, ScriptView

MISSING = Rule(
    "LNK011", "file-missing", "error", "A command reads a file that nothing in the plan or the repository makes.", foreign="warning"
)
TOO_EARLY = Rule("LNK012", "file-too-early", "error", "A command reads a file before the step that makes it.")
UNBACKED = Rule("LNK013", "mount-source-missing", "error", "A compose file names a file that nothing makes.")
RULES = (MISSING, TOO_EARLY, UNBACKED)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about files that are missing or come too late."""
    world = World(view)
    all_made = _all_made(view)
    for step in view.steps:
        if view.appears:
            world.appear(step.index)
        if not step.shell:
            continue
        events = file_events(ScriptView(step, "run", step.model.run, step.base))
        yield from _read(view, world, all_made, step, events)
        for text in (step.model.verify, step.model.rollback):
            if text:
                yield from _read(view, world, all_made, step, file_events(ScriptView(step, "verify", text, step.base)))
    if view.appears:
        world.appear(len(view.steps))
    yield from _mounted(view, world)
    if view.foreign and view.files is not None:
        yield from _inside_mounts(view)


def _all_made(view: PlanView) -> dict[str, StepView]:
    """Return the first step that writes each path."""
    found: dict[str, StepView] = {}
    for step in view.steps:
        if step.shell:
            for event in file_events(ScriptView(step, "run", step.model.run, step.base)):
                if event.writes:
                    found.setdefault(event.path, step)
    return found


def _read(view: PlanView, world: World, all_made: dict[str, StepView], step: StepView, events: tuple[FileEvent, ...]) -> Iterator[Finding]:
    reported: set[str] = set()
    for event in events:
        if event.writes:
            world.write(event, step.step)
            continue
        if event.optional or event.path in reported or world.made_by(event.path) is not None or is_system(event.path):
            continue
        reported.add(event.path)
        yield from _unmade(view, world, all_made, step, event)
    world.after(step, events)


def _unmade(view: PlanView, world: World, all_made: dict[str, StepView], step: StepView, event: FileEvent) -> Iterator[Finding]:
    later = all_made.get(event.path)
    if later is not None and later.index > step.index and view.in_order(later.step, step.step):
        yield TOO_EARLY.at(
            step,
            f"Step {step.step} reads {event.path}, which only the later step {later.step} makes.",
            line=event.line,
            quote=event.quote,
            hint=f"Move {later.step} before {step.step}.",
        )
        return
    shown_later = next((a for a in view.artifacts if a.installed == event.path and view.appears), None)
    if shown_later is not None:
        yield TOO_EARLY.at(
            step,
            f"Step {step.step} reads {event.path}, which the text shows only later.",
            line=event.line,
            quote=event.quote,
            hint="Show the file before the command that reads it.",
        )
        return
    certain = _certain(view, world, event.path)
    if certain is not None:
        yield MISSING.at(
            step,
            f"Step {step.step} reads {event.path}, which nothing in the plan or the repository makes.",
            line=event.line,
            quote=event.quote,
            severity="error" if certain else "warning",
            confidence="high" if certain else "medium",
            hint="Write the file as an artifact, or make it in an earlier step.",
        )


def _certain(view: PlanView, world: World, path: str) -> bool | None:
    """Say whether a path that nobody made is surely missing (true), probably (false), or cannot be judged (null)."""
    if on_host(path):
        return True if folder(path) in world.owned else None
    if path.startswith("plan:") or view.files is not None:
        return True
    if not view.foreign and any(above in world.owned for above in _above(path)):
        return True  # a folder that the plan itself lays out
    if view.survey is not None or view.foreign:
        return folder(path) in world.owned and folder(path) != ""
    return None


def _above(path: str) -> Iterator[str]:
    while (path := folder(path)) and path not in ("/", "plan:"):
        yield path


def _from_above(view: PlanView, file: ComposeFile, path: str) -> bool:
    """Say whether a path is there when it is read from a folder above the compose file's own."""
    if not file.base or not path.startswith(file.base + "/"):
        return False
    rest = path[len(file.base) + 1 :]
    return any(posixpath.join("" if above == "." else above, rest) in (view.files or ()) for above in (*_above(file.base), "."))


_MAKING = re2.compile(
    r">|\b(?:cp|mv|tee|curl|wget|install|ln|touch|openssl|keygen|generate|templates?|copy|dest|envsubst|sed|git clone|submodule|path)\b"
)


def _told_elsewhere(view: PlanView, artifact: ArtifactView, path: str) -> bool:
    """Say whether another file tells how a file comes to be: a playbook that writes it, a script that copies it, .gitignore, a page."""
    name = path.rstrip("/").rpartition("/")[2]
    for other in (*view.artifacts, *view.aside):
        if other is artifact or name not in other.text:
            continue
        if other.model.path.rpartition("/")[2] in (".gitignore", ".gitmodules") or other.kind in ("markdown", "template"):
            return True
        if other.kind != "compose" and any(name in line and _MAKING.search(line) for line in other.text.split("\n")):
            return True
    return any(name in text for _, text, _, _ in view.prose) or any(name in step.model.run for step in view.steps)


def _inside_mounts(view: PlanView) -> Iterator[Finding]:
    """Yield files that a container starts or reads below a mounted folder which the repository holds, without that file."""
    files = view.files or frozenset()
    for artifact, file in view.compose:
        for need, source in named_inside(file):
            mounted = [f for f in files if f.startswith(source + "/")] if source else []
            if not mounted or need.path in files or any(f.startswith(need.path + "/") for f in files):
                continue
            if not _told_elsewhere(view, artifact, need.path):
                yield UNBACKED.at(
                    artifact,
                    f"{artifact.model.path} mounts {source}, which has no file for {need.why}.",
                    line=need.line,
                    quote=need.path,
                    hint="Name a file of the mounted folder.",
                )


def _kept_beside(view: PlanView, need: Needed) -> bool:
    """Say whether an env file is one that the repository keeps: several stand beside where it should be, and no example of it."""
    above, _, name = need.path.rpartition("/")
    beside = [f.rpartition("/")[2] for f in view.files or () if f.rpartition("/")[0] == above]
    stem = name.removeprefix(".").removesuffix(".env")
    like = [n for n in beside if n.endswith(".env") and n != ".env" and "example" not in n and "sample" not in n]
    return name.endswith(".env") and name != ".env" and len(like) > 1 and not any(stem in n for n in beside)


_KEYS = (".pem", ".crt", ".key", ".p12", ".jks", ".cert", ".csr", ".keytab", ".pub", ".pfx", ".keystore", ".truststore", ".htpasswd")


def _folder_or_key(need: Needed) -> bool:
    """Say whether a missing path is a folder, which the engine makes, or a key or certificate, which the operator brings."""
    name = need.path.rpartition("/")[2]
    needed_anyway = need.why.startswith(("build context", "Dockerfile of"))
    a_file = "." in name.lstrip(".") and not name.rpartition(".")[2].isdigit()  # `data_v1.12` is a folder
    made = _MADE & set(need.path.split("/")[:-1]) or name.endswith((".jar", ".war", ".license", ".lic"))
    return (not a_file and not needed_anyway) or bool(made) or name.endswith((".d", *_KEYS))


_MADE = {"target", "build", "dist", "out", "node_modules", "data"}


def _from_the_host(view: PlanView, file: ComposeFile, world: World) -> bool:
    """Say whether three or more files are missing from folders that are not there at all: they lie on the host, and only there."""
    files = view.files or frozenset()
    beside = [other for _, other in view.compose if other.base == file.base]
    needs = [need for other in beside for need in needed_by_compose(other) if need.why.startswith("mounted")]
    absent = {n.path: n for n in needs if world.made_by(n.path) is None and not on_host(n.path)}.values()
    nowhere = [n for n in absent if not any(f.startswith(folder(n.path) + "/") for f in files)]
    return len(nowhere) > 2


def _mounted(view: PlanView, world: World) -> Iterator[Finding]:
    for artifact, file in view.compose:
        elsewhere = view.foreign and _from_the_host(view, file, world)
        for need in needed_by_compose(file):
            if world.made_by(need.path) is not None or is_system(need.path):
                continue
            made = need.path.startswith("..") or (need.why.startswith("env file") and not _kept_beside(view, need))
            if view.foreign and (made or "\\" in need.path or "{" in need.path):
                continue  # made by the operator and kept out of the repository; another checkout beside this one
            if view.foreign and _from_above(view, file, need.path):
                continue  # given with -f beside a file further up, whose folder its paths are read from
            certain = _certain(view, world, need.path)
            if (certain is None and not on_host(need.path)) or _folder_or_key(need):
                certain = False  # a folder: the engine makes an empty one
            if certain is not None:
                told = view.foreign and (elsewhere or _told_elsewhere(view, artifact, need.path))
                yield UNBACKED.at(
                    artifact,
                    f"{artifact.model.path} names {need.path} ({need.why}), which nothing makes.",
                    line=need.line,
                    quote=need.path,
                    severity="error" if certain and not told else "warning",
                    hint="Write the file as an artifact, or make it in a step.",
                )
