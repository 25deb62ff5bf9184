"""Read routes that a framework derives from files: Next, Nuxt and Nitro, SvelteKit, Astro, Fresh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import line
from .project import Project
from .sources import is_test, join
from .values import Place
from .wiring import spelled

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
SUFFIXES = (".ts", ".js", ".mjs", ".tsx", ".jsx", ".mts")
HOMES = {
    "next": (("app", "app"), ("src/app", "app"), ("pages/api", "pages"), ("src/pages/api", "pages")),
    "nuxt": (("server/api", "nitro-api"), ("server/routes", "nitro")), "solid-start": (("src/routes", "export"),),
    "sveltekit": (("src/routes", "svelte"),), "astro": (("src/pages", "export"),), "fresh": (("routes", "fresh"),),
    "tanstack-start": (("server/api", "nitro-api"),), "analog": (("src/server/routes", "nitro"),),
}  # fmt: skip


@dataclass(frozen=True)
class FileRoute:
    """Be one route that a file stands for."""

    method: str
    path: str
    script: Script
    at: Place
    handler: Node | None


def file_routes(project: Project, folder: str, framework: str, base: str = "") -> Iterator[FileRoute]:
    """Yield the routes of a package built on a file-routed framework."""
    for home, form in HOMES.get(framework, ()):
        root = join(folder, home)
        if root not in project.sources.folders:
            continue
        for path in project.sources.below(root):
            if path.endswith(SUFFIXES) and not is_test(path, root) and not path.endswith(".d.ts"):
                script = project.sources.script(path)
                inside = path[len(root) + 1 :]
                if script is not None:
                    yield from _of_file(script, inside, form, base)


def _of_file(script: Script, inside: str, form: str, base: str) -> Iterator[FileRoute]:
    stem, name = inside.rsplit(".", 1)[0], inside.rsplit("/", 1)[-1]
    folders = inside.split("/")[:-1]
    if form == "app":
        if name.rsplit(".", 1)[0] == "route":
            yield from _exported(script, spelled(base, *map(_segment, folders)))
    elif form == "svelte":
        if name.startswith("+server."):
            yield from _exported(script, spelled(base, *map(_segment, folders)))
    elif form == "export":
        if any(verb in script.exports for verb in (*VERBS, "ALL")) and "." not in stem.rsplit("/", 1)[-1].replace("[...", "["):
            yield from _exported(script, spelled(base, *map(_segment, _indexless(stem))))
    elif form == "pages":
        exported = script.exports.get("default")
        if exported is not None:
            at = exported.node
            yield FileRoute("ANY", spelled(base, "api", *map(_segment, _indexless(stem))), script, _place(script, at), at)
    elif form == "fresh":
        handler = script.exports.get("handler")
        if handler is not None and handler.node is not None:
            yield FileRoute("ANY", spelled(base, *map(_segment, _indexless(stem))), script, _place(script, handler.node), handler.node)
    else:
        yield from _nitro(script, stem, "api" if form == "nitro-api" else "", base)


def _nitro(script: Script, stem: str, prefix: str, base: str) -> Iterator[FileRoute]:
    exported = script.exports.get("default")
    if exported is None:
        return
    last, dot, verb = stem.rpartition(".")
    method = verb.upper() if dot and verb.upper() in VERBS else "ANY"
    plain = last if method != "ANY" else stem
    yield FileRoute(method, spelled(base, prefix, *map(_segment, _indexless(plain))), script, _place(script, exported.node), exported.node)


def _exported(script: Script, path: str) -> Iterator[FileRoute]:
    for verb in (*VERBS, "ALL"):
        found = script.exports.get(verb)
        if found is not None:
            yield FileRoute("ANY" if verb == "ALL" else verb, path, script, _place(script, found.node), found.node)
    rest = script.exports.get("fallback")
    if rest is not None:
        yield FileRoute("ANY", path, script, _place(script, rest.node), rest.node)


def _place(script: Script, node: Node | None) -> Place:
    return Place(script.path, line(node) if node is not None else 1)


def _indexless(stem: str) -> list[str]:
    parts = stem.split("/")
    return parts[:-1] if parts[-1] == "index" else parts


def _segment(part: str) -> str:
    """Spell a folder: `[id]` in braces, `[...slug]` too, `(group)` and `@slot` as nothing."""
    if (part.startswith("(") and part.endswith(")")) or part.startswith(("@", "_")):
        return ""
    if part.startswith("[") and part.endswith("]"):
        return "{" + part.strip("[]").removeprefix("...").split("=", 1)[0] + "}"
    return part
