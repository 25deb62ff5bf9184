"""Know languages: which class each belongs to, which runtime runs it, which files and programs are whose."""

from __future__ import annotations

CLASSES = {
    "javascript": "js", "typescript": "js", "csharp": "dotnet", "fsharp": "dotnet", "visualbasic": "dotnet", "java": "jvm", "kotlin": "jvm",
    "scala": "jvm", "clojure": "jvm", "groovy": "jvm",
}  # fmt: skip
RUNTIMES = {
    "javascript": "node", "typescript": "node", "csharp": "dotnet", "fsharp": "dotnet", "visualbasic": "dotnet", "java": "java",
    "kotlin": "java",
    "groovy": "java", "scala": "jvm", "clojure": "jvm", "python": "python", "ruby": "ruby", "php": "php", "go": "go", "rust": "rust",
    "elixir": "elixir", "gleam": "gleam", "swift": "swift", "haskell": "haskell", "crystal": "crystal", "dart": "dart", "zig": "zig",
    "cpp": "cpp",
    "shell": "shell",
}  # fmt: skip
RUNTIME_CLASSES = {
    "node": "js", "bun": "js", "deno": "js", "dotnet": "dotnet", "java": "jvm", "jvm": "jvm",
}  # fmt: skip
_SUFFIXES = {
    ".py": "python", ".js": "js", ".mjs": "js", ".cjs": "js", ".jsx": "js", ".ts": "js", ".mts": "js", ".cts": "js", ".tsx": "js",
    ".rb": "ruby",
    ".php": "php", ".go": "go", ".rs": "rust", ".java": "jvm", ".kt": "jvm", ".kts": "jvm", ".gradle": "jvm", ".scala": "jvm",
    ".sbt": "jvm",
    ".clj": "jvm", ".edn": "jvm", ".cs": "dotnet", ".fs": "dotnet", ".csproj": "dotnet", ".fsproj": "dotnet", ".sln": "dotnet",
    ".ex": "elixir",
    ".exs": "elixir", ".gleam": "gleam", ".swift": "swift", ".hs": "haskell", ".cabal": "haskell", ".cr": "crystal", ".dart": "dart",
    ".cpp": "cpp", ".cc": "cpp", ".c": "cpp", ".zig": "zig",
}  # fmt: skip
_NAMES = {
    "package.json": "js", "package-lock.json": "js", "yarn.lock": "js", "pnpm-lock.yaml": "js", "pnpm-workspace.yaml": "js",
    "bun.lock": "js",
    "bun.lockb": "js", "bunfig.toml": "js", "deno.json": "js", "deno.jsonc": "js", "deno.lock": "js", ".nvmrc": "js", ".node-version": "js",
    "package.json5": "js", "npm-shrinkwrap.json": "js",
    "pyproject.toml": "python", "Pipfile": "python", "Pipfile.lock": "python", "poetry.lock": "python", "uv.lock": "python",
    "pdm.lock": "python",
    "setup.cfg": "python", ".python-version": "python", "runtime.txt": "python", "environment.yml": "python", "environment.yaml": "python",
    "Gemfile": "ruby", "Gemfile.lock": "ruby", ".ruby-version": "ruby", "config.ru": "ruby", "Rakefile": "ruby", "composer.json": "php",
    "composer.lock": "php", "artisan": "php", "go.mod": "go", "go.sum": "go", "go.work": "go", "Cargo.toml": "rust", "Cargo.lock": "rust",
    "rust-toolchain": "rust", "rust-toolchain.toml": "rust", "pom.xml": "jvm", "project.clj": "jvm", "deps.edn": "jvm", "mix.exs": "elixir",
    "mix.lock": "elixir", "gleam.toml": "gleam", "Package.swift": "swift", "Package.resolved": "swift", "shard.yml": "crystal",
    "pubspec.yaml": "dart", "global.json": "dotnet", "nuget.config": "dotnet", "packages.config": "dotnet", "CMakeLists.txt": "cpp",
}  # fmt: skip
_PROGRAMS = {
    "python": "python", "python3": "python", "python2": "python", "pypy3": "python", "gunicorn": "python", "uvicorn": "python",
    "hypercorn": "python",
    "daphne": "python", "granian": "python", "uwsgi": "python", "celery": "python", "flask": "python", "fastapi": "python",
    "django-admin": "python",
    "uv": "python", "poetry": "python", "pipenv": "python", "pdm": "python", "rq": "python", "dramatiq": "python", "alembic": "python",
    "waitress-serve": "python", "sanic": "python", "huey_consumer": "python", "huey_consumer.py": "python", "arq": "python",
    "locust": "python",
    "streamlit": "python", "node": "js", "npm": "js", "npx": "js", "yarn": "js", "pnpm": "js", "bun": "js", "bunx": "js", "deno": "js",
    "next": "js",
    "nuxt": "js", "ts-node": "js", "tsx": "js", "nest": "js", "pm2": "js", "pm2-runtime": "js", "nodemon": "js", "php": "php",
    "php-fpm": "php",
    "apache2-foreground": "php", "composer": "php", "frankenphp": "php", "ruby": "ruby", "bundle": "ruby", "rails": "ruby", "rake": "ruby",
    "puma": "ruby", "rackup": "ruby", "sidekiq": "ruby", "unicorn": "ruby", "thin": "ruby", "bin/rails": "ruby", "java": "jvm",
    "mvn": "jvm",
    "mvnw": "jvm", "gradle": "jvm", "gradlew": "jvm", "lein": "jvm", "sbt": "jvm", "clojure": "jvm", "clj": "jvm", "dotnet": "dotnet",
    "go": "go",
    "cargo": "rust", "mix": "elixir", "iex": "elixir", "elixir": "elixir", "swift": "swift", "gleam": "gleam",
}  # fmt: skip


def class_of(language: str | None) -> str | None:
    """Return the class of a language: JavaScript and TypeScript are one, and so on; the language itself where it stands alone."""
    return None if language is None else CLASSES.get(language, language)


def class_of_runtime(runtime: str | None) -> str | None:
    """Return the language class that a runtime runs."""
    return None if runtime is None else RUNTIME_CLASSES.get(runtime, runtime)


def class_of_path(path: str) -> str | None:
    """Return the language class that a file belongs to by its name, None for what belongs to none."""
    name = path.rpartition("/")[2]
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("requirements") and name.endswith((".txt", ".in")):
        return "python"
    return _SUFFIXES.get("." + name.rpartition(".")[2]) if "." in name else None


def class_of_program(program: str) -> str | None:
    """Return the language class of a program's name, versions taken off (`python3.11`)."""
    base = program.rpartition("/")[2]
    return _PROGRAMS.get(base) or _PROGRAMS.get(base.rstrip("0123456789."))
