"""Judge URLs of downloads and sources in git by what their path, ref and query say about the version."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import re2

from ..catalog import Level
from .exact import depth_of, has_variable, version_level

MOVING = frozenset(
    (
        "latest",
        "main",
        "master",
        "head",
        "stable",
        "nightly",
        "edge",
        "current",
        "develop",
        "dev",
        "canary",
        "trunk",
        "snapshot",
        "tip",
        "rolling",
        "lts",
    )
)
"""Path segments that name a moving target."""

_MOVING_FILE = re2.compile(
    r"^(?:latest|stable|current|nightly|lts)[-_.](?:txt|json|yml|yaml|version|tar|zip|tgz|sh|v?\d|linux|x86|amd64|release|stable)"
)
_ARCHIVE = re2.compile(
    r"(?i)\.(?:tar(?:\.(?:gz|xz|bz2|zst))?|tgz|txz|zip|deb|rpm|jar|war|apk|whl|gem|gz|xz|bz2|exe|msi|pkg|dmg|appimage|phar|run|bin)$"
)
_SCRIPT = re2.compile(r"(?i)\.(?:sh|bash|py|ps1|ya?ml|json)$")
_PRIVATE_HOST = re2.compile(
    r"(?i)^(?:localhost|127\.|10\.|192\.168\.|169\.254\.|\[|0\.0\.0\.0|[^.]+$|.*\.(?:local|svc|internal|test|localhost|invalid)(?:$|\.))"
)
_REPOSITORY = re2.compile(r"\.git(?:[#?@/:]|$)")
_COMMIT = re2.compile(r"(?:^|[/@=-])[0-9a-f]{40}(?:$|[/.&#-])")
_VERSION_VARIABLE = re2.compile(r"(?i)\$\{?[A-Za-z_]*(?:version|tag|ref|release|ver)[A-Za-z_]*")


def split(url: str) -> tuple[str, list[str]]:
    """Return host and path segments of a URL; an unparsable one gives an empty host."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", [unquote(s) for s in parts.path.split("/") if s]
    except ValueError:
        return "", []


def is_private(url: str) -> bool:
    """Tell whether a URL points to this machine, a private network or a host that is a variable."""
    host, _ = split(url)
    return not host or has_variable(host) or bool(_PRIVATE_HOST.match(host))


def moving_segment(url: str) -> str | None:
    """Return the path segment that names a moving target, or None."""
    _, segments = split(url)
    for place, segment in enumerate(segments):
        lowered = segment.lower()
        if lowered in MOVING or _MOVING_FILE.match(lowered):
            return segment
        if lowered == "heads" and place and segments[place - 1] == "refs":
            return "/".join(segments[place - 1 : place + 2])
    return None


def is_archive(url: str) -> bool:
    """Tell whether a URL ends in the name of a package, archive or binary."""
    _, segments = split(url)
    return bool(segments) and bool(_ARCHIVE.search(segments[-1]))


def is_script(url: str) -> bool:
    """Tell whether a URL ends in the name of a script or manifest."""
    _, segments = split(url)
    return bool(segments) and bool(_SCRIPT.search(segments[-1]))


def url_level(url: str) -> Level:
    """Return the level of a download: L0 latest, L1 moving or unversioned, L2 a version in the path, L3 a commit in the path."""
    if _COMMIT.search(url):
        return "L3"
    moving = moving_segment(url)
    if moving is not None:
        return "L0" if moving.lower() == "latest" else "L1"
    if _VERSION_VARIABLE.search(url):
        return "L0"
    _, segments = split(url)
    return "L2" if any(depth_of(s) >= 2 for s in segments) else "L1"


def git_ref(source: str) -> str | None:
    """Return the ref that a git source names (`?ref=`, `@ref` after the repository, `#ref`), or None."""
    base, _, fragment = source.partition("#")
    head, _, query = base.partition("?")
    for key in ("ref", "version", "tag", "rev", "branch"):
        values = parse_qs(query).get(key)
        if values:
            return values[0]
    if fragment and not fragment.startswith(("egg=", "subdirectory=")):
        return fragment.split("&")[0].split(":")[0].removeprefix("semver:") or None
    path = head.split("://")[-1].partition("/")[2]
    if "@" in path:
        return path.rpartition("@")[2] or None
    return None


def is_git(url: str) -> bool:
    """Tell whether a URL names a git repository: its path ends in `.git`, before a ref or a folder."""
    return bool(_REPOSITORY.search(url))


def ref_level(ref: str | None) -> Level:
    """Return the level of a git ref: commits are L3, complete version tags L2, branches and short tags L1."""
    return version_level(ref.removeprefix("refs/tags/").rpartition("/")[2] if ref else None)
