"""Check networks that close services off, and files that are started without the one that declares what they name.

What:
    A service that must reach the outside (mail, a pager, a certificate authority) or whose port is published is on a network that is not
    `internal`. A compose file that a command starts by itself (`-f monitoring.yaml`) declares the networks and volumes that it names.

Why it matters in production:
    On an internal network there is no route out: passwords are reset and no mail arrives, alerts fire and nobody is paged. A published port
    of such a service answers nobody. "service refers to undefined network" stops the command before anything starts.

Example:
    networks: {backend: {internal: true}}
    services: {alertmanager: {networks: [backend]}}

Instead:
    services: {alertmanager: {networks: [backend, outside]}}

When to ignore:
    When a relay on the same network carries the traffic out: name the relay.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.composed import files_of
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service
from ._view.items import ArtifactView

CLOSED = Rule("LNK119", "network-closes-off", "error", "A service that must reach the outside is on internal networks only.")
ALONE = Rule("LNK120", "file-started-alone", "error", "A compose file is started without the one that declares what it names.")
RULES = (CLOSED, ALONE)

_OUTWARD = re2.compile(
    r"(?i)^(?:SMTP|MAIL|EMAIL)_?(?:HOST|SERVER|SMARTHOST|RELAY)$|(?:SMTP|MAIL)_(?:HOST|SERVER)$|WEBHOOK_URL$|SENTRY_DSN$"
)
_PUBLIC = re2.compile(r"(?:^|//)(?:[\w-]+\.)+[a-z]{2,}(?:[:/]|$)")
_SENDERS = frozenset({"alertmanager", "certbot", "cloudflared", "watchtower"})
_STARTING = ("compose up", "compose run", "compose create", "compose start")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield services that are cut off, and files that do not start."""
    inside = _internal(view)
    for artifact, file in view.compose:
        for service in file.services.values():
            names = [name for name, _ in service.names("networks")]
            if names and not service.text("network_mode") and all((n in inside and _same(view, file, n)) for n in names):
                yield from _closed(view, artifact, file, service)
    told: set[tuple[str, str]] = set()
    for script in view.scripts:
        for call in script.calls:
            if call.docker is None or call.docker.verb not in _STARTING or len(call.docker.files) != 1:
                continue
            for file in files_of(view, script, call.docker) or ():
                for service in file.services.values():
                    for name, line in service.names("networks"):
                        if name == "default" or name in file.declared("networks") or (file.path, name) in told:
                            continue
                        told.add((file.path, name))
                        owner = next((a for a, f in view.compose if f.path == file.path), None)
                        yield ALONE.at(
                            owner,
                            f"{service.name} names the network {name}; the file does not declare it, and is started alone.",
                            line=line,
                            quote=" ".join(call.texts),
                            hint="Start it together with the file that declares the network, or declare it as external.",
                        )


def _internal(view: PlanView) -> set[str]:
    return {n for _, file in view.compose for n, raw in file.declared("networks").items() if raw.get("internal") is True}


def _same(view: PlanView, file: ComposeFile, name: str) -> bool:
    """Say whether the network that a file names is the internal one: its own, or one that it leaves to another file."""
    own = file.declared("networks").get(name)
    return own is None or own.get("internal") is True


def _closed(view: PlanView, artifact: ArtifactView, file: ComposeFile, service: Service) -> Iterator[Finding]:
    image = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    reason, line = "", service.line
    for name, value, at in _given(view, file, service):
        if _OUTWARD.search(name) and _PUBLIC.search(value):
            reason, line = f"it speaks to {value} ({name})", at
            break
    if not reason and image in _SENDERS:
        reason = "it sends to the outside"
    published = [p for p in service.ports if p.published]
    if not reason and published:
        reason, line = f"its port {published[0].published} is published", published[0].line
    if reason:
        yield CLOSED.at(
            artifact,
            f"{service.name} is on internal networks only, and {reason}: nothing goes in or out there.",
            line=line,
            quote=service.name,
            hint="Put it on a second network that is not internal.",
        )


def _given(view: PlanView, file: ComposeFile, service: Service) -> Iterator[tuple[str, str, int]]:
    for name, (value, line) in service.environment.items():
        yield name, value or "", line
    files = {
        a.installed.rpartition("/")[2].removesuffix(".example").removesuffix(".sample"): a for a in (*view.of_kind("env"), *view.aside)
    }
    for path, line, _ in service.env_files:
        found = files.get(path.rpartition("/")[2])
        for text in found.text.split("\n") if found is not None else ():
            name, _, value = text.partition("=")
            yield name.strip(), value.strip(), line
