"""Find network policies that cut a pod off from what it cannot do without: names, and the scraper that watches it.

What:
    A policy that limits what a pod sends allows it to ask the cluster's name service on port 53. A policy that limits what a pod receives
    lets the monitoring's namespace in where a ServiceMonitor or PodMonitor asks that pod.

Why it matters in production:
    Without port 53 no name resolves: not the database's, not that of any service. The pod starts, every connection times out, and the
    readiness probe on its own port is green.

Example:
    policyTypes: [Egress]
    egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]

Instead:
    egress:
      - {to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}
      - {to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}

When to ignore:
    When the pod speaks to addresses only, or another policy of the cluster allows names for all pods: name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._rule import Rule
from ._view import KubeObject, PlanView

NAMES = Rule("PRM023", "policy-blocks-names", "error", "A network policy lets a pod send, and not ask for names.")
WATCH = Rule("PRM024", "policy-blocks-scraper", "error", "A network policy keeps the scraper out of a pod that it is to watch.")
RULES = (NAMES, WATCH)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield policies that cut too much off."""
    policies = [o for o in view.objects if o.kind == "NetworkPolicy"]
    everywhere = any(_allows_names(as_map(o.raw.get("spec"))) for o in policies)
    monitors = [o for o in view.objects if o.kind in ("ServiceMonitor", "PodMonitor")]
    for made in policies:
        spec = as_map(made.raw.get("spec"))
        egress = spec.get("egress")
        limits = "Egress" in as_list(spec.get("policyTypes")) or ("policyTypes" not in spec and egress is not None)
        if limits and as_list(egress) and not everywhere:
            yield NAMES.at(
                made.spot,
                f"{made.title} lists where its pods may send, and port 53 is not among it: no name resolves.",
                line=spec.line_of("egress") + made.shift,
                quote=made.title,
                hint="Allow port 53, UDP and TCP, to kube-dns.",
            )
        yield from _watched(view, made, spec, monitors)


def _allows_names(spec: Map) -> bool:
    for rule in as_list(spec.get("egress")):
        ports = as_list(as_map(rule).get("ports"))
        if rule == {} or (isinstance(rule, Map) and not ports and not as_list(rule.get("to"))):
            return True
        if any(str(as_map(p).get("port")) in ("53", "dns", "dns-tcp") for p in ports):
            return True
        if not ports and _everybody(as_list(as_map(rule).get("to"))):
            return True
    return False


def _everybody(peers: list[Any]) -> bool:
    """Say whether one of the peers is every pod of every namespace."""
    return any("namespaceSelector" in as_map(p) and not as_map(p).get("namespaceSelector") for p in peers)


def _watched(view: PlanView, made: KubeObject, spec: Map, monitors: list[KubeObject]) -> Iterator[Finding]:
    types = as_list(spec.get("policyTypes"))
    rules = as_list(spec.get("ingress"))
    if not monitors or ("Ingress" not in types and types) or not rules:
        return
    text = str(rules).lower()
    open_to_all = any(not as_list(as_map(r).get("from")) or _everybody(as_list(as_map(r).get("from"))) for r in rules)
    if open_to_all or any(word in text for word in ("monitoring", "prometheus", "observability", "metrics")):
        return
    mine = as_map(as_map(spec.get("podSelector")).get("matchLabels"))
    for monitor in monitors:
        same = monitor.namespace == made.namespace or made.namespace is None
        wanted = as_map(as_map(as_map(monitor.raw.get("spec")).get("selector")).get("matchLabels"))
        related = not mine or set(map(str, mine.values())) & set(map(str, wanted.values())) or monitor.name == made.name
        if same and related:
            yield WATCH.at(
                made.spot,
                f"{made.title} lets in none but who is listed, and {monitor.title} is to scrape its pods from another namespace.",
                line=spec.line_of("ingress") + made.shift,
                quote=made.title,
                hint="Let the namespace of the monitoring in, on the port of the metrics.",
            )
            return
