"""Detect what Go repositories start: main packages with their role, framework, port and start command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, module, process
from ..go.commands import serving_command
from ..go.programs import Program, binary_of, programs
from ..shapes import Process


def detect(view: View) -> Iterator[Fact]:
    """Yield one process for every program that is deployed, once per Dockerfile that builds it, and what its code base loads."""
    if not view.suffixed(".go"):
        return
    loaded: dict[str, set[str]] = defaultdict(set)
    for program in programs(view):
        if program.role == "web":
            loaded[program.package.base].add(program.frameworks[0][0].name if program.frameworks else "")
    for program in programs(view):
        for dockerfile in program.dockerfiles or (None,):
            yield process(_process(view, program, dockerfile))
        yield from _module(view, program, alone="" not in loaded[program.package.base])


def _process(view: View, program: Program, dockerfile: str | None) -> Process:
    door, framework = program.door, program.framework
    quiet = program.role != "web"
    evidence = [view.evidence(*program.main)]
    if framework is not None:
        evidence.append(view.evidence(*framework[1]))
    if door is not None:
        evidence.append(view.evidence(*door.call))
        if door.at is not None:
            evidence.append(view.evidence(*door.at, "port"))
    return Process(
        origin="framework",
        path=program.package.base,
        name=program.name,
        role=program.role,
        command=_command(view, program),
        language="go",
        framework=framework[0].name if framework else None,
        entrypoint=program.package.folder,
        port=door.port if door and not quiet else None,
        listens=not quiet,
        port_env=door.env if door else None,
        dockerfile=dockerfile,
        evidence=tuple(dict.fromkeys(evidence)),
    )


def _command(view: View, program: Program) -> str:
    """Return how the built program is started, with the subcommand that leads to its door."""
    door = program.door
    sub = serving_command(program.values, door.call) if door is not None else None
    return f"./{binary_of(view, program)} {sub}" if sub else f"./{binary_of(view, program)}"


def _module(view: View, program: Program, alone: bool) -> Iterator[Fact]:
    """Yield what holds for the whole code base: no framework where a program beside this one serves without any."""
    base, door = program.package.base, program.door
    if program.role == "web" and alone:
        for framework, at in program.frameworks[:1]:
            yield module(base, "framework", framework.name, view.evidence(*at), language="go")
            if framework.port and (door is None or not door.written):
                yield module(base, "default_port", framework.port, view.evidence(*(door.call if door else at)), language="go")
    if program.name is None:
        yield module(base, "entrypoint", program.package.folder, view.evidence(*program.main), language="go", confidence="medium")
