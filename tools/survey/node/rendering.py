"""Tell whether a full-stack framework serves requests or only builds static files: Next, Nuxt, Remix, SvelteKit, Astro and others."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from ..parsers.javascript import MISSING, Script
from ..parsers.javascript.nodes import arguments, callee, entry, line, literal, pairs, strip, text
from .classes import FULL_STACK
from .manifest import Package
from .project import Project
from .sources import join
from .values import Code, Place

CONFIG_SUFFIXES = (".ts", ".mjs", ".js", ".cjs", ".mts")
LIBRARIES = {
    "next": ("next",), "nuxt": ("nuxt", "nuxt3", "nuxt-edge", "nuxt-start"),
    "remix": ("@remix-run/serve", "@remix-run/node", "@remix-run/express", "@remix-run/react"),
    "react-router": ("@react-router/serve", "@react-router/node", "@react-router/express", "@react-router/dev"),
    "sveltekit": ("@sveltejs/kit",), "astro": ("astro",),
    "tanstack-start": ("@tanstack/react-start", "@tanstack/solid-start", "@tanstack/start"), "solid-start": ("@solidjs/start",),
    "analog": ("@analogjs/platform",), "qwik-city": ("@builder.io/qwik-city",),
}  # fmt: skip
NODE_ADAPTERS = {
    "sveltekit": ("@sveltejs/adapter-node", "svelte-adapter-bun", "svelte-adapter-deno", "@sveltejs/adapter-bun"),
    "astro": ("@astrojs/node", "@astrojs/deno", "astro-bun-adapter", "@nurodev/astro-bun", "@deno/astro-adapter"),
}
PAGES = {"next": ("pages", "app", "src/pages", "src/app")}


@dataclass(frozen=True, slots=True)
class FullStack:
    """Be a package built on a full-stack framework; `serves` is false where only static files come out, `at` is the line that says so."""

    framework: str
    serves: bool
    at: Place
    why: str = ""

    @property
    def command(self) -> str:
        """Return the framework's documented start command."""
        return FULL_STACK[self.framework][0]

    @property
    def port(self) -> int | None:
        """Return the documented default port."""
        return FULL_STACK[self.framework][1]


def full_stack(project: Project, package: Package) -> FullStack | None:
    """Return the full-stack framework that a package is built on; None for none, or where only a library of it is used."""
    known: dict[str, FullStack | None] = project.values.remembered.setdefault("full-stack", {})
    if package.folder not in known:
        known[package.folder] = _full_stack(project, package)
    return known[package.folder]


def _full_stack(project: Project, package: Package) -> FullStack | None:
    for framework, libraries in LIBRARIES.items():
        library = next((name for name in libraries if name in package.libraries), None)
        if library is None:
            continue
        config = _config(project, package, framework)
        named = Place(package.path, package.library_line(library) or 1)
        if config is None and not _has_pages(project, package, framework, library):
            continue
        return _judge(project, package, framework, config, named)
    return None


def _config(project: Project, package: Package, framework: str) -> str | None:
    stems = {
        "next": ("next.config",),
        "nuxt": ("nuxt.config",),
        "remix": ("remix.config", "vite.config"),
        "react-router": ("react-router.config", "vite.config"),
        "sveltekit": ("svelte.config",),
        "astro": ("astro.config",),
        "solid-start": ("app.config",),
        "tanstack-start": ("app.config", "vite.config"),
        "analog": ("vite.config",),
        "qwik-city": ("vite.config",),
    }[framework]
    for stem in stems:
        for suffix in CONFIG_SUFFIXES:
            path = join(package.folder, stem + suffix)
            if path in project.sources.known:
                return path
    return None


def _has_pages(project: Project, package: Package, framework: str, library: str) -> bool:
    if framework in ("remix", "react-router", "tanstack-start", "solid-start"):
        return any(join(package.folder, home) in project.sources.folders for home in ("app", "src/routes", "src"))
    if framework in PAGES:
        return any(join(package.folder, home) in project.sources.folders for home in PAGES[framework])
    return library in package.runtime_libraries or any(framework in command for command in package.scripts.values())


def _judge(project: Project, package: Package, framework: str, config: str | None, named: Place) -> FullStack:
    script = project.sources.script(config) if config is not None else None
    if framework == "next":
        exported = _option(project, script, "output", "export")
        return (
            FullStack(framework, False, exported, "Next.js exports static files (output: 'export')")
            if exported
            else FullStack(framework, True, named)
        )
    if framework in ("remix", "react-router"):
        off = _option(project, script, "ssr", False)
        return FullStack(framework, False, off, "server-side rendering is switched off") if off else FullStack(framework, True, named)
    if framework in NODE_ADAPTERS:
        return _by_adapter(project, package, framework, script, named)
    if framework == "nuxt":
        static = _option(project, script, "ssr", False) or _option(project, script, "target", "static")
        if static:
            return FullStack(framework, False, static, "the application is built to static files")
        for name in ("build", "deploy"):
            if "nuxt generate" in package.scripts.get(name, "") or "nuxi generate" in package.scripts.get(name, ""):
                return FullStack(framework, False, Place(package.path, package.script_line(name)), "the build generates static files")
    return FullStack(framework, True, named)


def _by_adapter(project: Project, package: Package, framework: str, script: Script | None, named: Place) -> FullStack:
    for item in script.imports if script is not None else ():
        if item.module in NODE_ADAPTERS[framework] and script is not None:
            return FullStack(framework, True, Place(script.path, item.line))
    label = {"sveltekit": "SvelteKit", "astro": "Astro"}[framework]
    return FullStack(framework, False, named, f"{label} is built without a server adapter for Node, Bun or Deno")


def _option(project: Project, script: Script | None, key: str, wanted: object) -> Place | None:
    """Return where a settings file gives an option this value, at the top or in a plugin's options."""
    for node in script.of_type("pair") if script is not None else ():
        if node.type == "pair" and script is not None:
            name, value = node.child_by_field_name("key"), node.child_by_field_name("value")
            if name is not None and text(name).strip("\"'") == key and literal(value) == wanted and literal(value) is not MISSING:
                return Place(script.path, line(node))
    return None


def exported_settings(project: Project, script: Script) -> Node | None:
    """Return the object that a settings file exports, through `defineConfig(…)`, a function or a name."""
    exported = script.exports.get("default")
    value = project.values.value(script, exported.node) if exported is not None else None
    for _ in range(4):
        if not isinstance(value, Code):
            return None
        if value.node.type == "object":
            return value.node
        if value.node.type == "call_expression" and arguments(value.node):
            value = project.values.value(value.script, arguments(value.node)[0])
        elif value.node.child_by_field_name("body") is not None:
            value = project.values.returned(value.script, value.node)
        else:
            return None
    return None


__all__ = ["FullStack", "callee", "entry", "exported_settings", "full_stack", "pairs", "strip"]
