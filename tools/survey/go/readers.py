"""Find the functions of a Go program that read environment variables for others: `getEnv(key, fallback)` and its like."""

from __future__ import annotations

from dataclasses import dataclass

from ..parsers.golang import GoFile, Node, arguments, descend, literal, name_of, parameters
from ..parsers.grammar import words
from ..view import View, folder_of
from .packages import folder_of_import, go_file

_READS = {("os", "Getenv"), ("os", "LookupEnv"), ("syscall", "Getenv")}
_FATAL = ("panic", "log.Fatal", "log.Panic", "os.Exit", "logger.Fatal", "Fatalf", "Fatalln", "logrus.Fatal", "log.Fatal()")


@dataclass(frozen=True, slots=True)
class Reader:
    """Be one helper: which parameter is the variable's name, which one the fallback, and whether it gives up without a value."""

    name: int
    default: int | None
    required: bool
    prefix: str = ""


class Readers:
    """Know the helpers of one program by package folder and name; methods by name alone."""

    def __init__(self, view: View, files: tuple[str, ...]) -> None:
        self._view = view
        self._by_name: dict[tuple[str, str], Reader] = {}
        self._methods: dict[str, Reader] = {}
        self._functions: dict[tuple[str, str], list[tuple[str, int]]] = {}  # (file, index there): what is kept for long holds no tree
        pending = []
        for path in files:
            parsed = go_file(view, path)
            if parsed is None:
                continue
            near = "env" in parsed.text.lower()
            for index, function in enumerate(parsed.functions):
                if function.type == "function_declaration":
                    self._functions.setdefault((folder_of(path), name_of(function)), []).append((path, index))
                if near:
                    pending.append((path, parsed, function))
        for _ in range(3):  # helpers that call helpers
            rest = []
            for path, parsed, function in pending:
                found = self._judged(path, parsed, function)
                if found is None:
                    rest.append((path, parsed, function))
                elif function.type == "method_declaration":
                    self._methods[name_of(function)] = found
                else:
                    self._by_name[folder_of(path), name_of(function)] = found
            if len(rest) == len(pending):
                break
            pending = rest

    def match(self, path: str, file: GoFile, call: Node) -> Reader | None:
        """Return the helper that a call calls, None for any other call."""
        package, name = file.callee(call)
        if package == ".":
            return self._methods.get(name)
        folder = folder_of(path) if not package else folder_of_import(self._view, package)
        return self._by_name.get((folder, name)) if folder is not None else None

    def declared(self, path: str, file: GoFile, call: Node) -> list[tuple[str, GoFile, Node]]:
        """Return the declarations of the function that a call names: one where the program declares it, none otherwise."""
        package, name = file.callee(call)
        if package == ".":
            return []
        folder = folder_of(path) if not package else folder_of_import(self._view, package)
        placed = ((where, go_file(self._view, where), index) for where, index in self._functions.get((folder or "", name), ()))
        return [(where, found, found.functions[index]) for where, found, index in placed if found is not None]

    def _judged(self, path: str, file: GoFile, function: Node) -> Reader | None:
        names = [n for n, _ in parameters(function)]
        if not names or len(names) > 4:
            return None
        for call in descend(function.child_by_field_name("body"), "call_expression"):
            given = arguments(call)
            if file.callee(call) in _READS and given:
                key, prefix = _parameter(given[0], names)
                if key is not None:
                    return Reader(key, _fallback(function, names, key), _gives_up(function), prefix)
            inner = self.match(path, file, call)
            if inner is not None and inner.name < len(given):
                key, prefix = _parameter(given[inner.name], names)
                if key is not None:
                    default = _fallback(function, names, key)
                    if default is None and inner.default is not None and inner.default < len(given):
                        default = _parameter(given[inner.default], names)[0]
                    return Reader(key, default, inner.required or _gives_up(function), inner.prefix + prefix)
        return None


def _parameter(node: Node, names: list[str]) -> tuple[int | None, str]:
    """Return (index, prefix) of the parameter that an expression is, alone or behind a literal prefix."""
    if node.type == "identifier" and words(node) in names:
        return names.index(words(node)), ""
    if node.type == "binary_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and literal(left) is not None and words(right) in names:
            return names.index(words(right)), literal(left) or ""
    if node.type == "call_expression" and "ToUpper" in words(node):
        given = arguments(node)
        return _parameter(given[0], names) if given else (None, "")
    return None, ""


def _fallback(function: Node, names: list[str], key: int) -> int | None:
    """Return which other parameter the function returns, alone or inside a call."""
    for back in descend(function, "return_statement"):
        for one in descend(back, "identifier"):
            if words(one) in names and names.index(words(one)) != key:
                return names.index(words(one))
    return None


def _gives_up(function: Node) -> bool:
    return any(
        words(c).startswith(_FATAL) or ".Fatal" in words(c)[:40] for c in descend(function.child_by_field_name("body"), "call_expression")
    )


def readers(view: View, files: tuple[str, ...]) -> Readers:
    """Return the helpers of a program's files; made once per set of files."""
    return view.kept("go_readers:" + "\n".join(files), lambda: Readers(view, files))
