"""Replay Terraform from an empty account: nothing looks up what only comes into being later, and every reference has a declaration.

What:
    A `data` source in the root that makes the cluster does not look up what a controller inside that cluster makes (a load balancer, a
    Kubernetes service). Every `var.`, `local.`, `module.`, `data.` and resource reference names a block of its folder.

Why it matters in production:
    `terraform apply` is the recovery procedure. On the day of the loss the load balancer does not exist yet, the lookup fails, and with it
    the apply that would make the cluster it waits for. It never failed before, because the first apply came before the alarm was written.

Example:
    module "eks" { … }
    data "aws_lb" "api" { tags = { "elbv2.k8s.aws/cluster" = "shop" } }      # in the same root

Instead:
    a second root `alarms/` that is applied after the release, or an input for the load balancer's name

When to ignore:
    LNK081 when the root is applied in two documented passes (-target): name both.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.hclrefs import references, whole
from ._rule import Rule
from ._view import Folder, PlanView

LOOKUP = Rule("LNK081", "lookup-of-what-comes-later", "error", "A data source looks up what only exists after this root has been applied.")
UNDECLARED = Rule("LNK082", "terraform-reference-undeclared", "error", "A Terraform reference names no block of its folder.")
RULES = (LOOKUP, UNDECLARED)

_CLUSTERS = ("aws_eks_cluster", "google_container_cluster", "azurerm_kubernetes_cluster")
_MODULES = ("terraform-aws-modules/eks/aws", "terraform-google-modules/kubernetes-engine/google", "Azure/aks/azurerm")
_MADE_INSIDE = frozenset(
    "aws_lb aws_alb aws_lb_listener aws_lb_target_group aws_elb kubernetes_service kubernetes_service_v1 kubernetes_ingress"
    " kubernetes_ingress_v1 kubernetes_secret kubernetes_secret_v1".split()
)
_PROVIDERS = tuple(
    f"{name}_"
    for name in (
        "acme alicloud archive aws awscc azapi azuread azurerm civo cloudflare cloudinit datadog digitalocean docker exoscale external"
        " fastly github gitlab google grafana hcloud helm http ibm kubectl kubernetes linode local mongodbatlas mysql newrelic nomad null"
        " oci openstack opentelekomcloud ovh pagerduty postgresql proxmox rancher2 random scaleway template time tls upcloud vault"
        " vsphere vultr yandex"
    ).split()
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield lookups that fail on an empty account, and references that name nothing."""
    for folder in view.terraform:
        if folder.resources(*_CLUSTERS) or folder.modules(*_MODULES):
            yield from _lookups(folder)
        if folder.of("terraform", "provider", "variable") and folder.of("resource", "data", "module", "provider") and whole(view, folder):
            yield from _references(folder)


def _lookups(folder: Folder) -> Iterator[Finding]:
    for block in folder.of("data"):
        kind = block.labels[0] if block.labels else ""
        if kind not in _MADE_INSIDE:
            continue
        text = block.everything
        own = any(b.address in text or "depends_on" in b.names() for b in folder.resources(kind, "helm_release")) or "depends_on" in text
        if not own and not folder.resources(kind):
            yield LOOKUP.at(
                block.artifact,
                f"{block.address} looks up what a controller in the cluster makes, in the root that makes the cluster: from an empty"
                " account, and after a loss, the apply fails.",
                line=block.line,
                quote=block.address,
                hint="Put it into a root of its own that is applied after the release.",
            )


def _references(folder: Folder) -> Iterator[Finding]:
    declared = {b.address for b in folder.blocks}
    variables = {b.labels[0] for b in folder.of("variable") if b.labels}
    local = {name for b in folder.of("locals") for name in b.names()}
    reported: set[str] = set()
    for block in folder.blocks:
        for reference in sorted(references(block), key=lambda r: (r.line, r.parts)):
            missing = _missing(reference.parts, declared, variables, local)
            if missing is not None and missing not in reported:
                reported.add(missing)
                yield UNDECLARED.at(
                    block.artifact,
                    f"{block.address or block.type} refers to {missing}, which no block of {folder.path or 'the folder'} declares.",
                    line=reference.line,
                    quote=missing,
                    hint="Declare it, or use what is declared.",
                )


def _missing(parts: tuple[str, ...], declared: set[str], variables: set[str], local: set[str]) -> str | None:
    """Return the address that a reference names when nothing declares it."""
    head, name = parts[0], parts[1]
    if head == "var":
        known = name in variables
    elif head == "local":
        known = name in local
    elif head == "data":
        known = len(parts) < 3 or ".".join(parts[:3]) in declared
        return None if known else ".".join(parts[:3])
    else:
        known = (head != "module" and not head.startswith(_PROVIDERS)) or f"{head}.{name}" in declared
    return None if known else f"{head}.{name}"
