"""Check that Terraform files pass the format gate that the plan itself runs.

What:
    Where a step or a pipeline runs `terraform fmt -check`, every HCL file of the plan is laid out as `terraform fmt` writes it:
    indentation by two spaces, `=` and trailing comments aligned in runs of lines.

Why it matters in production:
    A gate that the plan's own files fail stops the first run with exit status 3, behind `&&` without a word about why.

Example:
    enable_nat_gateway = true       # one per zone
    single_nat_gateway = false # not one for all

Instead:
    enable_nat_gateway = true  # one per zone
    single_nat_gateway = false # not one for all

When to ignore:
    Never: let `terraform fmt` write the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._fixes import in_artifact
from ._link.hclformat import formatted
from ._rule import Rule
from ._view import PlanView

UNFORMATTED = Rule("VAL012", "terraform-not-formatted", "error", "A Terraform file fails the format gate that the plan runs.")
RULES = (UNFORMATTED,)
MENDS = True  # its safe fixes are applied before a plan is reviewed


def check(view: PlanView) -> Iterator[Finding]:
    """Yield files that `terraform fmt -check` refuses, where the plan runs it."""
    gate = _gate(view)
    if gate is None:
        return
    for artifact in view.of_kind("hcl"):
        if not artifact.installed.endswith((".tf", ".tfvars")) or len(artifact.text) > 200_000 or not artifact.text.strip():
            continue
        wanted = formatted(artifact.text)
        if wanted != artifact.text:
            lines = zip(wanted.split("\n"), artifact.text.split("\n"), strict=False)
            number, (mine, own) = next(((n, pair) for n, pair in enumerate(lines, start=1) if pair[0] != pair[1]), (1, ("", "")))
            yield UNFORMATTED.at(
                artifact,
                f"{artifact.model.path} is not laid out as terraform fmt writes it (line {number}); {gate} runs fmt -check.",
                line=number,
                quote=own,
                hint=f"Write: {mine.strip()[:120]}",
                fix=in_artifact(artifact.model.path, wanted, "Lay the file out.", safe=True),
            )


def _gate(view: PlanView) -> str | None:
    """Return who runs `terraform fmt -check`, or null."""
    for script in view.scripts:
        for call in script.calls:
            if call.name in ("terraform", "tofu") and "fmt" in call.texts and any(t.lstrip("-") == "check" for t in call.texts):
                return f"step {script.step}" if script.step else str(script.artifact or "the plan")
    return None
