"""Know who may do what on a cluster: grants of RBAC and of EKS access policies, and whether one covers an object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ...yaml12 import Map, as_list, as_map
from .._view import KubeObject, PlanView
from .._view.objects import CLUSTER_KINDS
from .._view.terraform import Block

PIPELINE = re2.compile(r"(?i)(?:^|[^a-z])(?:ci|cd|deploy|deployer|github|gitlab|actions|pipeline|release|runner)(?:[^a-z]|$)")
# API groups of the objects that the built-in roles speak of; anything else is a custom resource
_BUILT_IN = frozenset({"", "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "extensions", "events.k8s.io"})
_RBAC = "rbac.authorization.k8s.io"
_NOT_EDITABLE = frozenset({"Namespace", "ResourceQuota", "LimitRange", "Node", "PersistentVolume"})
_POLICIES = {
    "AmazonEKSClusterAdminPolicy": "cluster-admin",
    "AmazonEKSAdminPolicy": "admin",
    "AmazonEKSEditPolicy": "edit",
    "AmazonEKSViewPolicy": "view",
    "AmazonEKSAdminViewPolicy": "view",
    "AmazonEKSSecretReaderPolicy": "view",
}
_PLURALS = {"NetworkPolicy": "networkpolicies", "Ingress": "ingresses", "StorageClass": "storageclasses", "Endpoints": "endpoints"}


@dataclass(frozen=True)
class Grant:
    """Be one right: `role` is cluster-admin, admin, edit or view (null: `rules` say it), `spaces` null for the whole cluster."""

    actor: str
    title: str
    role: str | None
    rules: tuple[Map, ...]
    spaces: frozenset[str] | None

    def covers(self, made: KubeObject, space: str | None) -> bool:
        """Say whether it lets its actor create and change the object."""
        if self.role == "cluster-admin" and self.spaces is None:
            return True
        if self.spaces is not None and (made.kind in CLUSTER_KINDS or (space is not None and space not in self.spaces)):
            return False
        return self._by_role(made) if self.role is not None else self._by_rules(made)

    def _by_role(self, made: KubeObject) -> bool:
        group = group_of(made)
        if self.role in ("cluster-admin", "admin") and group == _RBAC:
            return made.kind in ("Role", "RoleBinding")
        if self.role == "cluster-admin":
            return True
        if self.role == "view" or group not in _BUILT_IN or made.kind in CLUSTER_KINDS:
            return False
        return made.kind not in _NOT_EDITABLE

    def _by_rules(self, made: KubeObject) -> bool:
        plural = plural_of(made.kind)
        for rule in self.rules:
            groups, resources = _texts(rule.get("apiGroups")), _texts(rule.get("resources"))
            verbs = _texts(rule.get("verbs"))
            if groups & {"*", group_of(made)} and resources & {"*", plural} and ("*" in verbs or {"create"} <= verbs):
                return "*" in verbs or bool(verbs & {"patch", "update"})
        return False


def _texts(value: object) -> set[str]:
    return {str(item) for item in as_list(value)}


def group_of(made: KubeObject) -> str:
    """Return an object's API group, empty for the core one."""
    return made.api.rpartition("/")[0]


def plural_of(kind: str) -> str:
    """Return the resource name of a kind."""
    return _PLURALS.get(kind, kind.lower() + ("es" if kind.endswith(("s", "x", "ch")) else "s"))


def grants(view: PlanView) -> Iterator[Grant]:
    """Yield the grants of the plan whose actor is a pipeline, by its name."""
    yield from _of_objects(view)
    for folder in view.terraform:
        for block in folder.resources("aws_eks_access_policy_association"):
            yield from _association(block)
        for block in folder.modules("terraform-aws-modules/eks/aws"):
            yield from _entries(block)
    for script in view.scripts:
        for call in script.calls:
            if call.name == "aws" and "associate-access-policy" in call.texts:
                given = call.split("--principal-arn", "--policy-arn", "--access-scope", "--cluster-name", "--region")
                actor = " ".join(w.template for w in given.values("--principal-arn"))
                policy = " ".join(w.template for w in given.values("--policy-arn"))
                scope = " ".join(w.template for w in given.values("--access-scope"))
                spaces = scope.partition("namespaces=")[2].strip("[]")
                yield from _policy(actor, policy, frozenset(spaces.split(",")) if "type=namespace" in scope else None)


def _policy(actor: str, policy: str, spaces: frozenset[str] | None) -> Iterator[Grant]:
    name = policy.rpartition("/")[2].strip('"')
    if PIPELINE.search(actor.replace("_", "-")) and name in _POLICIES:
        yield Grant(actor, name, _POLICIES[name], (), spaces)


def _association(block: Block) -> Iterator[Grant]:
    actor = f"{' '.join(block.labels[1:])} {block.text('principal_arn') or ''}"
    for scope in block.blocks("access_scope"):
        spaces = _listed(scope.text("namespaces")) if scope.value("type") == "namespace" else None
        yield from _policy(actor, block.value("policy_arn") or block.text("policy_arn") or "", spaces)


def _entries(block: Block) -> Iterator[Grant]:
    """Yield the grants of the EKS module's `access_entries = { name = { principal_arn, policy_associations = { … } } }`."""
    for name, entry in block.pairs("access_entries"):
        text = block.file.text(entry)
        for policy in sorted(_POLICIES):
            if policy in text:
                after = text.partition(policy)[2]
                spaces = _listed(after.partition("namespaces")[2].partition("]")[0]) if '"namespace"' in after else None
                yield from _policy(f"{name} {text.partition('policy_associations')[0]}", f"x/{policy}", spaces)


def _listed(text: str | None) -> frozenset[str]:
    return frozenset(part.strip(' "[]=\n') for part in (text or "").split(",") if part.strip(' "[]=\n'))


def _of_objects(view: PlanView) -> Iterator[Grant]:
    roles = {(o.kind, o.namespace if o.kind == "Role" else None, o.name): o for o in view.objects if o.kind in ("Role", "ClusterRole")}
    for binding in view.objects:
        if binding.kind not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        ref = as_map(binding.raw.get("roleRef"))
        kind, name = str(ref.get("kind", "")), str(ref.get("name", ""))
        role = roles.get((kind, binding.namespace if kind == "Role" else None, name))
        built_in = name if role is None and kind == "ClusterRole" and name in ("cluster-admin", "admin", "edit", "view") else None
        if role is None and built_in is None:
            continue
        rules = tuple(r for r in as_list(role.raw.get("rules")) if isinstance(r, Map)) if role is not None else ()
        spaces = frozenset({binding.namespace or "default"}) if binding.kind == "RoleBinding" else None
        for subject in as_list(binding.raw.get("subjects")):
            actor = str(as_map(subject).get("name", ""))
            if PIPELINE.search(actor):
                yield Grant(actor, f"{kind} {name}", built_in, rules, spaces)
