"""Check that a pipeline's settings exist: variables, secrets and environments that a workflow reads are made somewhere in the plan.

What:
    Each `vars.NAME`, `secrets.NAME` and `environment:` of a workflow is created by a command of the plan (`gh variable set`, `gh secret
    set`, `gh api … environments/…`), by Terraform, or stated as something a person does.

Why it matters in production:
    A variable that does not exist is an empty string: `role-to-assume: ` fails with a message about credentials, an image is pushed to
    `/app`. An environment that nobody protected lets every branch deploy.

Example:
    role-to-assume: ${{ vars.AWS_DEPLOY_ROLE_ARN }}           # no step creates the variable

Instead:
    gh variable set AWS_DEPLOY_ROLE_ARN --body "$(terraform output -raw deploy_role_arn)"

When to ignore:
    When the organisation holds the value for all repositories: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView

UNDEFINED = Rule(
    "LNK071",
    "ci-value-undefined",
    "error",
    "A workflow reads a variable, secret or environment that nothing in the plan makes.",
    foreign="warning",
)
RULES = (UNDEFINED,)

_GIVEN = frozenset({"GITHUB_TOKEN"})
_RESOURCES = (
    "github_actions_variable",
    "github_actions_secret",
    "github_actions_environment_variable",
    "github_actions_environment_secret",
    "github_actions_organization_secret",
    "github_actions_organization_variable",
    "github_repository_environment",
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield settings of pipelines that do not exist."""
    if not view.workflows or not view.steps:  # files alone say nothing about what was set by hand
        return
    made = _made(view)
    spoken = _spoken(view)
    for workflow in view.workflows:
        for kind, name, line in workflow.values:
            if name not in _GIVEN and name not in made and name not in spoken:
                yield UNDEFINED.at(
                    workflow.artifact,
                    f"The workflow reads {kind}.{name}, and no step, Terraform resource or instruction makes it.",
                    line=line,
                    quote=f"{kind}.{name}",
                    hint=f"Add `gh {'secret' if kind == 'secrets' else 'variable'} set {name}` to the steps.",
                )
        for name, line in workflow.environments():
            if name not in made and name not in spoken:
                yield UNDEFINED.at(
                    workflow.artifact,
                    f"The workflow deploys to the environment {name}, which nothing creates or protects.",
                    line=line,
                    quote=name,
                    hint=f"Add `gh api -X PUT repos/OWNER/REPO/environments/{name}` with its protection rules.",
                )


def _made(view: PlanView) -> frozenset[str]:
    found: set[str] = set()
    for script in view.scripts:
        for call in script.calls:
            if call.name != "gh":
                continue
            texts = call.texts
            if texts[1:3] in (("variable", "set"), ("secret", "set")):
                found |= {w.template for w in call.args[2:]}
            elif texts[1:2] == ("api",):
                found |= {t.rpartition("environments/")[2].strip("/") for t in texts if "environments/" in t}
                found |= {t.partition("=")[2] for t in texts if t.startswith("name=")}
    for folder in view.terraform:
        for block in folder.resources(*_RESOURCES):
            found |= {block.value(name) or "" for name in ("variable_name", "secret_name", "environment")}
    return frozenset(found)


def _spoken(view: PlanView) -> frozenset[str]:
    """Return the names that instructions to a person hold: inputs, manual steps, the prose's tables and code spans."""
    found = {i.name for i in view.plan.inputs}
    texts = [s.model.human or "" for s in view.steps] + [text for _, text, _, _ in view.prose]
    for text in texts:
        for line in text.splitlines():
            lowered = line.lower()
            if any(word in lowered for word in ("create", "set ", "add ", "settings", "variable", "secret", "environment", "|")):
                found |= {part.strip("*_.,:;()\"'") for code in line.split("`")[1::2] for part in code.split()}
    return frozenset(found)
