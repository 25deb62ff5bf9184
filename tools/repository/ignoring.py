"""Say which folders hold dependencies, caches or build output, and so are named but never entered."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

DEPENDENCIES = "dependencies"
CACHE = "cache"
BUILD = "build-output"
INTERNAL = "version-control"
PLAN = "plan-of-deploybook"

_ALWAYS = {
    ".git": INTERNAL, ".hg": INTERNAL, ".svn": INTERNAL, ".jj": INTERNAL,
    "node_modules": DEPENDENCIES, "bower_components": DEPENDENCIES, "jspm_packages": DEPENDENCIES, ".pnpm-store": DEPENDENCIES,
    ".venv": DEPENDENCIES, "site-packages": DEPENDENCIES, "__pypackages__": DEPENDENCIES, ".bundle": DEPENDENCIES, "Pods": DEPENDENCIES,
    "elm-stuff": DEPENDENCIES,
    "__pycache__": CACHE, ".tox": CACHE, ".nox": CACHE, ".mypy_cache": CACHE, ".pytest_cache": CACHE, ".ruff_cache": CACHE,
    ".hypothesis": CACHE,
    ".ipynb_checkpoints": CACHE, ".gradle": CACHE, ".terraform": CACHE, ".terragrunt-cache": CACHE, ".serverless": CACHE, ".aws-sam": CACHE,
    ".turbo": CACHE, ".nx": CACHE, ".parcel-cache": CACHE, ".nyc_output": CACHE, ".eggs": CACHE, ".dart_tool": CACHE, ".cpcache": CACHE,
    ".bloop": CACHE, ".metals": CACHE, ".stack-work": CACHE, ".elixir_ls": CACHE, ".shadow-cljs": CACHE, ".next": BUILD, ".nuxt": BUILD,
    ".svelte-kit": BUILD, ".output": BUILD, ".angular": CACHE, ".idea": CACHE, ".vs": CACHE, "cdk.out": BUILD, "zig-cache": CACHE,
}  # fmt: skip

_NODE = ("package.json",)
_PYTHON = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile")
_JVM = ("pom.xml", "build.gradle", "build.gradle.kts", "build.sbt")
_BESIDE: dict[str, tuple[str, tuple[str, ...]]] = {  # folder -> what it is, where one of these files stands beside it
    "vendor": (DEPENDENCIES, ("go.mod", "composer.json", "Gemfile", "Cargo.toml")),
    "target": (BUILD, ("Cargo.toml", *_JVM, "project.clj", "deps.edn")),
    "dist": (BUILD, (*_NODE, *_PYTHON)),
    "coverage": (CACHE, _NODE),
    "obj": (BUILD, ("*.csproj", "*.fsproj", "*.vbproj")),
    "_build": (BUILD, ("mix.exs", "rebar.config", "dune-project")),
    "deps": (DEPENDENCIES, ("mix.exs", "rebar.config")),
    "zig-out": (BUILD, ("build.zig",)),
    ".build": (BUILD, ("Package.swift",)),
}
_MARKED: dict[str, tuple[str, str]] = {  # folder -> what it is, where this file stands inside it
    "venv": (DEPENDENCIES, "pyvenv.cfg"),
    "env": (DEPENDENCIES, "pyvenv.cfg"),
    "vendor": (DEPENDENCIES, "autoload.php"),
    "virtualenv": (DEPENDENCIES, "pyvenv.cfg"),
}
_PLAN_FILES = frozenset({"PLAN.md", "plan.json", "survey.json", "findings.json"})  # all four: an earlier plan, written into the repository
_CACHES_OF_YARN = {"cache", "unplugged", "build-state"}


def kind_of(folder: str, parent: str, siblings: Collection[str]) -> str | None:
    """Return why the folder named `folder` is left out, by its name and its siblings' names, or None to enter it."""
    known = _ALWAYS.get(folder)
    if known:
        return known
    if parent == ".yarn" and folder in _CACHES_OF_YARN:
        return CACHE
    if folder.endswith(".egg-info"):
        return BUILD
    beside = _BESIDE.get(folder)
    if beside and any(fnmatchcase(name, pattern) for pattern in beside[1] for name in siblings):
        return beside[0]
    return None


def kind_inside(folder: str, names: Collection[str]) -> str | None:
    """Return why the folder is left out by what it holds (a virtual environment under any usual name, an earlier plan), or None."""
    if _PLAN_FILES.issubset(names):
        return PLAN
    marked = _MARKED.get(folder)
    if marked and marked[1] in names:
        return marked[0]
    return DEPENDENCIES if "pyvenv.cfg" in names else None
