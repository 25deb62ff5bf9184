"""Detect Elixir applications: Phoenix, Plug with Cowboy or Bandit, gRPC, plain supervised applications; how a release starts them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, module, process
from ..elixir.mix import Project, programs
from ..elixir.serving import Serving, serving
from ..evaluated import port_in
from ..shapes import Process

_PHOENIX = 4000  # the port that Phoenix' and Plug.Cowboy's own documents use
_DEFAULTS = {"phoenix": _PHOENIX, "plug": _PHOENIX}


def detect(view: View) -> Iterator[Fact]:
    """Yield the framework that serves, its port, and the process of every project that starts something."""
    for project in programs(view):
        found = serving(view, project)
        at = view.evidence(*(found.at if found else project.starts or (project.file, 1)))
        evidence = [at]
        port = port_in(found.port.text) if found is not None and found.port.at is not None else None
        if found is not None:
            yield module(project.folder, "framework", found.framework, at, language="elixir")
            if port is not None and found.port.at is not None:
                evidence.append(view.evidence(*found.port.at, "port"))
            elif found.framework in _DEFAULTS and not found.port.env:
                yield module(project.folder, "default_port", _DEFAULTS[found.framework], at, language="elixir")
        yield process(
            Process(
                origin="framework",
                path=project.folder,
                role="web" if found else None,
                command=_command(project, found),
                language="elixir",
                runtime="elixir",
                framework=found.framework if found else None,
                port=port,
                port_env=found.port.port_env if found is not None else None,
                listens=found is not None,
                evidence=tuple(evidence),
            )
        )


def _command(project: Project, found: Serving | None) -> str:
    """Return the command of a release, which mix documents for production."""
    name = project.releases[0] if project.releases else project.app
    if name is None:
        return "mix phx.server" if found is not None and found.framework == "phoenix" else "mix run --no-halt"
    return f"_build/prod/rel/{name}/bin/{name} start"
