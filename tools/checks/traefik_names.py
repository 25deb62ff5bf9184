"""Check the names and options that Traefik's routers count on: resolvers, entry points, options of the pinned version, the port behind.

What:
    A router names a certificate resolver and entry points that the proxy's own configuration defines. The proxy is given no option that its
    major version no longer knows. The port that a service's label names is one that its image listens on.

Why it matters in production:
    A router with an unknown resolver is served with Traefik's own certificate, and every browser refuses it. One unknown option and the
    proxy does not start at all: "field not found, node: swarmMode".

Example:
    --certificatesresolvers.le.acme.email=ops@example.com
    traefik.http.routers.shop.tls.certresolver=letsencrypt

Instead:
    traefik.http.routers.shop.tls.certresolver=le

When to ignore:
    When a second file or the environment of the proxy defines it: name the file.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.traefik import labels
from ._rule import Rule
from ._view import PlanView, Service
from ._view.items import ArtifactView

NAME = Rule(
    "LNK111", "proxy-name-undefined", "error", "A router names a certificate resolver or entry point that the proxy does not define."
)
OPTION = Rule("VAL042", "proxy-option-gone", "error", "Traefik is given an option that its version does not know.")
PORT = Rule("LNK112", "proxy-port-unserved", "error", "A router's label names a port on which the image does not listen.")
RULES = (NAME, OPTION, PORT)

_ROUTED = re2.compile(r"^traefik\.(?:http|tcp)\.routers\.[^.]+\.(tls\.certresolver|entrypoints)$")
_SERVED = re2.compile(r"^traefik\.(?:http|tcp)\.services\.[^.]+\.loadbalancer\.server\.port$")
_RESOLVER = re2.compile(r"(?i)--certificatesresolvers\.([^.=\s]+)\.")
_ENTRY = re2.compile(r"(?i)--entrypoints\.([^.=\s]+)\.")
_GONE_IN_3 = (
    ("providers.docker.swarmmode", "the provider is called swarm (--providers.swarm=true)"),
    ("pilot.", "Traefik Pilot is gone"),
    ("experimental.http3", "HTTP/3 is set at the entry point"),
    ("providers.marathon", "the provider is gone"),
    ("providers.rancher", "the provider is gone"),
    ("tracing.jaeger", "tracing speaks OpenTelemetry (--tracing.otlp)"),
    ("tracing.zipkin", "tracing speaks OpenTelemetry (--tracing.otlp)"),
    ("metrics.influxdb.", "InfluxDB v1 is gone"),
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield names and options that lead nowhere."""
    proxies = [(a, s) for a, f in view.compose for s in f.services.values() if _is_proxy(s)]
    for artifact, proxy in proxies:
        if _major(proxy) == 3:
            yield from _options(artifact, proxy)
    if len(proxies) != 1 or any(m.target.endswith(("traefik.yml", "traefik.yaml", "traefik.toml")) for m in proxies[0][1].mounts):
        return
    text = proxies[0][1].command_text + " " + " ".join(n.replace("TRAEFIK_", "--").replace("_", ".") for n in proxies[0][1].environment)
    known = {
        "tls.certresolver": {str(m.group(1)).lower() for m in _RESOLVER.finditer(text)},
        "entrypoints": {str(m.group(1)).lower() for m in _ENTRY.finditer(text)},
    }
    for artifact, file in view.compose:
        for service in file.services.values():
            for key, value, line in labels(service):
                match = _ROUTED.match(key)
                if match is not None:
                    yield from _named(artifact, service, str(match.group(1)), value, line, known)
                elif _SERVED.match(key):
                    yield from _port(view, artifact, service, value, line)


def _is_proxy(service: Service) -> bool:
    return (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0] == "traefik"


def _major(service: Service) -> int | None:
    tag = (service.image or "").partition("@")[0].rpartition(":")[2].lstrip("v")
    return int(tag[0]) if tag[:1].isdigit() else None


def _options(artifact: ArtifactView, proxy: Service) -> Iterator[Finding]:
    lines = artifact.text.split("\n")
    for word in proxy.command_text.split():
        option = word.lower().lstrip("-").partition("=")[0]
        for gone, instead in _GONE_IN_3:
            if option.startswith(gone) or option == gone.rstrip("."):
                line = next((n for n, text in enumerate(lines, start=1) if word in text), proxy.at("command"))
                yield OPTION.at(artifact, f"Traefik v3 does not know {word.partition('=')[0]}: {instead}.", line=line, quote=word)


def _named(artifact: ArtifactView, service: Service, what: str, value: str, line: int, known: dict[str, set[str]]) -> Iterator[Finding]:
    for name in value.split(","):
        wanted = name.strip().lower()
        if known[what] and wanted and "$" not in wanted and wanted not in known[what]:
            kind = "certificate resolver" if what.startswith("tls") else "entry point"
            yield NAME.at(
                artifact,
                f"The router of {service.name} names the {kind} {name.strip()}, and the proxy defines {', '.join(sorted(known[what]))}.",
                line=line,
                quote=name.strip(),
                hint="Use one name for both.",
            )


def _port(view: PlanView, artifact: ArtifactView, service: Service, value: str, line: int) -> Iterator[Finding]:
    """The port of an image that the plan builds: what its Dockerfile exposes and its process is told to listen on."""
    images = view.of_kind("dockerfile")
    name = (service.image or "\0").partition("@")[0].rpartition(":")[0]
    tags = [
        w.template.rpartition(":")[0]
        for script in view.scripts
        for call in script.calls
        if call.docker is not None and call.docker.verb == "build"
        for w in call.docker.arguments.values("-t", "--tag")
    ]
    final = images[0].dockerfile.final if len(images) == 1 else None
    if final is None or not (service.build is not None or name in tags):
        return
    exposed = {p.partition("/")[0] for i in final.instructions if i.name == "EXPOSE" for p in i.text.split()}
    told = " ".join([service.command_text, *(v or "" for v, _ in service.environment.values())])
    if exposed and value.isdigit() and value not in exposed and value not in told and "$" not in " ".join(exposed):
        yield PORT.at(
            artifact,
            f"{service.name} is asked on port {value}; its image listens on {', '.join(sorted(exposed))}.",
            line=line,
            quote=value,
            hint="Name the port that the process listens on.",
        )
