"""Find Terraform that applies half-way: secrets shown, passwords that break an address, certificates used before they are valid.

What:
    An output of a sensitive value is marked so. A generated password that stands inside an address has no characters that an address gives
    a meaning to, or is encoded. A listener waits for the validation of its certificate. A load balancer states its TLS policy.

Why it matters in production:
    `terraform apply` refuses an unmarked sensitive output, and creates half of the network before a listener is refused with
    "UnsupportedCertificate". A password with `#` or `/` in a URL works in two of three environments.

Example:
    secret_string = "postgres://app:${random_password.db.result}@${aws_db_instance.main.endpoint}/app"

Instead:
    resource "random_password" "db" { length = 32, special = false }

When to ignore:
    VAL046 when the program reads the parts of the address one by one: name the variables.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

SHOWN = Rule(
    "VAL045", "sensitive-output-unmarked", "error", "An output shows a sensitive value and is not marked so: Terraform refuses it."
)
BREAKS = Rule("VAL046", "password-breaks-address", "error", "A generated password with special characters stands unencoded in an address.")
EARLY = Rule("LNK116", "certificate-not-validated", "error", "A listener uses a certificate that nothing waits for.")
OLD = Rule("SEC021", "tls-policy-unstated", "warning", "A load balancer speaks TLS by its provider's oldest policy.", profile="review")
RULES = (SHOWN, BREAKS, EARLY, OLD)

_SENSITIVE = re2.compile(
    r"random_password\.[\w-]+\.(?:result|bcrypt_hash)|tls_private_key\.[\w-]+\.private_key|aws_iam_access_key\.[\w-]+\.secret\b"
    r"|aws_db_instance\.[\w-]+\.password|secretsmanager_secret_version\.[\w-]+\.secret_string"
)
_IN_ADDRESS = re2.compile(r"\w+://[^\"\s]*\$\{random_password\.([\w-]+)\.result\}@")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what the apply, or the application, trips over."""
    for folder in view.terraform:
        for output in folder.of("output"):
            text = output.text("value") or ""
            if _SENSITIVE.search(text) and output.value("sensitive") != "true" and "nonsensitive(" not in text:
                yield SHOWN.at(
                    output.artifact,
                    f"{output.address} shows a sensitive value: Terraform refuses it until it says sensitive = true.",
                    line=output.line,
                    quote=text,
                    hint="Take it out; who needs the value reads it from the secret store.",
                )
        yield from _addresses(folder)
        yield from _certificates(folder)
        for listener in folder.resources("aws_lb_listener", "aws_alb_listener"):
            if listener.value("protocol") in ("HTTPS", "TLS") and "ssl_policy" not in listener.names():
                yield OLD.at(
                    listener.artifact,
                    f"{listener.address} states no ssl_policy: AWS takes that of 2016, which speaks TLS 1.0.",
                    line=listener.line,
                    quote=listener.address,
                    hint='ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"',
                )


def _addresses(folder: Folder) -> Iterator[Finding]:
    made = {b.labels[-1]: b for b in folder.resources("random_password")}
    for block in folder.blocks:
        for name in block.names():
            match = _IN_ADDRESS.search(block.text(name) or "")
            source = made.get(str(match.group(1))) if match is not None else None
            if source is None or source.value("special") == "false" or "override_special" in source.names():
                continue
            yield BREAKS.at(
                block.artifact,
                f"{source.address} may hold characters that mean something in an address (# / ? @ %), and stands in one unencoded.",
                line=block.line_of(name),
                quote=str(match.group(0)) if match is not None else name,
                hint="special = false, or urlencode(…).",
            )


def _certificates(folder: Folder) -> Iterator[Finding]:
    validated = "\n".join(b.everything for b in folder.resources("aws_acm_certificate_validation"))
    made = {b.address: b for b in folder.resources("aws_acm_certificate") if b.value("validation_method") == "DNS"}
    for block in folder.resources("aws_lb_listener", "aws_alb_listener", "aws_cloudfront_distribution", "aws_lb_listener_certificate"):
        for address in made:
            if f"{address}.arn" in block.everything and f"{address}." not in validated:
                yield EARLY.at(
                    block.artifact,
                    f"{block.address} uses {address}, and nothing waits until it is validated: the first apply is refused.",
                    line=_line(block, f"{address}.arn"),
                    quote=address,
                    hint="Add aws_acm_certificate_validation, and take the ARN from it.",
                )


def _line(block: Block, text: str) -> int:
    return next((block.line_of(name) for name in block.names() if text in (block.text(name) or "")), block.line)
