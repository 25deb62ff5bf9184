"""Say which folder's program an image runs where its Dockerfile stands elsewhere: by what the image that ships takes and starts."""

from __future__ import annotations

from .containers import image_command, shipped_runtime
from .parsers.dockerfile import Dockerfile, Stage
from .view import View, folder_of, join

_RUNTIMES = {
    "package.json": "node", "deno.json": "deno", "pyproject.toml": "python", "requirements.txt": "python", "Pipfile": "python",
    "setup.py": "python", "pom.xml": "java", "build.gradle": "java", "build.gradle.kts": "java", "go.mod": "go", "Cargo.toml": "rust",
    "Gemfile": "ruby", "composer.json": "php", "mix.exs": "elixir",
}  # fmt: skip
_BUILT = (".csproj", ".fsproj")


def packed_folder(view: View, context: str, dockerfile: str, known: set[str]) -> str | None:
    """Return the folder below the context whose program the final stage starts, None where nothing there tells it from the context.

    Told by the file that the command names, by the folder that it works in, by the project that a stage publishes, and, where the
    context itself holds no manifest of the image's language, by the one folder with such a manifest that the stages copy.
    """
    parsed = view.dockerfile(dockerfile)
    if parsed is None or not parsed.stages:
        return None
    below = {f for f in known if f not in (".", context) and (context == "." or f.startswith(context + "/"))}
    if not below:
        return None
    runtime = shipped_runtime(parsed, parsed.final)
    named = _started(parsed, context, below) or _published(view, parsed, context, below) or _assembly(view, parsed, below)
    if named is not None or _speaks(view, context, runtime):
        return named
    for stages in ([parsed.final], _sources(parsed)):
        copied = {f for s in stages for f in _copied(parsed, s, context, below) if _speaks(view, f, runtime)}
        if len(copied) == 1:
            return copied.pop()
    return None


def _speaks(view: View, folder: str, runtime: str | None) -> bool:
    """Say whether a folder holds a manifest of a language; any manifest where the language is not known."""
    names = [n for n, r in _RUNTIMES.items() if runtime is None or r == runtime or {r, runtime} == {"java", "jvm"}]
    if any(view.repository.size(join(folder, name)) for name in names):
        return True
    return runtime in (None, "dotnet") and any(folder_of(p) == folder for p in view.suffixed(*_BUILT))


def _started(parsed: Dockerfile, context: str, below: set[str]) -> str | None:
    """Return the deepest folder that the command's file or the working folder lies in; a working folder of one part may be anything's."""
    command, _ = image_command(parsed, parsed.final)
    place = parsed.last(parsed.final, "WORKDIR")
    where = place.words[0].strip("/") if place is not None and place.words else ""
    for word in (command or "").split():
        inside = word.strip("\"'").removeprefix("/").removeprefix(where + "/").removeprefix("./")
        fits = [f for f in below if inside.startswith(_inner(f, context) + "/") and "/" in inside]
        if fits and "/" in _inner(max(fits, key=len), context):
            return max(fits, key=len)
    fits = [f for f in below if "/" in _inner(f, context) and f"/{where}".endswith(f"/{_inner(f, context)}")]
    return max(fits, key=len) if fits else None


def _published(view: View, parsed: Dockerfile, context: str, below: set[str]) -> str | None:
    """Return the folder of the one project that `dotnet publish` names or works in."""
    found: dict[str, None] = {}
    for stage in _sources(parsed):
        where = ""
        for instruction in stage.instructions:
            if instruction.name == "WORKDIR" and instruction.words:
                where = instruction.words[0].strip("/")
            elif instruction.name == "RUN" and "dotnet publish" in instruction.text:
                names = [w.strip("\"'").rpartition("/")[2] for w in instruction.text.split() if w.strip("\"'").endswith(_BUILT)]
                fits = {folder_of(p) for n in names for p in view.named(n)} & below
                inside = [f for f in below if f"/{where}".endswith(f"/{_inner(f, context)}")] if not fits else []
                found.update(dict.fromkeys(fits or ({max(inside, key=len)} if inside else set())))
    return next(iter(found)) if len(found) == 1 else None


def _assembly(view: View, parsed: Dockerfile, below: set[str]) -> str | None:
    """Return the folder of the one .NET project that is called like the program that the command starts."""
    command, _ = image_command(parsed, parsed.final)
    for word in (command or "").split()[:2]:
        name = word.rpartition("/")[2].removesuffix(".dll").removesuffix(".exe")
        fits = {folder_of(p) for p in view.named(f"{name}.csproj", f"{name}.fsproj")} & below if name and name != "dotnet" else set()
        if len(fits) == 1:
            return fits.pop()
    return None


def _sources(parsed: Dockerfile) -> list[Stage]:
    """Return the stages that the final one takes files from, and theirs."""
    found: list[Stage] = []
    pending = [parsed.final]
    while pending:
        for one in parsed.chain(pending.pop()):
            for instruction in one.all("COPY"):
                source = instruction.flag("from")
                other = parsed.stage(source) if source else None
                if other is not None and other not in found and other.index != one.index:
                    found.append(other)
                    pending.append(other)
    return found


def _copied(parsed: Dockerfile, stage: Stage, context: str, below: set[str]) -> set[str]:
    """Return the folders with a manifest that a stage copies from the context, whole or by a file of theirs."""
    found = set()
    for instruction in (i for one in parsed.chain(stage) for i in one.all("COPY", "ADD") if i.flag("from") is None):
        for source in instruction.words[:-1]:
            path = join(context, source.strip("/").removeprefix("./") or ".")
            found |= {folder for folder in (path, folder_of(path)) if folder in below}
    return found


def _inner(folder: str, context: str) -> str:
    return folder if context == "." else folder.removeprefix(context + "/")
