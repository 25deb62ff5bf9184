"""Say which folder a build is about: where its manifest stands, else where its Dockerfile stands."""

from __future__ import annotations

from .packing import packed_folder
from .parsers.dockerfile import Dockerfile, Stage
from .view import View, folder_of, join

_MANIFESTS = (
    "package.json", "deno.json", "deno.jsonc", "pyproject.toml", "requirements.txt", "requirements*.txt", "Pipfile", "setup.py",
    "setup.cfg",
    "environment.yml", "environment.yaml", "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "build.mill", "build.sc",
    "project.clj", "deps.edn", "go.mod",
    "Cargo.toml", "Gemfile", "composer.json", "mix.exs", "gleam.toml", "*.csproj", "*.fsproj", "Package.swift", "shard.yml", "pubspec.yaml",
    "CMakeLists.txt", "build.zig",
)  # fmt: skip


def manifest_folders(view: View) -> set[str]:
    """Return every folder that holds a manifest of any ecosystem; made once per tree."""
    return view.kept("manifest_folders", lambda: {folder_of(p) for p in view.named(*_MANIFESTS)})


def code_folder(view: View, context: str | None, dockerfile: str | None) -> str:
    """Return the folder of the code that an image is built from.

    The Dockerfile's folder where a manifest stands beside it, else the one folder with a manifest that the Dockerfile copies from,
    else the context with a manifest, else the Dockerfile's folder.
    """
    known = manifest_folders(view)
    beside = folder_of(dockerfile) if dockerfile else context or "."
    where = context or beside
    packed = packed_folder(view, where, dockerfile, known) if dockerfile else None
    if packed is not None:
        return packed
    if beside in known:
        return beside
    if where in known:
        return where
    copied = _copied(view, where, dockerfile, known) if dockerfile else []
    if len(copied) == 1:
        return copied[0]
    return beside if dockerfile is None or view.exists(dockerfile) else where


def stage_folders(view: View, context: str | None, parsed: Dockerfile, stage: Stage) -> list[str]:
    """Return the deepest folders with a manifest whose files a stage takes from the stages before it, by the paths that it names."""
    above = "" if context in (None, ".") else f"{context}/"
    known = [f.removeprefix(above) for f in manifest_folders(view) if f.startswith(above) and f != "."]
    found: dict[str, None] = {}
    for instruction in stage.all("COPY"):
        for source in instruction.words[:-1] if instruction.flag("from") is not None else ():
            fits = [f for f in known if f"/{f}/" in f"{source}/"]
            if fits:
                found[above + max(fits, key=len)] = None
    return list(found)


def image_folder(view: View, dockerfile: str) -> str:
    """Return the folder of the code that a Dockerfile packs, told from its place alone.

    Its own folder where a manifest stands beside it, the one folder below with a manifest that it copies, its own where a program
    stands beside it, else the nearest folder above with a manifest, else its own.
    """
    own, known = folder_of(dockerfile), manifest_folders(view)
    packed = packed_folder(view, own, dockerfile, known) or (packed_folder(view, ".", dockerfile, known) if own not in known else None)
    if packed is not None:
        return packed
    if own in known:
        return own
    copied = _copied(view, own, dockerfile, known)
    if len(copied) == 1 and copied[0].startswith(own + "/"):
        return copied[0]
    if own in _program_folders(view) and not _is_docker(view, own):
        return own
    return view.owner(own, known) or own


def _program_folders(view: View) -> set[str]:
    return view.kept("program_folders", lambda: {folder_of(p) for p in _program_files(view)})


def _program_files(view: View) -> list[str]:
    return view.suffixed(".py", ".js", ".ts", ".mjs", ".go", ".rb", ".php", ".java", ".kt", ".cs", ".rs", ".ex", ".html", ".conf", ".toml")


def _is_docker(view: View, folder: str) -> bool:
    """Say whether a folder is there for images alone: named for them, with settings at most beside the Dockerfile."""
    named = folder.rpartition("/")[2].lower() in ("docker", "container", "containers", ".docker")
    return named and not any(folder_of(p) == folder and not p.endswith((".conf", ".toml")) for p in _program_files(view))


def _copied(view: View, context: str, dockerfile: str, known: set[str]) -> list[str]:
    parsed = view.dockerfile(dockerfile)
    found: dict[str, None] = {}
    for stage in parsed.stages if parsed else ():
        for instruction in stage.all("COPY", "ADD"):
            if instruction.flag("from") is None:
                for source in instruction.words[:-1]:
                    path = join(context, source.strip("/").removeprefix("./") or ".")
                    for candidate in (path, folder_of(path)):
                        if candidate in known and candidate != context:
                            found[candidate] = None
    return list(found)
