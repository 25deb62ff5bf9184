"""Check that a process is not given secrets that belong to others.

What:
    Proxies, exporters, caches without a login and other images that read no application secret are not given one: neither by a variable
    whose name says so, nor by the env file of the application or its store.

Why it matters in production:
    One `.env` for every service is the shortest way to write a compose file. Then the process that faces the internet holds the password
    of the database and the key that signs sessions, and a traversal in it (`/proc/self/environ`) gives away all of them.

Example:
    proxy: {image: "nginx:1.29.1", env_file: [.env]}          # .env holds POSTGRES_PASSWORD

Instead:
    proxy: {image: "nginx:1.29.1"}
    app: {image: "shop:1.4.2", env_file: [app.env]}

When to ignore:
    When the image was given a template that reads the value: name the template.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, Service
from ._view.items import ArtifactView
from ._view.secret_names import is_secret, secret_inputs

SHARED = Rule("SEC008", "secret-of-another-process", "warning", "A process is given secrets that it does not read.", profile="review")
RULES = (SHARED,)

# images that read no secret from their environment, by the last part of their name
_READS_NONE = frozenset(
    "nginx nginx-unprivileged haproxy httpd varnish node-exporter cadvisor blackbox-exporter statsd-exporter memcached mailpit mailhog"
    " prometheus alertmanager loki promtail jaeger zookeeper dozzle nginx-prometheus-exporter".split()
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield services that hold others' secrets."""
    known = secret_inputs(view.plan)
    for artifact, file in view.compose:
        files = _secret_files(view, known)
        for service in file.services.values():
            if _image(service) in _READS_NONE and not _templated(service):
                yield from _of(artifact, service, files, known)


_MAKERS = frozenset(
    {"", "library", "prom", "grafana", "nginxinc", "haproxytech", "quay.io/prometheus", "gcr.io/cadvisor", "axllent", "mailhog"}
)


def _image(service: Service) -> str:
    """Return the last part of the image's name where it is its maker's own; somebody else's build may read anything."""
    head = (service.image or "").partition("@")[0].rpartition("/")[0]
    if head not in _MAKERS:
        return ""
    return (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def _templated(service: Service) -> bool:
    """Say whether a file or command of the service may put variables in place."""
    starts = service.command_text or ""
    return "$" in starts or "subst" in starts or any("template" in m.target or "template" in m.source for m in service.mounts)


def _secret_files(view: PlanView, known: frozenset[str]) -> dict[str, str]:
    """Return the env files that hold a secret, with its name: as their text says, or a command that writes them."""
    found: dict[str, str] = {}
    for artifact in view.of_kind("env"):
        names = [line.partition("=")[0].strip() for line in artifact.text.split("\n") if "=" in line and not line.lstrip().startswith("#")]
        secret = next((n for n in names if is_secret(n, known)), None)
        if secret:
            found[artifact.installed.rpartition("/")[2]] = secret
    for script in view.scripts:
        for line in script.text.split("\n"):
            head, arrow, tail = line.rpartition(">")
            name = head.replace("'", " ").replace('"', " ").partition("=")[0].split(" ")[-1]
            if arrow and name and is_secret(name, known):
                found.setdefault(tail.strip().rpartition("/")[2], name)
    return found


def _of(artifact: ArtifactView, service: Service, files: dict[str, str], known: frozenset[str]) -> Iterator[Finding]:
    for path, line, _ in service.env_files:
        secret = files.get(str(path).rpartition("/")[2])
        if secret:
            yield SHARED.at(
                artifact,
                f"{service.name} ({_image(service)}) reads {path}, which holds {secret} and more that is not its own.",
                line=line,
                quote=str(path),
                hint="Give each service a file of its own.",
            )
    for name, (_, line) in service.environment.items():
        if is_secret(name, known) and not name.upper().startswith(_image(service).split("-")[0].upper()):
            yield SHARED.at(
                artifact,
                f"{service.name} ({_image(service)}) is given {name}, which its program does not read.",
                line=line,
                quote=name,
                hint="Take it out.",
            )
