"""Decide how the image of a process is built: with the repository's own Dockerfile where it serves production, else with a recipe."""

from __future__ import annotations

from ...core.base import slug
from ...core.blueprint import BuildSpec, ImageRef
from ...core.declared import states_least
from ...core.errors import NothingDetected
from ...core.facts import Build, Service
from ...tools.catalog import parse_image, parse_tag
from ...tools.dockerfile import bases, better_base, context, foreign_sources, lives_with_root, patched, runtimes, serves, tidied
from ...tools.pins import verdict
from ._draft import Draft
from .images import RUNTIME_PRODUCTS, exact, is_exact, newer, pinned, runtime_line

DEPLOY_DIR = "deploy"
APP_USER = "10001:10001"
"""A user and group above the range that distributions hand out, the same in every image made or patched here."""
DEVELOPMENT = frozenset("dev devel development devcontainer gitpod local test tests testing ci debug".split())
"""Words in a Dockerfile's path that say whom it serves: a workstation or a test run."""


def image_of(draft: Draft, service: Service, release: str, earlier: int) -> tuple[ImageRef, BuildSpec]:
    """Return the image of a service and how it is built; raise NothingDetected where neither a Dockerfile nor a recipe serves."""
    service = _with_line(draft, service)
    name = draft.app if earlier == 0 else f"{draft.app}-{slug(service.name)}"
    dockerfile = f"{DEPLOY_DIR}/" + ("Dockerfile" if earlier == 0 else f"{slug(service.name)}.Dockerfile")
    spec, against = _reused(draft, service, dockerfile)
    if spec is not None:
        why = "the repository's own Dockerfile is used" + (" with reviewed changes" if spec.changes else " as it is")
    else:
        spec = BuildSpec(dockerfile=dockerfile, context=context(service), origin="generated", changes=(against,) if against else ())
        why = f"a Dockerfile is generated: {against or 'the repository has none'}"
        _choose_bases(draft, service)
    draft.decide(
        f"image:{name}",
        f"{name}:{release}",
        why,
        ("a buildpack: its builder image and run image cannot be pinned as readably",),
        service.evidence,
    )
    ref = ImageRef(ref=f"{name}:{release}", verified=True, source="built here", reason="built by section 3 from this commit")
    return ref, spec


def _with_line(draft: Draft, service: Service) -> Service:
    """Return the service with the version that its folder declares for another process, or the whole repository where it declares one."""
    if service.runtime_version or service.path is None:
        return service
    others = [s for s in draft.survey.services if s.runtime == service.runtime and s.path is not None and s.runtime_version]
    beside = [s for s in others if s.path == service.path]
    told = beside or (others if len({s.runtime_version for s in others}) == 1 else [])
    if not told:
        return service
    return service.model_copy(
        update={"runtime_version": told[0].runtime_version, "runtime_version_declared": told[0].runtime_version_declared}
    )


def _reused(draft: Draft, service: Service, dockerfile: str) -> tuple[BuildSpec | None, str]:
    """Return the build with the repository's own Dockerfile, or null with the reason against it (empty: there is none).

    A file that builds but was made for a workstation, or that fetches what the pinning gate refuses, stands back where a recipe exists.
    """
    build, served = service.build, serves(service)
    if build is None or build.text is None:
        return None, ("" if served else _no_recipe(service, "no Dockerfile of this service was found"))
    against = _unbuildable(build)
    if against:
        return None, against if served else _no_recipe(service, against)
    if served and _for_development(build.dockerfile):
        return None, f"`{build.dockerfile}` serves development: it starts tools of a workstation or expects the source to be mounted"
    before = dict(draft.unverified)
    spec = _own(draft, service, build, dockerfile)
    text = patched(build.text, build.dockerfile, spec.bases, spec.run_as, build.workdir, spec.target, spec.copied).text
    loose = [r for r in verdict(text, "dockerfile", {}, dockerfile).offending if r.kind != "package"]
    if loose and served:
        draft.unverified = before
        more = "; what else that file puts into its image is not in this one, so compare the two before the first release"
        return None, f"`{build.dockerfile}` takes `{loose[0].text}`, whose content changes unseen ({loose[0].why}){more}"
    return spec, ""


def _no_recipe(service: Service, against: str) -> str:
    """Raise NothingDetected: nothing can build an image of the service."""
    raise NothingDetected(
        f"no way to build an image of {service.name}",
        f"{against}, and there is no recipe for {service.language or service.runtime or 'its runtime'}",
        f"add a Dockerfile that builds from a clean checkout; deploybook then uses it (recipes: {', '.join(sorted(runtimes()))})",
    )


def _for_development(path: str) -> bool:
    return bool(DEVELOPMENT & set(path.lower().replace("/", ".").replace("-", ".").replace("_", ".").split(".")))


def _unbuildable(build: Build) -> str:
    """Say why the repository's Dockerfile does not build from a clean checkout; empty where nothing speaks against it."""
    if build.missing_sources:
        missing = ", ".join(f"`{m}`" for m in build.missing_sources)
        return f"`{build.dockerfile}` copies {missing}, which a clean checkout does not hold; the build that makes it moves into the image"
    unknown = next((base for base in build.base_images if "$" in base), None)
    if unknown:
        return f"`{build.dockerfile}` builds on `{unknown}`, and nothing in the repository says what that stands for"
    if _broken(build.text or ""):
        return f"`{build.dockerfile}` holds a COPY without a destination, so it has never been built"
    return ""


def _broken(text: str) -> bool:
    """Say whether a COPY or ADD of one line names no destination: such a file has never been built."""
    for line in text.splitlines():
        words = line.split()
        whole = not line.rstrip().endswith("\\") and "<<" not in line and "[" not in line
        if whole and words[:1] and words[0].upper() in ("COPY", "ADD") and len([w for w in words[1:] if not w.startswith("--")]) < 2:
            return True
    return False


def _declared_line(draft: Draft, service: Service, reference: str) -> str:
    """Return a runtime's base image that names no version with the exact one that the repository declares (`rust:alpine3.21`)."""
    parsed, version = parse_image(reference), service.runtime_version or ""
    product = draft.catalog.for_image(parsed.repository) if parsed is not None and not parsed.digest else None
    if parsed is None or product is None or product.id != RUNTIME_PRODUCTS.get(service.runtime or "") or not is_exact(version):
        return reference
    tag = parse_tag(parsed.tag or "")
    return reference if tag.version or tag.channel else parsed.with_tag("-".join((version, *tag.variant)))


def _own(draft: Draft, service: Service, build: Build, dockerfile: str) -> BuildSpec:
    """Return the build with the repository's own Dockerfile: exact bases, an unprivileged user, everything else as it is."""
    asked = [_declared_line(draft, service, b) for b in build.base_images]
    found = [None if b in build.stages or b == "scratch" else exact(draft, b, build.evidence) for b in asked]
    pairs = list(zip(build.base_images, found, strict=True))
    changes = tuple(dict.fromkeys(f"`FROM {old}` becomes `FROM {new.ref}`: {new.reason}" for old, new in pairs if new and new.ref != old))
    copied = {old: exact(draft, old, build.evidence) for old in foreign_sources(build.text or "", build.target)}
    changes += tuple(f"`COPY --from={old}` becomes `{new.ref}`: {new.reason}" for old, new in copied.items() if new.ref != old)
    run_as = APP_USER if not build.user or build.user in ("root", "0") else None
    if run_as and lives_with_root(build.text or "", build.target):
        changes += ("`/root` may be passed through (mode 0711): the image keeps its runtime there, and another user runs it",)
    if run_as:
        changes += (f"the image ran as root: its working directory is handed to {run_as}, and `USER {run_as}` is set",)
    changes += tidied(build.text or "")[1]
    if "[REDACTED:" in (build.text or ""):
        changes += ("values that look secret are the word `REDACTED` here: a real one belongs into `docker build --secret`",)
    bases_by_argument = [line for line in (build.text or "").splitlines() if line.upper().startswith("FROM ") and "$" in line]
    return BuildSpec(
        dockerfile=dockerfile,
        context=build.context,
        target=build.target,
        # an argument that only named a base image has nothing left to say: the exact reference stands in its place
        args={k: v for k, v in build.args.items() if v is not None and not any(k in line for line in bases_by_argument)},
        origin="patched" if changes else "repository",
        bases=tuple(new.ref if new and new.ref != old else None for old, new in pairs),
        copied={old: new.ref for old, new in copied.items() if new.ref != old},
        run_as=run_as,
        starts_app=bool(build.entrypoint) and not build.command,
        changes=changes,
    )


def final_base(draft: Draft, service: Service, spec: BuildSpec) -> str | None:
    """Return the image that the last stage of a build stands on, null where the file does not say."""
    if spec.origin == "generated":
        return str(draft.decisions[f"base:{service.path or '.'}"].value)
    build = service.build
    if build is None or not build.base_images:
        return None
    at = len(build.base_images) - 1
    if build.target in build.stages:
        at = build.stages.index(str(build.target))
    while (name := build.base_images[at]) in build.stages[:at]:
        at = build.stages.index(name)
    exact_one = spec.bases[at] if at < len(spec.bases) else None
    return exact_one or name


def _choose_bases(draft: Draft, service: Service) -> None:
    """Decide the images that a recipe builds from and runs on, once per folder."""
    wanted, path = bases(service), service.path or "."
    if not wanted:
        base_image(draft, service)
        return
    declared = service.runtime_version
    for role, reference in wanted.items():
        key = f"base:{path}" if role == "run" else f"base:{path}:{role}"
        if key in draft.decisions:
            continue
        image = exact(draft, reference, service.evidence)
        stated = (
            f"the repository declares {service.runtime} {declared}" if declared else f"the repository declares no {service.runtime} version"
        )
        _note_patch(draft, service, image)
        purpose = "what runs" if role == "run" else f"the stage `{role}`"
        draft.decide(key, image.ref, f"{stated}; {purpose} takes the nearest supported line with a known image", (), service.evidence)
    if declared is None:
        draft.assume(
            f"runtime-{slug(path)}",
            f"`{wanted.get('build', wanted['run'])}` builds this code",
            "no file of the repository declares a version",
            "step `build-images` and the test suite pass",
        )


def _note_patch(draft: Draft, service: Service, image: ImageRef) -> None:
    """List the assumption that a recipe takes another patch or line of the runtime than the one which the repository declares."""
    declared, parsed = service.runtime_version or "", parse_image(image.ref)
    if parsed is None or image.product != RUNTIME_PRODUCTS.get(service.runtime or ""):
        return
    if all(states_least(d.source) for d in service.runtime_version_declared):
        return
    told, taken = declared.split("-")[0].split("."), (parsed.tag or "").split("-")[0].split(".")
    if not all(part.isdigit() for part in told) or told == taken[: len(told)]:
        return
    what, by = ("patch", "a later patch of its line") if told[:2] == taken[:2] else ("line", "a line that still gets security fixes")
    why = f"no image of that {what} is known that this recipe can build on, one of {'.'.join(taken)} is"
    newer(draft, str(service.runtime), declared, why, by)


def base_image(draft: Draft, service: Service) -> ImageRef:
    """Return the base image of a generated Dockerfile and record it once per service path as a decision."""
    runtime = service.runtime or service.language or ""
    product = RUNTIME_PRODUCTS.get(runtime, runtime)
    declared = service.runtime_version
    from_image = service.build.base_images[-1] if service.build and service.build.base_images else None
    known = draft.catalog.for_image(from_image.split(":")[0].removeprefix("docker.io/")) if from_image else None
    if from_image and known is not None and known.id == product:  # a distribution's own image brings no runtime
        image = exact(draft, from_image, service.evidence)
    elif declared:
        image = pinned(draft, product, declared, service.evidence)
    else:
        line = runtime_line(draft, product) if draft.catalog.find(product) else None
        image = pinned(draft, product, line)
        image = image.model_copy(
            update={
                "source": "catalogue",
                "declared": None,
                "reason": f"the repository declares no {runtime} version; {line} is the oldest line with a year of "
                "support left, for which pinned dependencies most surely have published builds",
            }
        )
        draft.assume(
            f"runtime-{slug(service.path or '.')}",
            f"{runtime} {line} runs this code",
            "no file of the repository declares a version",
            f"the image build and the test suite pass on {image.ref}",
        )
    better = better_base(service, image.ref)
    if better is not None:
        draft.unverified.pop(image.ref, None)
        image = exact(draft, better[0], service.evidence).model_copy(update={"reason": f"{better[1]} (in place of `{image.ref}`)"})
    key = f"base:{service.path or '.'}"
    if key not in draft.decisions:
        draft.decide(key, image.ref, image.reason, (), service.evidence)
    return image
