"""Find placeholders inside files that no command fills in.

What:
    A file that a step installs, applies or mounts holds no `<ACCOUNT_ID>`, no `YOUR_DOMAIN`, no `CHANGE_ME`. Where a value is only known to
    the operator it is an input, and a command (envsubst, a variable, Terraform) puts it in.

Why it matters in production:
    `arn:aws:acm:eu-central-1:<ACCOUNT_ID>:certificate/<CERTIFICATE_ID>` is a valid string for every linter. The controller refuses it in
    the cluster, in an event that nobody looks at, and there is no listener.

Example:
    alb.ingress.kubernetes.io/certificate-arn: <CERTIFICATE_ARN>

Instead:
    alb.ingress.kubernetes.io/certificate-arn: ${CERTIFICATE_ARN}        # envsubst < ingress.yaml | kubectl apply -f -

When to ignore:
    In an example file that is never used as it stands: name the file that is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.items import ArtifactView
from ._view.placeholders import placeholders

IN_FILE = Rule("CMD007", "placeholder-in-file", "error", "A file holds a placeholder that no command fills in.")
RULES = (IN_FILE,)

_KINDS = (
    "compose kubernetes yaml hcl systemd nginx caddy haproxy prometheus prometheus-rules alertmanager workflow dockerfile ini toml json"
    " conf otel gitlab-ci"
).split()


def check(view: PlanView) -> Iterator[Finding]:
    """Yield placeholders in files."""
    filled = "\n".join(s.text for s in view.scripts if "sed " in s.text or "envsubst" in s.text or "yq" in s.text)
    for artifact in view.of_kind(*_KINDS):
        if any(word in artifact.installed.lower() for word in ("example", "sample", "template", ".tpl", ".dist")):
            continue
        if artifact.kind == "kubernetes" and "kind: CustomResourceDefinition" in artifact.text:
            continue  # what its descriptions hold in angle brackets is told to a reader
        told = _told(view, artifact) if artifact.kind == "hcl" else frozenset()
        open_ones: dict[str, int] = {}
        for number, line in enumerate(artifact.text.split("\n"), start=1):
            text = line.partition(" #")[0]
            if text.lstrip().startswith(("#", "//", ";")) or len(text) > 5_000 or number in told:
                continue
            for found in placeholders(text):
                if found not in filled and not (found.startswith("MY") and "name:" in text):  # an environment variable of that name
                    open_ones.setdefault(found, number)
        if view.foreign:
            yield from _at_once(artifact, open_ones)
        else:
            for found, number in open_ones.items():
                yield _open(artifact, found, number)


def _at_once(artifact: ArtifactView, open_ones: dict[str, int]) -> Iterator[Finding]:
    """Yield one finding for a file that is to be filled in: who copied it fills in all of it, or nothing."""
    for found, number in list(open_ones.items())[:1]:
        more = f", and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
        yield _open(artifact, found + more, number)


def _open(artifact: ArtifactView, found: str, number: int) -> Finding:
    return IN_FILE.at(
        artifact,
        f"{artifact.model.path} holds the placeholder {found}, which no command fills in.",
        line=number,
        quote=found.partition(",")[0],
        hint="Make it an input, and let a command put it in.",
    )


def _told(view: PlanView, artifact: ArtifactView) -> frozenset[int]:
    """Return the lines of a Terraform file that speak to a reader: outputs and descriptions."""
    found: set[int] = set()
    for folder in view.terraform:
        for block in folder.blocks:
            if block.artifact is artifact:
                names = block.names() if block.type == "output" else ("description", "error_message")
                for node in (block.raw.attributes[n] for n in names if n in block.raw.attributes):
                    found |= set(range(node.start_point[0] + 1, node.end_point[0] + 2))
    return frozenset(found)
