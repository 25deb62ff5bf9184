"""Find the Dockerfile and stage that a compose service is built from, and what that image surely lacks."""

from __future__ import annotations

from dataclasses import dataclass

import re2

from .._view import ComposeFile, PlanView, Service
from .._view.dockerfiles import Dockerfile, Stage
from .._view.interpolation import by_default
from .._view.items import ArtifactView
from .image_programs import lacks
from .packages import BROUGHT_BY
from .paths import join


@dataclass(frozen=True, slots=True)
class Built:
    """Be the Dockerfile of a service and the stage that becomes its image."""

    artifact: ArtifactView
    stage: Stage


def of_service(view: PlanView, file: ComposeFile, service: Service) -> Built | None:
    """Return what a service is built from; null where it is not built here, or its Dockerfile or stage is not among the files."""
    build = service.build
    context = by_default(str(build.get("context", "."))) if build is not None else "$"
    if build is None or "dockerfile_inline" in build or "$" in context or "://" in context or context.startswith("git@"):
        return None
    path = join(file.base, f"{context.rstrip('/') or '/'}/{by_default(str(build.get('dockerfile') or 'Dockerfile'))}")
    artifact = next((a for a in (*view.of_kind("dockerfile"), *view.aside) if a.installed == path and a.kind == "dockerfile"), None)
    if artifact is None:
        return None
    target = build.get("target")
    stage = artifact.dockerfile.stage(by_default(str(target)) if target else None)
    return Built(artifact, stage) if stage is not None else None


_REFERRED = re2.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::?-([^}]*))?\}?")


def base_of(dockerfile: Dockerfile, stage: Stage) -> str:
    """Return the image that a stage stands on, with the defaults of the arguments before the first FROM filled in."""
    values = {name: value.strip("\"'") for i in dockerfile.arguments for name, _, value in [i.text.partition("=")] if value}
    text = dockerfile.chain(stage)[-1].base
    for match in _REFERRED.finditer(text):
        value = values.get(str(match.group(1))) or str(match.group(2) or "")
        if value:
            text = text.replace(str(match.group(0)), value)
    return text


_OPEN = re2.compile(  # what installs is written elsewhere
    r"\.sh\b|\.py\b|ansible|xargs|\bmake\b|packages\.txt|\b(?:install|add)\b[^&;|]*\$|nix|brew |asdf|mise|\bcurl\b.*\|\s*(?:ba)?sh"
)
_WITH = {
    "ps": ("procps",),
    "pgrep": ("procps",),
    "pkill": ("procps",),
    "free": ("procps",),
    "top": ("procps",),
    "ping": ("iputils",),
    "ss": ("iproute2",),
    "ip": ("iproute2",),
    "sh": ("busybox", "/bin/"),
    "wget": ("busybox",),
    "nc": ("busybox", "ncat", "nmap"),
    "make": ("build-essential", "build-base"),
    "gcc": ("build-essential", "build-base"),
}


def brings(dockerfile: Dockerfile, stage: Stage, program: str) -> bool:
    """Say whether a stage's own instructions bring a program, or may bring it in a way that cannot be read here."""
    chain = dockerfile.chain(stage)
    texts = [
        f"{i.text} {' '.join(i.heredocs)}" for part in chain for i in part.instructions if i.name in ("RUN", "COPY", "ADD", "ENV", "SHELL")
    ]
    packages = (*BROUGHT_BY.get(program, ()), *_WITH.get(program, ()))
    named = re2.compile(rf"(?:^|[\s/='\",]){re2.escape(program)}(?:$|[\s;&|'\",=@~])")
    ran = [i.text for part in chain for i in part.instructions if i.name == "RUN"]
    trees = [i.text.split()[0].rstrip("/") for part in chain for i in part.instructions if i.name == "COPY" and i.flag("from") and i.text]
    if {"", "/bin", "/usr", "/usr/bin", "/usr/local/bin"} & set(trees):
        return True  # another image's programs
    return any(named.search(text) or any(p in text for p in packages) for text in texts) or any(_OPEN.search(text) for text in ran)


def lacking(built: Built) -> frozenset[str]:
    """Return the programs that the image of a stage lacks, as far as its base tells."""
    return lacks(base_of(built.artifact.dockerfile, built.stage))
