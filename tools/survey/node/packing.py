"""Tell which Dockerfile packs which program, where the two stand in different folders: by what the image's command leads to."""

from __future__ import annotations

from ..containers import image_command, is_dockerfile, purpose_of
from ..parsers.dockerfile import Dockerfile, Stage
from ..parsers.shell import split
from ..view import View, folder_of, join
from .manifest import Package
from .programs import Start
from .project import Project, project
from .running import Program, programs
from .starting import filtered, starts_of_command


def packed(view: View) -> dict[tuple[str, tuple[str, ...], str | None], str]:
    """Return (folder, entries, starter) of a program -> the one Dockerfile elsewhere whose command starts it."""
    return view.kept("node.packed", lambda: _packed(view))


def _packed(view: View) -> dict[tuple[str, tuple[str, ...], str | None], str]:
    made, found = project(view), dict[tuple[str, tuple[str, ...], str | None], list[str]]()
    for path in view.paths:
        if not is_dockerfile(path) or purpose_of(path) == "test":
            continue
        parsed = view.dockerfile(path)
        command = image_command(parsed, parsed.final)[0] if parsed is not None else None
        if parsed is None or command is None:
            continue
        for program in _started(made, programs(view), path, command, parsed):
            if program.run.folder != folder_of(path):
                found.setdefault(key_of(program), []).append(path)
    return {key: paths[0] for key, paths in found.items() if len(set(paths)) == 1}


def key_of(program: Program) -> tuple[str, tuple[str, ...], str | None]:
    """Return what tells one program from another."""
    return program.run.folder, program.run.entries, program.run.starter


def _workdir(stage: Stage) -> str:
    return next((i.text.strip() for i in reversed(list(stage.all("WORKDIR")))), "")


def _deployed(made: Project, parsed: Dockerfile) -> list[str]:
    """Return the folders of the packages that `pnpm --filter api deploy /prod` takes out of the workspace."""
    found = []
    for instruction in (i for stage in parsed.stages for i in stage.all("RUN")):
        for part in split(instruction.text):
            if part.words[:1] == ("pnpm",) and "deploy" in part.words:
                found += [p.folder for p in filtered(made.workspace, part.words)]
    return found


def _started(made: Project, known: list[Program], path: str, command: str, parsed: Dockerfile) -> list[Program]:
    """Return the programs that a command starts in the Dockerfile's folder, those above, the working directory's end, what is deployed."""
    above = _above(folder_of(path))
    folders = dict.fromkeys((*above, *_deployed(made, parsed)))
    parts = [p for p in _workdir(parsed.final).split("/") if p]
    for cut in range(len(parts)):
        tail = "/".join(parts[cut:])
        folders.update((inner, None) for inner in (join(base, tail) for base in reversed(above)) if inner in made.workspace.packages)
    for folder in reversed(list(folders)):
        package = made.workspace.packages.get(folder)
        hits = [p for p in known if package is not None and _is_started(made, p, starts_of_command(made.workspace, package, command))]
        if hits:
            return hits
    return []


def _above(folder: str) -> list[str]:
    """Return a folder and those above it up to the root."""
    found = [folder]
    while found[-1] != ".":
        found.append(folder_of(found[-1]))
    return found


def _is_started(made: Project, program: Program, starts: list[Start]) -> bool:
    run = program.run
    for start in starts:
        if start.server is not None and start.server == run.starter and start.package is not None and start.package.folder == run.folder:
            return True
        entry = made.resolver.built(start.folder, start.target) if start.target is not None else None
        if entry is not None and run.entries == (entry,):
            return True
        if (
            entry is None
            and start.target is not None
            and not run.entries
            and run.target == start.target
            and _same(start.package, run.package)
        ):
            return True
    return False


def _same(one: Package | None, other: Package | None) -> bool:
    return one is not None and other is not None and one.folder == other.folder
