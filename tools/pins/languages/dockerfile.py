"""Read Dockerfiles: base images, stages, arguments, copied images, mounts, downloads, and the shell in RUN."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import re2
import tree_sitter_containerfile
from tree_sitter import Language, Node, Parser

from ..exact import judged, unreadable
from ..expand import expand
from ..imagerefs import image
from ..links import git_ref, is_archive, is_git, is_private, ref_level, url_level
from ..model import Context, Reference
from ..shell.script import Script
from ..shell.words import Word

LANGUAGES = ("dockerfile", "containerfile", "docker")

MAX_BYTES = 400_000
"""Larger files count as unreadable: no Dockerfile is that long."""

_DIRECTIVE = re2.compile(r"(?i)^#\s*(syntax|escape|check)\s*=\s*(\S+)\s*$")
_MOUNT_FROM = re2.compile(r"(?:^|,)from=([^,\s]+)")
_COMMENT = re2.compile(r"^\s*#")
_HEREDOC_ONLY = re2.compile(r"^<<-?\s*[\"']?(\w+)[\"']?\s*(?:#!.*)?$")
_BUILTIN = dict.fromkeys(("TARGETPLATFORM", "BUILDPLATFORM", "TARGETARCH", "TARGETOS", "TARGETVARIANT", "BUILDARCH", "BUILDOS"), "")
_SCRATCH = "scratch"


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_containerfile.language()))


@dataclass
class _File:
    """Hold what earlier instructions of a Dockerfile have said."""

    source: bytes
    context: Context
    escape: str = "\\"
    stages: list[str] = field(default_factory=list)
    arguments: dict[str, str] = field(default_factory=dict)
    script: Script | None = None

    def text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield every image, package, download and git source that a Dockerfile brings in."""
    source = text.encode("utf-8", "replace")
    if len(source) > MAX_BYTES:
        yield unreadable(1)
        return
    file = _File(source, context)
    yield from _directives(text, file)
    for node in _parser().parse(source).root_node.named_children:
        yield from _instruction(node, file)
    if file.script is not None:
        yield from file.script.close()


def _directives(text: str, file: _File) -> Iterator[Reference]:
    """Read the parser directives, which must stand before everything else."""
    for number, line in enumerate(text.split("\n")[:10], 1):
        found = _DIRECTIVE.match(line)
        if found is None:
            return
        if found.group(1).lower() == "escape":
            file.escape = found.group(2)[:1]
        elif found.group(1).lower() == "syntax":
            reference = image(found.group(2), number, file.context)
            if reference is not None:
                yield reference


def _instruction(node: Node, file: _File) -> Iterator[Reference]:
    line = node.start_point[0] + 1
    match node.type:
        case "onbuild_instruction":
            for inner in node.named_children:
                yield from _instruction(inner, file)
        case "arg_instruction" | "env_instruction":
            _remember(node, file)
        case "from_instruction":
            yield from _from(node, file, line)
        case "copy_instruction" | "add_instruction":
            yield from _copied(node, file, line)
        case "run_instruction":
            yield from _mounts(node, file, line)
            yield from _shell(node, file)
        case "cmd_instruction" | "entrypoint_instruction":
            yield from _shell(node, file)
        case "healthcheck_instruction":
            for inner in node.named_children:
                yield from _instruction(inner, file)
        case "ERROR":
            for inner in node.named_children:
                yield from _instruction(inner, file)


def _remember(node: Node, file: _File) -> None:
    for pair in node.named_children:
        text = _joined(file.text(pair), file.escape).replace("\\\n", " ")
        name, equals, value = text.partition("=") if "=" in text else text.partition(" ")
        if not equals:
            continue
        value = value.strip()
        quoted = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
        file.arguments[name.strip()] = expand(quoted, _variables(file))


def _variables(file: _File) -> dict[str, str]:
    return {**file.arguments, **file.context.variables}


def _image(text: str, line: int, file: _File) -> Iterator[Reference]:
    """Judge an image unless it is a stage of this file, a stage number, or scratch."""
    resolved = expand(text, _variables(file)).strip("\"'")
    if resolved.lower() in file.stages or resolved == _SCRATCH or resolved.isdigit():
        return
    found = image(resolved, line, file.context, shown=text.strip("\"'"))
    if found is not None:
        yield found


def _from(node: Node, file: _File, line: int) -> Iterator[Reference]:
    alias = next((file.text(n) for n in node.named_children if n.type == "image_alias"), "")
    spec = next((file.text(n) for n in node.named_children if n.type == "image_spec"), "")
    if spec:
        yield from _image(spec, line, file)
    if alias:
        file.stages.append(alias.lower())
    file.script = file.script or Script(file.context)


def _parameters(node: Node, file: _File) -> list[tuple[str, str]]:
    found = []
    for parameter in (n for n in node.named_children if n.type in ("param", "mount_param")):
        name, _, value = file.text(parameter).removeprefix("--").partition("=")
        found.append((name, value))
    return found


def _copied(node: Node, file: _File, line: int) -> Iterator[Reference]:
    parameters = _parameters(node, file)
    for name, value in parameters:
        if name == "from":
            yield from _image(value, line, file)
    if node.type != "add_instruction":
        return
    checked = any(name == "checksum" for name, _ in parameters)
    paths = [n for n in node.named_children if n.type == "path"]
    for path in paths[:-1]:
        yield from _added(file.text(path), path.start_point[0] + 1, checked, file)


def _added(source: str, line: int, checked: bool, file: _File) -> Iterator[Reference]:
    url = expand(source, _variables(file))
    if url.startswith("git@") or ("://" in url and is_git(url)):
        ref = git_ref(url)
        yield judged("git", source, ref, line, level=ref_level(ref))
    elif "://" in url and not is_private(url):
        level = "L3" if checked else url_level(url)
        if level != "L1" or is_archive(url) or url_level(url) != "L1":
            yield judged("download", source, None, line, level=level)
        else:
            yield judged("download", source, None, line, level="L1", why="the path names no version, and there is no --checksum")


def _mounts(node: Node, file: _File, line: int) -> Iterator[Reference]:
    for name, value in _parameters(node, file):
        found = _MOUNT_FROM.search(value) if name == "mount" else None
        if found is not None:
            yield from _image(found.group(1), line, file)


def _shell(node: Node, file: _File) -> Iterator[Reference]:
    """Read the shell of RUN, CMD and ENTRYPOINT: the shell form, the JSON form, and heredocs."""
    script = file.script = file.script or Script(file.context)
    script.context = replace(file.context, variables={**_BUILTIN, **_variables(file)})
    body = next((n for n in node.named_children if n.type in ("shell_command", "json_string_array")), None)
    if body is None:
        return
    line = body.start_point[0] + 1
    if body.type == "json_string_array":
        yield from script.command([Word(w, w, line) for w in _json_words(file.text(body))])
        return
    heredocs = [n for n in node.named_children if n.type == "heredoc_block"]
    if heredocs and _HEREDOC_ONLY.match(file.text(body).strip()):
        for block in heredocs:
            yield from script.run(_heredoc_body(file.text(block)), block.start_point[0] + 1)
        return
    end = heredocs[-1].end_byte if heredocs else body.end_byte
    text = file.source[body.start_byte : end].decode("utf-8", "replace")
    yield from script.run(_joined(text, file.escape), line)


def _heredoc_body(block: str) -> str:
    lines = block.split("\n")
    return "\n".join(lines[:-1]) if len(lines) > 1 else block


def _json_words(text: str) -> list[str]:
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [w for w in words if isinstance(w, str)] if isinstance(words, list) else []


def _joined(text: str, escape: str) -> str:
    """Return RUN text as a shell understands it: the escape character becomes a backslash, comment and empty lines between vanish."""
    lines = text.split("\n")
    kept = []
    continued = False
    for line in lines:
        if continued and (_COMMENT.match(line) or not line.strip()):
            kept.append("\\")
            continue
        stripped = line.rstrip()
        continued = stripped.endswith(escape)
        kept.append(stripped[:-1] + "\\" if continued else line)
    return "\n".join(kept)
