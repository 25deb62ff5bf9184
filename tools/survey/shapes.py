"""Name what detectors say beyond `core.facts`: a process that is declared somewhere, and why it is believed."""

from __future__ import annotations

from typing import Literal

from ...core.base import Frozen
from ...core.facts import Confidence, Evidence, Role

Origin = Literal["compose", "kubernetes", "platform", "procfile", "image", "unit", "script", "manifest", "framework"]
"""Where a process is declared, most binding first: orchestrator, platform file (app.json, fly.toml, render.yaml, railway.json,
app.yaml), Procfile, image command, systemd/supervisor/uwsgi unit, start script, manifest entry (npm `start`, Cargo `[[bin]]`), the
framework's documented way."""

Rank = Literal["image", "version-file", "manifest", "lock", "builder"]
"""Precedence of a runtime version: final stage of the image that ships, version-manager file, manifest, lock file, a builder stage."""


class Process(Frozen):
    """Be one process that the repository declares or that its framework documents; the assembler merges those that mean the same.

    `path` is the folder of the code base (module) or Dockerfile it runs from; null where only a foreign image runs. Leave null what
    is not written: the assembler fills language, versions, package manager, port defaults and the like from the module's facts.
    """

    origin: Origin
    path: str | None
    name: str | None = None
    role: Role | None = None
    command: str | None = None  # what starts it in production, one line
    language: str | None = None
    runtime: str | None = None
    framework: str | None = None  # only what this very process loads; else the module's framework facts decide
    server: str | None = None
    entrypoint: str | None = None
    image: str | None = None
    port: int | None = None
    listens: bool | None = None
    port_env: str | None = None
    health_path: str | None = None
    dockerfile: str | None = None
    schedule: str | None = None
    environment: dict[str, str | None] = {}
    version_of: tuple[str, ...] = ()  # further subjects of runtime_version facts that hold for this process
    precedence: int = 0  # among declarations of one origin the lower one binds: -1 production file, 0 base, 1 development
    restarted: bool = False  # started again whenever it ends: what does not listen works on, it is no job that is done once
    development: bool = False  # a development override (compose.override, nodemon, --reload): yields to any other declaration
    evidence: tuple[Evidence, ...] = ()  # `field` names the key a line supports: port, health_path, runtime_version, start_command
    confidence: Confidence = "certain"
