"""Read GitHub Actions: workflows, composite and container actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import re2
import yaml

from ...catalog import load
from ..exact import TWO_NUMBERS, has_variable, judged, version_level
from ..imagerefs import image
from ..model import Context, Reference
from ..shell.script import Script
from ..yamltree import get, items, line_of, mappings, pairs, read, scalar, text_at

LANGUAGES = ("gha", "github-actions", "github", "workflow", "action")

_EXPRESSION = re2.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_ANY_EXPRESSION = re2.compile(r"\$\{\{(.*?)\}\}")
_FIXED = {"github.sha": "0123456789abcdef0123456789abcdef01234567", "github.run_number": "100001", "github.run_id": "100001"}
"""Expressions that name one build for good, with a value of their shape."""

_WHOLE = re2.compile(r"^\$\{\{.*\}\}$")
_VERSION_KEY = re2.compile(r"(?i)^(?:(.*)[-_])?(version|release)$")
_NOT_VERSIONS = frozenset(
    (
        "api-version",
        "app-version",
        "release",
        "package-version",
        "build-version",
        "image-version",
        "min-version",
        "chart-version-file",
        "check-version",
    )
)
_MOVING = frozenset(
    (
        "latest",
        "stable",
        "lts",
        "current",
        "nightly",
        "edge",
        "canary",
        "main",
        "master",
        "head",
        "oldstable",
        "lts/*",
        "node",
        "default",
        "snapshot",
        "tip",
    )
)
_SETUP = {
    "actions/setup-node": "node",
    "actions/setup-python": "python",
    "actions/setup-go": "go",
    "actions/setup-java": "java",
    "ruby/setup-ruby": "ruby",
    "actions/setup-dotnet": "dotnet",
}


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield actions, runners, images, tool versions, and what the scripts of steps install."""
    tree = read(text)
    for document in tree.documents:
        runs = get(document, "runs")
        if text_at(runs, "image") not in (None, "Dockerfile"):
            yield from _image(get(runs, "image"), context, {})
        jobs = pairs(get(document, "jobs"))
        environment = _environment(document)
        for _, job in jobs:
            yield from _job(job, context, environment)
        if not jobs:
            for node in mappings(document):
                yield from _step(node, context, environment, "bash")
    for key, value, line in tree.loose:
        yield from _loose(key, value, line, context)


def _loose(key: str, value: str, line: int, context: Context) -> Iterator[Reference]:
    if key == "uses":
        yield from _uses(value, line, context)
    elif key == "image":
        found = image(value, line, context)
        if found is not None:
            yield found
    elif key == "runs-on":
        yield from _runner(value, line)


def _environment(node: yaml.Node) -> dict[str, str]:
    """Return the literal values of an `env` block, by name and as the expressions that read them."""
    found: dict[str, str] = {}
    for name, value in pairs(get(node, "env")):
        text = scalar(value)
        if text is not None:
            found[name] = text
            found[f"env.{name}"] = text
    return found


def _job(job: yaml.Node, context: Context, outer: dict[str, str]) -> Iterator[Reference]:
    known = {**outer, **_environment(job)}
    matrix = _matrix(get(job, "strategy", "matrix"))
    uses = get(job, "uses")
    if uses is not None:
        yield from _uses(scalar(uses) or "", line_of(uses), context)
    yield from _runs_on(get(job, "runs-on"), matrix)
    yield from _image(get(job, "container"), context, known)
    for _, service in pairs(get(job, "services")):
        yield from _image(service, context, known)
    shell = text_at(job, "defaults", "run", "shell") or "bash"
    for step in items(get(job, "steps")):
        yield from _step(step, context, {**known, **_environment(step)}, shell, matrix)


def _matrix(node: yaml.Node | None) -> dict[str, list[tuple[str, int]]]:
    """Return the values of each matrix axis, `include` entries added, with their lines."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, values in pairs(node):
        if name in ("include", "exclude"):
            continue
        found[name] = [(text, line_of(v)) for v in items(values) if (text := scalar(v)) is not None]
    for entry in items(get(node, "include")):
        for name, value in pairs(entry):
            text = scalar(value)
            if text is not None:
                found.setdefault(name, []).append((text, line_of(value)))
    return found


def _choices(text: str, line: int, matrix: dict[str, list[tuple[str, int]]]) -> list[tuple[str, int]]:
    """Return the values that a text stands for: itself, or each value of the matrix axis it names."""
    found = _EXPRESSION.match(text.strip())
    name = found.group(1) if found else ""
    return matrix.get(name.removeprefix("matrix."), [(text, line)]) if name.startswith("matrix.") else [(text, line)]


def _runs_on(node: yaml.Node | None, matrix: dict[str, list[tuple[str, int]]]) -> Iterator[Reference]:
    labels = get(node, "labels") if isinstance(node, yaml.MappingNode) else node
    for label in items(labels):
        for text, line in _choices(scalar(label) or "", line_of(label), matrix):
            yield from _runner(text, line)


def _runner(text: str, line: int) -> Iterator[Reference]:
    if "latest" in text.lower().split("-"):
        yield judged("runner", text, "latest", line, why="the label moves to another system image")


def _image(node: yaml.Node | None, context: Context, known: dict[str, str]) -> Iterator[Reference]:
    target = get(node, "image") if isinstance(node, yaml.MappingNode) else node
    text = scalar(target)
    if target is None or not text or text.startswith("Dockerfile"):
        return
    resolved = _resolved(text, known)
    found = image(resolved, line_of(target), context, shown=text)
    if found is not None:
        yield found


def _resolved(text: str, known: dict[str, str]) -> str:
    return str(_EXPRESSION.sub(lambda m: known.get(m.group(1), m.group(0)), text)) if "${{" in text else text


def _step(
    step: yaml.Node, context: Context, known: dict[str, str], shell: str, matrix: dict[str, list[tuple[str, int]]] | None = None
) -> Iterator[Reference]:
    if not isinstance(step, yaml.MappingNode):
        return
    uses, run = get(step, "uses"), get(step, "run")
    if uses is not None and scalar(uses):
        yield from _uses(scalar(uses) or "", line_of(uses), context)
        yield from _inputs(scalar(uses) or "", get(step, "with"), matrix or {}, known, context)
    if run is not None and scalar(run):
        yield from _run(run, text_at(step, "shell") or shell, context, known)


def _run(run: yaml.Node, shell: str, context: Context, known: dict[str, str]) -> Iterator[Reference]:
    if not shell.startswith(("bash", "sh", "pwsh", "powershell")):
        return
    start = line_of(run) + (1 if getattr(run, "style", None) in ("|", ">") else 0)
    text, expressions = _as_shell(_resolved(scalar(run) or "", known))
    literal = {name: value for name, value in known.items() if "." not in name and "${{" not in value}
    commit = {name: _FIXED[inner] for name, (_, inner) in expressions.items() if inner in _FIXED}
    script = Script(Context(context.finder, None, {**context.variables, **literal, **commit}, context.depth + 1))
    for found in chain(script.run(text, start), script.close()):
        yield replace(found, text=_with_expressions(found.text, expressions))


def _as_shell(text: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """Replace each `${{ … }}` by a shell variable of its own, since a shell grammar cannot read them; return what each stands for."""
    found: dict[str, tuple[str, str]] = {}

    def variable(match: re2.Match) -> str:
        name = f"EXPRESSION_{len(found)}"
        found[name] = (match.group(0), match.group(1).strip())
        return f"${{{name}}}"

    return str(_ANY_EXPRESSION.sub(variable, text)), found


def _with_expressions(text: str, expressions: dict[str, tuple[str, str]]) -> str:
    for name, (written, _) in expressions.items():
        text = text.replace(f"${{{name}}}", written)
    return text


def _uses(text: str, line: int, context: Context) -> Iterator[Reference]:
    """Judge `owner/action@ref`; local actions and workflows of this repository need none."""
    if text.startswith(("./", "../")):
        return
    if text.startswith("docker://"):
        found = image(text, line, context, shown=text)
        if found is not None:
            yield found
        return
    name, _, ref = text.partition("@")
    if "/" not in name:
        return  # a step of another program's pipelines: an action is called by its owner too
    level = version_level(ref)
    if level == "L2" and not any(c in ref for c in "."):
        level = "L1"
    yield judged("action", text, ref or None, line, name=name, level=level)


def _inputs(
    uses: str, node: yaml.Node | None, matrix: dict[str, list[tuple[str, int]]], known: dict[str, str], context: Context
) -> Iterator[Reference]:
    action = uses.partition("@")[0].lower()
    for key, value in pairs(node):
        text = scalar(value)
        if text is None or not text.strip():
            continue
        found = _VERSION_KEY.match(key)
        if found is not None and key.lower() not in _NOT_VERSIONS:
            for line_text, line in _lines(text, line_of(value)):
                for choice, place in _choices(_resolved(line_text, known), line, matrix):
                    yield from _input(action, found.group(1) or "", choice, place)
        elif (key in ("tags", "image", "image-ref", "images") and "docker" in action) or (key in ("image-ref", "image") and ":" in text):
            yield from _tags(key, text, line_of(value), known, context)
        elif key == "toolchain":
            yield judged("runtime", text, text, line_of(value), name="rust")


def _lines(text: str, line: int) -> list[tuple[str, int]]:
    return [(entry.strip(), line) for entry in text.split("\n") if entry.strip()]


def _input(action: str, prefix: str, value: str, line: int) -> Iterator[Reference]:
    """Judge one version input: words that move and incomplete numbers are unpinned; other words are no versions."""
    if _WHOLE.match(value) or has_variable(value):
        return
    product = load().find(prefix.replace("_", "-")) if prefix else None
    name = product.id if product else _SETUP.get(action, prefix)
    bare = value.strip().strip("\"'")
    starts = bare.lstrip("v^~<>=! ")[:1].isdigit() or any(c in bare for c in "*<>")
    if bare.lower() not in _MOVING and not starts and not any(c.isdigit() for c in bare):
        return
    numbers = 2 if product is not None and product.id in TWO_NUMBERS else 3
    yield judged("tool", value, bare, line, name=name, level="L1" if bare.lower() in _MOVING - {"latest"} else version_level(bare, numbers))


def _tags(key: str, text: str, line: int, known: dict[str, str], context: Context) -> Iterator[Reference]:
    """Judge images named as inputs; tags a workflow publishes are only wrong when they say latest."""
    for entry in text.replace(",", "\n").split("\n"):
        tag = _resolved(entry.strip(), known)
        if key in ("image", "image-ref") and ":" in tag:
            found = image(tag, line, context, shown=entry.strip())
            if found is not None and not has_variable(tag):
                yield found
        elif key == "tags" and tag.endswith(":latest"):
            yield judged("image", entry.strip(), "latest", line, why="an image of one's own is published under a version, never as latest")
