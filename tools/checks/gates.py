"""Find gates that cannot close: scans and audits whose result nobody heeds.

What:
    A vulnerability scan, an audit or a linter in the build must be able to stop it: a non-zero exit code for findings, no `|| true`, no
    exit code 0.

Why it matters in production:
    A scan with `--exit-code 0` prints a critical finding and the image goes out. Everybody believes that images are scanned, and they are.
    A gate that stops for every finding in a full base image, also those nobody can fix, is switched off in its second week.

Example:
    trivy image --exit-code 0 --severity HIGH app:1.0.0

Instead:
    trivy image --exit-code 1 --severity CRITICAL --ignore-unfixed app:1.0.0

When to ignore:
    When another step judges the report that this one writes: name the step.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Fix
from ..yaml12 import as_map
from ._fixes import on_line
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation, invocations, of_node
from ._view.outcomes import always_good
from ._view.script import Script
from ._view.shell import parse
from ._view.workflows import Workflow, masked

OPEN_GATE = Rule("NET005", "gate-cannot-close", "error", "A scan or lint step cannot fail the build.")
STRICT = Rule(
    "NET009", "gate-without-exceptions", "warning", "A gate stops for findings that have no fix, and knows no exception.", profile="review"
)
RULES = (OPEN_GATE, STRICT)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield scans that cannot stop the build."""
    for script in view.scripts:
        if script.label in ("run", "verify", "artifact", "workflow"):
            yield from _gates(script)
            yield from _strict(view, script)
    yield from _actions(view)


_SCANNERS = frozenset(
    {
        "trivy",
        "grype",
        "snyk",
        "hadolint",
        "checkov",
        "tfsec",
        "kics",
        "gitleaks",
        "trufflehog",
        "semgrep",
        "bandit",
        "pip-audit",
        "safety",
        "osv-scanner",
        "dockle",
    }
)


def _gates(script: ScriptView) -> Iterator[Finding]:
    excused = _excused(script.script)
    for node in script.script.nodes:
        if node.command is None:
            continue
        for call in of_node(node):
            reason = _open(call, id(node) in excused)
            if reason:
                yield OPEN_GATE.at(
                    script,
                    f"{call.name}: {reason}, so the gate cannot close.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Let the finding fail the step.",
                    fix=_closing(script, call),
                )


def _closing(script: ScriptView, call: Invocation) -> Fix | None:
    """Return the unsafe mend that gives the scan another exit status: whether the pipeline then stops is for a person to want."""
    for old, new in (("--exit-code=0", "--exit-code=1"), ("--exit-code 0", "--exit-code 1")):
        fix = on_line(script, call.line, old, new, f"Write `{new}`.", safe=False)
        if fix is not None:
            return fix
    return None


def _open(call: Invocation, excused: bool) -> str:
    name = call.name if call.name in _SCANNERS else _scanner_image(call)
    audit = call.name in ("npm", "yarn", "pnpm") and "audit" in call.texts[1:3]
    scout = call.docker is not None and call.docker.verb == "scout"
    if not (name or audit or scout):
        return "its failure is excused (|| true)" if excused and _tests(call) else ""
    if excused:
        return "its failure is excused (|| true)"
    texts = list(call.texts)
    for number, text in enumerate(texts):
        if text in ("--exit-code=0", "--exit-zero", "--soft-fail", "--no-fail") or (
            text == "--exit-code" and texts[number + 1 : number + 2] == ["0"]
        ):
            return f"{text} makes every result a success"
    if (
        name == "trivy"
        and any(t in ("image", "fs", "config", "repo") for t in texts)
        and not any(t.startswith("--exit-code") for t in texts)
    ):
        return "without --exit-code it ends with 0 whatever it finds"
    if name == "grype" and not any(t.startswith(("--fail-on", "-f")) for t in texts) and not any(t in ("version", "db") for t in texts):
        return "without --fail-on it ends with 0 whatever it finds"
    return ""


def _scanner_image(call: Invocation) -> str:
    if call.docker is None or call.docker.verb != "run":
        return ""
    image = call.docker.target.partition("@")[0].rpartition(":")[0] or call.docker.target
    name = image.rpartition("/")[2]
    return name if name in _SCANNERS else ""


_RUNNERS = frozenset("pytest tox nox phpunit rspec ctest jest vitest mocha".split())
_TASKS = {
    "npm": ("test", "run test"),
    "yarn": ("test",),
    "pnpm": ("test", "run test"),
    "go": ("test", "vet"),
    "cargo": ("test",),
    "dotnet": ("test",),
    "mix": ("test",),
    "make": ("test", "check"),
    "rails": ("test",),
    "rake": ("test", "spec"),
    "gradle": ("test", "check"),
    "gradlew": ("test", "check"),
    "mvn": ("test", "verify"),
    "mvnw": ("test", "verify"),
    "python": ("-m pytest", "-m unittest"),
    "python3": ("-m pytest", "-m unittest"),
}


def _tests(call: Invocation) -> bool:
    """Say whether a call runs the project's tests."""
    if call.name in _RUNNERS:
        return True
    if call.name in ("bundle", "poetry", "uv", "npx", "pipenv") and _RUNNERS & set(call.texts[1:4]):
        return True
    words = " ".join(call.texts[1:])
    return any(f" {words} ".find(f" {task} ") >= 0 for task in _TASKS.get(call.name, ()))


def _excused(script: Script) -> set[int]:
    found: set[int] = set()
    for node in script.nodes:
        if (
            node.kind == "list"
            and "||" in node.operators
            and node.parts
            and node.parts[-1].command is not None
            and always_good(node.parts[-1].command)
        ):
            last_or = max(n for n, operator in enumerate(node.operators) if operator == "||")
            found |= {id(n) for part in node.parts[: last_or + 1] for n in part.walk()}
    return found


def _strict(view: PlanView, script: ScriptView) -> Iterator[Finding]:
    if "trivy" not in script.text:
        return
    if (
        any("ignore" in a.installed.rpartition("/")[2] for a in view.artifacts)
        or "ignorefile" in script.text
        or "trivyignore" in script.text
    ):
        return
    for call in script.calls:
        texts = call.texts
        if (call.name != "trivy" and _scanner_image(call) != "trivy") or "--ignore-unfixed" in texts or "--vex" in texts:
            continue
        closing = any(t == "--exit-code=1" for t in texts) or (
            "--exit-code" in texts and "1" in texts[texts.index("--exit-code") + 1 :][:1]
        )
        severities = (
            " ".join(texts[texts.index("--severity") + 1 :][:1])
            if "--severity" in texts
            else next((t for t in texts if t.startswith("--severity=")), "")
        )
        if (
            closing
            and ("HIGH" in severities or "MEDIUM" in severities or not severities)
            and not any("misconfig" in t or t == "config" for t in texts)
        ):
            yield STRICT.at(
                script,
                "The scan stops for findings without a fix too, and nothing says how an exception is recorded.",
                line=call.line,
                quote=" ".join(texts),
                hint="Add --ignore-unfixed, and a .trivyignore whose lines carry reason and date.",
            )


def _carried_on(workflow: Workflow) -> Iterator[Finding]:
    """A step that tests or scans, and after whose failure the job goes on."""
    for step in workflow.steps:
        if step.raw.get("continue-on-error") is not True:
            continue
        title = f"{step.name} {step.uses or ''}".lower()
        calls = invocations(parse(masked(step.run))) if step.run is not None else ()
        scans = any(_tests(c) or c.name in _SCANNERS or "smoke" in c.words[0].template.lower() for c in calls)
        if scans or any(name in title for name in ("smoke", "scan", "trivy", "grype", "snyk", "audit")):
            yield OPEN_GATE.at(
                workflow.artifact,
                f"The job goes on after a failure of {step.name or step.uses or 'this step'} (continue-on-error).",
                line=step.raw.line_of("continue-on-error"),
                quote="continue-on-error: true",
                hint="Take it out, or let a later step judge its outcome.",
            )


def _actions(view: PlanView) -> Iterator[Finding]:
    """Judge the scan action of a workflow: its exit code is 0 unless it is told otherwise."""
    for workflow in view.workflows:
        yield from _carried_on(workflow)
        uploads = any("upload-sarif" in (step.uses or "") for step in workflow.steps)
        for step in workflow.steps:
            if not (step.uses or "").startswith("aquasecurity/trivy-action@"):
                continue
            given = as_map(step.raw.get("with"))
            code = str(given.get("exit-code", "0"))
            reports = uploads and given.get("format") == "sarif"
            if code in ("0", "false") and not reports:
                yield OPEN_GATE.at(
                    workflow.artifact,
                    "The scan action ends with 0 whatever it finds, so the gate cannot close.",
                    line=step.line,
                    quote=step.uses,
                    severity="error" if "exit-code" in given else "warning",
                    hint='Set exit-code: "1".',
                )
