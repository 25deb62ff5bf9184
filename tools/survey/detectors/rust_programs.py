"""Detect the programs of Rust packages: what they serve (axum, actix-web, Rocket, hyper, tonic, …), the port, the command."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Role
from ..detector import View, module, process
from ..evaluated import UNKNOWN, port_in
from ..rust.listening import listening
from ..rust.programs import Program, programs
from ..shapes import Process


def detect(view: View) -> Iterator[Fact]:
    """Yield one process for every program that is deployed, once per Dockerfile that packs it."""
    for program in programs(view):
        folder = program.package.folder
        if program.framework is not None:
            yield module(folder, "framework", program.framework.name, view.evidence(*program.at), language="rust")
        for dockerfile in program.dockerfiles or (None,):
            yield from _process(view, program, dockerfile)


def _process(view: View, program: Program, dockerfile: str | None) -> Iterator[Fact]:
    folder, framework = program.package.folder, program.framework
    bound = listening(view, program) if framework else UNKNOWN
    port = port_in(bound.text) if bound.at is not None else None
    at = view.evidence(*program.at)
    evidence = [at, view.evidence(program.binary.file)]
    if port is not None and bound.at is not None:
        evidence.append(view.evidence(*bound.at, "port"))
    variable = bound.port_env if bound.env else framework.variable if framework else None
    if framework is not None and framework.port and port is None:
        yield module(folder, "default_port", framework.port, at, language="rust")
    role: Role | None = "web" if framework else "worker" if program.role == "worker" else None
    yield process(
        Process(
            origin="framework",
            path=folder,
            name=program.binary.name if program.named else None,
            role=role,
            command=f"./target/release/{program.binary.name}",
            language="rust",
            runtime="rust",
            framework=framework.name if framework else None,
            port=port,
            port_env=variable,
            listens=framework is not None,
            dockerfile=dockerfile,
            evidence=tuple(dict.fromkeys(evidence)),
        )
    )
