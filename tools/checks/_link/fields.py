"""Know the fields of the Kubernetes objects that folders hold most, and say which of an object's keys is none of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ...yaml12 import Map, as_list, as_map
from .._view import KubeObject
from .kube import open_word, whole
from .refusals import Refusal

_CONTAINER = (
    "args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources restartPolicy"
    " restartPolicyRules securityContext startupProbe stdin stdinOnce targetContainerName terminationMessagePath"
    " terminationMessagePolicy tty volumeDevices volumeMounts workingDir"
)
_POD = (
    "activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks ephemeralContainers"
    " hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os"
    " overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName"
    " schedulerName schedulingGates securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain"
    " terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes workloadRef"
)
_SPECS = {
    "Deployment": "minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy template",
    "StatefulSet": "minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas revisionHistoryLimit"
    " selector serviceName template updateStrategy volumeClaimTemplates",
    "DaemonSet": "minReadySeconds revisionHistoryLimit selector template updateStrategy",
    "Job": "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector maxFailedIndexes"
    " parallelism podFailurePolicy podReplacementPolicy selector successPolicy suspend template ttlSecondsAfterFinished",
    "CronJob": "concurrencyPolicy failedJobsHistoryLimit jobTemplate schedule startingDeadlineSeconds successfulJobsHistoryLimit suspend"
    " timeZone",
    "Service": "allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort"
    " internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports"
    " publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig trafficDistribution type",
    "Ingress": "defaultBackend ingressClassName rules tls",
    "PersistentVolumeClaim": "accessModes dataSource dataSourceRef resources selector storageClassName volumeAttributesClassName volumeMode"
    " volumeName",
}
_APIS = {
    "Service": "v1",
    "PersistentVolumeClaim": "v1",
    "Pod": "v1",
    "Ingress": "networking.k8s.io/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}
_TOP = {
    "ConfigMap": "apiVersion kind metadata data binaryData immutable",
    "Secret": "apiVersion kind metadata data stringData type immutable",
}
_WITHIN = {
    "ports": "containerPort hostIP hostPort name protocol",
    "env": "name value valueFrom",
    "volumeMounts": "mountPath mountPropagation name readOnly recursiveReadOnly subPath subPathExpr",
}
_PROBE = (
    "exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds successThreshold tcpSocket terminationGracePeriodSeconds"
    " timeoutSeconds"
)
_PORT = "appProtocol name nodePort port protocol targetPort"


def unknown_fields(made: KubeObject) -> Iterator[Refusal]:
    """Yield the keys that the object's kind does not have, where its version is the one whose fields are known here.

    An object without a name is a template of another program (an agent of Jenkins), which reads it in its own way.
    """
    if made.made_by is not None or not made.name or (made.template is not None and not whole(made)):
        return
    if made.kind in _TOP and made.api == "v1" and "sops" not in made.raw:
        yield from _strange(made.raw, _TOP[made.kind], made.kind)
    if made.api != _APIS.get(made.kind, "apps/v1") or made.kind not in (*_SPECS, "Pod"):
        return
    spec = as_map(made.raw.get("spec"))
    yield from _strange(made.raw, "apiVersion kind metadata spec status", made.kind)
    yield from _strange(spec, _SPECS.get(made.kind, _POD), f"the {made.kind}'s spec")
    if made.kind == "Service":
        for port in as_list(spec.get("ports")):
            yield from _strange(as_map(port), _PORT, "a Service's port")
    if made.template is not None:
        if made.kind != "Pod":
            yield from _strange(made.template, "metadata spec", "the pod template")
            yield from _strange(made.pod, _POD, "the pod's spec")
        for container in made.containers():
            yield from _of_container(container)


def _of_container(container: Map) -> Iterator[Refusal]:
    who = f"container {container.get('name')}"
    yield from _strange(container, _CONTAINER, who)
    yield from _strange(as_map(container.get("resources")), "claims limits requests", f"the resources of {who}")
    for key, names in _WITHIN.items():
        for entry in as_list(container.get(key)):
            yield from _strange(as_map(entry), names, f"{key} of {who}")
    for key in ("livenessProbe", "readinessProbe", "startupProbe"):
        yield from _strange(as_map(container.get(key)), _PROBE, f"the {key} of {who}")


def _strange(found: Map, names: str, where: str) -> Iterator[Refusal]:
    known = names.split()
    for key in found:
        if key not in known and not open_word(key) and not key.startswith(("x-", "<<", "#")):
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
            yield found.line_of(key), f"{where} has no field {key}" + (f": it is {near[0]}" if near else ""), key
