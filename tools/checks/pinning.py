"""Gate: everything that has a version is named by an exact one, and by the one that the project itself declares.

What:
    Images, base images, packages, actions, charts, providers, downloads and tools in every artifact, command and Markdown block are
    pinned to an exact version or a digest. What the repository declares (runtime, data store, package manager) is what the plan uses.

Why it matters in production:
    `postgres:16` is another server after the next pull, `pip install x` another library after the next build: the release that was tested
    cannot be built again, and a rollback builds something new. A major version other than the project's own breaks data files or syntax.

Example:
    FROM python:3.12-slim

Instead:
    FROM python:3.12.7-slim-bookworm

When to ignore:
    PIN001 and PIN002 never: they are a gate. In somebody else's runbook what floats within a release line is a warning. PIN003 until the
    repository pins its own packages: a plan that reuses a Dockerfile keeps its lines word for word. Where no exact version can be known,
    take the step out or let an input supply it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...core.declared import states_least
from ...core.facts import Survey
from ...core.findings import Finding
from ..pins import Reference, verdict
from ._aside import aside
from ._floating import MACHINE, around, floats_mildly, own_repository
from ._link import exact
from ._link.by_hand import by_hand, for_show
from ._link.images import built_images, forms, split_reference
from ._link.settled import Settled, settled
from ._link.versions import language_of
from ._rule import Rule, Spot
from ._view import Fence, PlanView
from ._view.placeholders import FILLED, filled

UNPINNED = Rule("PIN001", "not-pinned", "error", "Something with a version is not named by an exact one.", gate=True, foreign="error")
DIFFERS = Rule("PIN002", "differs-from-project", "error", "The plan pins another version than the repository declares.", gate=True)
INHERITED = Rule(
    "PIN003", "unpinned-in-repository", "warning", "The repository's own Dockerfile leaves a version open; the plan keeps its line."
)
RULES = (UNPINNED, DIFFERS, INHERITED)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield one finding for each mention that is not pinned or differs from the project's own pin."""
    pins = project_pins(view.survey, _replaced(view)) if view.survey is not None else {}
    known = _variables(view)
    built = built_images(view)
    inherited = _inherited(view.survey)
    helping = _helping(view)
    others = settled(view) if view.foreign else Settled()
    for spot, text, language, path in _texts(view):
        result = verdict(text, language, pins, path, known)
        paged = (spot.step or spot.artifact) in view.origins or isinstance(spot, Fence)
        beside = spot.artifact in view.origins and aside(str(spot.artifact))
        for reference in result.offending:
            filled_in = FILLED in reference.text and reference.kind != "git"  # the page's reader says which
            exact_already = filled_in or MACHINE.match(reference.text)
            if exact_already or _built_here(reference, built) or others.settles(reference, language, text, path):
                continue
            line = _line(text, reference.line)
            own = path is not None and reference.kind == "package" and _commands(line) <= inherited
            if own:
                rule, hint, fix = INHERITED, "Pin it in the repository; the plan cannot know which version was meant.", None
            else:
                rule, hint, fix = UNPINNED, exact.hint(reference), exact.fix(spot, reference)
            mild = beside or around(reference, path, text) or floats_mildly(reference, language, line)
            mild = mild or (paged and by_hand(view.around.get(spot.step or spot.artifact or ""), reference, text, spot.step is not None))
            mild = mild or (paged and reference.kind == "variable" and len(result.offending) > 1)  # what it fills in is told too
            mild = mild or (view.docs and reference.kind == "image" and for_show(reference, path or "", language))
            cloned = reference.kind == "git" and language not in ("k8s", "terraform")
            mild = mild or (cloned and not view.whole and view.profile != "release")
            mild = view.foreign and (mild or own_repository(reference, view.plan.title))
            yield rule.at(
                spot,
                f"{_named(reference)}: {reference.why}.",
                line=reference.line + (spot.line - 1 if isinstance(spot, Fence) else 0),
                quote=reference.text,
                hint=hint,
                fix=fix,
                severity="warning" if mild else None,
            )
        yield from _contradictions(spot, text, path, [r for r in result.inconsistent if r.text not in helping], inherited)


def _contradictions(
    spot: Spot, text: str, path: str | None, inconsistent: Sequence[Reference], inherited: frozenset[str]
) -> Iterator[Finding]:
    """Yield versions other than the repository declares; a warning where it contradicts itself in a line that the plan keeps."""
    for reference in inconsistent:
        own = path is not None and reference.kind == "package" and _commands(_line(text, reference.line)) <= inherited
        yield DIFFERS.at(
            spot,
            f"{_named(reference)} is version {reference.version}, the repository declares another.",
            line=reference.line,
            quote=reference.text,
            hint="Use the version that the repository declares.",
            severity="warning" if own else None,
        )


def _helping(view: PlanView) -> frozenset[str]:
    """Return the images of the plan's own helpers, which run nothing of the repository: no declaration of it is about them."""
    parts = view.blueprint.components if view.blueprint is not None else ()
    theirs = {c.image.ref for c in parts if c.kind in ("app", "job", "migrate", "datastore", "broker")}
    copying = {s.image for _, s in view.services.values() if s.image and "/opt/backup/" in s.command_text and not view.foreign}
    named = {s.image for _, s in view.services.values() if s.image and "/opt/backup/" not in s.command_text}
    return frozenset({c.image.ref for c in parts if c.kind == "backup"} | (copying - named)) - theirs


def _inherited(survey: Survey | None) -> frozenset[str]:
    """Return the commands in lines of the repository's own Dockerfiles: what a plan that reuses them cannot answer for."""
    texts = [s.build.text for s in survey.services if s.build and s.build.text] if survey is not None else []
    return frozenset(command for text in texts for line in text.splitlines() for command in _commands(line))


def _commands(line: str) -> frozenset[str]:
    """Return the commands of one line of a Dockerfile, without the instruction and the line's continuation."""
    parts = line.strip().removeprefix("RUN ").removesuffix("\\").split("&&")
    return frozenset(part.strip() for part in parts if part.strip())


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def _named(reference: Reference) -> str:
    return f"{reference.kind} {reference.name or reference.text}".strip()


def _built_here(reference: Reference, built: Mapping[str, frozenset[str]]) -> bool:
    """Say whether a reference names an image that this plan builds itself: its tag is the release, whatever that is called."""
    name, tag = split_reference(reference.text)
    return name in built and (not tag or tag in built[name] or bool(forms(tag) & built[name]))


def _texts(view: PlanView) -> Iterator[tuple[Spot, str, str | None, str | None]]:
    for artifact in view.artifacts:
        path = artifact.model.install_to or artifact.model.path
        kind = artifact.kind
        if kind == "diff":
            continue  # the file that it leads to is looked at itself
        text = filled(artifact.text) if artifact.artifact in view.origins else artifact.text
        yield artifact, text, language_of(kind), path
    for script in view.scripts:
        if not script.in_file:
            yield script, filled(script.text) if script.step in view.origins else script.text, "bash", None
    for fence in view.fences:
        kind = fence.kind
        if view.foreign and kind == "markdown":
            continue  # a page in a page: a template of one
        yield fence, fence.text, language_of(kind) or kind, fence.title or None


def _variables(view: PlanView) -> dict[str, str]:
    """Return values that are known from outside a text: defaults of inputs, the release."""
    known = {i.name: i.default for i in view.plan.inputs if i.default and i.kind == "value"}
    if view.blueprint is not None:
        known.setdefault("APP_RELEASE", view.blueprint.release)
    return known


def _replaced(view: PlanView) -> frozenset[str]:
    """Return the stores and runtimes whose declared line a plan replaces and says so in an assumption, since it cannot run there."""
    return frozenset(a.id.removeprefix("newer-") for a in view.plan.assumptions if a.id.startswith("newer-"))


def project_pins(survey: Survey, replaced: frozenset[str] = frozenset()) -> Mapping[str, str]:
    """Return what the repository declares, by product: only where every declaration of a product says the same."""
    declared: dict[str, dict[str, str]] = {}
    for service in survey.services:
        for stated in service.runtime_version_declared:
            if service.runtime and service.runtime not in replaced and service.path is not None and not states_least(stated.source):
                declared.setdefault(service.runtime, {}).setdefault(stated.value, stated.source)
        if service.package_manager and service.package_manager_version:
            declared.setdefault(service.package_manager, {}).setdefault(service.package_manager_version, service.manifest or "")
    for store in survey.datastores:
        if store.version and store.kind not in replaced:
            declared.setdefault(store.kind, {}).setdefault(store.version, store.evidence[0].path if store.evidence else "")
    return {
        product: f"{version} ({source})" if source else version
        for product, versions in sorted(declared.items())
        if len(versions) == 1
        for version, source in versions.items()
    }
