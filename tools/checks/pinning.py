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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import re2

from ...core.facts import Survey
from ...core.findings import Finding
from ..pins import Reference, guess_language, verdict
from ..pins.links import moving_segment, url_level
from ._link import exact
from ._link.elsewhere import OFFICIAL, arguments_of, built_names, given_arguments, kept_machines, versioned_charts
from ._link.images import built_images, forms, split_reference
from ._rule import Rule, Spot
from ._view import PlanView
from ._view.audience import for_developers
from ._view.placeholders import FILLED, filled

UNPINNED = Rule("PIN001", "not-pinned", "error", "Something with a version is not named by an exact one.", gate=True, foreign="error")
DIFFERS = Rule("PIN002", "differs-from-project", "error", "The plan pins another version than the repository declares.", gate=True)
INHERITED = Rule(
    "PIN003", "unpinned-in-repository", "warning", "The repository's own Dockerfile leaves a version open; the plan keeps its line."
)
RULES = (UNPINNED, DIFFERS, INHERITED)

_LANGUAGE = {"shell": "bash", "console": "bash", "env": "dotenv", "kubernetes": "k8s", "workflow": "gha", "hcl": "terraform"}

LEAST = ("go.mod#go", "go.mod#toolchain", "composer.json#require.php", "composer.json#config.platform.php", "Cargo.toml#rust-version")
"""Where a repository states the least version that it runs with, which every later one satisfies."""


def check(view: PlanView) -> Iterator[Finding]:
    """Yield one finding for each mention that is not pinned or differs from the project's own pin."""
    pins = project_pins(view.survey, _replaced(view)) if view.survey is not None else {}
    known = _variables(view)
    built = built_images(view)
    inherited = _inherited(view.survey)
    settled = _settled(view) if view.foreign else _Settled()
    for spot, text, language, path in _texts(view):
        result = verdict(text, language, pins, path, known)
        aside = for_developers(view, spot)
        for reference in result.offending:
            filled_in = FILLED in reference.text and reference.kind != "git"  # the page's reader says which
            exact_already = filled_in or _MACHINE.match(reference.text)
            if exact_already or _built_here(reference, built) or settled.settles(reference, language, text, path):
                continue
            line = _line(text, reference.line)
            own = path is not None and reference.kind == "package" and _commands(line) <= inherited
            if own:
                rule, hint, fix = INHERITED, "Pin it in the repository; the plan cannot know which version was meant.", None
            else:
                rule, hint, fix = UNPINNED, exact.hint(reference), exact.fix(spot, reference)
            mild = view.foreign and (aside or _around(reference, path, text) or _mild(reference, language, line))
            yield rule.at(
                spot,
                f"{_named(reference)}: {reference.why}.",
                line=reference.line,
                quote=reference.text,
                hint=hint,
                fix=fix,
                severity="warning" if mild else None,
            )
        for reference in result.inconsistent:
            own = path is not None and reference.kind == "package" and _commands(_line(text, reference.line)) <= inherited
            yield DIFFERS.at(
                spot,
                f"{_named(reference)} is version {reference.version}, the repository declares another.",
                line=reference.line,
                quote=reference.text,
                hint="Use the version that the repository declares.",
                severity="warning" if own else None,  # the repository contradicts itself
            )


@dataclass(frozen=True, slots=True)
class _Settled:
    """Hold what other files of somebody else's folder settle.

    Names of images that are built, build arguments that are given, releases whose chart has a version, Terraform folders whose machines
    keep the image that they were made with.
    """

    images: frozenset[str] = frozenset()
    arguments: frozenset[str] = frozenset()
    charts: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()

    def settles(self, reference: Reference, language: str | None, text: str, path: str | None) -> bool:
        """Say whether another file fills in what a reference leaves open, or the same file names the image by its version too."""
        if reference.kind == "machine":
            return (path or "").rpartition("/")[0] in self.kept
        if reference.kind == "chart":
            return language == "k8s" and reference.name in self.charts
        if reference.kind != "image":
            return False
        name, tag = split_reference(reference.text)
        if language == "dockerfile":
            return bool(arguments_of(reference.text) & self.arguments) or (not tag and name in self.images)
        if language == "k8s" and not tag and name in self.images:
            return True
        again = re2.compile(re2.escape(name) + r":[^\s\"',]+")
        return tag == "latest" and "of one's own" in reference.why and any(not m.group(0).endswith(":latest") for m in again.finditer(text))


def _settled(view: PlanView) -> _Settled:
    return _Settled(built_names(view), given_arguments(view), versioned_charts(view), kept_machines(view))


def _mild(reference: Reference, language: str | None, line: str) -> bool:
    """Say whether what floats is no error in somebody else's folder: it holds a line, is a pipeline's tool, or a name to fill in."""
    if reference.kind == "download" and "$" in reference.text and moving_segment(reference.text) is None and language == "dockerfile":
        return True  # the version is an argument, which whoever builds gives
    if "no valid image reference" in reference.why and language == "bash":
        return True  # a word of a script that was taken for one
    if "the digest is exact" in reference.why or (reference.kind == "chart" and _own_chart(reference.text)):
        return True
    if reference.kind == "download" and "api.github.com" in reference.text and language != "dockerfile":
        return True  # a question which version is the newest
    if reference.kind == "image" and reference.text.startswith("linode/"):
        return True  # a machine image, whose name is its version
    if reference.kind == "image" and language in ("bash", "gha", "dotenv") and ":" not in reference.text and _NAMED_ALONE.match(line):
        return True  # a variable for the name, another one for the tag
    if reference.kind == "download" and reference.text.startswith("$"):
        return True  # the address is a variable's, and so is what it names
    if reference.kind == "image" and (reference.text.startswith("docker/dockerfile:") or _LINE_LATEST.search(reference.text)):
        return True  # the syntax of the file itself; the newest of one line (`7.0-latest`)
    if reference.kind == "variable" and "${1" in reference.text:
        return True  # whoever calls the script says which
    if reference.kind == "git" and reference.text.startswith("$"):
        return True  # so is that of a repository
    stands_in = FILLED in reference.text or bool(_STAND_IN.search(reference.text))
    if reference.kind == "image" and language == "bash" and _LOOKS.match(line):
        return True  # a pod to look around with, gone when the look is over
    if reference.kind == "machine" or reference.text == "targetRevision: HEAD":
        return True  # looked up when a machine is made, by whatever else the search says; a repository that follows its own head
    if reference.kind == "chart" and reference.name.lower().rpartition("/")[2].startswith(("example", "my-", "my_", "mychart", "your")):
        return True  # whichever chart the reader has
    unnamed = reference.kind == "git" and (reference.name.startswith(("{", "<")) or stands_in)
    return _within_a_line(reference) or _of_ci(reference, language) or _to_be_built(reference) or unnamed


_NEWEST = re2.compile(r"(?i)\b(?:latest|newest|most recent|up[ -]to[ -]date)\b")


def _meant(lines: list[str], number: int) -> bool:
    """Say whether a comment right above a line tells that the newest is meant."""
    for line in reversed(lines[max(0, number - 5) : number - 1]):
        if not line.lstrip().startswith("#"):
            return False
        if _NEWEST.search(line) and "syntax=" not in line:
            return True
    return False


def _own_chart(text: str) -> bool:
    """Say whether a chart is a folder, or an array of options read as one: neither has a version of its own."""
    return text.startswith(("$", "./", "../")) or (text.count("/") > 1 and "://" not in text)


_FOR_EASE = re2.compile(r"(?i)\b(?:simplicity|recommend|in production|on purpose|intentional|deliberate)")


def _around(reference: Reference, path: str | None, text: str) -> bool:
    """Say whether the text around settles what floats: a chart or controller gives the tag, a pod never pulls, a remark says why."""
    lines = text.split("\n")
    if reference.kind != "image":
        return False
    near = lines[max(0, reference.line - 4) : reference.line + 3]
    remarks = [line for line in near[:4] if line.lstrip().startswith("#")]
    if "upgrade.cattle.io/" in text:  # its controller adds the version of the plan to the image
        return True
    if any(re2.search(r"imagePullPolicy:\s*[\"']?Never", line) for line in near) or any(_FOR_EASE.search(r) for r in remarks):
        return True
    return _meant(lines, reference.line) or (not split_reference(reference.text)[1] and guess_language(path, text) == "helm")


# an address that a script or the reader fills in: somebody's own repository
_STAND_IN = re2.compile(r"(?i)://[^/]*(?:domain\.tld|example\.(?:com|org|net))|[/:](?:example|user|username|org|owner|acme)/[\w.-]+$|[/:](?:my|your)[-_]?[\w.-]+/[\w.-]+$")
_LINE_LATEST = re2.compile(r":[\w.-]*\d+\.\d+[\w.-]*latest$|:[\w.-]*latest[\w.-]*\d+\.\d+[\w.-]*$")
_LOOKS = re2.compile(r"^[\s({]*(?:[A-Z_]+=\S+\s+|sudo\s+)*(?:kubectl|oc)\s[^|;&]*\b(?:debug|run)\s")
_MACHINE = re2.compile(r"^\d{12}/")  # the image of a machine, by its owner's account and its full name
_NAMED_ALONE = re2.compile(r"^\s*(?:export\s+|local\s+|readonly\s+)?[A-Za-z_]+[:=]")


def _to_be_built(reference: Reference) -> bool:
    name = split_reference(reference.text)[0]
    if reference.kind != "image" or "$" in name:
        return False
    to_fill = "<" in name or any(part.startswith(("your-", "your_", "yourname", "username", "my-")) for part in name.split("/"))
    return to_fill or ("/" not in name and name not in OFFICIAL)


def _of_ci(reference: Reference, language: str | None) -> bool:
    """Say whether what floats is a tool of a pipeline's own, or a script whose address names its version: neither is what runs."""
    if reference.kind == "script":
        return url_level(reference.text) in ("L2", "L3")
    return language == "gha" and reference.kind != "action" and "of one's own" not in reference.why


def _within_a_line(reference: Reference) -> bool:
    """Say whether what floats stays within a release line, or comes from a distribution that holds one line for years."""
    return reference.level == "L1" or "variable" in reference.why or reference.kind in ("package", "upgrade", "runner", "tool", "provider")


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
        yield artifact, artifact.text, _LANGUAGE.get(kind, kind if kind in ("compose", "dockerfile") else None), path
    for script in view.scripts:
        if not script.in_file:
            yield script, filled(script.text) if script.step in view.origins else script.text, "bash", None
    for fence in view.fences:
        kind = fence.kind
        yield fence, fence.text, _LANGUAGE.get(kind, kind), fence.title or None


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
            if service.runtime and service.runtime not in replaced and service.path is not None and not stated.source.endswith(LEAST):
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
