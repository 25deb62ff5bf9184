"""Read the parts of Ansible playbooks: variables, Jinja values, loops and the arguments of modules."""

from __future__ import annotations

from collections.abc import Mapping

import re2
import yaml

from .shell.words import Word
from .yamltree import get, items, line_of, mappings, pairs, scalar

_JINJA = re2.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*((?:\|[^}]*)?)\}\}")
_DEFAULT = re2.compile(r"\|\s*d(?:efault)?\(\s*['\"]([^'\"]*)['\"]")


def variables_of(document: yaml.Node) -> dict[str, str]:
    """Return the literal variables that a playbook sets, lists as lines."""
    found: dict[str, str] = {}
    for node in mappings(document):
        for name in ("vars", "set_fact", "ansible.builtin.set_fact"):
            for key, value in pairs(get(node, name)):
                text = scalar(value)
                if text is not None:
                    found[key] = text
                elif isinstance(value, yaml.SequenceNode):
                    found[key] = "\n".join(scalar(v) or "" for v in value.value)
    return found


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Return text with Jinja variables replaced by known values or literal defaults; unknown ones stay."""
    if "{{" not in text:
        return text

    def value(match: re2.Match) -> str:
        default = _DEFAULT.search(match.group(2))
        return variables.get(match.group(1)) or (default.group(1) if default else str(match.group(0)))

    return str(_JINJA.sub(value, text))


def loop_of(node: yaml.MappingNode, variables: Mapping[str, str]) -> list[Word]:
    """Return the items of a task's loop."""
    for name in ("loop", "with_items", "with_list", "with_flattened"):
        target = get(node, name)
        if target is not None:
            found = []
            for entry in items(target):
                text = fill(scalar(entry) or "", variables)
                found += [Word(part, part, line_of(entry)) for part in text.split("\n") if part]
            return found
    return []


def arguments_of(node: yaml.Node) -> dict[str, yaml.Node]:
    """Return the arguments of a module in either form: a mapping, or `key=value` words."""
    if isinstance(node, yaml.MappingNode):
        return dict(pairs(node))
    text = scalar(node)
    if not text or "=" not in text:
        return {}
    found: dict[str, yaml.Node] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if equals and name.isidentifier():
            found[name] = yaml.ScalarNode("tag:yaml.org,2002:str", value, node.start_mark, node.end_mark)
    return found


def names_of(arguments: dict[str, yaml.Node], keys: tuple[str, ...], variables: dict[str, str], loop: list[Word]) -> list[Word]:
    """Return the packages named by the first of the keys: one, several, comma-separated, or the items of the loop."""
    target = next((arguments[k] for k in keys if k in arguments), None)
    words: list[Word] = []
    for entry in items(target):
        text = fill(scalar(entry) or "", variables)
        if _JINJA.match(text) and "item" in text and loop:
            words += [Word(fill(text, {"item": w.value}), w.shown, w.line) for w in loop]
            continue
        words += [Word(p.strip(), p.strip(), line_of(entry)) for p in text.replace("\n", ",").split(",") if p.strip()]
    return words
