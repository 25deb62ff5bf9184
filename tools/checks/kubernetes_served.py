"""Find objects of API versions that clusters no longer serve.

What:
    A manifest names an API version that some supported Kubernetes serves: no `extensions/v1beta1`, no Ingress of
    `networking.k8s.io/v1beta1`, no CronJob of `batch/v1beta1`. The versions and the release that dropped each are those of the project's
    deprecation guide.

Why it matters in production:
    `kubectl apply` answers `no matches for kind "Ingress" in version "extensions/v1beta1"`: the workload is there, and nothing leads to it.
    On an old cluster the manifest works until the day it is upgraded.

Example:
    apiVersion: extensions/v1beta1
    kind: Ingress

Instead:
    apiVersion: networking.k8s.io/v1
    kind: Ingress

When to ignore:
    When the folder is kept for a cluster of an old release: name the release, and when it is upgraded.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import KubeObject, PlanView

GONE = Rule("VAL021", "api-version-gone", "error", "A manifest names an API version that no supported Kubernetes serves.", foreign="error")
RULES = (GONE,)

# API version -> kinds (empty: all), the release that serves it no longer, what replaces it
_GONE: dict[str, tuple[tuple[tuple[str, ...], str, str], ...]] = {
    "extensions/v1beta1": (
        (("Ingress",), "1.22", "networking.k8s.io/v1"),
        (("NetworkPolicy",), "1.16", "networking.k8s.io/v1"),
        (("PodSecurityPolicy",), "1.16", "Pod Security admission"),
        ((), "1.16", "apps/v1"),
    ),
    "apps/v1beta1": (((), "1.16", "apps/v1"),),
    "apps/v1beta2": (((), "1.16", "apps/v1"),),
    "networking.k8s.io/v1beta1": ((("Ingress", "IngressClass"), "1.22", "networking.k8s.io/v1"),),
    "rbac.authorization.k8s.io/v1beta1": (((), "1.22", "rbac.authorization.k8s.io/v1"),),
    "rbac.authorization.k8s.io/v1alpha1": (((), "1.22", "rbac.authorization.k8s.io/v1"),),
    "apiextensions.k8s.io/v1beta1": ((("CustomResourceDefinition",), "1.22", "apiextensions.k8s.io/v1"),),
    "apiregistration.k8s.io/v1beta1": ((("APIService",), "1.22", "apiregistration.k8s.io/v1"),),
    "admissionregistration.k8s.io/v1beta1": (
        (("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"), "1.22", "admissionregistration.k8s.io/v1"),
    ),
    "certificates.k8s.io/v1beta1": ((("CertificateSigningRequest",), "1.22", "certificates.k8s.io/v1"),),
    "scheduling.k8s.io/v1beta1": ((("PriorityClass",), "1.22", "scheduling.k8s.io/v1"),),
    "storage.k8s.io/v1beta1": ((("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"), "1.22", "storage.k8s.io/v1"),),
    "batch/v1beta1": ((("CronJob",), "1.25", "batch/v1"),),
    "batch/v2alpha1": ((("CronJob",), "1.21", "batch/v1"),),
    "policy/v1beta1": ((("PodDisruptionBudget",), "1.25", "policy/v1"), (("PodSecurityPolicy",), "1.25", "Pod Security admission")),
    "autoscaling/v2beta1": ((("HorizontalPodAutoscaler",), "1.25", "autoscaling/v2"),),
    "autoscaling/v2beta2": ((("HorizontalPodAutoscaler",), "1.26", "autoscaling/v2"),),
    "discovery.k8s.io/v1beta1": ((("EndpointSlice",), "1.25", "discovery.k8s.io/v1"),),
    "node.k8s.io/v1beta1": ((("RuntimeClass",), "1.25", "node.k8s.io/v1"),),
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield objects that no supported cluster takes, those of one version once per file."""
    found: dict[tuple[object, ...], tuple[KubeObject, str, str, list[str]]] = {}
    for made in view.objects:
        for kinds, release, instead in _GONE.get(made.api, ()):
            if not kinds or made.kind in kinds:
                key = (made.spot.step, made.spot.artifact, made.api, instead)
                found.setdefault(key, (made, release, instead, []))[3].append(made.kind)
                break
    for made, release, instead, names in found.values():
        yield GONE.at(
            made.spot,
            f"{', '.join(dict.fromkeys(names))} of {made.api}: served no longer since Kubernetes {release}, apply refuses it.",
            line=made.line,
            quote=made.api,
            hint=f"Use {instead}.",
        )
