"""Work out what a C# expression is when the program starts: literals, constants, environment and configuration reads with fallbacks."""

from __future__ import annotations

from functools import cached_property

from ..evaluated import UNKNOWN, Value, joined
from ..parsers.csharp import CsFile, Node, call_of, text_of
from ..parsers.grammar import line_of, words
from ..view import View
from .projects import Project
from .settings import settings
from .sources import closure, cs_file, files

_DEPTH = 6
_SAME = {"Parse", "ToInt32", "ToString", "Trim", "TrimEnd", "ToBoolean"}
_CONFIGURATION = ("configuration", "config", "_configuration", "_config", "cfg", "_cfg", "conf", "_conf")


class Values:
    """Evaluate expressions of one application's files."""

    def __init__(self, view: View, project: Project) -> None:
        self.view, self.project = view, project
        self.settings = settings(view, project)

    def of(self, path: str, file: CsFile, node: Node | None, depth: int = 0) -> Value:
        """Return what an expression is; UNKNOWN where that cannot be told."""
        if node is None or depth > _DEPTH:
            return UNKNOWN
        text = text_of(node)
        if text is not None:
            return Value(text, (path, line_of(node)))
        if node.type in ("integer_literal", "boolean_literal"):
            return Value(words(node).replace("_", ""), (path, line_of(node)))
        if node.type in ("parenthesized_expression", "cast_expression", "postfix_unary_expression"):
            return self.of(path, file, node.named_children[-1 if node.type == "cast_expression" else 0], depth)
        if node.type == "binary_expression":
            return self._binary(path, file, node, depth)
        if node.type == "conditional_expression":
            yes, no = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
            return self.of(path, file, yes, depth + 1).or_else(self.of(path, file, no, depth + 1))
        if node.type == "interpolated_string_expression":
            return self._interpolated(path, file, node, depth)
        if node.type == "element_access_expression":
            return self._element(path, file, node, depth)
        if node.type in ("identifier", "member_access_expression"):
            return self._named(path, file, node, depth)
        if node.type == "invocation_expression":
            return self._called(path, file, node, depth)
        return UNKNOWN

    def _binary(self, path: str, file: CsFile, node: Node, depth: int) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        sign = node.child_by_field_name("operator")
        operator = words(sign) if sign is not None else next((words(c) for c in node.children if not c.is_named), "")
        a, b = self.of(path, file, left, depth + 1), self.of(path, file, right, depth + 1)
        return a.or_else(b) if operator == "??" else joined(a, b) if operator == "+" else UNKNOWN

    def _interpolated(self, path: str, file: CsFile, node: Node, depth: int) -> Value:
        found = Value("", (path, line_of(node)))
        for part in node.named_children:
            if part.type == "string_content":
                found = joined(found, Value(words(part)))
            elif part.type == "interpolation":
                inner = next((c for c in part.named_children if c.type != "interpolation_brace"), None)
                found = joined(found, self.of(path, file, inner, depth + 1))
        return found

    def _element(self, path: str, file: CsFile, node: Node, depth: int) -> Value:
        on, inside = node.child_by_field_name("expression"), node.child_by_field_name("subscript")
        argument = inside.named_children[0] if inside is not None and inside.named_children else None
        if on is None or argument is None or not is_configuration(words(on)):
            return UNKNOWN
        key = self.of(path, file, argument.named_children[0] if argument.named_children else None, depth + 1).text
        return self.configured(key) if key else UNKNOWN

    def configured(self, key: str) -> Value:
        """Return what a configuration key is: its setting, moved by the variable that it becomes."""
        setting = self.settings.get(key)
        return Value(setting.value if setting else None, setting.at if setting else None, (environment_name(key),))

    def _named(self, path: str, file: CsFile, node: Node, depth: int) -> Value:
        last = words(node).rpartition(".")[2]
        local = [v for v in file.variables.get(last, []) if v.id != node.id]
        if local:
            before = [v for v in local if v.start_byte < node.start_byte] or local
            return self.of(path, file, before[-1], depth + 1)
        known = self._constants.get(last, [])
        owner = words(node).rpartition(".")[0].rpartition(".")[2]
        near = [k for k in known if self.view.holds(k[1][0], f"class {owner}", f"record {owner}")] if owner else []
        chosen = near or known
        return Value(*chosen[0]) if len(chosen) == 1 else UNKNOWN

    @cached_property
    def _constants(self) -> dict[str, list[tuple[str, tuple[str, int]]]]:
        """Return {name: (text, place)} of the literal constants and fields of the project and of those it references."""
        found: dict[str, list[tuple[str, tuple[str, int]]]] = {}
        for one in closure(self.view, self.project):
            for path in files(self.view, one):
                for name, text, number in literals(self.view, path):
                    found.setdefault(name, []).append((text, (path, number)))
        return found

    def _called(self, path: str, file: CsFile, node: Node, depth: int) -> Value:
        call = call_of(node)
        if call is None:
            return UNKNOWN
        if call.name == "GetEnvironmentVariable" and call.arguments:
            name = self.of(path, file, call.argument(0), depth + 1).text
            return Value(env=(name,)) if name else UNKNOWN
        if call.name in ("GetValue", "GetRequiredValue", "GetConnectionString") and call.arguments:
            key = self.of(path, file, call.argument(0), depth + 1).text
            if key is None:
                return UNKNOWN
            own = self.configured(f"ConnectionStrings:{key}" if call.name == "GetConnectionString" else key)
            return own.or_else(self.of(path, file, call.argument(1), depth + 1)) if call.name == "GetValue" else own
        if call.name == "nameof" and call.arguments:
            return Value(words(call.arguments[0][1]).rpartition(".")[2], (path, call.line))
        if call.name in _SAME:
            inner = call.argument(0) if call.arguments else call.receiver
            return self.of(path, file, inner, depth + 1)
        return UNKNOWN


def literals(view: View, path: str) -> tuple[tuple[str, str, int], ...]:
    """Return (name, text, line) of a file's literal constants and fields; kept plain, so that no tree has to stay."""
    known: dict[str, tuple[tuple[str, str, int], ...]] = view.kept("dotnet_literals", dict)
    if path not in known:
        parsed = cs_file(view, path) if view.holds(path, "const ", "static readonly") else None
        listed = parsed.variables.items() if parsed is not None else ()
        known[path] = tuple((name, text, line_of(n)) for name, nodes in listed for n in nodes if (text := text_of(n)) is not None)
    return known[path]


def is_configuration(text: str) -> bool:
    """Say whether an expression is the application's configuration, by its name."""
    last = text.rpartition(".")[2].rstrip("!?").lower()
    return last in _CONFIGURATION or last.endswith(("configuration", "config"))


def environment_name(key: str) -> str:
    """Return how the environment must spell a configuration key: `A:B` becomes `A__B`."""
    return key.replace(":", "__")


def values_of(view: View, project: Project) -> Values:
    """Return the evaluator of an application; made once."""
    return view.kept(f"dotnet_values:{project.file}", lambda: Values(view, project))
