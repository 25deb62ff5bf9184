"""Read other CI systems: GitLab, CircleCI, Azure Pipelines, Bitbucket, Cloud Build, Drone, Woodpecker."""

from __future__ import annotations

from collections.abc import Iterator

import re2
import yaml

from ..exact import judged, version_level
from ..imagerefs import image, looks_like_image
from ..links import ref_level, url_level
from ..model import Context, Reference
from ..shell.script import Script
from ..yamltree import get, items, line_of, mappings, pairs, read, scalar, text_at

LANGUAGES = ("ci", "gitlab", "gitlab-ci", "circleci", "azure-pipelines", "azure", "bitbucket", "cloudbuild", "drone", "woodpecker")

_SCRIPT_KEYS = frozenset(("script", "before_script", "after_script", "commands", "bash", "powershell", "pwsh", "inlineScript"))
_VERSION_INPUT = re2.compile(r"(?i)^(?:versionSpec|version|.*Version|packageType)$")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield images, included templates, orbs, pipes, runners and what the scripts install."""
    tree = read(text)
    for document in tree.documents:
        variables = _variables(document)
        inner = Context(context.finder, None, {**context.variables, **variables}, context.depth)
        yield from _orbs(get(document, "orbs"))
        yield from _includes(get(document, "include"))
        for node in mappings(document):
            yield from _mapping(node, inner)
        for section in [document, *(value for _, value in pairs(document))]:
            yield from _services(get(section, "services"), inner)
    for key, value, line in tree.loose:
        if key == "image" and (looks_like_image(value) or value):
            found = image(value, line, context)
            if found is not None:
                yield found


def _variables(document: yaml.Node) -> dict[str, str]:
    found = {}
    for name, value in pairs(get(document, "variables")):
        text = scalar(value) or text_at(value, "value")
        if text is not None:
            found[name] = text
    return found


def _image(node: yaml.Node | None, context: Context) -> Iterator[Reference]:
    target = (get(node, "name") or get(node, "image")) if isinstance(node, yaml.MappingNode) else node
    text = scalar(target)
    if target is None or not text:
        return
    found = image(text, line_of(target), context)
    if found is not None:
        yield found


def _services(node: yaml.Node | None, context: Context) -> Iterator[Reference]:
    if isinstance(node, yaml.SequenceNode):
        for service in node.value:
            text = scalar(service) or text_at(service, "name") or ""
            if text != "docker":
                yield from _image(service, context)


def _orbs(node: yaml.Node | None) -> Iterator[Reference]:
    for _, value in pairs(node):
        text = scalar(value)
        if text:
            name, _, version = text.partition("@")
            yield judged(
                "orb", text, version or None, line_of(value), name=name, level="L0" if version == "volatile" else version_level(version)
            )


def _includes(node: yaml.Node | None) -> Iterator[Reference]:
    for entry in items(node):
        project, remote, component = text_at(entry, "project"), text_at(entry, "remote"), text_at(entry, "component")
        if project is not None:
            ref = get(entry, "ref")
            text = scalar(ref)
            yield judged("template", f"ref: {text}" if text else project, text, line_of(ref or entry), name=project, level=ref_level(text))
        elif remote is not None:
            yield judged("template", remote, None, line_of(entry), level=url_level(remote))
        elif component is not None:
            name, _, version = component.partition("@")
            yield judged("template", component, version.removeprefix("~latest") or None, line_of(entry), name=name)


def _mapping(node: yaml.MappingNode, context: Context) -> Iterator[Reference]:
    found = dict(pairs(node))
    for key, value in found.items():
        text = scalar(value)
        if key == "image" and not isinstance(get(value, "file"), yaml.Node):
            yield from _runner_or_image(node, value, context)
        elif key == "vmImage" and text and "latest" in text.lower().split("-"):
            yield judged("runner", text, "latest", line_of(value), why="the label moves to another system image")
        elif key == "pipe" and text:
            name, _, version = text.removeprefix("docker://").partition(":")
            yield judged("action", text, version or None, line_of(value), name=name)
        elif key in _SCRIPT_KEYS:
            yield from _scripts(value, context)
        elif key == "run":
            command = get(value, "command") if isinstance(value, yaml.MappingNode) else value
            yield from _scripts(command, context)
        elif key == "inputs" and "task" in found:
            yield from _task_inputs(value)
        elif key == "name" and text and "args" in found and "/" in text and "steps" not in found:
            yield from _image(value, context)
    if "repository" in found and "ref" in found and text_at(node, "type") in ("git", "github", "githubenterprise", "bitbucket"):
        text = scalar(found["ref"])
        level = ref_level(text) if text and not text.startswith("refs/heads/") else "L1"
        yield judged("template", f"ref: {text}", text, line_of(found["ref"]), level=level)


def _runner_or_image(node: yaml.MappingNode, value: yaml.Node, context: Context) -> Iterator[Reference]:
    """Tell CircleCI machine images (`ubuntu-2404:2024.11.1`, `default`) from container images."""
    text = scalar(value) or ""
    if get(node, "demands") is not None or get(node, "os") is not None:
        return
    if text == "default" or text.endswith((":current", ":edge", ":default")):
        yield judged("runner", text, None, line_of(value), why="the machine image moves")
    else:
        yield from _image(value, context)


def _scripts(node: yaml.Node | None, context: Context) -> Iterator[Reference]:
    script = Script(Context(context.finder, None, dict(context.variables), context.depth + 1))
    for entry in items(node):
        for line in items(entry):
            text = scalar(line)
            if text:
                start = line_of(line) + (1 if getattr(line, "style", None) in ("|", ">") else 0)
                yield from script.run(text, start)
    yield from script.close()


def _task_inputs(node: yaml.Node) -> Iterator[Reference]:
    for key, value in pairs(node):
        text = scalar(value)
        if (
            text
            and _VERSION_INPUT.match(key)
            and (text.lower() in ("latest", "stable", "lts") or text[:1].isdigit() or text[:1] in "v^~<>")
        ):
            yield judged("tool", text, text, line_of(value))
