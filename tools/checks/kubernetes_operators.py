"""Link what operators resolve: secret stores, issuers, priority classes, keys of synchronised secrets, chart repositories.

What:
    An ExternalSecret names the store that the plan defines, an Ingress or Certificate the issuer, a pod a priority class that exists. A key
    that a pod takes from a synchronised secret is one that is written to it. A chart comes from a repository that was added.

Why it matters in production:
    `kubectl apply` accepts each of these names. The ExternalSecret stays "SecretStore not found", its secret is never made, and every pod
    waits in CreateContainerConfigError; the certificate stays "issuer not found" and the browser shows the controller's own.

Example:
    kind: ClusterSecretStore, metadata: {name: aws-secretsmanager}
    secretStoreRef: {name: aws-secrets, kind: ClusterSecretStore}

Instead:
    secretStoreRef: {name: aws-secretsmanager, kind: ClusterSecretStore}

When to ignore:
    When the cluster holds another object of that kind already: name who made it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._rule import Rule
from ._view import KubeObject, PlanView

NAME = Rule(
    "LNK124", "operator-name-unresolved", "error", "An object names a store, issuer or class that the plan defines under another name."
)
KEY = Rule("LNK125", "secret-key-missing", "error", "A pod takes a key from a secret that is synchronised without it.")
CHARTS = Rule("LNK126", "chart-repository-not-added", "error", "A chart comes from a repository that no command adds.")
RULES = (NAME, KEY, CHARTS)

_ISSUERS = {"cert-manager.io/cluster-issuer": "ClusterIssuer", "cert-manager.io/issuer": "Issuer"}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield names, keys and repositories that lead nowhere."""
    known: dict[str, set[str]] = {}
    for made in view.objects:
        known.setdefault(made.kind, set()).add(made.name)
    for made in view.objects:
        for kind, name, line in _named(made):
            others = known.get(kind, set())
            if name and "$" not in name and others and name not in others:
                yield NAME.at(
                    made.spot,
                    f"{made.title} names the {kind} {name}; the plan defines {', '.join(sorted(others))}.",
                    line=line + made.shift,
                    quote=name,
                    hint="Use one name for both.",
                )
        priority = made.pod.get("priorityClassName")
        if isinstance(priority, str) and not priority.startswith("system-") and priority not in known.get("PriorityClass", set()):
            yield NAME.at(
                made.spot,
                f"{made.title} names the PriorityClass {priority}, which nothing in the plan makes: its pods are refused.",
                line=made.pod.line_of("priorityClassName") + made.shift,
                quote=priority,
                hint="Add the PriorityClass.",
            )
    yield from _keys(view)
    yield from _charts(view)


def _named(made: KubeObject) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, name, line) of what an object has an operator look up."""
    spec = as_map(made.raw.get("spec"))
    ref: Map
    if made.kind in ("ExternalSecret", "PushSecret", "ClusterExternalSecret"):
        ref = as_map(spec.get("secretStoreRef"))
        yield str(ref.get("kind") or "SecretStore"), str(ref.get("name", "")), ref.line_of("name")
    if made.kind == "Certificate":
        ref = as_map(spec.get("issuerRef"))
        yield str(ref.get("kind") or "Issuer"), str(ref.get("name", "")), ref.line_of("name")
    notes = as_map(as_map(made.raw.get("metadata")).get("annotations"))
    for key, kind in _ISSUERS.items():
        if key in notes:
            yield kind, str(notes.get(key)), notes.line_of(key)


def _keys(view: PlanView) -> Iterator[Finding]:
    written: dict[str, set[str] | None] = {}
    for made in view.objects:
        spec = as_map(made.raw.get("spec"))
        if made.kind == "ExternalSecret":
            target = as_map(spec.get("target"))
            name = str(target.get("name") or made.name)
            whole = "dataFrom" in spec or "template" in target
            keys = {str(as_map(d).get("secretKey")) for d in as_list(spec.get("data"))}
            known = written.get(name, set())
            written[name] = None if whole or known is None else known | keys
        elif made.kind in ("Secret", "SealedSecret"):
            written[made.name] = None
    for made in view.objects:
        for container in made.containers():
            for entry in as_list(container.get("env")):
                ref = as_map(as_map(as_map(entry).get("valueFrom")).get("secretKeyRef"))
                present = written.get(str(ref.get("name", "")))
                if present and ref.get("optional") is not True and str(ref.get("key")) not in present:
                    yield KEY.at(
                        made.spot,
                        f"{made.title} takes {ref.get('key')} from the secret {ref.get('name')}, which holds {', '.join(sorted(present))}.",
                        line=ref.line_of("key") + made.shift,
                        quote=str(ref.get("key")),
                        hint="Add the key to the ExternalSecret.",
                    )


def _charts(view: PlanView) -> Iterator[Finding]:
    calls = [(s, c) for s in view.scripts for c in s.calls if c.name == "helm"]
    added = {c.texts[3] for _, c in calls if len(c.texts) > 4 and c.texts[1:3] == ("repo", "add")}
    if not added:
        return
    for script, call in calls:
        if not {"install", "upgrade"} & set(call.texts) or "--repo" in call.texts:
            continue
        words = call.split(
            "-n", "--namespace", "-f", "--values", "--set", "--version", "--timeout", "--set-string", "--set-file"
        ).positionals
        chart = words[-1].template if len(words) > 2 else ""
        repository, slash, _ = chart.partition("/")
        remote = slash and repository and not repository.startswith((".", "$", "oci:")) and chart.count("/") == 1
        if remote and repository not in added and not any(f.startswith(f"{chart}/") for f in view.files or ()):
            yield CHARTS.at(
                script,
                f"The chart {chart} is of the repository {repository}, which no command adds.",
                line=call.line,
                quote=" ".join(call.texts),
                hint=f"helm repo add {repository} URL",
            )
