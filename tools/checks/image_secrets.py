"""Keep secrets out of images: no build argument, no ENV, no copied file with one.

What:
    A secret is no `ARG` or `ENV` of an image, no build argument of a compose service, and no file with secrets is copied in.

Why it matters in production:
    What a stage that ships is built with stays in the image's history, which the registry serves to everybody who may pull.

Example:
    ARG NPM_TOKEN

Instead:
    RUN --mount=type=secret,id=npm_token npm ci

When to ignore:
    When the value is no secret although its name says so: say what it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, Service
from ._view.dockerfiles import Instruction
from ._view.items import ArtifactView
from ._view.secret_names import FILE_PATH, is_secret, secret_inputs

LAYER = Rule("SEC003", "secret-in-image", "error", "A secret goes into an image as build argument, ENV or copied file.")
RULES = (LAYER,)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield secrets that an image is built with."""
    known = secret_inputs(view.plan)
    for artifact in view.of_kind("dockerfile"):
        yield from _image(view, artifact, known)
    for artifact, file in view.compose:
        for service in file.services.values():
            yield from _build(view, artifact, service, known)


def _image(view: PlanView, artifact: ArtifactView, known: frozenset[str]) -> Iterator[Finding]:
    final = artifact.dockerfile.final
    shipped = artifact.dockerfile.chain(final) if final is not None else ()
    for stage in artifact.dockerfile.stages:
        for instruction in stage.instructions:
            if instruction.name in ("ARG", "ENV"):
                left = view.foreign and stage not in shipped  # stays in the build's cache, and does not ship
                for found in _set_in_image(artifact, instruction, known):
                    yield found.model_copy(update={"severity": "warning"}) if left else found
            elif instruction.name in ("COPY", "ADD"):
                copied = {w.rpartition("/")[2] for w in instruction.text.split()[:-1]}
                for name in sorted(copied & _SECRET_FILES):
                    yield LAYER.at(
                        artifact,
                        f"{instruction.name} {name} copies secrets into the image.",
                        line=instruction.line,
                        hint="Use a build secret.",
                    )


_NO_SECRETS = frozenset("none null nil unset undefined yes no true false on off 0 1".split())  # nothing, or a switch
_SECRET_FILES = frozenset({".env", "id_rsa", "id_ed25519", ".pypirc", ".netrc", "credentials.json"})


def _set_in_image(artifact: ArtifactView, instruction: Instruction, known: frozenset[str]) -> Iterator[Finding]:
    for pair in instruction.text.split():
        name, equals, value = pair.partition("=")
        text = value.strip("\"'")
        if text.startswith(("http://", "https://")):
            continue
        text = "" if text.lower() in _NO_SECRETS else text
        if is_secret(name, known) and ((equals and text) or instruction.name == "ARG") and not FILE_PATH.fullmatch(text):
            yield LAYER.at(
                artifact,
                f"{instruction.name} {name} puts a secret into the image.",
                line=instruction.line,
                quote=f"{instruction.name} {name}",
                hint="Use a build secret (RUN --mount=type=secret,id=…), or pass it when the container starts.",
            )


def _build(view: PlanView, artifact: ArtifactView, service: Service, known: frozenset[str]) -> Iterator[Finding]:
    args = service.build.get("args") if service.build is not None else None
    names = list(args) if isinstance(args, dict) else [str(a).partition("=")[0] for a in args or []] if isinstance(args, list) else []
    for name in names:
        if is_secret(str(name), known):
            yield LAYER.at(
                artifact,
                f"The build argument {name} of {service.name} stays in the image's history.",
                line=service.at("build"),
                hint="Use build secrets.",
                severity="warning" if view.foreign and not _ships(view, artifact, service, str(name)) else None,
            )


def _ships(view: PlanView, artifact: ArtifactView, service: Service, name: str) -> bool:
    """Say whether a build argument reaches a stage that becomes the image; true where the Dockerfile is not at hand."""
    build: dict[str, Any] = service.build or {}
    path = posixpath.join(str(build.get("context", ".")), str(build.get("dockerfile", "Dockerfile")))
    found = view.installed.get(artifact.compose.resolve(path))
    final = found.dockerfile.final if found is not None else None
    if found is None or final is None:
        return True
    return any(i.name == "ARG" and i.text.partition("=")[0] == name for s in found.dockerfile.chain(final) for i in s.instructions)
