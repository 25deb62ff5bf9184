"""Say where a path of a script leads: inside the repository, inside the plan's folder, or on the host."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from .._view.words import Word

REPO = "repo:"
PLAN = "plan:"
KNOWN_PLACES = {"REPO": REPO, "PLAN": PLAN, "HOME": "~"}
_GLOB = frozenset("*?[{")
# what every host holds before a plan touches it
_SYSTEM = (
    "/dev",
    "/proc",
    "/sys",
    "/bin",
    "/sbin",
    "/usr",
    "/lib",
    "/lib64",
    "/run",
    "/tmp",
    "/var/run",
    "/var/log",
    "/var/lib/docker",
    "/var/tmp",
    "/boot",
    "/etc/os-release",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/ssl",
    "/etc/hostname",
    "/etc/fstab",
    "/etc/apt",
    "/etc/ssh",
    "/etc/sysctl.conf",
    "/etc/timezone",
    "/etc/localtime",
    "/etc/machine-id",
    "/etc/debian_version",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/var/lib/apt",
    "/etc/systemd",
    "/etc/security",
)


def resolve(word: Word, base: str | None, known: Mapping[str, str]) -> str | None:
    """Return the path a word names: relative to the repository, `plan:…`, absolute or `~…`; null when it cannot be told."""
    text = word.resolve({**known, **KNOWN_PLACES})
    if text is None or not text or any(c in _GLOB for c in text) or "\n" in text:
        return None
    return join(base, text)


def join(base: str | None, text: str) -> str | None:
    """Return a path relative to a base, normalised; null when the base is unknown and the path is relative."""
    for prefix, kept in ((REPO, ""), (PLAN, PLAN)):
        if text.startswith(prefix):
            return kept + _normal(text[len(prefix) :].lstrip("/"))
    if text.startswith(("/", "~")):
        return posixpath.normpath(text)
    if base is None:
        return None
    if base.startswith(("/", "~")):
        return posixpath.normpath(posixpath.join(base, text))
    prefix = PLAN if base.startswith(PLAN) else ""
    return prefix + _normal(posixpath.join(base[len(prefix) :], text))


def _normal(text: str) -> str:
    path = posixpath.normpath(text) if text else ""
    return "" if path == "." else path


def folder(path: str) -> str:
    """Return the folder of a path, the prefix kept."""
    prefix = PLAN if path.startswith(PLAN) else ""
    return prefix + posixpath.dirname(path[len(prefix) :])


def is_system(path: str) -> bool:
    """Say whether the host has the path anyway (or a package brings it)."""
    return any(path == place or path.startswith(place + "/") for place in _SYSTEM)


def on_host(path: str) -> bool:
    """Say whether a path lies outside repository and plan."""
    return path.startswith(("/", "~"))
