"""Check the arithmetic of cloud networks and machines: subnets inside their network, images of the machine's processor.

What:
    Every subnet of a VPC lies inside its CIDR block and overlaps no other. A machine image for arm64 is started on an arm64 machine.

Why it matters in production:
    AWS refuses such a subnet in the middle of the first apply ("InvalidSubnet.Range"), and such a machine with "The architecture 'x86_64'
    … does not match"; what was made before stays, half of it.

Example:
    cidr = "10.0.0.0/16"
    database_subnets = ["10.1.0.0/24"]

Instead:
    database_subnets = ["10.0.21.0/24"]

When to ignore:
    When the network has further blocks (secondary CIDRs): name them.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

OUTSIDE = Rule("NUM025", "subnet-outside-network", "error", "A subnet lies outside its network's range, or overlaps another.")
OTHER = Rule("VAL041", "machine-of-another-processor", "error", "A machine is given an image for another processor.")
RULES = (OUTSIDE, OTHER)

_SUBNETS = tuple(f"{kind}_subnets" for kind in ("private", "public", "database", "intra", "elasticache", "redshift", "outpost"))
_ARM = re2.compile(r"^(?:t4g|[a-z]+\d+g[a-z]*|a1)\.")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield ranges and machines that the cloud refuses."""
    for folder in view.terraform:
        for module in folder.modules("terraform-aws-modules/vpc/aws"):
            if "secondary_cidr_blocks" not in module.names():
                yield from _module(module)
        for machine in folder.resources("aws_instance", "aws_launch_template"):
            yield from _machine(folder, machine)


def _module(module: Block) -> Iterator[Finding]:
    network = _range(module.value("cidr") or "")
    if network is None:
        return
    seen: list[IPv4Network] = []
    for name in _SUBNETS:
        for text in (module.text(name) or "").split('"')[1::2]:
            subnet = _range(text)
            if subnet is None:
                continue
            clash = next((s for s in seen if s.overlaps(subnet)), None)
            seen.append(subnet)
            if not subnet.subnet_of(network) or clash is not None:
                why = f"overlaps {clash}" if clash is not None else f"lies outside {network}"
                yield OUTSIDE.at(
                    module.artifact, f"{subnet} ({name}) {why}.", line=module.line_of(name), quote=text, hint="Choose a range inside."
                )


def _range(text: str) -> IPv4Network | None:
    try:
        return IPv4Network(text)
    except ValueError:
        return None


def _machine(folder: Folder, machine: Block) -> Iterator[Finding]:
    kind = machine.value("instance_type") or ""
    image = (machine.text("ami") or machine.text("image_id") or "").removesuffix(".id")
    data = next((b for b in folder.of("data") if b.address == image and b.labels[0] == "aws_ami"), None)
    if data is None or "." not in kind:
        return
    arm_image = "arm64" in data.everything
    x86_image = "x86_64" in data.everything or "amd64" in data.everything
    if arm_image == x86_image:
        return
    if arm_image != bool(_ARM.match(kind)):
        yield OTHER.at(
            machine.artifact,
            f"{machine.address} is a {kind} and is given an image for {'arm64' if arm_image else 'x86_64'}.",
            line=machine.line_of("instance_type"),
            quote=kind,
            hint="Take a t4g machine for arm64, or an x86_64 image.",
        )
