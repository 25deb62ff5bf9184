"""Read what an import, a `require` or an export statement links: names, modules and the nodes they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node

from .nodes import arguments, chain, line, pairs, string, strip, text


@dataclass(frozen=True, slots=True)
class Import:
    """Hold one import: the module as written, local name -> imported name (`default`, `*` or its own), and how it is written."""

    module: str
    names: dict[str, str]
    line: int
    form: Literal["import", "require", "dynamic", "export"]
    types_only: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """Hold what an exported name stands for: a node of this file, or a name of another module."""

    node: Node | None
    module: str | None = None
    name: str | None = None


def read_import(node: Node) -> Import | None:
    """Read an `import` statement; None for one without a literal module."""
    whole = text(node)
    module = string(node.child_by_field_name("source"))
    names: dict[str, str] = {}
    for child in node.named_children:
        if child.type == "import_require_clause":
            module = string(child.child_by_field_name("source"))
            names[text(child.named_children[0])] = "*"
        elif child.type == "import_clause":
            names.update(_clause(child))
    types_only = whole.startswith("import type ") and not whole.startswith("import type from")
    return Import(module, names, line(node), "import", types_only) if module is not None else None


def _clause(clause: Node) -> dict[str, str]:
    names: dict[str, str] = {}
    for child in clause.named_children:
        if child.type == "identifier":
            names[text(child)] = "default"
        elif child.type == "namespace_import":
            names[text(child.named_children[-1])] = "*"
        elif child.type == "named_imports":
            for item in child.named_children:
                name = text(item.child_by_field_name("name"))
                names[text(item.child_by_field_name("alias")) or name] = name
    return names


def read_reexport(node: Node) -> Import | None:
    """Read `export … from`; None for an export of this file's own."""
    module = string(node.child_by_field_name("source"))
    if module is None:
        return None
    clause = next((c for c in node.named_children if c.type == "export_clause"), None)
    names = {name: inner for inner, name in _specifiers(clause)} if clause is not None else {"*": "*"}
    space = next((c for c in node.named_children if c.type == "namespace_export"), None)
    if space is not None:
        names = {text(space.named_children[-1]): "*"}
    return Import(module, names, line(node), "export", text(node).startswith("export type"))


def _specifiers(clause: Node) -> Iterator[tuple[str, str]]:
    for item in clause.named_children:
        name = text(item.child_by_field_name("name"))
        if item.type == "export_specifier":
            yield name, text(item.child_by_field_name("alias")) or name


def read_require(call: Node) -> Import | None:
    """Read `require(…)` or `import(…)` of a literal module; None for any other call."""
    function = call.child_by_field_name("function")
    if function is None or text(function) not in ("require", "import"):
        return None
    given = arguments(call)
    module = string(given[0]) if given else None
    if module is None:
        return None
    form: Literal["require", "dynamic"] = "require" if text(function) == "require" else "dynamic"
    return Import(module, _receivers(call), line(call), form)


def _receivers(call: Node) -> dict[str, str]:
    """Return the names that `const x = require(…)` binds, also through `.y`, a following call or a pattern."""
    node, member = call, "*"
    while node.parent is not None and node.parent.type in (
        "await_expression",
        "parenthesized_expression",
        "member_expression",
        "as_expression",
    ):
        node = node.parent
        if node.type == "member_expression":
            member = text(node.child_by_field_name("property"))
    owner = node.parent
    if owner is None or owner.type != "variable_declarator":
        return {}
    target = owner.child_by_field_name("name")
    if target is None:
        return {}
    if target.type == "identifier":
        return {text(target): member}
    return {local: path[0] for local, path in pattern_names(target) if path}


def pattern_names(pattern: Node, depth: int = 20) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (local name, path of keys) of a destructuring pattern: `{a, b: {c: d}}` gives a->(a,), d->(b, c)."""
    for child in pattern.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            yield text(child), (text(child),)
        elif child.type == "object_assignment_pattern":
            left = child.child_by_field_name("left")
            if left is not None:
                yield text(left), (text(left),)
        elif child.type == "pair_pattern":
            key, value = text(child.child_by_field_name("key")), child.child_by_field_name("value")
            if value is not None and value.type == "assignment_pattern":
                value = value.child_by_field_name("left")
            if value is not None and value.type == "identifier":
                yield text(value), (key,)
            elif value is not None and value.type == "object_pattern" and depth > 0:
                yield from ((local, (key, *path)) for local, path in pattern_names(value, depth - 1))


def read_export(node: Node) -> dict[str, Exported]:
    """Return the names that an export statement exports."""
    module = string(node.child_by_field_name("source"))
    clause = next((c for c in node.named_children if c.type == "export_clause"), None)
    if clause is not None:
        names = _specifiers(clause)
        if module is not None:
            return {alias: Exported(None, module, name) for name, alias in names}
        items = {text(i.child_by_field_name("name")): i.child_by_field_name("name") for i in clause.named_children}
        return {alias: Exported(items.get(name)) for name, alias in names}
    if module is not None:
        space = next((c for c in node.named_children if c.type == "namespace_export"), None)
        return {text(space.named_children[-1]): Exported(None, module, "*")} if space is not None else {}
    declared = node.child_by_field_name("declaration")
    value = node.child_by_field_name("value")
    if text(node).startswith(("export default", "export =")) or any(c.type == "default" for c in node.children):
        what = declared or value or next((c for c in node.named_children if c.type not in ("comment", "decorator")), None)
        return {"default": Exported(what)}
    return {name: Exported(inner) for name, inner in _declared(declared)} if declared is not None else {}


def _declared(declaration: Node) -> Iterator[tuple[str, Node]]:
    if declaration.type in ("lexical_declaration", "variable_declaration"):
        for item in declaration.named_children:
            target = item.child_by_field_name("name")
            if target is not None and target.type == "identifier":
                yield text(target), item.child_by_field_name("value") or item
            elif target is not None:
                yield from ((local, target) for local, _ in pattern_names(target))
    else:
        name = declaration.child_by_field_name("name")
        if name is not None:
            yield text(name), declaration


def read_assignment(node: Node) -> dict[str, Exported]:
    """Return the names that `module.exports = …` or `exports.a = …` exports."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return {}
    names = chain(left)
    if names[:2] == ("module", "exports"):
        names = names[2:]
    elif names[:1] == ("exports",) and len(names) > 1:
        names = names[1:]
    else:
        return {}
    if right.type == "assignment_expression":  # module.exports = exports = x
        right = right.child_by_field_name("right") or right
    if len(names) == 1:
        return {names[0]: Exported(right)}
    found = {"default": Exported(right)}
    if not names and strip(right).type == "object":
        found.update({p.key: Exported(p.value) for p in pairs(right) if p.key != "..."})
    return found
