"""Make the Dockerfiles of a Compose plan: generated, patched or taken as they are, each beside its own ignore file."""

from __future__ import annotations

from collections.abc import Iterator

from .....core.base import sha256
from .....core.blueprint import Blueprint, Component
from .....core.facts import Service, Survey
from .....core.plan import Artifact, Unverified
from ....catalog import load
from ....dockerfile import Recipe, doubts, generate, patched
from .._jinja import render


def dockerfiles(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield every Dockerfile with its ignore file, and the patch against the repository's own where that was changed."""
    done: set[str] = set()
    for component in b.components:
        if component.build is None or component.build.dockerfile in done or component.kind == "migrate":
            continue
        done.add(component.build.dockerfile)
        service = _builder(survey, b, component)
        path = component.build.dockerfile.removeprefix(f"{b.deploy_dir}/")
        text, diff = _text(survey, b, component, service)
        yield _artifact(b, path, text, "dockerfile", f"builds {component.image.ref}")
        yield _artifact(
            b,
            f"{path}.dockerignore",
            render("files/docker/Dockerfile.dockerignore.j2"),
            "dockerignore",
            "keeps secrets and history out of the build context",
        )
        if diff:
            yield _artifact(
                b,
                f"patches/{component.name}-image.patch",
                diff,
                "diff",
                "the reviewed changes against the repository's own Dockerfile, for a pull request",
            )


def _builder(survey: Survey, b: Blueprint, component: Component) -> Service:
    """Return the service whose Dockerfile builds a component's image: the first that has one among those that share it, else its own."""
    file = component.build.dockerfile if component.build else ""
    sharing = {c.service for c in b.components if c.build is not None and c.build.dockerfile == file}
    own = next(s for s in survey.services if s.name == component.service)
    return next((s for s in survey.services if s.name in sharing and s.build is not None), own)


def _artifact(b: Blueprint, path: str, content: str, language: str, purpose: str) -> Artifact:
    return Artifact(
        path=f"artifacts/{path}",
        install_to=f"{b.deploy_dir}/{path}",
        language=language,
        content=content,
        purpose=purpose,
        step="build-images",
        section=3,
        sha256=sha256(content),
        topics=("3.1", "3.2"),
    )


def _text(survey: Survey, b: Blueprint, component: Component, service: Service) -> tuple[str, str]:
    spec = component.build
    if spec is not None and spec.origin != "generated" and service.build is not None and service.build.text is not None:
        own = service.build
        done = patched(own.text or "", own.dockerfile, spec.bases, spec.run_as, own.workdir, spec.target, spec.copied)
        return (done.text, done.diff) if spec.changes else (service.build.text, "")
    return generate(_recipe(survey, b, component, service)), ""


def dockerfile_doubts(survey: Survey, b: Blueprint) -> tuple[Unverified, ...]:
    """Return what the generated Dockerfiles take on trust."""
    found: dict[str, Unverified] = {}
    for component in b.components:
        if component.build is not None and component.build.origin == "generated" and component.kind != "migrate":
            recipe = _recipe(survey, b, component, _builder(survey, b, component))
            for doubt in doubts(recipe):
                found.setdefault(doubt.subject, Unverified(claim=doubt.claim, why=doubt.why, confirm=doubt.confirm, subject=doubt.subject))
    return tuple(found.values())


def _recipe(survey: Survey, b: Blueprint, component: Component, service: Service) -> Recipe:
    catalog = load()
    image = str(b.decisions[f"base:{service.path or '.'}"].value)
    suite = next((s for s in ("bookworm", "trixie") if s in image), "bookworm")
    apt: dict[str, str] = {}
    for package in (p.package for p in catalog.products if p.kind == "os_package" and p.package):
        try:
            apt[package] = catalog.apt(package, suite).version
        except LookupError:
            continue
    migration = survey.migrations[0] if survey.migrations else None
    if component.port is not None and service.port is None:
        service = service.model_copy(update={"port": component.port})  # the plan chose it, and the server has to listen there
    schema = (migration.config,) if migration and migration.tool == "prisma" and migration.config else ()
    return Recipe(
        service=service,
        image=image,
        command=component.command,
        tools={name: catalog.pin(name).version for name in ("uv", "poetry", "pnpm", "golang-migrate")},
        apt=apt,
        migration_tool=migration.tool if migration else None,
        migration_files=schema,
        images=_images(b, service.path or "."),
        stores=tuple(s.kind for s in b.stores),
        links=component.build.links if component.build else {},
    )


def _images(b: Blueprint, path: str) -> dict[str, str]:
    """Return the images of the recipe's further roles, which the blueprint decides under `base:<path>:<role>`."""
    prefix = f"base:{path}:"
    return {key.removeprefix(prefix): str(value.value) for key, value in b.decisions.items() if key.startswith(prefix)}
