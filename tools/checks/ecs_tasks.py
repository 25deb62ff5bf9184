"""Check what ECS needs to start a task: rights of its roles, a log group, a target group for addresses, a secret with a value.

What:
    The execution role may read the secrets that a task is given. A pipeline that registers task definitions may pass their roles on. The
    log group of `awslogs` is made, or made by the driver. The target group of tasks with addresses of their own has `target_type = "ip"`.

Why it matters in production:
    The managed policy of the execution role pulls images and writes logs; it reads no secret. The task stops before its first line with
    ResourceInitializationError, the service tries again for ever, and `terraform apply` was green.

Example:
    secrets = [{ name = "DATABASE_URL", valueFrom = aws_secretsmanager_secret.url.arn }]     # and a role with the managed policy only

Instead:
    resource "aws_iam_role_policy" "secrets" { … "secretsmanager:GetSecretValue" … Resource = aws_secretsmanager_secret.url.arn }

When to ignore:
    When a role or group of another root is used: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

RIGHT = Rule(
    "PRM022", "task-right-missing", "error", "A role of an ECS task or of its pipeline lacks a right without which no task starts."
)
GROUP = Rule(
    "LNK093", "task-counterpart-missing", "error", "An ECS task counts on a log group or target group that is not there as it needs it."
)
VALUE = Rule("LNK094", "secret-without-value", "error", "A task is given a secret that has no value at the first apply.")
RULES = (RIGHT, GROUP, VALUE)

_LOG_GROUP = re2.compile(r'awslogs-group"?\s*[=:]\s*"([^"$]+)"')
_SECRET = re2.compile(r"aws_secretsmanager_secret\.([\w-]+)\.")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what keeps a task from starting."""
    for folder in view.terraform:
        everything = "\n".join(b.everything for b in folder.blocks)
        tasks = folder.resources("aws_ecs_task_definition")
        for task in tasks:
            given = _given(folder, task)
            yield from _secrets(folder, task, given)
            yield from _logs(folder, task)
        yield from _values(view, folder, "\n".join(_given(folder, t) for t in tasks))
        if tasks:
            yield from _targets(folder)
            yield from _passed(view, folder, everything)


def _given(folder: Folder, task: Block) -> str:
    """Return the task's containers as written, with the locals that they name."""
    text = task.text("container_definitions") or ""
    for block in folder.of("locals"):
        for name in block.names():
            if f"local.{name}" in text:
                text += "\n" + (block.text(name) or "")
    return text


def _secrets(folder: Folder, task: Block, given: str) -> Iterator[Finding]:
    role = (task.text("execution_role_arn") or "").removesuffix(".arn")
    if "valueFrom" not in given or not role.startswith("aws_iam_role."):
        return
    policies = [b for b in folder.resources("aws_iam_role_policy", "aws_iam_role_policy_attachment") if f"{role}." in b.everything]
    texts = "\n".join(_policy(folder, b) for b in policies)
    named = any(word in texts.lower() for word in ("secretsmanager:", "ssm:getparameter", "secretsmanagerread", '"*"'))
    if policies and not named and not any("var." in (b.text("policy_arn") or "") for b in policies):
        yield RIGHT.at(
            task.artifact,
            f"{role} starts the task and may not read the secrets that the task is given.",
            line=policies[0].line,
            quote=role,
            hint="Allow secretsmanager:GetSecretValue on their ARNs.",
        )


def _policy(folder: Folder, block: Block) -> str:
    """Return a policy as written: its own text, or that of the document or policy it names."""
    text = block.everything
    for other in (*folder.of("data"), *folder.resources("aws_iam_policy")):
        if f"{other.address}." in text:
            text += "\n" + other.everything
            text += "\n".join(inner.everything for inner in folder.of("data") if f"{inner.address}." in other.everything)
    return text


def _logs(folder: Folder, task: Block) -> Iterator[Finding]:
    text = task.text("container_definitions") or ""
    made = {b.value("name") or b.text("name") or "" for b in folder.resources("aws_cloudwatch_log_group")}
    for match in _LOG_GROUP.finditer(text):
        name = str(match.group(1))
        if name not in made and "awslogs-create-group" not in text and not any("$" in m for m in made):
            yield GROUP.at(
                task.artifact,
                f"The log group {name} is made by nothing: the task stops before its first line.",
                line=task.line_of("container_definitions") + text[: match.start()].count("\n"),
                quote=name,
                hint="Add an aws_cloudwatch_log_group with a retention.",
            )


def _values(view: PlanView, folder: Folder, given: str) -> Iterator[Finding]:
    versions = "\n".join(b.everything for b in folder.resources("aws_secretsmanager_secret_version"))
    calls = [c for s in view.scripts if s.label in ("run", "artifact") for c in s.calls]
    put = " ".join(" ".join(c.texts) for c in calls if "put-secret-value" in c.texts)
    for name in dict.fromkeys(str(m.group(1)) for m in _SECRET.finditer(given)):
        block = next((b for b in folder.resources("aws_secretsmanager_secret") if b.labels[-1] == name), None)
        if block is not None and f"aws_secretsmanager_secret.{name}." not in versions:
            by_hand = (block.value("name") or "\0") in put
            why = ": the command that sets it needs the secret, which only that apply makes" if by_hand else ""
            yield VALUE.at(
                block.artifact,
                f"{block.address} has no value at the first apply{why}; the service's tasks do not start.",
                line=block.line,
                quote=block.address,
                hint="Make the secrets in an apply of their own before the service, or add an aws_secretsmanager_secret_version.",
            )


def _targets(folder: Folder) -> Iterator[Finding]:
    awsvpc = any("awsvpc" in (b.value("network_mode") or "") for b in folder.resources("aws_ecs_task_definition"))
    used = "\n".join(inner.everything for b in folder.resources("aws_ecs_service") for inner in b.blocks("load_balancer"))
    for group in folder.resources("aws_lb_target_group", "aws_alb_target_group"):
        if awsvpc and f"{group.address}." in used and group.text("target_type") in (None, '"instance"'):
            yield GROUP.at(
                group.artifact,
                f"{group.address} takes instances; tasks with awsvpc have addresses of their own: ECS refuses the service.",
                line=group.line,
                quote=group.address,
                hint='target_type = "ip"',
            )


def _passed(view: PlanView, folder: Folder, everything: str) -> Iterator[Finding]:
    """A policy that lets a pipeline register task definitions and not pass on the roles in them."""
    roles = "execution_role_arn" in everything or "task_role_arn" in everything
    for block in (*folder.resources("aws_iam_role_policy", "aws_iam_policy"), *folder.of("data")):
        text = block.everything
        if roles and ("ecs:RegisterTaskDefinition" in text or "ecs:RunTask" in text) and "iam:PassRole" not in text:
            if "iam:PassRole" in everything or '"iam:*"' in everything:
                continue
            line = block.line + _row(block, "ecs:R")
            yield RIGHT.at(
                block.artifact,
                f"{block.address} lets task definitions be registered, and no policy lets their roles be passed on (iam:PassRole).",
                line=line,
                quote=block.address,
                hint="Allow iam:PassRole on the ARNs of the two roles.",
            )


def _row(block: Block, word: str) -> int:
    """Return how many lines below the block's first one a word stands."""
    lines = block.artifact.text.split("\n")[block.line - 1 :]
    return next((n for n, line in enumerate(lines) if word in line), 0)
