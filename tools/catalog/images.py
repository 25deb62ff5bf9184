"""Read container image references and judge how exactly a tag names one build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import re2

from .versions import Numbers, numbers

Level = Literal["L0", "L1", "L2", "L3"]
"""L0 none or latest, L1 floating, L2 exact version, L3 digest or commit."""

_REPOSITORY = re2.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9._-]|__|/[A-Za-z0-9])*$")
_TAG = re2.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")
_DIGEST = re2.compile(r"^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,128}$")
_COMMIT = re2.compile(r"^[0-9a-f]{7,40}$")
_DATE = re2.compile(r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[.T_-]?\d+)?Z?$")
_VERSION = re2.compile(r"^[vVr]?\d+(?:\.\d+)*[0-9A-Za-z._+]*$")
_PRERELEASE = re2.compile(r"^(?:rc|beta|alpha|b|a|m|ea|preview|pre|dev)\.?\d+$")
_ATTACHED = re2.compile(r"^[vV]?\d+\.\d+(?:\.\d+)?(?:rc|beta|alpha|b|a)\d+$")
_JAVA8 = re2.compile(r"^8u\d+$")
_SERVICE_PACK = re2.compile(r"^(?:CU|GDR|SP)\d+")


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


CHANNELS = words(
    "latest lts stable current mainline edge nightly dev devel develop main master trunk head rolling next canary beta alpha rc testing "
    "unstable preview snapshot experimental release prod production staging default leading"
)
"""Words that name a moving target wherever they stand as the first part of a tag."""

SUITES = words(
    "trixie bookworm bullseye buster stretch forky sid noble jammy focal bionic resolute oracular plucky questing ubuntu debian "
    "ubi ubi8 ubi9 ubi10 oraclelinux oraclelinux8 oraclelinux9 oracle oraclelinux10"
)
"""Words that only say which distribution lies underneath."""

TWO_PART = words(
    "postgres postgresql debian ubuntu rockylinux rockylinux/rockylinux almalinux oraclelinux opensuse/leap pause jenkins/jenkins "
    "ubi8/ubi ubi9/ubi ubi8/ubi-minimal ubi9/ubi-minimal ubi9 ubi8 photon centos"
)
"""Repositories (last one or two path parts) whose releases have two numbers."""


@dataclass(frozen=True)
class ImageReference:
    """Hold the parts of an image reference; `registry` is empty for the default one, `tag` and `digest` are None when absent."""

    registry: str
    repository: str
    tag: str | None
    digest: str | None

    @property
    def name(self) -> str:
        """Return registry and repository, without tag and digest."""
        return f"{self.registry}/{self.repository}" if self.registry else self.repository

    def with_tag(self, tag: str) -> str:
        """Return the reference text for another tag, without digest."""
        return f"{self.name}:{tag}"


@dataclass(frozen=True)
class Tag:
    """Hold a tag's parts: its version word ("" when it starts with none), the channel word, and the words of its variant."""

    text: str
    version: str
    channel: str
    variant: tuple[str, ...]

    @property
    def numbers(self) -> Numbers:
        """Return the numbers of the version word."""
        return numbers(self.version)


def parse_image(text: str) -> ImageReference | None:
    """Return the parts of an image reference, or None when text is none (empty, spaces, unresolved variable).

    The tag starts at the last colon after the last slash, so a registry's port is no tag.
    """
    text = text.strip().removeprefix("docker://").removeprefix("docker-daemon:")
    if not text or len(text) > 1024 or not text.isascii():
        return None
    head, at, digest = text.partition("@")
    if at and not _DIGEST.match(digest):
        return None
    slash = head.rfind("/")
    colon = head.rfind(":")
    tag: str | None = None
    if colon > slash:
        head, tag = head[:colon], head[colon + 1 :]
        if not _TAG.match(tag):
            return None
    registry, repository = _split_registry(head)
    if not _REPOSITORY.match(repository):
        return None
    return ImageReference(registry, repository, tag, digest if at else None)


def _split_registry(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return first, rest
    return "", name


def parse_tag(tag: str) -> Tag:
    """Split a tag at its dashes: `16.4-alpine3.20` has version 16.4 and variant (alpine3.20); `lts-slim` has channel lts."""
    if not tag.isascii():
        return Tag(tag, "", "", ())
    words = tag.split("-")
    first = words[0]
    if tag.startswith("RELEASE."):
        return Tag(tag, tag, "", ())
    if _VERSION.match(first) and not _hex_word(first):
        return Tag(tag, first, "", tuple(w for w in words[1:] if w))
    if first.lower() in CHANNELS:
        return Tag(tag, "", first.lower(), tuple(w for w in words[1:] if w))
    return Tag(tag, "", "", tuple(w for w in words if w))


def _hex_word(word: str) -> bool:
    """Tell a commit hash from a number: both digits and letters, seven or more."""
    if not _COMMIT.match(word):
        return False
    digits = sum(c.isdigit() for c in word)
    return len(word) == 40 or 0 < digits < len(word)


def required_depth(repository: str) -> int:
    """Return how many numbers a complete version of this image has (three unless its releases have two)."""
    parts = repository.split("/")
    known = parts[-1] in TWO_PART or "/".join(parts[-2:]) in TWO_PART
    return 2 if known else 3


def tag_level(repository: str, tag: str | None) -> Level:
    """Return how exactly tag names one build of repository: L0 (none, latest), L1 (floating) or L2 (exact)."""
    if not tag:
        return "L0"
    parsed = parse_tag(tag)
    if "latest" in tag.lower().split("-") and not parsed.numbers:
        return "L0"
    return "L2" if _exact(repository, parsed) else "L1"


def _exact(repository: str, tag: Tag) -> bool:
    words = tag.text.split("-")
    if "latest" in (word.lower() for word in words):
        return False
    if tag.text.startswith("RELEASE.") or any(_DATE.match(word) or _hex_word(word) for word in words):
        return True
    if not tag.version:
        return _nested_version(words)
    if len(tag.numbers) >= required_depth(repository):
        return True
    if _JAVA8.match(tag.version) or _ATTACHED.match(tag.version):
        return True
    if any(_PRERELEASE.match(w) for w in tag.variant[:1]) and len(tag.numbers) > 1:
        return True
    if any(_SERVICE_PACK.match(word) for word in tag.variant):
        return True
    return _build_number(tag)


def _nested_version(words: list[str]) -> bool:
    """Accept `api-2.3.1` or `release-2024.11.3`: a complete version after a name."""
    return any(_VERSION.match(word) and len(numbers(word)) >= 3 for word in words[1:])


def _build_number(tag: Tag) -> bool:
    """Accept `4711` and `9.5-1731604394`: a counter that only one build has; a year is none."""
    for word in (tag.version, *tag.variant):
        if word.isdigit() and len(word) >= 4 and not ("1990" <= word <= "2100" and len(word) == 4):
            return True
    return False
