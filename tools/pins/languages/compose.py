"""Read compose files: images, builds (arguments, contexts, inline Dockerfiles), and the commands of services."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ..exact import judged
from ..imagerefs import image, looks_like_image
from ..links import git_ref, is_git, ref_level
from ..model import Context, Reference
from ..shell.script import Script
from ..shell.words import Word
from ..yamltree import Tree, get, items, line_of, mappings, pairs, read, scalar, text_at
from .dotenv import setting

LANGUAGES = ("compose", "docker-compose", "stack")

_COMMANDS = ("command", "entrypoint")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield what the services of a compose file run and build from; anchors and extension fields count too."""
    tree = read(text)
    for document in tree.documents:
        for node in mappings(document):
            yield from _mapping(node, tree, context)
        for entry in items(get(document, "include")):
            yield from _remote(scalar(entry) or text_at(entry, "path"), line_of(entry))
    for key, value, line in tree.loose:
        if key == "image":
            yield from _image(value, line, context)


def _image(text: str | None, line: int, context: Context) -> Iterator[Reference]:
    found = image(text, line, context) if text else None
    if found is not None:
        yield found


def _mapping(node: yaml.MappingNode, tree: Tree, context: Context) -> Iterator[Reference]:
    found = dict(pairs(node))
    own = {scalar(key) for key, _ in node.value}
    built = "build" in found
    if "image" in own:
        yield from _service_image(found["image"], built, context)
    if "build" in own:
        yield from _build(found["build"], context)
    for name in _COMMANDS:
        if name in own:
            yield from _command(found[name], context)
    if "test" in own and "interval" in found:
        yield from _command(found["test"], context)


def _service_image(node: yaml.Node, built: bool, context: Context) -> Iterator[Reference]:
    """Judge a service's image; beside `build` it only names the result, where `latest` said aloud is still wrong."""
    text = scalar(node)
    if text is None:
        return
    if not built:
        yield from _image(text, line_of(node), context)
    elif text.endswith(":latest"):
        yield judged("image", text, "latest", line_of(node), why="an image of one's own is published under a version, never as latest")


def _build(node: yaml.Node, context: Context) -> Iterator[Reference]:
    yield from _remote(scalar(node) or text_at(node, "context"), line_of(node))
    inline = get(node, "dockerfile_inline")
    if inline is not None and scalar(inline):
        start = line_of(inline) + (1 if getattr(inline, "style", None) in ("|", ">") else 0)
        arguments = dict(_arguments(get(node, "args")))
        yield from context.nested(
            scalar(inline) or "", "dockerfile", start, {k: v.value for k, v in arguments.items() if isinstance(v, yaml.ScalarNode)}
        )
    for name, value in _arguments(get(node, "args")):
        text = scalar(value)
        if text is not None:
            shown = text.partition("=")[2] if isinstance(get(node, "args"), yaml.SequenceNode) else text
            yield from _argument(name, shown, line_of(value), context)
    for _, value in pairs(get(node, "additional_contexts")):
        text = scalar(value) or ""
        if text.startswith("docker-image://"):
            yield from _image(text.removeprefix("docker-image://"), line_of(value), context)
        else:
            yield from _remote(text, line_of(value))


def _arguments(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Yield build arguments of either form: a mapping, or a list of NAME=value."""
    if isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            name, equals, _ = (scalar(entry) or "").partition("=")
            if equals:
                yield name, entry
    else:
        yield from pairs(node)


def _argument(name: str, value: str, line: int, context: Context) -> Iterator[Reference]:
    if "IMAGE" in name.upper() or (looks_like_image(value) and ":" in value and "/" not in name and name.upper().startswith("BASE")):
        yield from _image(value, line, context)
    else:
        yield from setting(name, value, line, context)


def _remote(source: str | None, line: int) -> Iterator[Reference]:
    """Judge a build context or include that is a git repository."""
    if source and (source.startswith(("git@", "git://", "ssh://", "github.com/")) or ("://" in source and is_git(source))):
        ref = git_ref(source)
        yield judged("git", source, ref, line, level=ref_level(ref))


def _command(node: yaml.Node, context: Context) -> Iterator[Reference]:
    """Read a command: text goes through a shell or is split like one, a list is one call."""
    script = Script(context)
    line = line_of(node)
    text = scalar(node)
    if text is not None:
        start = line + (1 if getattr(node, "style", None) in ("|", ">") else 0)
        yield from script.run(text, start)
    elif isinstance(node, yaml.SequenceNode):
        words = [scalar(item) or "" for item in node.value]
        if words and words[0] in ("CMD", "CMD-SHELL", "NONE"):
            words = ["sh", "-c", *words[1:]] if words[0] == "CMD-SHELL" else words[1:]
        yield from script.command([Word(w, w, line) for w in words])
    yield from script.close()
