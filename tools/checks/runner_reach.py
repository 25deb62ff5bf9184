"""Check that a pipeline can reach what it deploys to: cluster endpoints and hosts behind an address list, seen from a hosted runner.

What:
    A job that runs on a machine of GitHub's comes from addresses that change and that nobody can list. The API endpoint or the SSH port
    it speaks to is open to it: not private, not limited to the addresses of an office.

Why it matters in production:
    The cluster is built with the safe default (only the administrators' addresses), and the shipped pipeline cannot reach it. The first
    release waits for a decision that the plan should have taken.

Example:
    endpoint_public_access_cidrs = var.admin_cidrs        # default ["203.0.113.0/24"]; the workflow runs kubectl on ubuntu-24.04

Instead:
    runs-on: [self-hosted, deploy]                        # a runner inside the network

When to ignore:
    When a step of the job opens the way first (a VPN action, a security group rule for the runner's address): name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView, Workflow
from ._view.invocations import Invocation, invocations
from ._view.shell import parse
from ._view.terraform import Block
from ._view.workflows import WorkflowStep, masked

UNREACHABLE = Rule("NET019", "runner-cannot-reach", "error", "A job on a hosted runner speaks to an endpoint that is closed to it.")
RULES = (UNREACHABLE,)

_CLUSTERS = ("aws_eks_cluster", "google_container_cluster", "azurerm_kubernetes_cluster")
_LISTS = (
    "endpoint_public_access_cidrs",
    "cluster_endpoint_public_access_cidrs",
    "public_access_cidrs",
    "authorized_ip_ranges",
    "api_server_authorized_ip_ranges",
)
_SWITCHES = ("endpoint_public_access", "cluster_endpoint_public_access")
_OPENERS = (
    "tailscale",
    "wireguard",
    "openvpn",
    "twingate",
    "netbird",
    "cloudflared",
    "authorize-security-group-ingress",
    "update-cluster-config",
    "bastion",
    "start-session",
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield jobs that cannot reach their target."""
    closed = [found for folder in view.terraform for found in _closed(folder)]
    guarded = _ssh_limited(view)
    if not closed and guarded is None:
        return
    for workflow in view.workflows:
        opened = {step.job for step in workflow.steps if any(word in _text(step) for word in _OPENERS)}
        for step in workflow.steps:
            if step.run is None or step.job in opened or not workflow.hosted(step.job):
                continue
            yield from _step(view, workflow, step, closed, guarded)


def _text(step: WorkflowStep) -> str:
    return f"{step.uses or ''} {step.run or ''}".lower()


def _step(
    view: PlanView, workflow: Workflow, step: WorkflowStep, closed: list[tuple[Block, str, str]], guarded: str | None
) -> Iterator[Finding]:
    calls = invocations(parse(masked(step.run or "")))
    names = {call.name for call in calls} | {c.name for call in calls for c in _inner(view, call)}
    for block, name, why in closed if names & {"kubectl", "helm", "kustomize"} else []:
        yield UNREACHABLE.at(
            workflow.artifact,
            f"Job {step.job} runs on a hosted runner and speaks to the cluster, whose {name} {why}: the runner cannot reach it.",
            line=step.line,
            quote=f"{name} in {block.artifact.model.path}",
            hint="Use a runner inside the network, or open the endpoint and say who may use it.",
        )
        return
    if guarded is not None and names & {"ssh", "scp", "rsync"}:
        yield UNREACHABLE.at(
            workflow.artifact,
            f"Job {step.job} runs on a hosted runner and connects by ssh; the firewall lets {guarded} in only.",
            line=step.line,
            hint="Use a runner inside the network, or a VPN step before it.",
        )


def _inner(view: PlanView, call: Invocation) -> tuple[Invocation, ...]:
    """Return the programs of the plan's script that a call starts."""
    for artifact in view.of_kind("shell"):
        if any(word.template.rpartition("/")[2] == artifact.installed.rpartition("/")[2] for word in call.words[:2]):
            return artifact.calls
    return ()


def _closed(folder: Folder) -> Iterator[tuple[Block, str, str]]:
    """Yield (block, attribute, why) of each cluster endpoint that is closed to the world."""
    for block in (*folder.resources(*_CLUSTERS), *folder.modules("terraform-aws-modules/eks/aws")):
        for part in (block, *block.blocks()):
            for name in part.names():
                if name in _SWITCHES and part.value(name) == "false":
                    yield part, name, "is false"
                elif name in _LISTS:
                    why = _limited(folder, part, name)
                    if why:
                        yield part, name, why


def _limited(folder: Folder, block: Block, name: str) -> str:
    """Say why a list of addresses keeps runners out, empty when it is open or not known."""
    text = (block.text(name) or "").strip()
    if text.startswith("var."):
        declared = folder.default_of(text[4:])
        if declared is None:
            return ""
        text = (declared[0] or "").strip()
        if not text:
            return "is asked of the operator and has no default that lets runners in"
    if not text.startswith("[") or "0.0.0.0/0" in text:
        return ""
    return f"is {text[:60]}" if text.replace("[", "").replace("]", "").strip() else "lists nobody"


def _ssh_limited(view: PlanView) -> str | None:
    """Return the source to which the plan's firewall limits SSH, or null when it is open or not spoken of."""
    sources: list[str] = []
    for script in view.scripts:
        for call in script.calls:
            if call.name != "ufw" or "allow" not in call.texts:
                continue
            texts = list(call.texts)
            ssh = any(t in ("22", "22/tcp", "ssh", "OpenSSH") for t in texts)
            if ssh and "from" in texts:
                sources.append(texts[texts.index("from") + 1] if texts.index("from") + 1 < len(texts) else "")
            elif ssh:
                return None
    return next((s for s in sources if s and s not in ("any", "0.0.0.0/0")), None)
