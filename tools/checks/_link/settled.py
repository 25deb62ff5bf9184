"""Say what other files of somebody else's folder settle of a version that one file leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import re2

from ...pins import Reference
from .._view import PlanView
from .elsewhere import arguments_of, built_names, given_arguments, kept_machines, versioned_charts
from .images import split_reference

# NAME=1.2, NAME: "v1.2", NAME ?= 1.2, and what a pipeline writes: NAME=sha-${{ github.sha }}
_EXACT = re2.compile(
    r"(?m)(?:^|[\s\"'(;])([A-Za-z_][A-Za-z0-9_]*)[\"']?\s*(?:[?:]?=|:)\s*[\"']?(?:\$\{[A-Za-z_][A-Za-z0-9_]*:?-)?"
    r"(v?\d+(?:\.\d+)*(?:[-_+.][\w.+-]*)?|[\w.-]*\$\{\{ *github\.(?:sha|ref_name|event\.release\.tag_name) *\}\})(?:[}\"'\s);].*)?$"
)
_SETTING = frozenset({"env", "shell", "workflow", "gitlab-ci", "yaml", "text"})


@dataclass(frozen=True, slots=True)
class Settled:
    """Hold what other files of somebody else's folder settle.

    Names of images that are built, build arguments that are given, releases whose chart has a version, Terraform folders whose machines
    keep the image that they were made with, variables that an environment file sets to the newest (told there), and by variable the
    files that set it to a version: (path, whether it is an environment file). `own_charts` are the folders that are charts themselves.
    """

    images: frozenset[str] = frozenset()
    arguments: frozenset[str] = frozenset()
    charts: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    given: Mapping[str, frozenset[tuple[str, bool]]] = field(default_factory=dict)
    own_charts: frozenset[str] = frozenset()

    def settles(self, reference: Reference, language: str | None, text: str, path: str | None) -> bool:
        """Say whether another file fills in what a reference leaves open, or the same file names the image by its version too."""
        if reference.kind == "machine":
            return (path or "").rpartition("/")[0] in self.kept
        if reference.kind == "chart":
            own = {f"{path.rpartition('/')[0]}/{reference.text}", reference.text} if path and language == "bash" else set()
            return bool(own & self.own_charts) or (language == "k8s" and reference.name in self.charts)
        if language != "dockerfile" and self._given_elsewhere(reference, path):
            return True
        if language == "dockerfile" and arguments_of(reference.text) & self.arguments:
            return True
        if reference.kind != "image":
            return False
        if arguments_of(reference.text) & self.told and language != "dotenv":
            return True
        name, tag = split_reference(reference.text)
        if language == "dockerfile":
            return not tag and name in self.images
        if language == "k8s" and tag in ("", "latest") and name in self.images:
            return True
        return tag == "latest" and "of one's own" in reference.why and _named_again(name, reference.line, text)

    def _given_elsewhere(self, reference: Reference, path: str | None) -> bool:
        """Say whether another file sets the variable that holds the version: the file that a reader copies, a pipeline, an export."""
        names = arguments_of(reference.text)
        in_env = reference.kind == "variable" and not names
        if in_env:
            names = frozenset({reference.text.partition("=")[0].strip()})
        places = {place for name in names for place in self.given.get(name, ()) if place[0] != path}
        return any(not env or (not in_env and _reaches(other, path or "")) for other, env in places)


def _named_again(name: str, number: int, text: str) -> bool:
    """Say whether the same file names an image by its version too, or the same list of tags does under another name."""
    again = re2.compile(re2.escape(name) + r":[^\s\"',]+")
    if any(not m.group(0).endswith(":latest") for m in again.finditer(text)):
        return True
    near = text.split("\n")[max(0, number - 6) : number + 5]
    return any(_PUBLISHED.match(line) and not line.rstrip("\"', ").endswith(":latest") for line in near)


_PUBLISHED = re2.compile(r"^\s*-?\s*[\"']?[\w.-]+(?:/[\w.${} -]+)+:\S.*$")


def _reaches(env: str, path: str) -> bool:
    """Say whether an environment file counts for another file: it lies beside it, above it or below it."""
    own, other = (f"/{p}".rpartition("/")[0] + "/" for p in (path, env))
    return own.startswith(other) or other.startswith(own)


def settled(view: PlanView) -> Settled:
    """Return what the files of a folder settle for each other."""
    others = (built_names(view), given_arguments(view), versioned_charts(view), kept_machines(view))
    charts = frozenset(f.rpartition("/")[0] for f in view.files or () if f.endswith("/Chart.yaml"))
    return Settled(*others, _set_to_newest(view), given_versions(view), charts)


_NEWEST = re2.compile(r"(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*[\"']?latest[\"']?\s*(?:#.*)?$")


def _set_to_newest(view: PlanView) -> frozenset[str]:
    """Return the variables that a judged environment file sets to the newest, where that is told."""
    return frozenset(str(m.group(1)) for a in view.of_kind("env") for m in _NEWEST.finditer(a.text))


def given_versions(view: PlanView) -> Mapping[str, frozenset[tuple[str, bool]]]:
    """Return by variable the files that set it to a version: examples to copy, scripts, pipelines."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for artifact in (*view.artifacts, *view.aside):
        if artifact.kind in _SETTING and artifact.model.path not in view.origins:
            for match in _EXACT.finditer(artifact.text):
                found.setdefault(str(match.group(1)), set()).add((artifact.model.path, artifact.kind == "env"))
    return {name: frozenset(places) for name, places in found.items()}
