"""Find which main package a Dockerfile, Makefile or script builds: the packages that `go build`, `go install` and `go run` name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from ..aside import is_aside
from ..containers import is_dockerfile, purpose_of
from ..parsers.shell import Command, split
from ..parsers.substitution import substitute
from ..view import View, folder_of, join
from .packages import Package, mains

_VALUED = {
    "-o",
    "-ldflags",
    "-tags",
    "-mod",
    "-gcflags",
    "-asmflags",
    "-p",
    "-trimpath=",
    "-C",
    "-buildmode",
    "-pkgdir",
    "-modfile",
    "-overlay",
}


def docker_builds(view: View) -> dict[str, str]:
    """Return, for every Dockerfile that compiles exactly one main package of this tree, that package's folder; made once per tree."""
    return view.kept("go_docker_builds", lambda: dict(_docker(view)))


def _docker(view: View) -> Iterator[tuple[str, str]]:
    known = mains(view)
    for path in view.paths if known else ():
        parsed = view.dockerfile(path) if is_dockerfile(path) else None
        if parsed is None or purpose_of(path) == "test":
            continue
        targets: dict[str, None] = {}
        for stage in parsed.stages:
            variables = parsed.variables(stage)
            workdir = ""
            for instruction in stage.instructions:
                if instruction.name == "WORKDIR" and instruction.words:
                    workdir = posixpath.join(workdir, substitute(instruction.words[0], variables))
                elif instruction.name == "RUN":
                    text = substitute(instruction.heredoc or instruction.text, variables)
                    targets.update(dict.fromkeys(t for t in _targets(split(text))))
        found = {f for t in targets if (f := _resolved(t, folder_of(path), known)) is not None}
        if len(found) == 1:
            yield path, found.pop()


def _targets(commands: Iterable[Command]) -> Iterator[str]:
    """Yield the packages that go commands build, `.` where none is named."""
    for command in commands:
        words = list(command.words)
        while words and words[0].rpartition("/")[2] not in ("go", "xx-go", "gotip"):
            words.pop(0)
        if len(words) < 2 or words[1] not in ("build", "install", "run"):
            continue
        named, skip = [], False
        for word in words[2:]:
            if skip:
                skip = False
            elif word.startswith("-"):
                skip = word in _VALUED
            elif word not in ("&&", ";") and "=" not in word:
                named.append(word)
        if words[1] != "install" or named != ["tool"]:  # `go install tool` brings the module's tools
            yield from [n for n in named if "@" not in n] if named else ["."]


def _resolved(target: str, folder: str, known: list[Package]) -> str | None:
    """Return the folder of the main package that a build target names, nearest to the Dockerfile first."""
    clean = posixpath.normpath(target.removesuffix(".go") if target.endswith("/main.go") else target)
    if target.endswith(".go"):
        clean = posixpath.dirname(posixpath.normpath(target)) or "."
    if "$" in clean or clean.startswith(".."):
        return None
    folders = {p.folder for p in known}
    here = folder
    while True:
        candidate = posixpath.normpath(join(here, clean)) if clean != "." else here
        if candidate in folders:
            return candidate
        if here == ".":
            break
        here = folder_of(here)
    tail = [f for f in folders if clean != "." and (f.endswith("/" + clean) or clean.endswith("/" + f))]
    if clean == "." and len(folders) == 1:
        return next(iter(folders))
    return tail[0] if len(tail) == 1 else None


def script_builds(view: View) -> set[str]:
    """Return the folders of the main packages that Makefiles, task files and scripts of the tree build; made once per tree."""
    return view.kept("go_script_builds", lambda: set(_scripts(view)))


def _scripts(view: View) -> Iterator[str]:
    known = mains(view)
    for path in view.named(
        "Makefile", "*.mk", "build.sh", "build", "Procfile", ".goreleaser.y*ml", "justfile", "Justfile", "Taskfile.y*ml"
    ):
        if is_aside(path) or view.repository.size(path) > 100_000:
            continue
        for line in view.lines(path):
            if "go build" in line or "go install" in line:
                for target in _targets(split(line.strip().lstrip("@-").replace("$(", "${").replace(")", "}"))):
                    if (folder := _resolved(target, folder_of(path), known)) is not None:
                        yield folder
