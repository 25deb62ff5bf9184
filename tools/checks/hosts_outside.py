"""Check that what lies outside the plan is set up: mail identities, buckets, registries, public host names.

What:
    A mail relay that demands a verified sender, a bucket and an image repository that commands use are created by a step, by Terraform,
    or by something a person is told to do. Every public host name that a router serves stands among the inputs, the DNS steps or the
    prerequisites.

Why it matters in production:
    SES accepts the connection and refuses the sender: the first password reset is the first test. A host name that nobody asked the DNS
    team for has no certificate on the day of the release.

Example:
    EMAIL_HOST: email-smtp.eu-central-1.amazonaws.com          # no identity, no DKIM records anywhere in the plan

Instead:
    aws sesv2 create-email-identity --email-identity example.org      # and a manual step for the three DKIM records

When to ignore:
    When the thing exists and belongs to another team: name the team and how to check that it exists.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.traefik import routed_hosts
from ._rule import Rule, Spot
from ._view import PlanView
from ._view.nginx import directives
from ._view.placeholders import placeholders

ABSENT = Rule(
    "LNK072", "outside-service-not-set-up", "error", "A service outside of the plan is used and never set up.", confidence="medium"
)
HOST = Rule(
    "LNK073",
    "hostname-undeclared",
    "error",
    "A router serves a host name that no input, DNS step or prerequisite names.",
    confidence="medium",
    foreign="warning",
)
RULES = (ABSENT, HOST)

# what is used -> (name, what sets it up: words of commands or resources)
_MAIL = {
    "email-smtp.": ("Amazon SES", ("aws ses", "aws sesv2", "aws_ses", "dkim", "identity")),
    "smtp.sendgrid.net": ("SendGrid", ("dkim", "domain authentication", "sender")),
    "smtp.mailgun.org": ("Mailgun", ("dkim", "mailgun domain", "spf")),
    "smtp.postmarkapp.com": ("Postmark", ("dkim", "sender signature")),
}
_BUCKET = re2.compile(r"s3://([a-z0-9][a-z0-9.-]{2,62})(?:/|$|[\"'\s])")
_ECR = re2.compile(r"\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/([a-z0-9][a-z0-9._/-]*)")
_FICTION = ("example.", ".example", "localhost", ".local", ".internal", ".test")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield outside things that nobody sets up."""
    if not view.steps:  # files alone say nothing about what exists around them
        return
    yield from _mail(view)
    yield from _made_by_commands(view)
    yield from _hosts(view)


def _told(view: PlanView) -> str:
    """Return what a person is told to do and what commands do, in lower case."""
    texts = [s.text for s in view.scripts] + [s.model.human or "" for s in view.steps] + [i.obtain or "" for i in view.plan.inputs]
    texts += [a.text for a in view.of_kind("hcl")]
    texts += [text for _, text, _, _ in view.prose] if view.foreign else [a.text for a in view.plan.assumptions]
    return "\n".join(texts).lower()


def _mail(view: PlanView) -> Iterator[Finding]:
    told = _told(view)
    for spot, text in _places(view):
        for sign, (name, words) in _MAIL.items():
            if sign in text and not any(word in told for word in words):
                yield ABSENT.at(
                    spot,
                    f"Mail goes through {name}, and no step makes the sender's identity or its DNS records.",
                    line=text[: text.index(sign)].count("\n") + 1,
                    quote=sign,
                    hint="Add the step that verifies the sender's domain (DKIM, SPF) and the one that makes the credentials.",
                )
                return


def _places(view: PlanView) -> Iterator[tuple[Spot, str]]:
    yield from ((a, a.text) for a in view.artifacts if a.kind not in ("markdown", "diff"))
    yield from ((s, s.text) for s in view.scripts if not s.in_file)


def _made_by_commands(view: PlanView) -> Iterator[Finding]:
    told = _told(view)
    reported: set[str] = set()
    for script in view.scripts:
        for pattern, what, makers in ((_BUCKET, "bucket", ("mb", "create-bucket")), (_ECR, "image repository", ("create-repository",))):
            for match in pattern.finditer(script.text) if pattern.search(script.text) else ():
                name = str(match.group(1)).rstrip("/")
                made = (
                    any(maker in told and name in told for maker in makers)
                    or f"aws_{'s3_bucket' if what == 'bucket' else 'ecr_repository'}" in told
                )
                if not made and name not in reported and not _spoken(view, name):
                    reported.add(name)
                    yield ABSENT.at(
                        script,
                        f"The {what} {name} is used, and no step, Terraform resource or prerequisite makes it.",
                        line=script.text[: match.start()].count("\n") + 1,
                        quote=name,
                        severity="warning" if view.foreign else "error",
                        hint=f"Add the step that makes the {what}, or name who owns it.",
                    )


def _spoken(view: PlanView, name: str) -> bool:
    inputs = any(name in (i.default or "", i.example or "") for i in view.plan.inputs)
    return inputs or any(name in text for _, text, _, _ in view.prose)


def _hosts(view: PlanView) -> Iterator[Finding]:
    known = "\n".join(
        [text for _, text, _, _ in view.prose]
        + [f"{i.default} {i.example} {i.description}" for i in view.plan.inputs]
        + [s.text for s in view.scripts if not s.in_file]
        + [a.text for a in view.of_kind("hcl", "env")]
        + [need for s in view.steps for need in (*s.model.needs, *s.model.provides, s.model.human or "")]
    )
    reported: set[str] = set()
    for spot, host, line in _served(view):
        if "." in host and "$" not in host and "*" not in host and host not in known and host not in reported and not _fiction(host, view):
            reported.add(host)
            yield HOST.at(
                spot,
                f"{host} is served, and no input, DNS step or prerequisite names it: nobody makes its record and certificate.",
                line=line,
                quote=host,
                hint="Add it to the inputs and to the DNS step.",
            )


def _fiction(host: str, view: PlanView) -> bool:
    """Say whether a host is a local or made-up name whose siblings are not named either."""
    if host.endswith(_FICTION[2:]) or host == "localhost" or any(placeholders(host)) or "yourdomain" in host:
        return True
    zone = host.partition(".")[2]
    return zone.endswith(("example.com", "example.org", "example.net")) and not any(zone in text for _, text, _, _ in view.prose)


def _served(view: PlanView) -> Iterator[tuple[Spot, str, int]]:
    yield from routed_hosts(view)
    for artifact in view.of_kind("nginx"):
        for directive in directives(artifact.text):
            if directive.name == "server_name":
                yield from ((artifact, name, directive.line) for name in directive.args if name not in ("_", ""))
    for made in view.objects:
        if made.kind == "Ingress":
            for rule in made.raw.get("spec", {}).get("rules", []) if isinstance(made.raw.get("spec"), dict) else []:
                host = rule.get("host") if isinstance(rule, dict) else None
                if isinstance(host, str):
                    yield made.spot, host, made.line
