"""Understand images: what a Dockerfile builds and starts, and what its name says it is for."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Collection, Iterable
from typing import Literal

from ...core.facts import Build, Role
from .knowledge.images import proxy_of, runtime_of
from .knowledge.languages import class_of_program
from .parsers.dockerfile import Dockerfile, Instruction, Stage, pairs
from .parsers.substitution import substitute
from .view import View, folder_of, join

_USERS = {"sudo", "runuser", "setpriv", "chroot", "tini", "dumb-init", "env", "su"}
_INITS = {"tini", "dumb-init", "catatonit", "s6-svscan"}
_DISTROLESS = {"nodejs": "node", "python3": "python3", "java": "java -jar"}
_INTERPRETED = {"python": "python", "ruby": "ruby", "php": "php", "js": "node", "jvm": "java", "dotnet": "dotnet", "elixir": "elixir"}
"""The runtime that a program of a language class needs in the image, where it is not compiled into the program."""
_PASSES = ("proxy_pass", "uwsgi_pass", "fastcgi_pass", "grpc_pass", "scgi_pass")
_HEADS = ("dockerfile.", "dockerfile-", "dockerfile_", "containerfile.")
_TEST = ("test", "tests", "playwright", "cypress", "e2e", "lint", "ci", "bench", "docs", "builder", "build")
_EDITORS = (".devcontainer", ".gitpod", ".codesandbox", ".vscode", ".github", ".gitlab", ".circleci", ".ci")
_DEVELOPMENT = ("dev", "development", "local", "debug", "devcontainer", "hot")
_NOT = (
    ".dockerignore", ".j2", ".jinja", ".jinja2", ".erb", ".tmpl", ".tpl", ".template", ".md", ".txt", ".sh", ".py", ".js", ".ts", ".go",
    ".yml", ".yaml", ".json", ".ex", ".exs", ".rb", ".rs", ".php", ".java", ".kt", ".cs", ".scala", ".clj", ".swift", ".toml", ".html",
)  # fmt: skip


def is_dockerfile(path: str) -> bool:
    """Say whether a file is a Dockerfile or Containerfile by its name (`Dockerfile`, `Dockerfile.worker`, `api.Dockerfile`)."""
    name = path.rpartition("/")[2]
    lower = name.lower()
    if lower.endswith(_NOT) or "/.devcontainer/" in f"/{path}":
        return False
    if lower in ("dockerfile", "containerfile"):
        return True
    return lower.startswith(_HEADS) or lower.endswith((".dockerfile", ".containerfile", "-dockerfile"))


def purpose_of(path: str) -> Literal["production", "development", "test"]:
    """Return what a Dockerfile is for, by the words of its name and folders."""
    words = [w for part in path.lower().split("/") for w in part.replace(".", " ").replace("-", " ").replace("_", " ").split()]
    own = list(path.rpartition("/")[2].lower().replace(".", " ").replace("-", " ").replace("_", " ").split())
    if any(f in _EDITORS for f in path.split("/")[:-1]) or path.rpartition("/")[2].startswith(_EDITORS):
        return "test"
    if any(w in _TEST for w in own) or any(w in ("test", "tests", "e2e", "testdata", "fixtures", "playwright", "cypress") for w in words):
        return "test"
    return (
        "development"
        if any(w in _DEVELOPMENT for w in own) or any(w in ("dev", "local", "development") for w in words[:-1])
        else "production"
    )


def image_command(parsed: Dockerfile, stage: Stage, view: View | None = None) -> tuple[str | None, list[Instruction]]:
    """Return what a container of the stage starts, and the instructions that say so.

    ENTRYPOINT and CMD are joined; an init (`tini --`) is taken off; an entrypoint script that hands over to CMD leaves CMD alone,
    behind the program that the script hands it to where the tree, given by `view`, holds the script.
    """
    entry, command = _in_force(parsed, stage)
    found = [i for i in (entry, command) if i is not None]
    if entry is None:
        before = _entry_of_base(parsed, stage) if command is not None and command.exec_form else None
        return (f"{before} {_line(command)}" if before and command else _line(command) if command else None), found
    words = list(entry.words)
    if not entry.exec_form:
        return _line(entry), [entry]
    while words and words[0].rpartition("/")[2] in _INITS:
        words.pop(0)
        while words and words[0].startswith("-"):
            words.pop(0)
    if not words:
        return (_line(command) if command else None), found
    if command is not None and _hands_over(words):
        to = _handed_to(view, words[-1]) if view is not None and command.exec_form else ()
        return joined([*to, *command.words]) if to else _line(command), found
    tail = list(command.words) if command is not None and command.exec_form else [command.text] if command is not None else []
    return joined([*words, *tail]), found


def _entry_of_base(parsed: Dockerfile, stage: Stage) -> str | None:
    """Return what a distroless base itself starts with the command as its arguments (`node`, `python3`, `java -jar`)."""
    base = parsed.chain(stage)[-1].base
    if "distroless/" not in base:
        return None
    name = base.rpartition("distroless/")[2]
    return next((start for prefix, start in _DISTROLESS.items() if name.startswith(prefix)), None)


def _in_force(parsed: Dockerfile, stage: Stage) -> tuple[Instruction | None, Instruction | None]:
    """Return the ENTRYPOINT and CMD in force; an ENTRYPOINT set after a base stage's CMD resets that CMD."""
    entry, command = None, None
    for one in reversed(parsed.chain(stage)):
        for instruction in one.instructions:
            if instruction.name == "CMD":
                command = instruction
            elif instruction.name == "ENTRYPOINT":
                entry = instruction
                if command is not None and command not in one.instructions:
                    command = None
    return entry, command


def _hands_over(words: list[str]) -> bool:
    """Say whether an entrypoint is a script that ends in `exec "$@"`, by its name: entrypoint files do."""
    name = words[-1].rpartition("/")[2].lower()
    return len(words) <= 2 and ("entrypoint" in name or name in ("prestart.sh", "init.sh", "docker-start", "start-container"))


def _handed_to(view: View, script: str) -> tuple[str, ...]:
    """Return the program that an entrypoint script gives its arguments to (`exec /app/server "$@"`), empty for the arguments alone."""
    paths = view.named(script.rpartition("/")[2])
    if len(paths) != 1:
        return ()
    lines = view.lines(paths[0])  # what is indented only runs on a condition
    runs = [c for c in view.shell(paths[0]) if c.exec and c.words and lines[c.line - 1].startswith("exec")]
    before = runs[0].words[:-1] if runs and runs[0].words[-1] in ("$@", "$*", "${@}") else ()
    if before and before[0].rpartition("/")[2] in ("gosu", "su-exec", "s6-setuidgid", "setuser"):
        before = before[2:]  # behind the user
    plain = all(w and not any(c in w for c in "$`*?") for w in before)
    return before if plain and before and before[0].rpartition("/")[2] not in _USERS else ()


def _line(instruction: Instruction) -> str:
    return joined(list(instruction.words)) if instruction.exec_form else instruction.text


def joined(words: list[str]) -> str:
    """Return words as one command line; the script inside `sh -c` as it stands."""
    if len(words) >= 3 and words[0].rpartition("/")[2] in ("sh", "bash") and words[1] in ("-c", "-lc"):
        return words[2]
    return " ".join(w if w and not any(c in w for c in " \t'\"\\;&|<>()") else shlex.quote(w) for w in words)


def expose_ports(instruction: Instruction, variables: dict[str, str]) -> list[int]:
    """Return the TCP ports of an EXPOSE instruction, variables put in."""
    return expose_words(instruction.words, variables)


def expose_words(words: Iterable[str], variables: dict[str, str]) -> list[int]:
    """Return the TCP ports of words of an EXPOSE instruction, variables put in."""
    found: list[int] = []
    for word in words:
        number, _, protocol = substitute(word, variables).partition("/")
        if number.isdigit() and protocol.lower() in ("", "tcp") and 0 < int(number) < 65536:
            found.append(int(number))
    return found


def build_of(
    view: View, path: str, parsed: Dockerfile, context: str | None = None, target: str | None = None, code: Collection[str] = ()
) -> Build:
    """Return how the image of a Dockerfile is built; `context` is the folder that compose names, found without one.

    `code` are the folders with a manifest: a file that copies its whole context is built in one of them.
    """
    target = target or parsed.target
    stage = parsed.stage(target) or parsed.final
    variables = parsed.variables(stage)
    entry, command = _in_force(parsed, stage)
    user, workdir, health = parsed.last(stage, "USER"), parsed.last(stage, "WORKDIR"), parsed.last(stage, "HEALTHCHECK")
    sources = _host_sources(parsed, stage)
    where = _context_of(view, path, sources, code) if context is None else context
    return Build(
        dockerfile=path,
        context=where,
        target=target,
        stages=tuple(s.name for s in parsed.stages),
        base_images=tuple(s.base for s in parsed.stages),
        user=substitute(user.words[0], variables) if user and user.words else None,
        exposes=tuple(dict.fromkeys(p for i in parsed.inherited(stage, "EXPOSE") for p in expose_ports(i, variables))),
        entrypoint=_words(entry),
        command=_words(command),
        workdir=substitute(workdir.words[0], variables) if workdir and workdir.words else None,
        env=dict(variables),
        args=_arguments(parsed),
        healthcheck=health.text if health and health.text.upper() != "NONE" else None,
        copies_from_host=tuple(sources),
        missing_sources=tuple(s for s in sources if _missing(view, where, s)),
        text=view.text(path),
        evidence=(view.evidence(path, stage.line), *(view.evidence(path, i.line) for i in (entry, command) if i)),
    )


def _words(instruction: Instruction | None) -> tuple[str, ...]:
    if instruction is None:
        return ()
    return instruction.words if instruction.exec_form else ("/bin/sh", "-c", instruction.text)


def _arguments(parsed: Dockerfile) -> dict[str, str | None]:
    found: dict[str, str | None] = dict(parsed.arguments)
    for stage in parsed.stages:
        for instruction in stage.all("ARG"):
            for key, value in pairs(instruction):
                if value is not None or key not in found:
                    found[key] = value
    return found


def _host_sources(parsed: Dockerfile, stage: Stage) -> list[str]:
    """Return the COPY and ADD sources of the stage, its bases, and the stages it copies from, that come from the context."""
    pending, seen, found = [stage], set(), dict[str, None]()
    while pending:
        for one in parsed.chain(pending.pop()):
            if one.index in seen:
                continue
            seen.add(one.index)
            for instruction in one.all("COPY", "ADD"):
                source = instruction.flag("from")
                if source is None:
                    found.update(dict.fromkeys(s for s in instruction.words[:-1] if "://" not in s and not s.startswith("<<")))
                elif (other := parsed.stage(source)) is not None and other.index not in seen:
                    pending.append(other)
    return list(found)


def _context_of(view: View, path: str, sources: Iterable[str], code: Collection[str]) -> str:
    """Return the context of a Dockerfile that nothing names: the nearest folder at or above it that holds most of what it copies.

    What copies everything (`COPY . .`) copies code, so a folder without a manifest stands back for one with.
    """
    folders = [folder_of(path)]
    while folders[-1] not in ("", "."):
        folders.append(folder_of(folders[-1]))
    wanted = list(sources)
    whole = any(posixpath.normpath(s) == "." for s in wanted)
    return min(folders, key=lambda folder: sum(_missing(view, folder, s) for s in wanted) + (whole and folder not in code))


def _missing(view: View, context: str, source: str) -> bool:
    """Say whether a COPY source is certainly not in the repository: no variable, no pattern, no such file or folder."""
    clean = posixpath.normpath(source.lstrip("/") or ".")
    if "$" in source or any(c in source for c in "*?[") or clean in (".", ".."):
        return False
    return not view.exists(join(context, clean))


def shipped_runtime(parsed: Dockerfile, stage: Stage) -> str | None:
    """Return the runtime of the base that ships; where the base brings none, of the program that the command starts (`gunicorn`), else
    of the stage that its files are copied from."""
    base = parsed.chain(stage)[-1].base
    found = runtime_of(base)
    if found or proxy_of(base):
        return found
    program = (image_command(parsed, stage)[0] or "").split(" ", 1)[0].rpartition("/")[2]
    started = class_of_program(program)
    if started in _INTERPRETED:
        return program if program in ("bun", "deno") else _INTERPRETED[started]
    for instruction in parsed.inherited(stage, "COPY"):
        source = instruction.flag("from")
        other = parsed.stage(source) if source else None
        runtime = runtime_of(parsed.chain(other)[-1].base) if other is not None else None
        if runtime:
            return runtime
    return None


def web_role(view: View, path: str, parsed: Dockerfile) -> Role:
    """Return what a proxy image built here is: `reverse-proxy` where its configuration passes requests on, else a static `frontend`."""
    folder = folder_of(path)
    for source in [folder, *(join(folder, s) for s in _host_sources(parsed, parsed.final))]:
        for name in view.under(source, view.suffixed(".conf", ".template", ".tmpl", ".nginx", ".j2")):
            if any(word in (view.text(name) or "") for word in _PASSES):
                return "reverse-proxy"
    built = any(i.flag("from") for i in parsed.inherited(parsed.final, "COPY"))
    pages = any(p.endswith((".html", ".htm")) for p in view.under(folder))
    return "frontend" if built or pages else "reverse-proxy"
