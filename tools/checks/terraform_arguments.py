"""Find Terraform arguments that the pinned module or provider ignores, or does not have any more.

What:
    For modules and providers that playbooks use most, a table says which arguments a major version ignores (and when), and which it
    removed. An argument that does nothing is an error: the author believed that it does.

Why it matters in production:
    `disk_size = 100` beside a custom launch template is accepted and ignored: the nodes come up with 20 GiB, and the cost table and the
    disk alarm speak of another machine.

Example:
    source  = "terraform-aws-modules/eks/aws"
    version = "21.19.0"
    eks_managed_node_groups = { main = { disk_size = 100 } }

Instead:
    eks_managed_node_groups = { main = { block_device_mappings = { xvda = { device_name = "/dev/xvda", ebs = { volume_size = 100 } } } } }

When to ignore:
    When the module is a fork that behaves otherwise: name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...core.findings import Finding
from ..validators._model import numbers
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

IGNORED = Rule("VAL013", "argument-ignored", "error", "A Terraform argument has no effect in the version that is pinned.")
REMOVED = Rule("VAL014", "argument-removed", "error", "A Terraform argument or block does not exist in the version that is pinned.")
RULES = (IGNORED, REMOVED)


@dataclass(frozen=True, slots=True)
class _Trap:
    """Be one argument of a module: ignored from a major version on, unless the text of the block holds one of `unless`."""

    source: str
    since: int
    argument: str
    why: str
    unless: tuple[str, ...] = ()
    within: str = ""  # only where it stands inside this attribute


_EKS, _VPC, _RDS = "terraform-aws-modules/eks/aws", "terraform-aws-modules/vpc/aws", "terraform-aws-modules/rds/aws"
_IGNORED = (
    _Trap(
        _EKS,
        18,
        "disk_size",
        "the module makes a launch template of its own, and a node group with one ignores disk_size",
        ("use_custom_launch_template = false",),
        "eks_managed_node_group",
    ),
    _Trap(
        _EKS,
        18,
        "remote_access",
        "the module makes a launch template of its own, and a node group with one ignores remote_access",
        ("use_custom_launch_template = false",),
        "eks_managed_node_group",
    ),
    _Trap(_RDS, 6, "password", "manage_master_user_password is true by default", ("manage_master_user_password = false",)),
    _Trap(_VPC, 1, "one_nat_gateway_per_az", "single_nat_gateway = true wins over it", ("single_nat_gateway = false",)),
)
_REMOVED: dict[tuple[str, int], dict[str, str]] = {
    (_EKS, 21): {
        "cluster_name": "name",
        "cluster_version": "kubernetes_version",
        "cluster_endpoint_public_access": "endpoint_public_access",
        "cluster_endpoint_public_access_cidrs": "endpoint_public_access_cidrs",
        "cluster_endpoint_private_access": "endpoint_private_access",
        "cluster_addons": "addons",
        "cluster_enabled_log_types": "enabled_log_types",
        "cluster_encryption_config": "encryption_config",
    },
    (_EKS, 20): {"manage_aws_auth_configmap": "access_entries", "aws_auth_roles": "access_entries", "aws_auth_users": "access_entries"},
}
# (provider, since major, resource type) -> argument or block -> what stands in its place
_PROVIDER: dict[tuple[str, int, str], dict[str, str]] = {
    ("aws", 5, "aws_db_instance"): {"name": "db_name"},
    ("aws", 5, "aws_elasticache_replication_group"): {
        "replication_group_description": "description",
        "number_cache_clusters": "num_cache_clusters",
        "cluster_mode {": "num_node_groups and replicas_per_node_group",
    },
    ("aws", 6, "aws_eip"): {"vpc": 'domain = "vpc"'},
    ("helm", 3, "helm_release"): {
        "set {": "set = [{ … }]",
        "set_sensitive {": "set_sensitive = [{ … }]",
        "set_list {": "set_list = [{ … }]",
    },
    ("azurerm", 4, "azurerm_kubernetes_cluster"): {"api_server_authorized_ip_ranges": "api_server_access_profile"},
}
# resource type -> (argument, argument and value beside which it does nothing, why)
_BESIDE = {
    "aws_db_instance": (
        ("final_snapshot_identifier", "skip_final_snapshot", "true", "skip_final_snapshot = true takes no snapshot"),
        ("password", "manage_master_user_password", "true", "manage_master_user_password sets the password"),
    ),
    "aws_rds_cluster": (("final_snapshot_identifier", "skip_final_snapshot", "true", "skip_final_snapshot = true takes no snapshot"),),
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield arguments without effect and arguments that are gone."""
    for folder in view.terraform:
        majors = _majors(folder)
        for block in folder.of("module"):
            yield from _module(block)
        for block in folder.of("resource"):
            yield from _resource(block, majors)


def _module(block: Block) -> Iterator[Finding]:
    source, version = block.value("source") or "", numbers(block.value("version") or "")
    major = version[0] if version else 0
    if "//" in source:
        return  # a module inside of a module has arguments of its own
    for trap in _IGNORED:
        if not source.startswith(trap.source) or (version and major < trap.since):
            continue
        for name in block.names():
            text = f"{name} = {block.text(name)}"
            where = name == trap.argument if not trap.within else name.startswith(trap.within) and _holds(block, name, trap.argument)
            if where and not _excused(block, trap, text):
                yield IGNORED.at(
                    block.artifact,
                    f"{trap.argument} of module {'.'.join(block.labels)} has no effect: {trap.why}.",
                    line=_line_in(block, name, trap.argument),
                    quote=trap.argument,
                    hint="Set it where the module reads it, or take it out.",
                )
    for (gone_from, since), names in _REMOVED.items():
        if source.startswith(gone_from) and major >= since:
            for name in block.names():
                if name in names:
                    yield REMOVED.at(
                        block.artifact,
                        f"Module {gone_from} {block.value('version')} has no argument {name}.",
                        line=block.line_of(name),
                        quote=name,
                        hint=f"Use {names[name]}.",
                    )


def _holds(block: Block, name: str, argument: str) -> bool:
    return any(line.lstrip().startswith((f"{argument} ", f"{argument}=")) or f"{{ {argument} =" in line for line in _lines(block, name))


def _lines(block: Block, name: str) -> list[str]:
    return (block.text(name) or "").split("\n")


def _line_in(block: Block, name: str, argument: str) -> int:
    for offset, line in enumerate(_lines(block, name)):
        if argument in line:
            return block.line_of(name) + offset
    return block.line_of(name)


def _excused(block: Block, trap: _Trap, text: str) -> bool:
    flat = " ".join(block.everything.split())
    if trap.argument == "one_nat_gateway_per_az":
        return "single_nat_gateway = true" not in flat or "one_nat_gateway_per_az = true" not in flat
    return any(word in flat or word in " ".join(text.split()) for word in trap.unless)


def _resource(block: Block, majors: dict[str, int]) -> Iterator[Finding]:
    kind = block.labels[0] if block.labels else ""
    for (provider, since, resource), names in _PROVIDER.items():
        if kind == resource and majors.get(provider, 0) >= since:
            found = set(block.names()) | {f"{inner.type} {{" for inner in block.blocks()}
            for name in sorted(found & set(names)):
                what = "block" if "{" in name else "argument"
                yield REMOVED.at(
                    block.artifact,
                    f"Provider {provider} {majors[provider]} has no {what} `{name.rstrip(' {')}` in {kind}.",
                    line=block.line_of(name) if "{" not in name else next(b.line for b in block.blocks(name.rstrip(" {"))),
                    quote=name,
                    hint=f"Use {names[name]}.",
                )
    for argument, other, value, why in _BESIDE.get(kind, ()):
        if argument in block.names() and block.value(other) == value:
            yield IGNORED.at(
                block.artifact,
                f"{argument} of {block.address} has no effect: {why}.",
                line=block.line_of(argument),
                quote=argument,
                hint=f"Take one of {argument} and {other} out.",
            )


def _majors(folder: Folder) -> dict[str, int]:
    """Return the major version of each required provider."""
    found: dict[str, int] = {}
    for block in folder.of("terraform"):
        for required in block.blocks("required_providers"):
            for name in required.names():
                for key, node in required.pairs(name):
                    version = numbers(required.file.value(node) or "") if key == "version" else ()
                    if version:
                        found[name] = version[0]
                stated = (required.value(name) or "").lstrip("~>=< ")
                if stated[:1].isdigit():
                    found[name] = int(stated.partition(".")[0])
    return found
