"""Find files that a workflow's steps are given and that nobody makes.

What:
    A file that an action is told to read (`task-definition`, `sarif_file`, `values`, `file`) is in the repository or written by an earlier
    step of the job. What a script reads of Terraform's outputs is declared.

Why it matters in production:
    The pipeline ends at that step, after the image was pushed and the database migrated: the release is half done.

Example:
    - uses: aws-actions/amazon-ecs-render-task-definition@v1
      with: {task-definition: ecs/task.json}          # no such file

Instead:
    - run: aws ecs describe-task-definition --task-definition shop --query taskDefinition > task.json

When to ignore:
    When an action writes it: name the action.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_map
from ._rule import Rule
from ._view import PlanView, Workflow
from ._view.workflows import WorkflowStep

ABSENT = Rule("LNK114", "workflow-file-missing", "error", "A workflow's step reads a file that nothing makes.", confidence="medium")
OUTPUT = Rule("LNK115", "script-output-undeclared", "error", "A script reads a Terraform output that nothing declares.")
RULES = (ABSENT, OUTPUT)

_KEYS = ("task-definition", "sarif_file", "values", "values-file", "manifests", "config-file", "file", "kubeconfig-file")
_UPLOADED = "path"
_PLAIN = re2.compile(r"^[\w./-]+\.(?:json|ya?ml|sarif|toml|xml|env|tf|sh)$")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield files and outputs that are not there."""
    for workflow in view.workflows:
        for number, step in enumerate(workflow.steps):
            yield from _files(view, workflow, number, step)
    declared = {b.labels[0] for folder in view.terraform for b in folder.of("output") if b.labels}
    if not view.terraform or len([f for f in view.terraform if f.of("terraform") or f.of("provider")]) != 1:
        return
    for script in view.scripts:
        for call in script.calls:
            texts = call.texts
            if call.name not in ("terraform", "tofu") or "output" not in texts:
                continue
            for name in texts[texts.index("output") + 1 :]:
                if not name.startswith("-") and "$" not in name and name not in declared and script.label in ("artifact", "workflow"):
                    yield OUTPUT.at(
                        script,
                        f"The Terraform of the plan declares no output {name}.",
                        line=call.line,
                        quote=" ".join(texts),
                        hint=f"It declares {', '.join(sorted(declared)) or 'none'}.",
                    )


def _files(view: PlanView, workflow: Workflow, number: int, step: WorkflowStep) -> Iterator[Finding]:
    given = as_map(step.raw.get("with"))
    keys = (*_KEYS, _UPLOADED) if "upload-artifact" in (step.uses or "") or "upload-sarif" in (step.uses or "") else _KEYS
    known = _known(view)
    for key in keys:
        path = given.get(key)
        if not isinstance(path, str) or not _PLAIN.match(path) or step.uses is None or known is None:
            continue
        wanted = posixpath.normpath(path)
        earlier = workflow.steps[:number]
        written = any(
            posixpath.basename(wanted) in f"{s.run or ''} {' '.join(map(str, as_map(s.raw.get('with')).values()))}" for s in earlier
        )
        if wanted not in known and not written:
            yield ABSENT.at(
                workflow.artifact,
                f"{step.uses.partition('@')[0]} reads {path}, which is not in the repository and which no earlier step writes.",
                line=given.line_of(key),
                quote=f"{key}: {path}",
                hint="Add the file, or let an earlier step write it.",
            )


def _known(view: PlanView) -> set[str] | None:
    """Return the paths that a checkout holds; null when a list of the folder's files is not at hand."""
    if view.files is None:
        return None
    own = {a.installed.removeprefix("plan:") for a in view.artifacts}
    return {str(f) for f in view.files} | own
