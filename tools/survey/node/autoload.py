"""Follow Fastify's autoload plugin: every file of a folder is a plugin, its folders become the prefix, its `autohooks` guard it."""

from __future__ import annotations

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, elements, entry, literal, string, strip, text
from .evaluate import Evaluator
from .sources import join, parent
from .values import Foreign, Module, settled

PACKAGES = ("@fastify/autoload", "fastify-autoload")
HOOKS = frozenset({"onRequest", "preHandler", "preValidation"})
SUFFIXES = (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts")
Hooks = tuple[tuple[Script, Node], ...]


def autoloaded(ev: Evaluator, script: Script, given: list[Node]) -> list[tuple[str, str, Hooks]]:
    """Return (prefix, file, guards) of each plugin that `register(autoload, { dir, options })` loads; empty for other plugins."""
    value = ev.value(script, given[0])
    module = value.module if isinstance(value, Foreign | Module) else None
    if module not in PACKAGES or len(given) < 2:
        return []
    options = strip(given[1])
    folder = _folder(ev, script, entry(options, "dir"))
    if folder is None:
        return []
    inner = entry(options, "options")
    prefix = string(entry(inner, "prefix")) if inner is not None else None
    parameters = literal(entry(options, "routeParams")) is True
    files = [f for f in ev.sources.below(folder) if f.endswith(SUFFIXES) and not f.endswith((".d.ts", ".test.ts", ".test.js"))]
    hooks = {parent(f): _hooks(ev, f) for f in files if _stem(f) == "autohooks"}
    cascade = literal(entry(options, "cascadeHooks")) is True
    return [
        (_prefix(ev, f, folder, prefix or "", parameters), f, _guards(hooks, f, folder, cascade)) for f in files if _stem(f) != "autohooks"
    ]


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _folder(ev: Evaluator, script: Script, node: Node | None) -> str | None:
    """Return the folder of `join(__dirname, 'routes')`, relative to the repository."""
    if node is None:
        return None
    inner = strip(node)
    if inner.type == "call_expression" and callee(inner)[-1:] in (("join",), ("resolve",)):
        parts = [string(a) for a in arguments(inner)[1:]]
        base = text(arguments(inner)[0]) if arguments(inner) else ""
        if all(p is not None for p in parts) and ("dirname" in base or "import.meta" in base):
            return join(parent(script.path), *(p for p in parts if p is not None))
    known = settled(ev.value(script, inner))
    return (
        join(parent(script.path), known.value)
        if known is not None and isinstance(known.value, str) and known.value.startswith(".")
        else None
    )


def _prefix(ev: Evaluator, path: str, folder: str, prefix: str, parameters: bool) -> str:
    script = ev.sources.script(path)
    own = script.exports.get("autoPrefix") if script is not None else None
    named = string(own.node) if own is not None else None
    inside = parent(path)[len(folder) :].strip("/") if folder != "." else parent(path)
    parts = [f":{p[1:]}" if parameters and p.startswith("_") else p for p in inside.split("/") if p not in ("", ".")]
    return "/".join([prefix.strip("/"), *(parts if named is None else [*parts[:-1], named.strip("/")])])


def _hooks(ev: Evaluator, path: str) -> Hooks:
    script = ev.sources.script(path)
    found: list[tuple[Script, Node]] = []
    for call in script.calls if script is not None else ():
        given = arguments(call)
        if callee(call)[-1:] == ("addHook",) and len(given) > 1 and literal(given[0]) in HOOKS and script is not None:
            found += [(script, item) for item in (elements(given[1]) or [given[1]])]
    return tuple(found)


def _guards(hooks: dict[str, Hooks], path: str, folder: str, cascade: bool) -> Hooks:
    found: list[tuple[Script, Node]] = list(hooks.get(parent(path), ()))
    above = parent(path)
    while cascade and above != folder and above != ".":
        above = parent(above)
        found += hooks.get(above, ())
    return tuple(found)
