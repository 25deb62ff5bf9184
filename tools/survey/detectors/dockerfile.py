"""Detect Dockerfiles and Containerfiles: how an image is built, what it starts, which runtime version it ships."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Evidence, Fact, Located, Role
from ..branches import branches
from ..commands import looks_like_development
from ..containers import build_of, expose_words, image_command, is_dockerfile, purpose_of, shipped_runtime, web_role
from ..detector import View, entry, folder_of, process, runtime_version
from ..health import health_path
from ..knowledge.images import LANGUAGES, broker_of, default_command, proxy_of, runtime_of, store_of, tag_version, tool_of, version_of
from ..parsers.dockerfile import Dockerfile, Instruction, Stage
from ..places import image_folder, manifest_folders
from ..shapes import Process, Rank

_BUILDS = re2.compile(r"(?:^|[\s/])(?:[\w]+[_-])?(?:build|package|release)(?:[_-][\w]+)?\.sh$")


def detect(view: View) -> Iterator[Fact]:
    """Yield container, image, runtime versions (subject: the Dockerfile) and the image's own process."""
    for path in view.paths:
        if not is_dockerfile(path):
            continue
        yield entry("container", folder_of(path), Located(kind="dockerfile", path=path))
        parsed = view.dockerfile(path)
        if parsed is None:
            continue
        yield entry("image", path, build_of(view, path, parsed, code=manifest_folders(view)))
        yield from _versions(view, path, parsed)
        found = _process(view, path, parsed)
        if found is not None:
            yield from map(process, _branched(view, parsed, found))


def _versions(view: View, path: str, parsed: Dockerfile) -> Iterator[Fact]:
    """Yield the version of the base that ships, and those of builder stages (a compiled program ships without its runtime)."""
    shipped = parsed.chain(parsed.final)[-1]
    for stage in parsed.stages:
        proxy = proxy_of(stage.base) if stage is shipped else None
        runtime, version = (proxy, tag_version(stage.base)) if proxy else (runtime_of(stage.base), version_of(stage.base))
        if runtime is None or version is None:
            continue
        rank: Rank = "image" if stage is shipped else "builder"
        yield runtime_version(path, runtime, rank, version, _base_evidence(view, path, parsed, stage, version), key="FROM")


def _base_evidence(view: View, path: str, parsed: Dockerfile, stage: Stage, version: str) -> Evidence:
    """Return the FROM line, or the ARG line that holds the version where FROM only names a variable."""
    if version in view.lines(path)[stage.line - 1]:
        return view.evidence(path, stage.line, "runtime_version")
    for name, default in parsed.arguments.items():
        if default and version in default and name in view.lines(path)[stage.line - 1]:
            found = view.find(path, "ARG", name, version)
            if found:
                return view.evidence(path, found, "runtime_version")
    return view.evidence(path, view.find(path, version) or stage.line, "runtime_version")


def _is_aid(path: str, parsed: Dockerfile, base: str) -> bool:
    """Say whether an image holds no process of the application: tests, an emulator, a store, a broker or a tool without own code."""
    named = purpose_of(path) == "test" or "emulator" in path.lower()
    return named or bool(store_of(base) or broker_of(base)) or (tool_of(base) is not None and not _runs_code(parsed))


def _process(view: View, path: str, parsed: Dockerfile) -> Process | None:
    base = parsed.chain(parsed.final)[-1].base
    if _is_aid(path, parsed, base):
        return None
    command, lines = image_command(parsed, parsed.final, view)
    if command and _BUILDS.search(command):
        return None  # the container makes packages and ends
    exposed = _exposed(parsed, parsed.final)
    health = parsed.last(parsed.final, "HEALTHCHECK")
    idle = command is None and not exposed and health is None and default_command(base) is None
    if idle and folder_of(path) not in manifest_folders(view):
        return None  # it builds something (generated code, packages) and starts nothing
    variables = parsed.variables(parsed.final)
    proxy = proxy_of(base)
    runtime = shipped_runtime(parsed, parsed.final)
    role: Role | None = web_role(view, path, parsed) if proxy else None
    language = proxy or (LANGUAGES.get(runtime, runtime) if runtime else None)
    evidence = [view.evidence(path, parsed.final.line)]
    evidence += [view.evidence(path, i.line, "start_command") for i in lines]
    port, at = exposed[0] if exposed else (None, None)
    if at is not None:
        evidence.append(view.evidence(path, at.line, "port"))
    route = health_path(health.text) if health is not None else None
    if health is not None and route:
        evidence.append(view.evidence(path, _line_with(view, path, health, route), "health_path"))
    return Process(
        origin="image",
        path=folder_of(path) if proxy else image_folder(view, path),
        command=command,
        language=language,
        role=role,
        runtime=None if proxy else runtime,
        port=port,
        health_path=route,
        development=bool(command and looks_like_development(command)),
        dockerfile=path,
        environment=dict(sorted(variables.items())),
        confidence="low" if purpose_of(path) == "development" else "certain",
        evidence=tuple(evidence),
    )


def _branched(view: View, parsed: Dockerfile, found: Process) -> Iterator[Process]:
    """Yield the image's process, with the word that starts it where its entrypoint script knows several, and those others."""
    known = branches(view, parsed, parsed.final)
    if not known or found.command is None:
        yield found
        return
    for label, (role, path, line) in known.items():
        command, at = f"{found.command} {label}", view.evidence(path, line, "start_command")
        if role == "web":
            yield found.model_copy(update={"command": command, "evidence": (*found.evidence, at)})
        else:  # as a line of a process file would say it
            yield Process(origin="procfile", path=found.path, name=label, role=role, command=command, evidence=(at,))


def _runs_code(parsed: Dockerfile) -> bool:
    """Say whether an image of a plain system or tool base starts something of its own (`FROM alpine` with a copied program)."""
    return parsed.last(parsed.final, "CMD", "ENTRYPOINT") is not None


def _line_with(view: View, path: str, instruction: Instruction, word: str) -> int:
    """Return the line of an instruction that holds the word, its first line where none does."""
    lines = view.lines(path)[instruction.line - 1 : instruction.last_line]
    return next((n for n, line in enumerate(lines, instruction.line) if word in line), instruction.line)


def _exposed(parsed: Dockerfile, stage: Stage) -> list[tuple[int, Instruction]]:
    """Return the exposed TCP ports with their instruction, variables put in, in order; one whose variable says HTTP goes first."""
    variables = parsed.variables(stage)
    found = [(p, i, w) for i in parsed.inherited(stage, "EXPOSE") for w in i.words for p in expose_words([w], variables)]
    return [(p, i) for p, i, w in sorted(found, key=lambda f: "HTTP" not in f[2].upper())]
