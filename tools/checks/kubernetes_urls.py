"""Follow the addresses that pods are given to the Services of the folder: each is asked on a port that it has.

What:
    Where a ConfigMap or the environment of a container holds `scheme://service:port` or `service:port`, and a Service of that name is made
    in the plan, the port is one of the Service's. A name that no Service has is no slip for the one Service with that port.

Why it matters in production:
    The name resolves, the pods run, and every connection times out: a cluster IP drops what goes to a port it does not have. It looks like
    a network policy, and an hour is spent there.

Example:
    ConfigMap: API_URL: http://api:8080                    # Service api has port 80 only

Instead:
    API_URL: http://api:80

When to ignore:
    When another namespace has a Service of the same name, and the address means that one: write the namespace.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._link.kube import Cluster, cluster_of, folder_of
from ._rule import Rule
from ._view import KubeObject, PlanView

UNSERVED = Rule("NET034", "service-asked-on-another-port", "error", "A pod is given an address that no Service of the folder serves.")
RULES = (UNSERVED,)

_SYSTEM = 1024  # ports below it are those of any web server

_ADDRESS = re2.compile(
    r"(?:^|//|@|,|=)([a-z][a-z0-9-]*[a-z0-9])(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?:([0-9]{2,5})(?:[/,?;&]|$)"
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield addresses on ports that are not there."""
    cluster = cluster_of(view, pages=False)
    services = {o.name for o in cluster.objects if o.kind == "Service"}
    others = services | set(view.services) | {o.name for o in view.objects if o.template is not None}
    for made in cluster.objects if services else ():
        for name, value, line in _values(made):
            for match in _ADDRESS.finditer(value.strip()):
                host, space, port = str(match.group(1)), match.group(2), int(match.group(3))
                if host in services and not cluster.patched(made):
                    yield from _asked(cluster, made, name, (host, space, port), line)
                elif host not in others and space is None and not cluster.patched(made):
                    yield from _nobody(cluster, made, name, (host, port), line)


def _values(made: KubeObject) -> Iterator[tuple[str, str, int]]:
    """Yield (name, value, line) of the one-line settings that an object holds."""
    if made.kind == "ConfigMap" and made.api == "v1":
        data = as_map(made.raw.get("data"))
        yield from ((key, value, data.line_of(key)) for key, value in data.items() if isinstance(value, str) and "\n" not in value.strip())
    for container in made.containers():
        for entry in (as_map(e) for e in as_list(container.get("env"))):
            if isinstance(entry.get("value"), str):
                yield str(entry.get("name")), str(entry["value"]), entry.line_of("value")


def _asked(cluster: Cluster, made: KubeObject, name: str, asked: tuple[str, str | None, int], line: int) -> Iterator[Finding]:
    host, space, port = asked
    found = [s for s in cluster.named("Service", host) if not _apart(s, space or made.namespace)]
    beside = [s for s in found if folder_of(s) == folder_of(made)]  # another folder may hold another way to deploy the same
    specs = [as_map(s.raw.get("spec")) for s in found]
    headless = any(s.get("clusterIP") == "None" or s.get("type") == "ExternalName" or not as_map(s.get("selector")) for s in specs)
    if not beside or headless or any(cluster.patched(s) for s in found):
        return
    ports = sorted({int(p["port"]) for s in specs for p in _ports(s) if isinstance(p.get("port"), int)})
    if ports and port not in ports:
        yield UNSERVED.at(
            made.spot,
            f"{name} of {made.title} asks Service {host} on port {port}; it has {', '.join(map(str, ports))}.",
            line=line + made.shift,
            quote=f"{host}:{port}",
            hint=f"Ask it on {ports[0]}, or give it the port {port}.",
        )


def _nobody(cluster: Cluster, made: KubeObject, name: str, asked: tuple[str, int], line: int) -> Iterator[Finding]:
    """Yield an address that no Service has, where the only Service of the folder with that port is one that nothing else names."""
    host, port = asked
    beside = [o for o in cluster.objects if o.kind == "Service" and folder_of(o) == folder_of(made)]
    meant = [o for o in beside if any(p.get("port") == port for p in _ports(as_map(o.raw.get("spec"))))]
    if port < _SYSTEM or len(meant) != 1 or any(_told(o, meant[0].name) for o in cluster.objects):
        return
    other = meant[0].name
    yield UNSERVED.at(
        made.spot,
        f"{name} of {made.title} asks {host} on port {port}, where no Service is; {other} has that port, and nothing names it.",
        line=line + made.shift,
        quote=f"{host}:{port}",
        hint=f"Use one name: {other}, or {host}.",
    )


def _told(made: KubeObject, service: str) -> bool:
    """Say whether an object names a Service in its settings, or as what an Ingress or a StatefulSet leads to."""
    if made.kind in ("Ingress", "HTTPRoute", "StatefulSet", "TLSRoute", "TCPRoute", "VirtualService", "IngressRoute"):
        return service in str(made.raw.get("spec"))
    data = [str(v) for part in ("data", "stringData") for v in as_map(made.raw.get(part)).values()]
    given = [str(c.get(key)) for c in made.containers() for key in ("env", "args", "command")]
    return any(service in text for text in (*data, *given))


def _ports(spec: Map) -> list[Map]:
    return [as_map(p) for p in as_list(spec.get("ports"))]


def _apart(service: KubeObject, space: str | None) -> bool:
    return service.namespace is not None and space is not None and service.namespace != space
