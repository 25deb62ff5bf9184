"""Check that a program started inside a container is in that container's image.

What:
    Slim, Alpine and distroless images lack programs that people reach for: `ps`, `curl`, `nc`, `jq` in slim ones, `bash` in Alpine, a
    shell in distroless ones. A program counts as there when the plan's own Dockerfile installs or copies it.

Why it matters in production:
    `ps` is not in a slim image, so the check of the worker fails for ever, or is taken out, and the runbook row is useless at night.

Example:
    docker compose exec -T worker ps aux | grep -q worker          # python:3.12-slim has no ps

Instead:
    docker compose exec -T worker python -c 'import os; os.kill(1, 0)'

When to ignore:
    When the Dockerfile installs it in a way that cannot be seen here (a script, a base image of your own): say how.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.packages import BROUGHT_BY
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation
from ._view.items import ArtifactView

ABSENT = Rule(
    "LNK042", "program-not-in-image", "error", "A command starts a program that the container's image does not hold.", confidence="medium"
)
RULES = (ABSENT,)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield programs that the container's image does not hold."""
    builders = _builders(view)
    for script in view.scripts:
        for call in script.calls:
            if call.where == "container" and script.label != "generate":
                yield from _inside(view, script, call, builders)


# image name -> programs that the official image of that variant does not hold
_SLIM = frozenset(
    {
        "ps",
        "top",
        "curl",
        "wget",
        "nc",
        "netstat",
        "ss",
        "ip",
        "ping",
        "dig",
        "nslookup",
        "vi",
        "vim",
        "less",
        "jq",
        "git",
        "make",
        "gcc",
        "telnet",
        "pgrep",
        "pkill",
        "free",
    }
)
_ALPINE = frozenset({"bash", "curl", "jq", "git", "make", "gcc", "dig", "ss", "psql", "apt-get"})
_SCRATCH = frozenset({"sh", "bash", "cat", "ls", "curl", "wget", "ps", "grep"})
# official images that bring more than their base: image -> programs
_EXTRA: dict[str, frozenset[str]] = {
    "nginx": frozenset({"curl"}),
    "postgres": frozenset({"psql", "bash"}),
    "redis": frozenset(),
    "rabbitmq": frozenset({"bash", "openssl"}),
    "mysql": frozenset({"bash"}),
    "traefik": frozenset({"wget"}),
    "haproxy": frozenset(),
    "caddy": frozenset(),
    "mongo": frozenset({"bash", "jq"}),
    "node": frozenset({"bash"}),
    "grafana": frozenset({"bash", "curl", "wget"}),
    "mariadb": frozenset({"bash"}),
    "python": frozenset({"bash"}),
}
_DEBIAN_SLIM = frozenset({"postgres", "redis", "rabbitmq", "mongo", "mariadb", "memcached", "valkey", "nginx", "haproxy"})


def _inside(view: PlanView, script: ScriptView, call: Invocation, builders: dict[str, str]) -> Iterator[Finding]:
    image, own = _image_of(view, call.place, builders)
    if image is None:
        return
    lacking = _lacks(image)
    if own is not None and own.dockerfile.final is not None:
        texts = [i.text for stage in own.dockerfile.chain(own.dockerfile.final) for i in stage.instructions if i.name in ("RUN", "COPY")]
        if any(
            call.name in text.replace("=", " ").split()
            or any(p in text for p in BROUGHT_BY.get(call.name, ("\0",)) + _OF_PROCPS.get(call.name, ()))
            for text in texts
        ):
            return
    if call.name in lacking and call.name not in script.script.functions:
        yield ABSENT.at(
            script,
            f"{call.name} is started in {call.place}, whose image ({image}) does not hold it.",
            line=call.line,
            quote=" ".join(call.texts),
            hint="Use a program that the image has, or install it in the Dockerfile.",
        )


_OF_PROCPS = {
    "ps": ("procps",),
    "pgrep": ("procps",),
    "pkill": ("procps",),
    "free": ("procps",),
    "top": ("procps",),
    "ping": ("iputils",),
    "ss": ("iproute2",),
    "ip": ("iproute2",),
}


def _image_of(view: PlanView, place: str, builders: dict[str, str]) -> tuple[str | None, ArtifactView | None]:
    """Return the base image of a service, and the Dockerfile of the plan that builds it, when there is one."""
    if place in view.services:
        service = view.services[place][1]
        build = service.build
        own = _dockerfile(view, build.get("dockerfile")) if build is not None else None
        if own is None:
            name = (service.image or "").partition(":")[0]
            own = _dockerfile(view, builders[name]) if name in builders else None
        if own is not None and own.dockerfile.final is not None:
            return own.dockerfile.chain(own.dockerfile.final)[-1].base, own
        return (service.image, None) if build is None else (None, None)
    return (place, None) if ":" in place and "$" not in place else (None, None)


def _dockerfile(view: PlanView, name: object) -> ArtifactView | None:
    wanted = str(name or "Dockerfile").rpartition("/")[2]
    return next((a for a in view.of_kind("dockerfile") if a.installed.rpartition("/")[2] == wanted), None)


def _builders(view: PlanView) -> dict[str, str]:
    """Return the Dockerfile with which a step builds each image, by the image's name."""
    found: dict[str, str] = {}
    for step in view.steps:
        for call in step.calls if step.shell else ():
            if call.docker is not None and call.docker.verb == "build":
                files = call.docker.arguments.values("-f", "--file")
                for word in call.docker.arguments.values("-t", "--tag"):
                    found.setdefault(word.template.partition(":")[0], files[-1].template if files else "Dockerfile")
    return found


def _lacks(image: str) -> frozenset[str]:
    reference = image.partition("@")[0]
    name, _, tag = reference.rpartition("/")[2].partition(":")
    extra = _EXTRA.get(name, frozenset())
    if "distroless" in reference or name in ("scratch", "alertmanager", "prometheus", "node-exporter", "blackbox-exporter"):
        return _SCRATCH if "distroless" in reference or name == "scratch" else frozenset()
    if "alpine" in tag or name == "alpine":
        return _ALPINE - extra
    if "slim" in tag or (name in _DEBIAN_SLIM and "$" not in tag):
        return _SLIM - extra
    return frozenset()
