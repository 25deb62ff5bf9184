"""Compare the AWS calls of a pipeline with the actions that its role's policies allow.

What:
    Where the plan holds the IAM policies of the pipeline's role, each `aws` command that the pipeline runs is one of the allowed actions
    (wildcards read, denies and managed policies respected).

Why it matters in production:
    `AccessDenied` on the snapshot before the migration stops the release, or, worse, stands before `|| true` and the migration runs
    without one.

Example:
    actions = ["ecr:GetAuthorizationToken", "ecr:PutImage"]         # and the workflow runs aws rds create-db-snapshot

Instead:
    actions = ["ecr:GetAuthorizationToken", "ecr:PutImage", "rds:CreateDBSnapshot", "rds:AddTagsToResource"]

When to ignore:
    When a policy outside the plan gives the right: name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ...core.findings import Finding
from ._link.rights import PIPELINE
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

DENIED = Rule(
    "PRM014", "action-not-allowed", "error", "A pipeline calls an AWS action that its role's policies do not allow.", confidence="medium"
)
RULES = (DENIED,)

_SERVICES = {"s3api": "s3", "s3": "s3", "logs": "logs", "elbv2": "elasticloadbalancing", "stepfunctions": "states", "sesv2": "ses"}
_ACTIONS = {
    ("eks", "update-kubeconfig"): "eks:describecluster",
    ("ecr", "get-login-password"): "ecr:getauthorizationtoken",
    ("ecs", "wait"): "ecs:describeservices",
    ("rds", "wait"): "rds:describedbsnapshots",
    ("s3", "cp"): "s3:putobject",
    ("s3", "sync"): "s3:putobject",
    ("s3", "ls"): "s3:listbucket",
    ("s3", "rm"): "s3:deleteobject",
    ("lambda", "invoke"): "lambda:invokefunction",
}
_FREE = frozenset({("sts", "get-caller-identity"), ("configure", "set")})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield calls that the role may not make."""
    allowed = _allowed(view)
    if allowed is None:
        return
    for running in view.recurring:
        if not running.why.startswith("runs on"):
            continue
        for call in running.script.calls:
            words = [t for t in call.texts[1:] if not t.startswith("-")]
            if call.name != "aws" or len(words) < 2 or (words[0], words[1]) in _FREE:
                continue
            action = _action(words[0], words[1])
            if not any(fnmatchcase(action, pattern) for pattern in allowed):
                yield DENIED.at(
                    running.script,
                    f"The pipeline calls {words[0]} {words[1]} ({action}), which its role's policies do not allow.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Add the action to the policy, for the one resource.",
                )


def _action(service: str, operation: str) -> str:
    """Return the IAM action of a command line in lower case: service and operation without dashes."""
    return _ACTIONS.get((service, operation)) or f"{_SERVICES.get(service, service)}:{operation.replace('-', '')}"


def _allowed(view: PlanView) -> frozenset[str] | None:
    """Return the allowed actions of the pipeline's role in lower case; null when the plan does not hold all of its policies."""
    found: set[str] = set()
    seen = False
    for folder in view.terraform:
        for role in folder.resources("aws_iam_role"):
            if not PIPELINE.search(" ".join(role.labels[1:]).replace("_", "-")):
                continue
            attached = [
                b for b in folder.resources("aws_iam_role_policy", "aws_iam_role_policy_attachment") if role.address in b.everything
            ]
            if not attached or "managed_policy_arns" in role.names():
                return None
            for block in attached:
                actions = _of_policy(folder, block)
                if actions is None:
                    return None
                seen = True
                found |= actions
    return frozenset(found) if seen else None


def _of_policy(folder: Folder, block: Block) -> set[str] | None:
    text = block.text("policy") or block.text("policy_arn") or ""
    if "jsonencode" in text:
        return _in_json(text)
    for document in folder.of("data"):
        if document.labels[:1] == ("aws_iam_policy_document",) and document.address in text:
            return _in_document(document)
    for policy in folder.resources("aws_iam_policy"):
        if policy.address in text:
            return _of_policy(folder, policy)
    return None


def _in_document(document: Block) -> set[str]:
    found: set[str] = set()
    for statement in document.blocks("statement"):
        if statement.value("effect") != "Deny":
            found |= _quoted(statement.text("actions") or "")
    return found


def _in_json(text: str) -> set[str]:
    """Return the actions of a `jsonencode({ Statement = [{ Action = […] }] })`."""
    found: set[str] = set()
    for part in text.split("Action")[1:]:
        value = part.lstrip(' =:\n"')
        found |= _quoted(value.partition("]")[0]) if value.startswith("[") else _quoted('"' + value.partition("\n")[0])
    return found


def _quoted(text: str) -> set[str]:
    return {part.lower() for part in text.split('"')[1::2] if ":" in part or part == "*"}
