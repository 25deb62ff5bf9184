"""Find Kubernetes objects that the API server refuses as they are written.

What:
    An object keeps the rules that the API server holds every object to, whatever the cluster holds: a mount names a volume of its pod, a
    selector finds the pods of its own template, a request is not more than its limit, names and ports have their form, texts are texts, a
    Secret's data is base64, a Job's pods restart OnFailure or Never, and each key is a field of its kind.

Why it matters in production:
    `kubectl apply` sends the other objects of the folder and refuses this one: half of the release is there. A pipeline that ignores the
    exit code goes on with the old pods, and everybody believes that the new version runs.

Example:
    containers: [{name: api, image: api:1.4.2, volumeMounts: [{name: config, mountPath: /etc/api}]}]
    volumes: [{name: conf, configMap: {name: api}}]

Instead:
    volumes: [{name: config, configMap: {name: api}}]

When to ignore:
    When a webhook of the cluster mends the object on its way in: name the webhook.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.fields import unknown_fields
from ._link.kube import cluster_of
from ._link.refusals import refused_object, refused_pod
from ._link.texts import no_texts
from ._rule import Rule
from ._view import PlanView

REFUSED = Rule("VAL031", "object-refused", "error", "The Kubernetes API server refuses an object as it is written.")
RULES = (REFUSED,)

_INPUT = "src/main/kubernetes/"  # what a build of Quarkus reads, and writes anew


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what the API server refuses, in the order of the objects."""
    cluster = cluster_of(view)
    for made in cluster.objects:
        if _INPUT in (made.artifact or ""):
            continue
        for line, wrong, quote in (
            *refused_pod(made, cluster.patching, cluster.labels),
            *refused_object(made),
            *no_texts(made),
            *unknown_fields(made),
        ):
            yield REFUSED.at(
                made.spot,
                f"{made.title} is refused: {wrong}.",
                line=line + made.shift,
                quote=quote,
                hint="Mend it, and hold the folder against `kubectl apply --dry-run=server`.",
            )
