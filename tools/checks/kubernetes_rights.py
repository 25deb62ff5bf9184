"""Compare what a pipeline sends to a cluster with what its role may do there.

What:
    Every object that a pipeline applies is covered by a grant of that pipeline: by RBAC (Role, ClusterRole and their bindings) or by an EKS
    access policy. The built-in roles `edit` and `admin`, and the EKS policies of those names, cover no custom resource. No role of the
    plan grants everything.

Why it matters in production:
    `Forbidden` comes at the end of the pipeline, after the image is built and the migration has run: half a release. A role with `*` on
    `*` makes every token of the pipeline a key to the cluster.

Example:
    policy_arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"       # and release.sh applies an ExternalSecret

Instead:
    add a ClusterRole with external-secrets.io/externalsecrets and bind it to the pipeline's group

When to ignore:
    PRM011 when the right comes from outside the plan (a group of the identity provider): name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._link.cluster import Applied, applied
from ._link.rights import Grant, grants
from ._rule import Rule
from ._view import KubeObject, PlanView

FORBIDDEN = Rule("PRM011", "right-not-granted", "error", "A pipeline applies an object that none of its grants covers.")
WIDE = Rule("PRM013", "rights-too-wide", "error", "A role gives everything, or an application is cluster-admin.", profile="review")
RULES = (FORBIDDEN, WIDE)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield rights that are missing, and rights that are too wide."""
    known = list(grants(view))
    if known:
        for sending in _by_pipelines(view):
            for made, space in sending.objects:
                yield from _forbidden(sending, made, space, known)
    for made in view.objects:
        yield from _wide(view, made)


# who applies whatever manifests hold, or is a person's way in: such rights are what it is for
_APPLIES = re2.compile(
    r"(?i)reconcil|flux|argo|gitops|tenant|deploy|admin|root|tiller|helm|jenkins|\bci\b|cicd|pipeline|runner|tekton|spinnaker|kapp|install|terraform"
    r"|crossplane|rancher|brigade|dashboard|headlamp|lens|user|developer|operator|velero|backup|addon-manager|kube-system"
)


def _by_pipelines(view: PlanView) -> Iterator[Applied]:
    for running in view.recurring:
        if running.why.startswith("runs on"):
            yield from applied(view, running.script)


def _forbidden(sending: Applied, made: KubeObject, space: str | None, known: list[Grant]) -> Iterator[Finding]:
    if any(grant.covers(made, space) for grant in known):
        return
    given = ", ".join(sorted({grant.title for grant in known}))
    yield FORBIDDEN.at(
        sending.script,
        f"The pipeline applies {made.title} ({made.api}), which its grants ({given}) do not cover: Forbidden.",
        line=sending.call.line,
        quote=made.title,
        hint="Grant create, get, patch on that resource to the pipeline, or let somebody else apply it.",
    )


def _wide(view: PlanView, made: KubeObject) -> Iterator[Finding]:
    if made.kind in ("Role", "ClusterRole"):
        for rule in as_list(made.raw.get("rules")):
            everything = all("*" in [str(v) for v in as_list(as_map(rule).get(key))] for key in ("apiGroups", "resources", "verbs"))
            if everything:
                yield WIDE.at(
                    made.spot,
                    f"{made.title} gives every verb on every resource.",
                    line=rule.line + made.shift if isinstance(rule, Map) else made.line,
                    quote=made.title,
                    hint="List the resources and verbs that are needed.",
                    severity="warning" if view.foreign and (made.kind == "Role" or _APPLIES.search(made.name)) else None,
                )
    elif made.kind == "ClusterRoleBinding" and as_map(made.raw.get("roleRef")).get("name") == "cluster-admin":
        for subject in as_list(made.raw.get("subjects")):
            if as_map(subject).get("kind") == "ServiceAccount":
                yield WIDE.at(
                    made.spot,
                    f"{made.title} makes the service account {as_map(subject).get('name')} cluster-admin.",
                    line=made.line,
                    quote=made.title,
                    hint="Bind a role with the rights that are needed.",
                    severity="warning" if view.foreign and _APPLIES.search(f"{made.name} {as_map(subject).get('name')}") else None,
                )
