"""Follow the routes of PHP applications: Laravel's route files, Slim's and Lumen's applications, attributes of Symfony."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.grammar import line_of, words
from ..parsers.php import Call, Node, PhpFile, call_of, enclosing, entries, literal, text_of, texts
from ..view import View, join
from .composer import Project, matching, php_file

Place = tuple[str, int]
_VERBS = ("get", "post", "put", "patch", "delete", "options", "any")
_CALLS = ("member_call_expression", "scoped_call_expression", "nullsafe_member_call_expression")
_ACTIONS = {
    "index": ("GET", ""), "create": ("GET", "/create"), "store": ("POST", ""), "show": ("GET", "/{id}"), "edit": ("GET", "/{id}/edit"),
    "update": ("PUT", "/{id}"), "destroy": ("DELETE", "/{id}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route; `guarded` where a middleware around it demands a login."""

    method: str
    path: str
    at: Place
    guarded: bool = False


def laravel_routes(view: View, project: Project) -> Iterator[Found]:
    """Yield the routes of `routes/*.php`; those of `api.php` stand below `/api`."""
    for path in view.under(join(project.folder, "routes"), view.suffixed(".php")):
        name = path.rpartition("/")[2]
        parsed = php_file(view, path)
        if parsed is None or name in ("console.php", "channels.php"):
            continue
        yield from _chained(path, parsed, "/api" if name == "api.php" else "", ("Route", "$router"))


def application_routes(view: View, project: Project) -> Iterator[Found]:
    """Yield the routes that are set on an application object: Slim, Lumen, Flight."""
    for path, parsed in matching(view, project.folder, "->get(", "->post(", "->map(", "->any(", "->group("):
        yield from _chained(path, parsed, "", ("$app", "$group", "$router", "$this", "$route", "$r", "$this->app", "$routes"))


def _chained(path: str, parsed: PhpFile, start: str, owners: tuple[str, ...]) -> Iterator[Found]:
    for call in parsed.calls:
        owner = _owner(call.node)
        if owner not in owners or call.name == "new":
            continue
        prefix, guarded = _around(call.node)
        guarded = guarded or _guarded_after(call.node)
        target = call.text(0)
        if call.name in _VERBS and target is not None and len(call.arguments) > 1:
            yield Found("ANY" if call.name == "any" else call.name.upper(), _joined(start, prefix, target), (path, call.line), guarded)
        elif call.name in ("match", "map") and len(call.arguments) > 2:
            for method in texts(call.arguments[0]) or ["ANY"]:
                yield Found(method.upper(), _joined(start, prefix, call.text(1) or ""), (path, call.line), guarded)
        elif call.name in ("resource", "apiResource") and target:
            yield from _resource(call, _joined(start, prefix, target), path, guarded)
        elif call.name in ("view", "redirect") and target and owner == "Route":
            yield Found("GET", _joined(start, prefix, target), (path, call.line), guarded)


def _owner(node: Node) -> str:
    """Return the class or variable at the head of a chain of calls."""
    here: Node | None = node
    while here is not None and here.type in _CALLS:
        here = here.child_by_field_name("object") or here.child_by_field_name("scope")
    return words(here).rpartition("\\")[2] if here is not None else ""


def _links(node: Node) -> Iterator[Call]:
    """Yield the calls that a call is chained to, nearest first (`Route::prefix('a')->middleware('b')->group(…)`)."""
    here = node.child_by_field_name("object")
    while here is not None and here.type in _CALLS:
        yield call_of(here)
        here = here.child_by_field_name("object")


def _around(node: Node) -> tuple[str, bool]:
    """Return (prefix, whether a login is demanded) of the groups around a route and of what it is chained to."""
    prefixes: list[str] = []
    guarded = False
    here: Node | None = node
    while here is not None:
        for link in _links(here):
            prefixes += [link.text(0) or ""] if link.name == "prefix" else []
            guarded = guarded or (link.name == "middleware" and _is_guard(link))
        here = enclosing(here, *_CALLS)
        if here is None:
            break
        outer = call_of(here)
        if outer.name == "group" and outer.arguments:
            first = outer.arguments[0]
            guarded = guarded or ("auth" in words(first)[:200] and first.type == "array_creation_expression")
            prefixes += [text_of(first) or ""]
            prefixes += [t for key, t in _options(first) if key == "prefix"]
            guarded = guarded or _guarded_after(here)
    return "/".join(p.strip("/") for p in reversed(prefixes) if p.strip("/")), guarded


def _options(node: Node) -> list[tuple[str, str]]:
    return [(key, value) for key, item in entries(node) if key and (value := text_of(item)) is not None]


def _is_guard(call: Call) -> bool:
    given = [t for a in call.arguments for t in texts(a)]
    return any(t == "auth" or t.startswith(("auth:", "auth.", "can:", "role:", "permission:", "jwt")) for t in given)


def _guarded_after(node: Node) -> bool:
    """Say whether a middleware chained behind a route demands a login."""
    here = node.parent
    while here is not None and here.type in _CALLS:
        call = call_of(here)
        if call.name in ("middleware", "add") and (_is_guard(call) or any("Auth" in words(a) or "Jwt" in words(a) for a in call.arguments)):
            return True
        here = here.parent
    return False


def _resource(call: Call, base: str, path: str, guarded: bool) -> Iterator[Found]:
    chosen = [a for a in _ACTIONS if call.name == "resource" or a not in ("create", "edit")]
    here = call.node.parent
    while here is not None and here.type in _CALLS:
        after = call_of(here)
        given = [t for a in after.arguments for t in texts(a)]
        if after.name == "only":
            chosen = [a for a in chosen if a in given]
        elif after.name == "except":
            chosen = [a for a in chosen if a not in given]
        here = here.parent
    for action in chosen:
        method, tail = _ACTIONS[action]
        yield Found(method, base + tail, (path, call.line), guarded)


def attribute_routes(view: View, project: Project) -> Iterator[Found]:
    """Yield the routes of `#[Route('/x', methods: ['GET'])]`, the class's own path put before them."""
    for path, parsed in matching(view, project.folder, "#[Route"):
        prefixes: list[tuple[Node, str]] = []
        for one in parsed.attributes:
            if one.name != "Route":
                continue
            target = one.text(0) or literal(one.get("path")) or ""
            holder = enclosing(one.node, "method_declaration", "class_declaration")
            if holder is not None and holder.type == "class_declaration":
                prefixes.append((holder, target))
                continue
            outside = next((t for node, t in prefixes if holder is not None and node.start_byte <= holder.start_byte < node.end_byte), "")
            for method in texts(one.get("methods")) or ["ANY"]:
                yield Found(method.upper(), _joined("", outside, target), (path, line_of(one.node)))


def _joined(start: str, prefix: str, target: str) -> str:
    """Return a path in braces form: `{id:\\d+}` and `{id<\\d+>}` lose their pattern, `{id?}` its mark."""
    parts = [p for p in f"{start}/{prefix}/{target}".split("/") if p]
    clean = ["{" + p[1:].partition(":")[0].partition("<")[0].rstrip("?}") + "}" if p.startswith("{") else p for p in parts]
    return "/" + "/".join(clean)
