"""Collect the images that a plan builds and the images that it uses, by name and tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from .._rule import Spot
from .._view import PlanView
from .._view.invocations import Invocation

_DEFAULTED = re2.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*):?[-?]([^}]*)\}")


@dataclass(frozen=True, slots=True)
class UsedImage:
    """Be one use of an image reference."""

    name: str
    tag: str
    spot: Spot
    line: int


def split_reference(reference: str) -> tuple[str, str]:
    """Return name and tag of a reference; a digest or no tag gives an empty tag."""
    if "@" in reference:
        return reference.partition("@")[0], ""
    depth = 0
    for at in range(len(reference) - 1, -1, -1):
        char = reference[at]
        if char == "}":
            depth += 1
        elif char == "{":
            depth -= 1
        elif char == "/" and depth == 0:
            break
        elif char == ":" and depth == 0:
            return reference[:at], reference[at + 1 :]
    return reference, ""


def of_versions(path: str, image: str) -> bool:
    """Say whether the folder of a file is named by its image's tag: one of many versions to choose from (`nginx/1.27/Dockerfile`)."""
    tag = split_reference(image)[1] or "latest"
    folders = path.split("/")[:-1]
    return len(folders) > 1 and (folders[-1] == tag or (folders[-1][:1].isdigit() and tag.startswith(folders[-1])))


def forms(tag: str) -> frozenset[str]:
    """Return a tag and what it stands for: `${TAG:-1.2}` also means `1.2` and `${TAG}`."""
    found = {tag}
    match = _DEFAULTED.fullmatch(tag)
    if match is not None:
        found |= {"${" + str(match.group(1)) + "}"}
        if ":-" in tag or "-" in tag.partition("}")[0]:
            found.add(str(match.group(2)))
    return frozenset(found)


def built_images(view: PlanView) -> dict[str, frozenset[str]]:
    """Return the tags under which each image is built (or tagged), by name."""
    found: dict[str, set[str]] = {}
    for _, file in view.compose:
        for service in file.services.values():
            if service.build is not None and service.image:
                name, tag = split_reference(service.image)
                found.setdefault(name, set()).update(forms(tag))
    for script in view.scripts:
        for call in script.calls:
            for reference in made_by(call):
                name, tag = split_reference(reference)
                found.setdefault(name, set()).update(forms(tag))
    return {name: frozenset(tags) for name, tags in found.items()}


def made_by(call: Invocation) -> Iterator[str]:
    """Yield the image references under which a docker command builds or tags."""
    docker = call.docker
    if docker is None:
        return
    if docker.verb == "build":
        yield from (w.template for w in docker.arguments.values("-t", "--tag"))
    elif docker.verb in ("tag", "image tag") and len(docker.names) == 2:
        yield docker.names[1].template


def used_images(view: PlanView) -> Iterator[UsedImage]:
    """Yield the images that compose files and commands use."""
    for artifact, file in view.compose:
        for service in file.services.values():
            if service.image and service.build is None:
                name, tag = split_reference(service.image)
                for form in sorted(forms(tag), key=lambda f: f.startswith("$"))[:1]:
                    yield UsedImage(name, form, artifact, service.at("image"))
    for script in view.scripts:
        for call in script.calls:
            docker = call.docker
            if docker is None:
                continue
            words = (
                docker.names[:1]
                if docker.verb in ("run", "create", "tag", "image tag")
                else docker.names
                if docker.verb in ("push", "image inspect", "image push", "pull")
                else ()
            )
            for word in words:
                value = word.resolve(script.script.constants)
                if value is not None and word.value is not None:
                    name, tag = split_reference(value)
                    yield UsedImage(name, tag, script, call.line)
