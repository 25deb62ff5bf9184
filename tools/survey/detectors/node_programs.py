"""Detect what Node, Bun and Deno start: commands, entry files, roles, frameworks loaded, ports and the variables that move them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Evidence, Fact
from ..detector import View, module, process
from ..node.classes import FULL_STACK
from ..node.packing import key_of, packed
from ..node.running import Program, programs
from ..node.values import Place
from ..shapes import Origin, Process

ORIGINS: dict[str, Origin] = {"manifest": "manifest", "script": "script", "framework": "framework", "unit": "unit"}


def detect(view: View) -> Iterator[Fact]:
    """Yield one process for every program, and the framework and entry of its folder."""
    for program in programs(view):
        yield process(_process(view, program))
        yield from _module(view, program)


def _at(view: View, place: Place, field: str | None = None) -> Evidence:
    return view.evidence(place.path, place.line, field)


def _process(view: View, program: Program) -> Process:
    run, listen = program.run, program.listen
    quiet = program.role in ("worker", "scheduler", "job")
    evidence = [_at(view, run.at)]
    if program.framework is not None:
        evidence.append(_at(view, program.framework[1]))
    port, variable = run.port, None
    if listen is not None and not quiet:
        evidence.append(_at(view, listen.at))
        variable = listen.env.name if listen.env is not None else None
        if listen.port is not None and port is None and isinstance(listen.port.value, int):
            port = listen.port.value
            evidence.append(_at(view, listen.port.at, "port"))
    elif run.port is not None:
        evidence.append(_at(view, run.at, "port"))
    entry = run.target or (run.entries[0] if run.entries else None)
    dockerfile = None if run.development else packed(view).get(key_of(program))
    return Process(
        origin=ORIGINS[run.origin], path=run.folder, name=run.name, role=program.role, command=run.command, runtime=run.engine,
        framework=program.framework[0] if program.framework is not None else None, entrypoint=entry, port=None if quiet else port,
        listens=program.listens, port_env=variable, development=run.development, dockerfile=dockerfile,
        evidence=tuple(dict.fromkeys(evidence)),
    )  # fmt: skip


def _module(view: View, program: Program) -> Iterator[Fact]:
    run = program.run
    if program.framework is not None:
        yield module(run.folder, "framework", program.framework[0], _at(view, program.framework[1]))
    if run.entries and not run.name:
        yield module(run.folder, "entrypoint", run.target or run.entries[0], view.evidence(run.entries[0], 1), language="javascript")
    default = FULL_STACK.get(program.framework[0], ("", None))[1] if program.framework is not None else None
    if default is not None and run.port is None and program.listen is None:
        yield module(run.folder, "default_port", default, _at(view, run.at))
    if program.role == "web":
        yield module(run.folder, "server", run.starter or run.engine, _at(view, run.at), confidence="medium")
