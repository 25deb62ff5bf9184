"""Say which files must be there for an ecosystem's detectors to have anything to say; without one of them they are not even loaded.

A family is the detectors whose names start with `<family>_`. Its marks are every suffix and name (or pattern) that one of them starts
from: a mark too many costs milliseconds, a mark too few loses facts. A family that is not listed is always loaded.
"""

from __future__ import annotations

from collections.abc import Callable

from .view import View

SUFFIXES = {
    "clojure": (".clj", ".cljc", ".cljs", ".edn", ".bb"),
    "dotnet": (".cs", ".fs", ".vb", ".csproj", ".fsproj", ".vbproj", ".sln", ".slnx", ".cshtml", ".razor", ".dll"),
    "elixir": (".ex", ".exs", ".eex", ".heex", ".leex"),
    "go": (".go",),
    "jvm": (".java", ".kt", ".kts", ".scala", ".groovy", ".gradle", ".class", ".jar", ".war"),
    "node": (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro", ".prisma", ".html"),
    "php": (".php", ".phtml"),
    "python": (".py", ".pyw", ".pyi", ".ipynb", ".in", ".txt"),
    "ruby": (".rb", ".gemspec", ".ru", ".rake", ".erb"),
    "rust": (".rs",),
    "scala": (".scala", ".sbt", ".sc", ".mill"),
}  # fmt: skip
NAMES = {
    "clojure": ("project.clj", "deps.edn", "build.boot"),
    "dotnet": ("*.runtimeconfig.json", "*.deps.json", "global.json", "appsettings*.json", "Directory.*.props"),
    "elixir": ("mix.exs", "mix.lock"),
    "go": ("go.mod", "go.work", "go.sum"),
    "jvm": ("pom.xml", "MANIFEST.MF", "gradlew", "mvnw"),
    "node": (
        "package.json*", "package.yaml", "package-lock.json", "deno.*", "bun.lock*", "yarn.lock", "pnpm-*.y*ml", "project.json",
        "lerna.json", "ormconfig.*", "ecosystem*", "process*.json", "pm2*", "serverless*", ".sequelizerc", "*.config.*", ".nvmrc",
    ),
    "php": ("composer.json", "composer.lock", "artisan"),
    "python": (
        "pyproject.toml", "Pipfile*", "setup.cfg", "tox.ini", "environment.y*ml", "conda.y*ml", "*.lock", ".python-version", "uwsgi.ini",
    ),
    "ruby": ("Gemfile*", "gems.rb", "Rakefile", ".ruby-version"),
    "rust": ("Cargo.toml", "Cargo.lock", "rust-toolchain*"),
    "scala": ("build.sbt", "build.properties", "build.sc", "build.mill"),
}  # fmt: skip


def wanted(view: View) -> Callable[[str], bool]:
    """Return the test of a detector's name: whether the tree holds a file that its family starts from."""
    absent = {f for f in SUFFIXES if not view.suffixed(*SUFFIXES[f]) and not view.named(*NAMES[f])}
    return lambda name: name.partition("_")[0] not in absent
