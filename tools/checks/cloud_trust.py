"""Check whom a cloud's rules trust: any repository of an organisation, any address on SSH.

What:
    A role that GitHub's workflows take is bound to one repository and one branch or environment, and to the audience of the token service.
    SSH, RDP and the ports of data stores are not open to every address, not by the default of a variable either.

Why it matters in production:
    With `repo:example-org/*` any repository of the organisation, one of an intern too, deploys to production. A default of 0.0.0.0/0 that
    was there "for the first test" is what runs a year later.

Example:
    "token.actions.githubusercontent.com:sub" = "repo:example-org/*"

Instead:
    "token.actions.githubusercontent.com:sub" = "repo:example-org/shop:environment:production"

When to ignore:
    SEC023 for a host that is meant to be reached from anywhere: say by whom.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

WIDE = Rule("SEC022", "identity-trust-too-wide", "error", "A role is given to more than one repository.")
OPEN = Rule("SEC023", "management-port-open", "error", "A management port is open to every address.")
RULES = (WIDE, OPEN)

_SUBJECT = re2.compile(r'token\.actions\.githubusercontent\.com:sub"?\s*[=:]\s*\[?\s*"(repo:[^"]+)"')
_ANY = re2.compile(r"^repo:(?:\*|[^/]*\*|[\w.-]+/\*)")
_ADMIN = {"22": "SSH", "3389": "RDP", "5432": "PostgreSQL", "3306": "MySQL", "6379": "Redis", "27017": "MongoDB", "9200": "Elasticsearch"}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield trust that goes too far."""
    for artifact in view.of_kind("hcl", "json"):
        for match in _SUBJECT.finditer(artifact.text):
            if _ANY.match(str(match.group(1))):
                yield WIDE.at(
                    artifact,
                    f"The role is given to {match.group(1)}: any repository that matches takes it.",
                    line=artifact.text.count("\n", 0, match.start()) + 1,
                    quote=str(match.group(1)),
                    hint="Name one repository and one environment or branch.",
                )
    for folder in view.terraform:
        for group in folder.resources("aws_security_group"):
            for rule in group.blocks("ingress"):
                yield from _rule(folder, group, rule)
        for rule in folder.resources("aws_security_group_rule", "aws_vpc_security_group_ingress_rule"):
            if rule.value("type") in (None, "ingress"):
                yield from _rule(folder, rule, rule)


def _rule(folder: Folder, owner: Block, rule: Block) -> Iterator[Finding]:
    port = rule.value("from_port") or ""
    if port not in _ADMIN or rule.value("to_port") != port:
        return
    text = rule.text("cidr_blocks") or rule.text("cidr_ipv4") or ""
    where, line = "", rule.line
    if "0.0.0.0/0" in text:
        where = "is open to every address"
    for word in text.replace("[", " ").replace("]", " ").replace(",", " ").split():
        given = folder.default_of(word.removeprefix("var.")) if word.startswith("var.") else None
        if given is not None and given[0] is not None and "0.0.0.0/0" in given[0]:
            where, line = f"is open to every address by the default of {word}", rule.line_of("cidr_blocks")
    if where:
        yield OPEN.at(
            owner.artifact,
            f"{_ADMIN[port]} of {owner.address} {where}.",
            line=line,
            quote=text,
            hint="Give the addresses of the operators, without a default.",
        )
