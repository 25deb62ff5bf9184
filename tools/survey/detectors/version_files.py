"""Detect version-manager files of every runtime: `.tool-versions`, `mise.toml`, `.nvmrc`, `.python-version`, `runtime.txt` and the like."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, folder_of, runtime_version

_ONE_LINE = {
    ".nvmrc": "node", ".node-version": "node", ".python-version": "python", ".ruby-version": "ruby", ".go-version": "go",
    ".java-version": "java", ".jdk-version": "java",
    ".php-version": "php", ".bun-version": "bun", ".deno-version": "deno", ".dvmrc": "deno", ".elixir-version": "elixir",
    ".swift-version": "swift",
    ".crystal-version": "crystal", ".rust-version": "rust", "rust-toolchain": "rust", ".terraform-version": "terraform",
}  # fmt: skip
_TOOLS = {
    "nodejs": "node", "node": "node", "python": "python", "ruby": "ruby", "golang": "go", "go": "go", "java": "java", "php": "php",
    "bun": "bun",
    "deno": "deno", "elixir": "elixir", "rust": "rust", "dotnet": "dotnet", "dotnet-core": "dotnet", "swift": "swift", "crystal": "crystal",
    "gleam": "gleam", "zig": "zig", "haskell": "haskell", "ghc": "haskell", "scala": "scala", "clojure": "clojure", "dart": "dart",
}  # fmt: skip
_MANAGERS = {
    "uv": "uv", "poetry": "poetry", "pdm": "pdm", "pipenv": "pipenv", "hatch": "hatch", "pnpm": "pnpm", "yarn": "yarn", "npm": "npm",
    "maven": "maven", "gradle": "gradle", "sbt": "sbt", "bundler": "bundler", "composer": "composer", "leiningen": "leiningen",
}  # fmt: skip
_KNOWN = _TOOLS | _MANAGERS  # a manager's own release is held like a runtime's; the assembler takes it where that manager is used
_BUILDPACKS = ("elixir_buildpack.config", "phoenix_static_buildpack.config")
_MISE = ("mise.toml", ".mise.toml", "mise.production.toml", "config.toml")


def detect(view: View) -> Iterator[Fact]:
    """Yield every declaration of a version-manager file; comments and blank lines are skipped."""
    for path in view.named(*_ONE_LINE):
        yield from _one_line(view, path)
    for path in view.named(".tool-versions"):
        yield from _tool_versions(view, path)
    for path in view.named(*_MISE):
        if path.rpartition("/")[2] != "config.toml" or folder_of(path).endswith(("mise", ".mise")):
            yield from _mise(view, path)
    for path in view.named("runtime.txt"):
        yield from _runtime_txt(view, path)
    for path in view.named(*_BUILDPACKS):
        yield from _buildpack(view, path)
    for path in view.named("system.properties"):
        document = view.document(path)
        value = document.text("java.runtime.version") if document else None
        if value and document:
            evidence = view.evidence(path, document.line("java.runtime.version"))
            yield runtime_version(folder_of(path), "java", "version-file", value, evidence, key="java.runtime.version")
    for path in view.named(".sdkmanrc"):
        for number, line in enumerate(view.lines(path), 1):
            name, _, value = line.strip().partition("=")
            if name.strip() in _TOOLS and value.strip():
                runtime = _TOOLS[name.strip()]
                yield runtime_version(
                    folder_of(path), runtime, "version-file", value.strip(), view.evidence(path, number), key=name.strip()
                )


def _one_line(view: View, path: str) -> Iterator[Fact]:
    runtime = _ONE_LINE[path.rpartition("/")[2]]
    for number, line in enumerate(view.lines(path), 1):
        value = line.partition("#")[0].strip()
        if value.startswith("["):
            return
        if value:
            bare = value.removeprefix("python-").removeprefix("ruby-").removeprefix("go") if runtime in ("python", "ruby", "go") else value
            yield runtime_version(folder_of(path), runtime, "version-file", bare, view.evidence(path, number))
            return


def _buildpack(view: View, path: str) -> Iterator[Fact]:
    """Yield `elixir_version=1.15.7` and its like of a buildpack's settings."""
    for number, line in enumerate(view.lines(path), 1):
        name, glue, value = line.partition("#")[0].strip().partition("=")
        runtime = _TOOLS.get(name.strip().removesuffix("_version")) if name.strip().endswith("_version") else None
        if glue and runtime and value.strip()[:1].isdigit():
            evidence = view.evidence(path, number)
            yield runtime_version(folder_of(path), runtime, "version-file", value.strip(), evidence, key=name.strip())


def _tool_versions(view: View, path: str) -> Iterator[Fact]:
    for number, line in enumerate(view.lines(path), 1):
        words = line.partition("#")[0].split()
        if len(words) >= 2 and words[0] in _KNOWN and words[1] != "system":
            yield runtime_version(folder_of(path), _KNOWN[words[0]], "version-file", words[1], view.evidence(path, number), key=words[0])


def _mise(view: View, path: str) -> Iterator[Fact]:
    document = view.document(path)
    folder = folder_of(path)
    while folder.rpartition("/")[2] in (".config", "mise", ".mise"):
        folder = folder_of(folder)
    for name, value in document.table("tools").items() if document else ():
        runtime = _KNOWN.get(name.rpartition(":")[2])
        if runtime is None or document is None:
            continue
        text = value.get("version") if isinstance(value, dict) else value[0] if isinstance(value, list) and value else value
        if isinstance(text, str | int) and not isinstance(text, bool):
            evidence = view.evidence(path, document.line("tools", name))
            yield runtime_version(folder, runtime, "version-file", str(text), evidence, key=f"tools.{name}")


def _runtime_txt(view: View, path: str) -> Iterator[Fact]:
    for number, line in enumerate(view.lines(path), 1):
        value = line.partition("#")[0].strip()
        if not value:
            continue
        name, dash, version = value.partition("-")
        runtime, text = (name, version) if dash and name in ("python", "pypy", "ruby", "node") else ("python", value)
        if text[:1].isdigit():
            yield runtime_version(
                folder_of(path), "python" if runtime == "pypy" else runtime, "version-file", text, view.evidence(path, number)
            )
        return
