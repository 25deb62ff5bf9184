"""Find the subcommand of a Go command line that serves: `app serve` rather than `app`."""

from __future__ import annotations

from ..parsers.golang import GoFile, Node, elements, enclosing, literal, name_of
from ..parsers.grammar import words
from .packages import go_file
from .values import Place, Values

_COBRA = "github.com/spf13/cobra"
_RUNS = ("Run", "RunE", "PreRun", "PreRunE")
_DEPTH = 8


def serving_command(values: Values, place: Place) -> str | None:
    """Return the words of the one Cobra command that leads to a call (`serve`, `server start`); None for the root or for several."""
    file = go_file(values.view, place[0])
    if file is None or not any(_COBRA in (f.aliases.values() if (f := go_file(values.view, p)) else ()) for p in values.files):
        return None
    call = next((c for c in (*file.calls, *file.literals) if c.start_point[0] + 1 == place[1]), None)
    found = _leading(values, place[0], file, call, 0, set()) if call is not None else set()
    return next(iter(found)) if len(found) == 1 and "" not in found else None


def _leading(values: Values, path: str, file: GoFile, node: Node, depth: int, seen: set[tuple[str, int]]) -> set[str]:
    """Return the commands that lead to a node, by the functions around it and their callers; the root command is empty."""
    own = _command(file, node)
    if own is not None:
        return {own}
    function = enclosing(node, "function_declaration", "method_declaration")
    if function is None or depth > _DEPTH or (path, function.start_byte) in seen:
        return set()
    seen.add((path, function.start_byte))
    found = {c for p in values.files if (other := go_file(values.view, p)) is not None for c in _running(other, name_of(function))}
    for where, caller, call in values.callers(path, function):
        found |= _leading(values, where, caller, call, depth + 1, seen)
    return found


def _command(file: GoFile, node: Node) -> str | None:
    """Return the words of the command literal around a node, None outside any; empty for a root that other commands hang on."""
    literal_node = enclosing(node, "composite_literal")
    while literal_node is not None:
        kind = literal_node.child_by_field_name("type")
        if kind is not None and words(kind).endswith("cobra.Command"):
            return _use(file, literal_node)
        literal_node = enclosing(literal_node, "composite_literal")
    return None


def _running(file: GoFile, name: str) -> set[str]:
    """Return the commands of a file whose `Run` is a function of that name."""
    found = set()
    for one in file.literals:
        kind = one.child_by_field_name("type")
        if kind is None or not words(kind).endswith("cobra.Command"):
            continue
        if any(key in _RUNS and words(value).rpartition(".")[2] == name for key, value in elements(one)):
            found.add(_use(file, one))
    return found


def _use(file: GoFile, command: Node) -> str:
    """Return the first word of a command's `Use`, empty for one on which others are hung and which runs by itself."""
    use = next((literal(v) or "" for k, v in elements(command) if k == "Use"), "").partition(" ")[0]
    holder = enclosing(command, "var_spec", "short_var_declaration", "assignment_statement", "function_declaration")
    name = words(holder).partition("=")[0].replace("var ", "").replace(":", "").strip() if holder is not None else ""
    root = name.lower().rpartition(" ")[2].startswith("root") or f"{name}.Execute" in file.text
    return "" if root else use
