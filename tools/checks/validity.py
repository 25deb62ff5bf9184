"""Read every artifact and command with its own language's parser, and with the language's own tools where they are installed.

What:
    Shell, YAML, JSON, HCL, Dockerfiles, compose files, workflows, nginx and systemd files and Prometheus rules parse, and hold no key,
    directive or function that does not exist. Where hadolint, shellcheck, docker compose, promtool, amtool, nginx or systemd-analyze are
    installed, what they refuse is refused here (VAL003); what they could not check is listed as not checked, never as passed.

Why it matters in production:
    A duplicate key silently drops the first value. A durations written `10 minutes` keeps Prometheus from loading its rules, so that no
    alert fires. A syntax error in a command block stops the deployment half-way.

Example:
    - alert: Down
      expr: rate(up) > 1
      for: 10 minutes

Instead:
    - alert: Down
      expr: rate(http_requests_total[5m]) > 1
      for: 10m

When to ignore:
    VAL003 when the installed tool is older than the version the plan uses and refuses something newer: name both versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import re2

from ...core.findings import Checked, Finding
from ..validators import Item, Problem, Verdict, Workspace, validate
from ._rule import Rule, Spot
from ._view import PlanView
from ._view.items import ArtifactView, ScriptView
from ._view.placeholders import filled, placeholders

UNREADABLE = Rule(
    "VAL001",
    "text-does-not-parse",
    "error",
    "An artifact or a command does not parse, or holds something its language does not know.",
)
DOUBTFUL = Rule(
    "VAL002", "text-doubtful", "warning", "A parser or tool warns about an artifact or a command.", profile="release", confidence="medium"
)
REFUSED = Rule("VAL003", "tool-refuses", "error", "The language's own tool refuses an artifact or a command.")
STRUCTURE = Rule("VAL004", "yaml-refused", "error", "YAML that its program refuses: no YAML, a key given twice, or no key of Compose.")
RULES = (UNREADABLE, DOUBTFUL, REFUSED, STRUCTURE)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what the parsers that come with deploybook refuse."""
    subjects = subjects_of(view)
    spots = {id(item): spot for item, spot in subjects}
    for item, tool, answer in validate([item for item, _ in subjects], workspace_of(view), outside=False):
        spot = spots[id(item)]
        illustration = isinstance(spot, ArtifactView) and spot.nameless
        yield from findings_of(spot, tool, answer, DOUBTFUL if illustration else UNREADABLE, view)


def outside(view: PlanView) -> tuple[list[Finding], list[Checked]]:
    """Return what the installed tools refuse, and for each subject and tool (library or outside) what came of it."""
    subjects = subjects_of(view)
    items = [item for item, _ in subjects]
    spots = {id(item): spot for item, spot in subjects}
    found: list[Finding] = []
    checked: list[Checked] = []
    for external in (False, True):
        for item, tool, answer in validate(items, workspace_of(view), outside=external):
            checked.append(Checked(subject=item.subject, by=tool, result=answer.result, note=answer.note))
            if external:
                spot = spots[id(item)]
                rule = DOUBTFUL if isinstance(spot, ArtifactView) and spot.nameless else REFUSED
                found += findings_of(spot, tool, answer, rule, view)
    covered = {(c.subject) for c in checked}
    checked += [
        Checked(subject=item.subject, by="none", result="absent", note=f"no validator for {item.kind}")
        for item in items
        if item.subject not in covered
    ]
    return found, checked


# complaints that a text is constant, where the runner puts another in its place: `[ -n "${{ inputs.tag }}" ]`
_OF_EXPRESSIONS = frozenset({"SC2157", "SC2050", "SC2193", "SC2194", "SC2078", "SC2170"})


def _unfilled(view: PlanView | None, spot: Spot | None, line: int) -> bool:
    """Say whether a line of somebody else's file holds a placeholder: it is read again once a person has filled it in."""
    if view is None or not view.foreign or not isinstance(spot, ArtifactView) or spot.artifact in view.origins:
        return False
    lines = spot.text.split("\n")
    return line <= len(lines) and any(True for _ in placeholders(lines[line - 1]))


_YAML_KINDS = ("yaml", "compose", "kubernetes", "workflow")
_FILLED_LATER = re2.compile(r"@[A-Z_]+@|![A-Z_]+!|\\\$[A-Z_{]|__[A-Z_]+__")


_TEMPLATED = re2.compile(r"\{\{|[{%]%|%\{|<%|\[\[ |^\s*#@|^\$\{\w+\}\s*$")
_NO_MAPPING = re2.compile(r"expected '<document start>'|^# (?:HELP|TYPE) ")


def _no_plain_yaml(view: PlanView, spot: ArtifactView, problem: Problem) -> bool:
    """Say whether YAML is a template, a dump under its name, a file of a lesson, or a page's piece, or is wrong by blanks alone."""
    lines = spot.text.split("\n")
    line = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    if spot.model.path in view.origins or _OF_LESSONS & set(re2.split(r"[^a-z]+", spot.model.path.lower())):
        return True
    if spot.kind != "workflow" and any(_TEMPLATED.search(text) for text in lines):
        return True
    if "'${" in problem.message or _NO_MAPPING.search(problem.message):
        return True
    return "'\\t'" in problem.message and line != line.rstrip()


_OF_LESSONS = frozenset(
    "lesson lessons solution solutions exercise exercises lab labs backup old archive archived deprecated legacy course".split()
)


def _unsure(view: PlanView | None, spot: Spot | None, tool: str, problem: Problem) -> bool:
    """Say whether a complaint about somebody else's file may come of what the tool is not told: SQL's dialect, the network, a generator."""
    if view is None or not view.foreign or view.whole or not isinstance(spot, ArtifactView):
        return False
    if tool == "squawk":
        return "postgres" not in spot.model.path.lower()
    if tool in ("yamllint", "compose-spec schema") and _no_plain_yaml(view, spot, problem):
        return True
    if problem.message == "no FROM instruction":
        named = spot.model.path.rpartition("/")[2] in ("Dockerfile", "Containerfile")
        return not named or not any(i and i[0] != "#" for i in map(str.strip, spot.text.split("\n")))  # a part of one, or to be written
    if tool == "bash syntax":
        return not spot.text.startswith("#!")  # notes
    lines = spot.text.split("\n")
    line = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    return "host not found" in problem.message or 'directive "${' in problem.message or _FILLED_LATER.search(line) is not None


def findings_of(spot: Spot | None, tool: str, answer: Verdict, rule: Rule, view: PlanView | None = None) -> Iterator[Finding]:
    """Yield the findings that one verdict stands for."""
    expressions = getattr(spot, "label", "") == "workflow"
    for problem in answer.problems:
        if (expressions and problem.rule in _OF_EXPRESSIONS) or problem.message.startswith("no YAML: "):
            continue  # yamllint tells what is no YAML
        certain = problem.severity == "error" and not _unfilled(view, spot, problem.line) and not _unsure(view, spot, tool, problem)
        yield _finding(spot, tool, problem, rule if certain else DOUBTFUL)


def _finding(spot: Spot | None, tool: str, problem: Problem, rule: Rule) -> Finding:
    plain = rule is UNREADABLE and isinstance(spot, ArtifactView) and tool in ("yamllint", "compose-spec schema")
    return (STRUCTURE if plain else rule).at(spot, f"{tool}: {problem.message}", line=problem.line)


def subjects_of(view: PlanView) -> list[tuple[Item, Spot]]:
    """Return everything to validate with the spot it stands at: artifacts by kind, scripts of steps and other fields."""
    found: list[tuple[Item, Spot]] = [(_of_artifact(artifact), artifact) for artifact in view.artifacts]
    found += [(_of_script(script, view), script) for script in view.scripts if script.label != "artifact"]
    return found


def _of_artifact(artifact: ArtifactView) -> Item:
    return Item(artifact.installed.removeprefix("plan:"), artifact.text, artifact.kind, artifact.model.path)


def _of_script(script: ScriptView, view: PlanView) -> Item:
    owner = f"step {script.step}" if script.step else "plan"
    if script.label == "workflow":
        return Item(f"{script.artifact}.run.sh", script.text, "step", f"{script.artifact}: run at line {_first_line(script.text)}")
    text = filled(script.text) if script.step in view.origins else script.text  # a page's reader fills it in: CMD001 speaks of that
    return Item(f"{script.step or 'plan'}.{script.label}.sh", text, "step", f"{owner}: {script.label}")


def _first_line(text: str) -> int:
    return len(text) - len(text.lstrip("\n")) + 1


def workspace_of(view: PlanView) -> Workspace:
    """Return all files by the path at which they lie, and a harmless value for each input."""
    files = {artifact.installed.removeprefix("plan:"): artifact.text for artifact in view.artifacts}
    return Workspace(files, dict(_values(view)), _versions(view))


def _versions(view: PlanView) -> dict[str, str]:
    """Return the version of each image that the plan runs, by the last part of its name."""
    found: dict[str, str] = {}
    for _, service in view.services.values():
        name, _, tag = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")
        if name and tag and "$" not in tag:
            found.setdefault(name, tag)
    return found


def _values(view: PlanView) -> Iterable[tuple[str, str]]:
    for supplied in view.plan.inputs:
        yield supplied.name, supplied.default or (supplied.example if supplied.kind == "value" else None) or "placeholder-value-16"
