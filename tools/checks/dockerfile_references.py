"""Check that a Dockerfile names stages, arguments and files that exist.

What:
    `COPY --from=` and a compose build's `target` name a stage of the Dockerfile. An argument in `FROM` is declared before the first one.
    What is copied from the build context is there, and the script that the image starts is among what was copied. What a build makes, an
    operator brings or another file of the folder speaks of is left out.

Why it matters in production:
    A build that stops at a missing file or stage stops the release; an entry point that is not in the image is found only when the
    container is started, on the host where it was to serve.

Example:
    FROM node:22-slim AS build
    FROM nginx:1.27
    COPY --from=builder /app/dist /usr/share/nginx/html      # the stage is called build

Instead:
    COPY --from=build /app/dist /usr/share/nginx/html

When to ignore:
    When a command outside of the folder makes the file, or gives the stage as a named build context: say which.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.built import base_of, of_service
from ._link.contexts import Context, sources, target
from ._link.elsewhere import OFFICIAL, built_names
from ._link.images import split_reference
from ._link.paths import join
from ._rule import Rule
from ._view import PlanView
from ._view.dockerfiles import Dockerfile, Instruction, Stage
from ._view.interpolation import by_default, references
from ._view.items import ArtifactView

FILE = Rule("LNK014", "image-file-missing", "error", "A Dockerfile copies or starts a file that its build context does not hold.")
STAGE = Rule("LNK015", "stage-unknown", "error", "A Dockerfile or a compose build names a stage or an argument that is not declared.")
RULES = (FILE, STAGE)

_PREDEFINED = frozenset(
    "TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT HTTP_PROXY HTTPS_PROXY NO_PROXY".split()
)
_NAME = re2.compile(r"[A-Za-z][A-Za-z0-9_-]*|\d+")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield names in Dockerfiles, and in compose builds, that lead nowhere."""
    contexts = built_names(view)
    for artifact in view.of_kind("dockerfile"):
        if artifact.dockerfile.errors:
            continue
        yield from _stages(view, artifact, contexts)
        yield from _arguments(artifact)
        if view.files is not None and artifact.model.path in view.files:
            yield from _copied(view, artifact)
            yield from _started(view, artifact)
    yield from _targets(view)


def _stages(view: PlanView, artifact: ArtifactView, contexts: frozenset[str]) -> Iterator[Finding]:
    known: list[str] = []
    if any(_of_a_context(artifact.dockerfile, stage) for stage in artifact.dockerfile.stages):
        return  # built with bases that a build file gives by name, and so perhaps with more
    for number, stage in enumerate(artifact.dockerfile.stages):
        for instruction in stage.instructions:
            source = instruction.flag("from") if instruction.name in ("COPY", "ADD") else None
            if source is None or not _NAME.fullmatch(source) or source.lower() in (*known, str(number)) or source in OFFICIAL:
                continue
            if (source.isdigit() and int(source) < number) or source in contexts or _named_context(view, source):
                continue
            yield STAGE.at(
                artifact,
                f"COPY --from={source} names no stage before it: {', '.join(n for n in known if not n.isdigit()) or 'none has a name'}.",
                line=instruction.line,
                quote=f"--from={source}",
                hint="Use the name behind AS of an earlier FROM.",
            )
        known.append(stage.name)


def _of_a_context(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Say whether a stage stands on a bare name that is neither a stage nor an image which Docker Hub serves."""
    return bool(_NAME.fullmatch(stage.base)) and stage.base not in OFFICIAL and dockerfile.stage(stage.base) is None


def _named_context(view: PlanView, name: str) -> bool:
    """Say whether a build is given a context of that name (`--build-context`, bake's `contexts`)."""
    texts = (a.text for a in (*view.artifacts, *view.aside) if a.kind != "dockerfile")
    return any(name in text and any(sign in text for sign in ("additional_contexts", "contexts", "build-context")) for text in texts)


def _arguments(artifact: ArtifactView) -> Iterator[Finding]:
    dockerfile = artifact.dockerfile
    declared = {word.partition("=")[0] for i in dockerfile.arguments for word in i.text.split()} | _PREDEFINED
    for stage in dockerfile.stages:
        for used in references(stage.base):
            if used.name not in declared and not used.optional:
                yield STAGE.at(
                    artifact,
                    f"FROM {stage.base} uses {used.name}, which no ARG before the first FROM declares: the name comes out without it.",
                    line=stage.line,
                    quote=stage.base,
                    hint=f"Write `ARG {used.name}=…` above the first FROM.",
                )
                return


def _targets(view: PlanView) -> Iterator[Finding]:
    files = {a.installed: a for a in (*view.of_kind("dockerfile"), *(a for a in view.aside if a.kind == "dockerfile"))}
    for artifact, file in view.compose:
        for service in file.services.values():
            build = service.build
            wanted = by_default(str(build.get("target") or "")) if build is not None else ""
            if build is None or not wanted or "$" in wanted or "dockerfile_inline" in build:
                continue
            context = str(build.get("context", "."))
            made = files.get(join(file.base, f"{context.rstrip('/')}/{build.get('dockerfile') or 'Dockerfile'}") or "")
            if made is None or made.dockerfile.errors or made.dockerfile.stage(wanted) is not None:
                continue
            names = ", ".join(s.name for s in made.dockerfile.stages if not s.name.isdigit())
            yield STAGE.at(
                artifact,
                f"{service.name} is built to the stage {wanted}, which {made.model.path} does not have ({names or 'no stage has a name'}).",
                line=build.line_of("target"),
                quote=wanted,
                hint="Name a stage of that Dockerfile.",
            )


def _copied(view: PlanView, artifact: ArtifactView) -> Iterator[Finding]:
    context = Context(view, artifact)
    if not context.whole:
        return  # most of what it copies is not here: it is built with another folder
    for stage in artifact.dockerfile.stages:
        for instruction in stage.instructions:
            taken = sources(instruction) if instruction.name in ("COPY", "ADD") else []
            if len(taken) > 1:
                taken = [s for s in taken if not any(c in s for c in "*?[")]  # a pattern may match nothing beside others
            for source in taken:
                if context.missing(source):
                    yield FILE.at(
                        artifact,
                        f"{artifact.model.path} copies {source}, which is neither beside it nor in a folder above, and nothing makes.",
                        line=instruction.line,
                        quote=source,
                        hint="Name a file of the build context.",
                    )


_SCRIPT = re2.compile(r"^(?:\./|/)?[\w./-]+\.(?:sh|py)$")
# bases that bring no script of their own in the folders that images are built into
_PLAIN = frozenset("alpine debian ubuntu python node golang ruby openjdk eclipse-temurin amazoncorretto php rust fedora".split())


def _started(view: PlanView, artifact: ArtifactView) -> Iterator[Finding]:
    dockerfile = artifact.dockerfile
    final = dockerfile.final
    if _started_otherwise(view, artifact):
        return
    if final is None or split_reference(base_of(dockerfile, final))[0] not in _PLAIN:
        return
    chain = dockerfile.chain(final)
    for instruction in (final.last("ENTRYPOINT"), final.last("CMD")):
        path = _script(instruction, _workdir(chain)) if instruction is not None else None
        if instruction is None or path is None or _brought(view, artifact, dockerfile, chain, path):
            continue
        yield FILE.at(
            artifact,
            f"The image of {artifact.model.path} starts {path}, and nothing puts that file there.",
            line=instruction.line,
            quote=instruction.text,
            hint="Name a file that was copied.",
        )
        return


def _started_otherwise(view: PlanView, artifact: ArtifactView) -> bool:
    """Say whether the services built from a Dockerfile are started with a command of their own."""
    made = [s for _, file in view.compose for s in file.services.values() if (b := of_service(view, file, s)) and b.artifact is artifact]
    return bool(made) and all("command" in s.raw or "entrypoint" in s.raw for s in made)


def _script(instruction: Instruction, workdir: str) -> str | None:
    """Return the path of the script that an instruction in exec form starts, directly or with a shell."""
    try:
        words = [str(w) for w in json.loads(instruction.text)] if instruction.text.startswith("[") else []
    except ValueError:
        return None
    first = next((w for w in words if w.rpartition("/")[2] not in ("sh", "bash", "python", "python3", "tini", "dumb-init", "--")), "")
    if not _SCRIPT.match(first) or ("/" not in first and words and words[0] == first):
        return None  # no script, or one that is looked for on the PATH
    return posixpath.normpath(posixpath.join(workdir, first))


def _workdir(chain: tuple[Stage, ...]) -> str:
    folder = "/"
    for stage in reversed(chain):
        for instruction in stage.instructions:
            if instruction.name == "WORKDIR":
                folder = posixpath.join(folder, instruction.text.strip("\"'"))
    return folder


def _brought(view: PlanView, artifact: ArtifactView, dockerfile: Dockerfile, chain: tuple[Stage, ...], path: str) -> bool:
    """Say whether an instruction puts a file at a path, or may: a stage's output, a command that names it, an expression."""
    name = posixpath.basename(path)
    context = Context(view, artifact)
    folder = "/"
    for stage in reversed(chain):
        for instruction in stage.instructions:
            if instruction.name == "WORKDIR":
                folder = posixpath.join(folder, instruction.text.strip("\"'"))
            if instruction.name == "RUN" and (name in f"{instruction.text}{instruction.heredocs}" or _UNPACKS.search(instruction.text)):
                return True
            if instruction.name in ("COPY", "ADD") and _puts(context, instruction, folder, path):
                return True
    covered = any(i.name in ("COPY", "ADD") and _covers(posixpath.join(folder, target(i)), path) for s in chain for i in s.instructions)
    return "$" in path or "$" in folder or not (covered or posixpath.dirname(path) == "/")  # a package, or a mount, may bring it


def _covers(place: str, path: str) -> bool:
    return path.startswith(posixpath.normpath(place).rstrip("/") + "/")


_UNPACKS = re2.compile(r"\b(?:git clone|tar|unzip|curl|wget|mv|cp|ln|make)\s|(?:^|[;&]\s*)install\s")


def _puts(context: Context, instruction: Instruction, folder: str, path: str) -> bool:
    to = target(instruction)
    place = posixpath.normpath(posixpath.join(folder, to))
    taken = sources(instruction)
    if "$" in to or any("$" in s or s.endswith(_PACKED) for s in taken):
        return True
    inside = path[len(place.rstrip("/")) + 1 :] if path.startswith(place.rstrip("/") + "/") else None
    if not taken:  # of another stage, a URL, the instruction itself
        return inside is not None or path == place
    if path == place:
        return True
    if inside is None:
        return False
    open_ended = any(posixpath.basename(s.rstrip("/")) == inside or any(c in s for c in "*?[") for s in taken)
    return open_ended or any(context.may_hold(posixpath.join(s, inside)) for s in taken)


_PACKED = (".tar", ".tar.gz", ".tgz", ".tar.xz")
