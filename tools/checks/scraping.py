"""Check that what Prometheus asks for arrives: headers that are sent, ports that the firewall opens to containers.

What:
    A prober's configuration does not set `Host` where the program ignores it (json_exporter). A port of the node itself is open to the
    engine's bridge networks, not only to the addresses of the other nodes, when the scraper runs in a container.

Why it matters in production:
    The Host header is dropped by the HTTP library, the application answers 400, and the alert on the value never fires. A container's
    request to its own node comes from the bridge subnet: the node alert fires for ever for that one node, and is muted.

Example:
    modules: {status: {headers: {Host: api.example.org}, metrics: […]}}

Instead:
    let the application accept the internal name (ALLOWED_HOSTS), and take the header out

When to ignore:
    NET018 when the scraper runs in the host's network: say where.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._rule import Rule
from ._view import PlanView
from ._view.invocations import Invocation

HEADER = Rule("NET017", "host-header-ignored", "error", "A probe sets the Host header where its program ignores it.")
BLOCKED = Rule(
    "NET018",
    "scrape-blocked-by-firewall",
    "error",
    "A container scrapes its own node on a port that is open to other nodes only.",
    confidence="medium",
)
RULES = (HEADER, BLOCKED)

_BRIDGES = IPv4Network("172.16.0.0/12")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield questions that get no true answer."""
    for artifact in view.of_kind("yaml"):
        for name, module in as_map(artifact.root.get("modules")).items():
            headers = as_map(as_map(module).get("headers"))
            host = next((key for key in headers if key.lower() == "host"), None)
            if host is not None and "metrics" in as_map(module):
                yield HEADER.at(
                    artifact,
                    f"Module {name} sets the Host header, which json_exporter adds where Go ignores it: the target sees its own address.",
                    line=headers.line_of(host),
                    quote=f"{host}: {headers[host]}",
                    hint="Let the target accept the name it is asked by, or ask it through the proxy.",
                )
    yield from _blocked(view)


def _blocked(view: PlanView) -> Iterator[Finding]:
    if not any("prometheus" in (service.image or "") and service.text("network_mode") != "host" for _, service in view.services.values()):
        return
    rules = list(_rules(view))
    if not rules:
        return
    for artifact in view.of_kind("prometheus"):
        for job in as_list(artifact.root.get("scrape_configs")):
            for group in as_list(as_map(job).get("static_configs")):
                targets = as_map(group).get("targets")
                for target, line in zip(as_list(targets), getattr(targets, "lines", []), strict=False):
                    host, _, port = str(target).rpartition(":")
                    sources = [source for allowed, source in rules if allowed == port]
                    own = _is_node(host, view)
                    if own and sources and None not in sources and not any(_bridge(s) for s in sources):
                        yield BLOCKED.at(
                            artifact,
                            f"Port {port} of {host} is open to {', '.join(sorted({s for s in sources if s}))} only; the scraper's"
                            " request to its own node comes from the bridge subnet and is dropped.",
                            line=line,
                            quote=str(target),
                            hint=f"ufw allow from 172.16.0.0/12 to any port {port} proto tcp, on each node.",
                        )
                        return


def _is_node(host: str, view: PlanView) -> bool:
    """Say whether a target is a machine, not a container: an address, or a name that no service has."""
    if host in view.services or not host:
        return False
    try:
        return not IPv4Address(host).is_loopback
    except AddressValueError:
        return host in ("host.docker.internal", "host-gateway") or "node" in host or "swarm" in host


def _bridge(source: str | None) -> bool:
    if source is None:
        return True
    try:
        return IPv4Network(source, strict=False).overlaps(_BRIDGES) and "/" in source
    except ValueError:
        return False


def _rules(view: PlanView) -> Iterator[tuple[str, str | None]]:
    """Yield (port, source or null for everybody) of each port that ufw lets in."""
    for script in view.scripts:
        for call in script.calls:
            if call.name == "ufw" and "allow" in call.texts:
                yield from ((port, _source(call)) for port in _ports(call))


def _source(call: Invocation) -> str | None:
    texts = call.texts
    if "from" not in texts:
        return None
    source = texts[texts.index("from") + 1] if texts.index("from") + 1 < len(texts) else "any"
    return None if source in ("any", "0.0.0.0/0") else source


def _ports(call: Invocation) -> Iterator[str]:
    texts = call.texts
    for number, text in enumerate(texts):
        head = text.partition("/")[0]
        if head.isdigit() and (number < 1 or texts[number - 1] in ("port", "allow")):
            yield head
