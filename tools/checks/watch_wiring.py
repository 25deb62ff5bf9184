"""Check the wiring between what is watched and what watches: metrics from files, rule files in the container, inherited health checks.

What:
    A metric that a script writes to a file is collected by a node exporter that is told the folder. The rule files that Prometheus is told
    to load are mounted where it looks. A worker does not inherit a health check that asks its image's web server.

Why it matters in production:
    The backup script writes its time of success, and no exporter reads the folder: the alert on a missing backup is silent for ever.
    Prometheus starts without a rule and says so in one line of its log. A worker with the web server's check is unhealthy from its first
    minute, and whatever waits for its health waits for ever.

Example:
    rule_files: [/etc/prometheus/rules/*.yml]          # and only prometheus.yml is mounted

Instead:
    volumes: ["./rules:/etc/prometheus/rules:ro"]

When to ignore:
    NET053 when the exporter runs outside of the plan: name its host.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._link.metrics import names_of
from ._link.rule_files import rules_with_file
from ._rule import Rule
from ._view import PlanView, Service
from ._view.compose import ComposeFile

UNREAD = Rule("NET053", "metric-file-unread", "error", "A metric is written to a file that no exporter reads.")
OUTSIDE = Rule("NET054", "rules-not-mounted", "error", "Prometheus is told to load rule files that are not in its container.")
INHERITED = Rule("NET055", "health-check-inherited", "error", "A worker inherits a health check that asks a web server.")
RULES = (UNREAD, OUTSIDE, INHERITED)

_WRITES = re2.compile(r"\b([a-z][a-z0-9_]{6,})(?:\{[^}]*\})?[ \"]+\$?\(?[^\n]*\.prom\b")
_WEB = re2.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)|\bnc\s+-z|/dev/tcp")
_WORKS = re2.compile(r"\b(?:worker|celery|sidekiq|rq|beat|scheduler|queue:work|consumer|sendalerts|dramatiq|huey_consumer)\b")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield wires that end nowhere."""
    yield from _files(view)
    for _, file in view.compose:
        for service in file.services.values():
            if _image(service) == "prometheus":
                yield from _mounted(view, file, service)
    yield from _inherited(view)


def _image(service: Service) -> str:
    return (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def _files(view: PlanView) -> Iterator[Finding]:
    written = {str(m.group(1)): s for s in view.scripts for m in _WRITES.finditer(s.text)}
    exporters = [s for _, (_, s) in view.services.items() if _image(s) in ("node-exporter", "node_exporter")]
    if not written or not exporters or any("textfile" in s.command_text for s in exporters):
        return
    if any("collector.textfile" in a.text for a in view.artifacts):
        return
    for artifact, rule in rules_with_file(view):
        for name in sorted(names_of(str(rule.get("expr", ""))) & set(written)):
            yield UNREAD.at(
                artifact,
                f"{rule.get('alert') or rule.get('record')} uses {name}, which a script writes to a file that no exporter reads.",
                line=rule.line_of("expr"),
                quote=name,
                hint="Give the node exporter --collector.textfile.directory and mount the folder.",
            )


def _mounted(view: PlanView, file: ComposeFile, service: Service) -> Iterator[Finding]:
    targets = [m.target.rstrip("/") for m in service.mounts]
    given = (*as_list(service.raw.get("configs")), *as_list(service.raw.get("secrets")))
    targets += [str(as_map(item).get("target") or f"/{as_map(item).get('source') or item}") for item in given]
    own = "/etc/prometheus"
    config = next((c for c in view.of_kind("prometheus") if _is_given(file, service, c.installed)), None)
    if config is None or service.build is not None:
        return
    for pattern in as_list(config.root.get("rule_files")):
        path = str(pattern) if str(pattern).startswith("/") else posixpath.join(own, str(pattern))
        folder = posixpath.dirname(path)
        covered = any(t == path or folder == t or folder.startswith(t + "/") or posixpath.dirname(t) == folder for t in targets)
        if not covered or (posixpath.dirname(path) == own and "*" not in path and path not in targets and own not in targets):
            yield OUTSIDE.at(
                config,
                f"{pattern} is not in the container of {service.name}: none of its mounts puts a file there.",
                line=config.root.line_of("rule_files"),
                quote=str(pattern),
                hint=f"Mount the rule files at {folder}.",
            )


def _is_given(file: ComposeFile, service: Service, path: str) -> bool:
    """Say whether a file is mounted into a service, by itself, with its folder or as a config."""
    sources = [file.resolve(m.source) for m in service.mounts if m.kind == "bind"]
    sources += [
        file.resolve(str(file.declared("configs")[n].get("file"))) for n, _ in service.names("configs") if n in file.declared("configs")
    ]
    return any(path == s or path.startswith(s + "/") for s in sources)


def _inherited(view: PlanView) -> Iterator[Finding]:
    images = view.of_kind("dockerfile")
    final = images[0].dockerfile.final if len(images) == 1 else None
    health = final.last("HEALTHCHECK") if final is not None else None
    if health is None or not _WEB.search(health.text):
        return
    for artifact, file in view.compose:
        serving = {s.image for s in file.services.values() if s.image and not s.command_text}
        serving |= {s.image for s in file.services.values() if s.image and s.ports}
        for service in file.services.values():
            ours = service.build is not None or (service.image in serving) or _shared(file, service)
            if ours and _WORKS.search(service.command_text) and "healthcheck" not in service.raw:
                yield INHERITED.at(
                    artifact,
                    f"{service.name} runs {service.command_text[:60]} and inherits the image's health check, which asks a web server.",
                    line=service.at("command"),
                    quote=service.command_text[:100],
                    hint="Give it a check of its own, or healthcheck: {disable: true}.",
                )


def _shared(file: ComposeFile, service: Service) -> bool:
    """Say whether another service of the file runs the same image with another command."""
    others = [s for s in file.services.values() if s.name != service.name and s.image == service.image and service.image]
    return any("gunicorn" in s.command_text or "uvicorn" in s.command_text or "puma" in s.command_text for s in others)
