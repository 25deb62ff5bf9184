"""Work out what a Go expression is when the program starts: literals, constants, flags, environment variables with their defaults."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..evaluated import UNKNOWN, Place, Value, joined
from ..parsers.golang import GoFile, Node, Scope, arguments, descend, enclosing, literal, name_of, parameters
from ..parsers.grammar import line_of, words
from ..view import View, folder_of
from .flags import flag_read, take_flags
from .packages import declaring, folder_of_import, go_file, is_generated
from .readers import Reader, readers
from .viper import PATH as VIPER
from .viper import Viper, viper_of

_DEPTH = 6
_SAME = {
    ("strings", "TrimSpace"),
    ("strings", "ToLower"),
    ("strconv", "Itoa"),
    ("strconv", "Atoi"),
    ("strconv", "ParseInt"),
    ("fmt", "Sprint"),
    ("strconv", "ParseUint"),
    ("strconv", "ParseBool"),
    ("strings", "Trim"),
    ("strings", "TrimPrefix"),
    ("", "string"),
    ("", "int"),
    ("", "uint"),
}
_FLAGS = {"String": 1, "Int": 1, "Uint": 1, "Bool": 1, "Duration": 1, "StringP": 2, "IntP": 2, "UintP": 2, "BoolP": 2}
_FLAG_VARS = {"StringVar": 2, "IntVar": 2, "UintVar": 2, "StringVarP": 3, "IntVarP": 3, "BoolVar": 2}


class Values:
    """Evaluate expressions of the files of one program."""

    def __init__(self, view: View, files: tuple[str, ...]) -> None:
        self.view, self.files = view, tuple(f for f in files if not is_generated(view, f))
        self.readers = readers(view, self.files)
        self._fields: dict[str, list[Value]] | None = None
        self._types: dict[str, set[str]] = {}
        self._calls: dict[str, list[tuple[str, int]]] | None = None  # places, no nodes: a node would keep its whole tree
        self._callers: dict[tuple[str, str, bool], list[tuple[str, int]]] = {}
        self._flags: dict[str, Value] | None = None
        self._viper: Viper | None = None
        self._looked = False

    @property
    def viper(self) -> Viper | None:
        """Return what the program says to Viper, None where it does not load it."""
        self._load()
        return self._viper

    @property
    def flags(self) -> dict[str, Value]:
        """Return the program's named flags: their defaults and the variables that are read for them."""
        if self._flags is None:
            self._flags = {}  # before, not after: a default may ask for another flag
            take_flags(self, self._flags)
        return self._flags

    def _load(self) -> None:
        if not self._looked:
            self._looked = True  # before, not after: Viper's own keys are evaluated here
            self._viper = viper_of(self)
            self._fields = None  # those that were looked at on the way did not know what Viper fills

    def of(self, path: str, file: GoFile, node: Node | None, depth: int = 0) -> Value:
        """Return what an expression of a file is; UNKNOWN where that cannot be told."""
        if node is None or depth > _DEPTH:
            return UNKNOWN
        text = literal(node)
        if text is not None or node.type == "int_literal":
            return Value(text if text is not None else words(node), (path, line_of(node)))
        if node.type in ("true", "false"):
            return Value(node.type, (path, line_of(node)))
        if node.type in ("parenthesized_expression", "unary_expression", "literal_element", "expression_list") and node.named_children:
            return self.of(path, file, node.named_children[-1], depth)
        if node.type == "binary_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            return joined(self.of(path, file, left, depth + 1), self.of(path, file, right, depth + 1))
        if node.type == "identifier":
            return self._named(path, file, node, depth)
        if node.type == "selector_expression":
            return self._selected(path, file, node, depth)
        if node.type == "call_expression":
            return self._called(path, file, node, depth)
        return UNKNOWN

    def _named(self, path: str, file: GoFile, node: Node, depth: int) -> Value:
        name = words(node)
        function = enclosing(node, "function_declaration", "method_declaration")
        found = UNKNOWN
        if function is not None:
            scope = file.scope(function)
            for one in scope.assigned.get(name, ()):
                if one.end_byte <= node.start_byte:
                    found = found.or_else(self._assigned(path, file, one, name, depth))
            for spec in scope.declared.get(name, ()):
                found = found.or_else(self._spec(path, file, spec, name, depth))
            found = found.or_else(self._flagged(path, file, scope, name, depth))
            if found == UNKNOWN:
                found = self._handed(path, function, name, depth)
        if found.text is not None:
            return found
        for other_path, other in self._package(path, file, name):
            for spec in other.declared.get(name, ()):
                found = found.or_else(self._spec(other_path, other, spec, name, depth))
        return found

    def _handed(self, path: str, function: Node, name: str, depth: int) -> Value:
        """Return what the callers of a function hand in for a parameter."""
        names = [n for n, _ in parameters(function)]
        found = UNKNOWN
        for where, caller, call in self.callers(path, function) if name in names else ():
            given = arguments(call)
            if names.index(name) < len(given):
                found = found.or_else(self.of(where, caller, given[names.index(name)], depth + 1))
        return found

    def callers(self, path: str, function: Node) -> list[tuple[str, GoFile, Node]]:
        """Return the calls of a function of this program, at most 20, each with its file; methods are told by their name."""
        name, method = name_of(function), function.type == "method_declaration"
        key = ("" if method else folder_of(path), name, method)
        if key not in self._callers:
            self._callers[key] = list(islice(self._calling(*key), 20))
        placed = ((where, go_file(self.view, where), index) for where, index in self._callers[key])
        return [(where, file, file.calls[index]) for where, file, index in placed if file is not None]

    def _calling(self, folder: str, name: str, method: bool) -> Iterator[tuple[str, int]]:
        if self._calls is None:
            self._calls = {}
            for where in self.files:
                file = go_file(self.view, where)
                for index, call in enumerate(file.calls) if file else ():
                    if file is not None:
                        self._calls.setdefault(file.callee(call)[1], []).append((where, index))
        for where, index in self._calls.get(name, []):
            file = go_file(self.view, where)
            if file is None:
                continue
            package = file.callee(file.calls[index])[0]
            own = folder_of(where) if not package else None if package == "." else folder_of_import(self.view, package)
            if (package == ".") == method and (method or own == folder):
                yield where, index

    def _assigned(self, path: str, file: GoFile, one: Node, name: str, depth: int) -> Value:
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        names = [words(c) for c in left.named_children] if left is not None else []
        if name not in names or right is None or not right.named_children:
            return UNKNOWN
        at = names.index(name)
        chosen = right.named_children[at] if len(right.named_children) == len(names) else right.named_children[0] if at == 0 else None
        if chosen is None or (chosen.type == "identifier" and words(chosen) == name):
            return UNKNOWN
        return self.of(path, file, chosen, depth + 1)

    def _spec(self, path: str, file: GoFile, spec: Node, name: str, depth: int) -> Value:
        names = [words(n) for n in spec.children_by_field_name("name")]
        value = spec.child_by_field_name("value")
        if name not in names or value is None or len(value.named_children) != len(names):
            return UNKNOWN
        return self.of(path, file, value.named_children[names.index(name)], depth + 1)

    def _flagged(self, path: str, file: GoFile, scope: Scope, name: str, depth: int) -> Value:
        """Return the default of a flag that is read into a variable by `flag.StringVar(&name, …)`."""
        for call in scope.addressed.get("&" + name, ()):
            given = arguments(call)
            at = _FLAG_VARS.get(file.callee(call)[1])
            if at is not None and len(given) > at:
                return self.of(path, file, given[at], depth + 1)
        return UNKNOWN

    def _package(self, path: str, file: GoFile, name: str) -> list[tuple[str, GoFile]]:
        """Return the files of a file's package that declare a name, itself first."""
        found = [(path, file)]
        for other in declaring(self.view, folder_of(path), name):
            parsed = go_file(self.view, other) if other != path else None
            if parsed is not None:
                found.append((other, parsed))
        return found

    def _selected(self, path: str, file: GoFile, node: Node, depth: int) -> Value:
        operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
        name = words(field) if field is not None else ""
        if operand is not None and operand.type == "identifier" and words(operand) in file.aliases:
            folder = folder_of_import(self.view, file.aliases[words(operand)])
            for other in declaring(self.view, folder, name) if folder is not None else ():
                parsed = go_file(self.view, other)
                for spec in parsed.declared.get(name, ()) if parsed else ():
                    value = self._spec(other, parsed, spec, name, depth) if parsed else UNKNOWN
                    if value != UNKNOWN:
                        return value
            return UNKNOWN
        return self.field(name, words(operand).rpartition(".")[2] if operand is not None else "", folder_of(path))

    def field(self, name: str, holder: str = "", folder: str = "") -> Value:
        """Return what a field of that name is filled with, where all that fill it agree or one reads the environment.

        `holder` is the name of the field or variable that holds the struct: its type is looked at first, then the package in `folder`.
        """
        self._load()  # before the fields: Viper fills some of them
        if self._fields is None:
            from .fields import field_types, filled

            self._fields, self._types = {}, field_types(self)
            for key, value in filled(self):
                self._fields.setdefault(key, []).append(value)
        for kind in sorted({*self._types.get(holder, ()), holder}):
            owned = [v for v in self._fields.get(f"{kind}.{name}", []) if v.env]
            if owned:
                return owned[0]
        for key in (f"{folder}:{name}", name):
            found = self._fields.get(key, [])
            chosen = [v for v in found if v.env] or found
            if chosen:
                return chosen[0] if len({(v.text, v.env) for v in chosen}) == 1 else UNKNOWN
        return UNKNOWN

    def _called(self, path: str, file: GoFile, call: Node, depth: int) -> Value:
        package, name = file.callee(call)
        given = arguments(call)
        if (package, name) in (("os", "Getenv"), ("os", "LookupEnv"), ("syscall", "Getenv")) and given:
            key = self.of(path, file, given[0], depth + 1).text
            return Value(env=(key,)) if key else UNKNOWN
        if (package, name) == ("fmt", "Sprintf") and given:
            return self._formatted(path, file, given, depth)
        if (package, name) == ("net", "JoinHostPort") and len(given) == 2:
            return joined(Value(":"), self.of(path, file, given[1], depth + 1))
        if (package, name) == ("cmp", "Or"):
            found = UNKNOWN
            for one in given:
                found = found.or_else(self.of(path, file, one, depth + 1))
            return found
        if (package, name) in _SAME and given:
            return self.of(path, file, given[0], depth + 1)
        if package in ("flag", "github.com/spf13/pflag") and name in _FLAGS and len(given) > _FLAGS[name]:
            return self.of(path, file, given[_FLAGS[name]], depth + 1)
        if name.startswith("Get") and len(given) == 1 and package in (VIPER, ".") and self.viper is not None:
            key = self.of(path, file, given[0], depth + 1).text
            if key and (package == VIPER or key.lower() in self.viper.read):
                return self.viper.value(key)
        flag = flag_read(file, call)
        if flag is not None:
            return self.flags.get(flag, UNKNOWN)
        reader = self.readers.match(path, file, call)
        if reader is not None:
            return self._read(path, file, reader, given, depth)
        return self._own(path, file, call, depth)

    def _read(self, path: str, file: GoFile, reader: Reader, given: list[Node], depth: int) -> Value:
        """Return what a helper of the project reads: the variable it is given, with the fallback it is given."""
        key = self.of(path, file, given[reader.name], depth + 1).text if reader.name < len(given) else None
        fallback = UNKNOWN
        if reader.default is not None and reader.default < len(given):
            fallback = self.of(path, file, given[reader.default], depth + 1)
        if not key:
            return UNKNOWN
        return Value(fallback.text, fallback.at, (reader.prefix + key, *fallback.env))

    def _own(self, path: str, file: GoFile, call: Node, depth: int) -> Value:
        """Return what a function of this program without arguments returns."""
        if arguments(call):
            return UNKNOWN
        found = UNKNOWN
        for where, parsed, function in self.readers.declared(path, file, call):
            for back in descend(function, "return_statement"):
                inner = back.named_children[0].named_children if back.named_children else []
                if inner:
                    found = found.or_else(self.of(where, parsed, inner[0], depth + 2))
        return found

    def _formatted(self, path: str, file: GoFile, given: list[Node], depth: int) -> Value:
        form = self.of(path, file, given[0], depth + 1)
        if form.text is None:
            return UNKNOWN
        pieces = form.text.split("%")
        out: list[str | None] = [pieces[0]]
        env, at, index = list(form.env), form.at, 1
        for piece in pieces[1:]:
            value = self.of(path, file, given[index], depth + 1) if index < len(given) else UNKNOWN
            index += 1
            env.extend(value.env)
            at = value.at or at
            out.append(None if value.text is None else value.text + piece[1:])
        known = [o for o in out if o is not None]
        return Value("".join(known), at, tuple(env)) if len(known) == len(out) else Value(env=tuple(env))


def values_of(view: View, files: tuple[str, ...]) -> Values:
    """Return the evaluator of a program's files; made once per set of files."""
    return view.kept("go_values:" + "\n".join(files), lambda: Values(view, files))


__all__ = ["UNKNOWN", "Place", "Value", "Values", "values_of"]
