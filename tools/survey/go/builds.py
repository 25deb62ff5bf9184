"""Find which main package a Dockerfile, Makefile or script builds: the packages that `go build`, `go install` and `go run` name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from ..aside import is_aside
from ..containers import image_command, is_dockerfile, purpose_of
from ..parsers.dockerfile import Dockerfile
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
    """Yield (Dockerfile, folder); one that starts nothing only packs files where another one starts the same program."""
    known = mains(view)
    found: dict[str, str] = {}
    starting: set[str] = set()
    for path in view.paths if known else ():
        parsed = view.dockerfile(path) if is_dockerfile(path) else None
        if parsed is None or purpose_of(path) == "test":
            continue
        built = {f for t in _built(view, path, parsed) if (f := _resolved(t, folder_of(path), known)) is not None}
        if not built:
            built = set(_packed(parsed, known))
        if len(built) == 1:
            found[path] = built.pop()
            if image_command(parsed, parsed.final)[0] is not None:
                starting.add(path)
    begun = {found[p] for p in starting}
    yield from ((path, folder) for path, folder in found.items() if path in starting or folder not in begun)


def _packed(parsed: Dockerfile, known: list[Package]) -> Iterator[str]:
    """Yield the package whose program an image starts that was built before: `COPY dist/server/shop-server /bin/`."""
    command = image_command(parsed, parsed.final)[0]
    binary = command.split()[0].rpartition("/")[2] if command and command.split() else ""
    copied = (w.rpartition("/")[2] for i in parsed.final.instructions if i.name in ("COPY", "ADD") for w in i.words[:-1])
    if not binary or binary not in copied:
        return
    for package in known:
        last = package.folder.rpartition("/")[2]
        if last == binary or (len(last) > 2 and binary.endswith((f"-{last}", f"_{last}"))):
            yield package.folder


def _built(view: View, path: str, parsed: Dockerfile) -> list[str]:
    """Return the packages that a Dockerfile compiles, as its commands or those of a Makefile name them."""
    targets: dict[str, None] = {}
    for stage in parsed.stages:
        variables = parsed.variables(stage)
        for instruction in stage.instructions:
            if instruction.name == "RUN":
                commands = split(substitute(instruction.heredoc or instruction.text, variables))
                targets.update(dict.fromkeys(_targets([*commands, *_recipes(view, folder_of(path), commands)])))
    return list(targets)


def _recipes(view: View, folder: str, commands: Iterable[Command]) -> Iterator[Command]:
    """Yield the commands of the Makefile's targets that commands ask for, those they need first; the first target without a name."""
    wanted: list[str | None] = []
    for command in commands:
        if command.words and command.words[0].rpartition("/")[2] in ("make", "gmake"):
            named = [w for w in command.words[1:] if not w.startswith("-") and "=" not in w]
            wanted.extend(named or [None])
    if not wanted:
        return
    file = next((p for p in (join(f, "Makefile") for f in dict.fromkeys((folder, "."))) if view.repository.real(p)), None)
    rules = _rules(view, file) if file is not None else {}
    pending = [w or next(iter(rules), "") for w in wanted]
    seen: set[str] = set()
    while pending:
        name = pending.pop(0)
        if name not in seen and name in rules:
            seen.add(name)
            needs, lines = rules[name]
            pending.extend(needs)
            for line in lines:
                yield from split(line)


def _rules(view: View, path: str) -> dict[str, tuple[list[str], list[str]]]:
    """Return (needed targets, recipe lines) of every target of a Makefile."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    current: list[str] = []
    for line in view.lines(path) if view.repository.size(path) <= 100_000 else ():
        if line.startswith("\t"):
            for name in current:
                found[name][1].append(line.strip().lstrip("@- ").replace("$(", "${").replace(")", "}"))
        elif ":" in line and "=" not in line and not line.startswith(("#", ".")):
            head, _, tail = line.partition(":")
            current = head.split()
            for name in current:
                found.setdefault(name, ([], []))[0].extend(tail.split())
        elif line.strip():
            current = []
    return found


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
