"""Know settings services: Nest's ConfigService and namespaces, node-config files, Strapi's and AdonisJS' `env` readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import FUNCTIONS, arguments, callee, elements, enclosing, entry, line, pairs, receiver, string, strip, text
from .evaluate import Evaluator
from .jsonfile import JsonFile, plain
from .schemas import is_setting
from .sources import join, parent
from .values import Code, EnvRead, Known, Place, Value

if TYPE_CHECKING:
    from .project import Project

GETTERS = frozenset({"get", "getOrThrow", "has"})
CASTS = {"int": "int", "float": "int", "bool": "bool", "json": "json", "array": "list", "date": "str", "number": "int", "boolean": "bool"}
OWNERS = ("config", "env", "setting", "configuration")


class Settings:
    """Answer what `config.get('a.b')` gives, for one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._roots: list[tuple[str, Code]] | None = None

    def extension(self, ev: Evaluator, script: Script, call: Node, depth: int) -> Value | None:
        """Return the value of a call to a settings service; None for any other call."""
        names, given = callee(call), arguments(call)
        if not names or not given or depth <= 0:
            return None
        if names[0] == "env" and len(names) <= 2 and (len(names) == 1 or names[1] in CASTS):
            found = _parameter_env(ev, script, call, names, given, depth)
            if found is not None:
                return found
        if names[-1] not in GETTERS or len(names) < 2 or not is_settings(call, names):
            return None
        key = ev.value(script, given[0], depth - 1)
        name = key.value if isinstance(key, Known) and isinstance(key.value, str) else None
        if name is None or name.startswith("/"):
            return None
        value = self.lookup(ev, script, names, name, depth - 1) or _convict(ev, script, call, name, depth - 1)
        if value is None and is_setting(name):
            value = EnvRead(name, Place(script.path, line(given[0])), None, True if names[-1] == "getOrThrow" else None)
        if isinstance(value, EnvRead) and value.default is None and len(given) > 1:
            default = ev.value(script, given[1], depth - 1)
            if isinstance(default, Known | EnvRead):
                return EnvRead(value.name, value.at, default, value.required, value.type)
        return value

    def lookup(self, ev: Evaluator, script: Script, names: tuple[str, ...], key: str, depth: int) -> Value | None:
        """Return the value under a dotted key in the project's settings objects or node-config files."""
        module, _ = script.imported(names[0]) or ("", "")
        if module == "config":
            return self._node_config(script.path, key)
        for name, root in self.roots(ev):
            parts = key.split(".")
            if name and parts[0] != name:
                continue
            value: Value | None = ev.returned(root.script, root.node, depth) if root.node.type in FUNCTIONS else root
            for part in parts[1:] if name else parts:
                value = ev.member(value, part, depth - 1)
            if value is not None:
                return value
        return None

    def roots(self, ev: Evaluator) -> list[tuple[str, Code]]:
        """Return (namespace, function or object) of every `registerAs` and every entry of `ConfigModule.forRoot({ load })`."""
        if self._roots is None:
            self._roots = []
            for script in self.project.sources.scripts(self.project.sources.code, "registerAs", "forRoot"):
                for call in script.calls:
                    self._roots += _registered(ev, script, call)
        return self._roots

    def _node_config(self, importer: str, key: str) -> Value | None:
        """Return a node-config value: the variable that `custom-environment-variables` names, with the default file's value behind it."""
        folder = self._config_folder(importer)
        if folder is None:
            return None
        default = self._file_value(folder, ("default", "production"), key)
        mapped = self._file_value(folder, ("custom-environment-variables",), key)
        if mapped is not None and isinstance(mapped.value, str):
            return EnvRead(mapped.value, mapped.at, default)
        return default

    def default_of(self, mapping: str, key: str) -> Known | None:
        """Return the value that node-config's default files give to the key of a `custom-environment-variables` file."""
        return self._file_value(parent(mapping), ("default", "production"), key)

    def asks_for(self, key: str) -> bool:
        """Say whether some code asks whether a key of node-config is set (`config.has("db.url")`) before it reads it."""
        asked = tuple(f"has({quote}{key}{quote})" for quote in "\"'`")
        return any(self.project.view.holds(path, *asked) for path in self.project.sources.code)

    def _config_folder(self, importer: str) -> str | None:
        for folder in self.project.workspace.above(parent(importer)):
            if join(folder, "config") in self.project.sources.folders and self._stems(join(folder, "config")):
                return join(folder, "config")
        return None

    def _stems(self, folder: str) -> list[str]:
        return [f for f in self.project.sources.children.get(folder, ()) if f.rsplit("/", 1)[-1].startswith(("default.", "custom-env"))]

    def _file_value(self, folder: str, stems: tuple[str, ...], key: str) -> Known | None:
        for stem in stems:
            for suffix in (".json", ".json5", ".yaml", ".yml", ".js", ".ts", ".cjs"):
                path = join(folder, stem + suffix)
                if path not in self.project.sources.known:
                    continue
                found = self._in_file(path, key.split("."))
                if found is not None:
                    return found
        return None

    def _in_file(self, path: str, keys: list[str]) -> Known | None:
        if path.endswith((".json", ".json5")):
            file = JsonFile(path, self.project.sources.text(path) or "")
            value = file.get(*keys)
            if isinstance(value, dict) and isinstance(value.get("__name"), str):
                return Known(value["__name"], Place(path, file.line(*keys, "__name")))
            return Known(value, Place(path, file.line(*keys))) if isinstance(value, str | int | float) else None
        if path.endswith((".yaml", ".yml")):
            document = self.project.view.document(path)
            found = document.get(*keys) if document is not None else None
            return (
                Known(found, Place(path, document.line(*keys))) if document is not None and isinstance(found, str | int | float) else None
            )
        script = self.project.sources.script(path)
        exported = script.exports.get("default") if script is not None else None
        node = exported.node if exported is not None else None
        for key in keys:
            node = entry(node, key)
        value = plain(node) if node is not None else None
        return Known(value, Place(path, line(node))) if node is not None and isinstance(value, str | int | float) else None


def is_settings(call: Node, names: tuple[str, ...]) -> bool:
    """Tell whether a method is called on what looks like a settings service."""
    owner = names[-2].lower()
    if owner == "()":
        inner = receiver(call)
        return inner is not None and "ConfigService" in text(inner)
    return any(word in owner for word in OWNERS) or owner in ("cfg", "conf") or (len(names) == 2 and _is_handed_in(call, names[0]))


def _is_handed_in(call: Node, name: str) -> bool:
    """Tell whether a name is a parameter that holds Nest's settings service: typed so, or injected into the factory around."""
    function = enclosing(call, FUNCTIONS)
    listed = function.child_by_field_name("parameters") if function is not None else None
    for at, parameter in enumerate(listed.named_children if listed is not None else ()):
        if text(parameter.child_by_field_name("pattern") or parameter) == name:
            holder = enclosing(function, frozenset({"object"})) if function is not None else None
            injected = elements(entry(holder, "inject")) if holder is not None else []
            return "ConfigService" in text(parameter) or (at < len(injected) and text(injected[at]) == "ConfigService")
    return False


def _convict(ev: Evaluator, script: Script, call: Node, key: str, depth: int) -> Value | None:
    """Return the value under a dotted key of a schema that convict checks: its variable with its default behind it, or the default."""
    made = ev.whole(ev.value(script, receiver(call), depth))
    if not isinstance(made, Code) or made.node.type != "call_expression" or callee(made.node)[-1:] != ("convict",):
        return None
    leaf: Node | None = next(iter(arguments(made.node)), None)
    schema = ev.value(made.script, leaf, depth) if leaf is not None and leaf.type != "object" else None
    owner = schema.script if isinstance(schema, Code) else made.script
    leaf = schema.node if isinstance(schema, Code) else leaf
    for part in key.split("."):
        leaf = entry(leaf, part)
    default = ev.value(owner, entry(leaf, "default"), depth)
    known = default if isinstance(default, Known | EnvRead) and getattr(default, "value", "") is not None else None
    name, at = string(entry(leaf, "env")), entry(leaf, "env")
    return EnvRead(name, Place(owner.path, line(at)), known) if name is not None and at is not None else known


def _registered(ev: Evaluator, script: Script, call: Node) -> list[tuple[str, Code]]:
    names, given = callee(call), arguments(call)
    if names[-1:] == ("registerAs",) and len(given) > 1:
        space = ev.value(script, given[0])
        inner = strip(given[1])
        function = Code(script, inner) if inner.type in FUNCTIONS else ev.value(script, inner)
        if isinstance(space, Known) and isinstance(space.value, str) and isinstance(function, Code):
            return [(space.value, function)]
    if names[-1:] == ("forRoot",) and given:
        found = []
        for item in elements(entry(strip(given[0]), "load")):
            loaded = ev.value(script, item)
            if isinstance(loaded, Code) and loaded.node.type in FUNCTIONS | {"object"}:
                found.append(("", loaded))
        return found
    return []


def _parameter_env(ev: Evaluator, script: Script, call: Node, names: tuple[str, ...], given: list[Node], depth: int) -> EnvRead | None:
    """Return the read of `({ env }) => ({ port: env.int('PORT', 1337) })`: `env` is handed in, not imported."""
    binding = ev.sources.scopes(script).find("env", call)
    name = string(given[0])
    if binding is None or binding.kind != "parameter" or name is None or not is_setting(name):
        return None
    default = ev.value(script, given[1], depth - 1) if len(given) > 1 else None
    settled = default if isinstance(default, Known | EnvRead) else None
    return EnvRead(name, Place(script.path, line(given[0])), settled, None, CASTS.get(names[-1]))


def mapped_variables(project: Project) -> list[tuple[str, Place, str]]:
    """Return (variable, place, dotted key) of every `custom-environment-variables` file of node-config."""
    found: list[tuple[str, Place, str]] = []
    for path in project.sources.named("custom-environment-variables.json", "custom-environment-variables.json5"):
        file = JsonFile(path, project.sources.text(path) or "")
        stack: list[tuple[Node, tuple[str, ...]]] = [(file.root, ())] if file.root is not None else []
        while stack:
            node, keys = stack.pop()
            for pair in pairs(node):
                name = string(pair.value)
                here = (*keys, pair.key)
                if name is not None and (is_setting(name) or pair.key == "__name"):
                    found.append((name, Place(path, line(pair.value)), ".".join(k for k in here if k != "__name")))
                elif strip(pair.value).type == "object":
                    stack.append((strip(pair.value), here))
    for path in project.sources.named("custom-environment-variables.yaml", "custom-environment-variables.yml"):
        document = project.view.document(path)
        queue: list[tuple[str, ...]] = [()]
        while document is not None and queue:
            above = queue.pop(0)
            for key, value in document.table(*above).items():
                if isinstance(value, str) and is_setting(value):
                    found.append((value, Place(path, document.line(*above, key)), ".".join((*above, key))))
                elif isinstance(value, dict):
                    queue.append((*above, key))
    return sorted(found, key=lambda f: (f[1].path, f[1].line, f[0]))
