"""Follow a request through a cluster: Ingress to Service, Service to pod, monitor to Service, each on a port that is there.

What:
    The port that an Ingress or HTTPRoute names is one of its Service. The target port of a Service is a port, by name or number, of a
    container of the pods that it selects. A ServiceMonitor or PodMonitor asks a port that what it selects has.

Why it matters in production:
    Everything is applied and running, and each request ends in 503 or "connection refused". A monitor on a port that does not exist has
    no target: the alerts on its metrics never fire.

Example:
    Service: ports: [{port: 80, targetPort: http}]          # the container's port is named web
    Deployment: ports: [{name: web, containerPort: 8080}]

Instead:
    Service: ports: [{port: 80, targetPort: web}]

When to ignore:
    NET032 when the process listens on a port that its container does not declare: declare it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._link.kube import Cluster, cluster_of, open_word, ports_of
from ._rule import Rule
from ._view import KubeObject, PlanView

NAMED = Rule("NET031", "port-leads-nowhere", "error", "A Service, route or monitor names a port that what it leads to does not have.")
NUMBERED = Rule(
    "NET032", "target-port-undeclared", "error", "A Service sends to a port that no container of its pods declares.", foreign="warning"
)
RULES = (NAMED, NUMBERED)

_SIDECARS = ("istio", "linkerd", "inject", "envoy", "consul.hashicorp", "dapr.io", "traffic.sidecar")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield ports that lead nowhere."""
    cluster = cluster_of(view, pages=False)
    for made in cluster.objects:
        if made.kind == "Service" and made.api == "v1":
            yield from _service(cluster, made)
        elif made.kind == "Ingress":
            yield from _ingress(cluster, made)
        elif made.kind in ("HTTPRoute", "GRPCRoute", "TCPRoute"):
            yield from _route(cluster, made)
        elif made.kind == "ServiceMonitor":
            yield from _monitor(cluster, made)


def _service(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    spec = as_map(made.raw.get("spec"))
    pods = cluster.selected(spec.get("selector"), made)
    if not pods or cluster.patched(made) or any(cluster.patched(pod) for pod in pods):
        return
    declared = [pair for pod in pods for pair in ports_of(pod)]
    ports = [as_map(p) for p in as_list(spec.get("ports"))]
    single = len(ports) == 1 and all(len(list(ports_of(pod))) == 1 for pod in pods)  # of several, one may be left undeclared
    names, numbers = {name for name, _ in declared if name}, {number for _, number in declared}
    whose = ", ".join(sorted({pod.title for pod in pods})[:3])
    for port in ports:
        target = port.get("targetPort", port.get("port"))
        if isinstance(target, str) and target.isdigit():
            target = int(target)
        line = port.line_of("targetPort" if "targetPort" in port else "port") + made.shift
        if isinstance(target, str) and not open_word(target) and target not in names:
            yield NAMED.at(
                made.spot,
                f"{made.title} sends to the port {target}, which no container of {whose} names.",
                line=line,
                quote=target,
                hint=f"They name {', '.join(sorted(names)) or 'no port'}.",
            )
        elif isinstance(target, int) and single and target not in numbers | {0} and 0 not in numbers and not _meshed(made, pods):
            yield NUMBERED.at(
                made.spot,
                f"{made.title} sends to port {target}, which no container of {whose} declares.",
                line=line,
                quote=str(target),
                hint=f"They declare {', '.join(map(str, sorted(numbers)))}.",
            )


def _meshed(made: KubeObject, pods: list[KubeObject]) -> bool:
    """Say whether a sidecar that is put in later may listen."""
    return any(word in str(o.raw.get("metadata")) + str(as_map(o.template).get("metadata")) for o in (made, *pods) for word in _SIDECARS)


def _ports(service: KubeObject) -> list[Map]:
    return [as_map(p) for p in as_list(as_map(service.raw.get("spec")).get("ports"))]


def _behind(cluster: Cluster, name: object, made: KubeObject) -> list[KubeObject]:
    """Return the Services that a name may mean: those of the object's own namespace, as far as namespaces are stated."""
    found = cluster.named("Service", str(name))
    if any(as_map(s.raw.get("spec")).get("type") == "ExternalName" or cluster.patched(s) for s in found) or cluster.patched(made):
        return []
    return [s for s in found if None in (s.namespace, made.namespace) or s.namespace == made.namespace]


def _ingress(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    spec = as_map(made.raw.get("spec"))
    paths = [p for r in as_list(spec.get("rules")) for p in as_list(as_map(as_map(r).get("http")).get("paths"))]
    for backend in (*(as_map(as_map(p).get("backend")) for p in paths), as_map(spec.get("defaultBackend"))):
        service = as_map(backend.get("service"))
        port = as_map(service.get("port"))
        wanted = port.get("number", port.get("name"))
        if wanted == "use-annotation":
            continue
        yield from _asked(cluster, made, service.get("name"), wanted, port.line_of("number" if "number" in port else "name"))


def _route(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    for rule in as_list(as_map(made.raw.get("spec")).get("rules")):
        for ref in (as_map(r) for r in as_list(as_map(rule).get("backendRefs"))):
            if ref.get("kind", "Service") == "Service" and ref.get("namespace") in (None, made.namespace):
                yield from _asked(cluster, made, ref.get("name"), ref.get("port"), ref.line_of("port"))


def _asked(cluster: Cluster, made: KubeObject, name: object, wanted: object, line: int) -> Iterator[Finding]:
    services = _behind(cluster, name, made)
    if not services or open_word(name, wanted):
        return
    known = {p.get("port") for s in services for p in _ports(s)} | {p.get("name") for s in services for p in _ports(s)}
    if wanted not in known and str(wanted) not in {str(k) for k in known}:
        yield NAMED.at(
            made.spot,
            f"{made.title} asks Service {name} on port {wanted}, which it does not have.",
            line=line + made.shift,
            quote=str(wanted),
            hint=f"It has {', '.join(sorted(str(p.get('port')) for s in services for p in _ports(s))) or 'none'}.",
        )


def _monitor(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    spec = as_map(made.raw.get("spec"))
    wanted = as_map(as_map(spec.get("selector")).get("matchLabels"))
    if not wanted or cluster.patched(made) or as_list(as_map(spec.get("selector")).get("matchExpressions")):
        return
    found = [o for o in cluster.objects if o.kind == "Service" and _labelled(o, wanted)]
    names = {str(p.get("name")) for s in found for p in _ports(s)}
    for endpoint in (as_map(e) for e in as_list(spec.get("endpoints"))):
        port = endpoint.get("port")
        if found and isinstance(port, str) and not open_word(port) and port not in names:
            yield NAMED.at(
                made.spot,
                f"{made.title} asks the port {port}, which {', '.join(sorted({s.title for s in found})[:3])} does not name.",
                line=endpoint.line_of("port") + made.shift,
                quote=port,
                hint=f"Its ports are {', '.join(sorted(names)) or 'not named'}.",
            )


def _labelled(service: KubeObject, wanted: Map) -> bool:
    labels = as_map(as_map(service.raw.get("metadata")).get("labels"))
    return all(str(labels.get(key)) == str(value) for key, value in wanted.items())
