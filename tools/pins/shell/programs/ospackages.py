"""Judge operating-system package managers: apt, apk, dnf, zypper, pacman, brew, snap, choco, winget, scoop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import re2

from ...exact import has_variable, judged
from ...links import is_archive
from ...model import Reference
from ..flags import split
from ..script import Call, Script
from ..words import Word

_RPM_VERSION = re2.compile(r"-(?:\d+:)?(\d[\w.+~^]*(?:-\d[\w.+~^*]*)?)(?:\.(?:x86_64|aarch64|noarch|i686))?$")
_WHOLE_NUMBER = re2.compile(r"^\d+$")


def is_file(text: str) -> bool:
    """Tell whether a package word is a local file or a URL instead of a name from the index."""
    return (
        text.startswith(("./", "../", "/", "~/", "file:")) or "://" in text or (is_archive("file:///" + text) and not text.startswith("$"))
    )


def versioned(kind: str, word: Word, name: str, version: str) -> Reference:
    """Judge `name=version` as package indexes understand it: any complete string without wildcard is exact."""
    if not version or has_variable(version):
        return judged(kind, word.shown, version or None, word.line, name=name, level="L0")
    return judged(kind, word.shown, version, word.line, name=name, level="L1" if "*" in version or version[0] in "<>~^" else "L2")


def _upgrade(call: Call, verb: Word) -> Reference:
    return judged(
        "upgrade", f"{call.name} {verb.value}", None, verb.line, why="an upgrade of everything installs whatever is newest on that day"
    )


def _plain(word: Word) -> Reference:
    return judged("package", word.shown, None, word.line, name=word.value)


def _apt(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "apt-get").positionals
    if not words:
        return
    verb, packages = words[0], words[1:]
    if verb.value in ("upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade"):
        yield _upgrade(call, verb)
    elif verb.value in ("install", "reinstall", "build-dep"):
        for word in packages:
            yield from _apt_package(word)


def _apt_package(word: Word) -> Iterator[Reference]:
    if is_file(word.value) or (word.value.endswith("-") and "=" not in word.value):
        return
    name, equals, version = word.value.partition("=")
    yield versioned("package", word, name, version) if equals else _plain(word)


def _apk(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "apk").positionals
    if not words:
        return
    verb, packages = words[0], words[1:]
    if verb.value == "upgrade":
        yield _upgrade(call, verb)
    elif verb.value == "add":
        for word in packages:
            if word.value.startswith((".", "/")) or word.value.endswith(".apk"):
                continue
            name, equals, version = word.value.partition("=")
            ranged = any(c in name for c in "~<>") or version.startswith(("~", "<", ">"))
            if ranged:
                yield judged("package", word.shown, version, word.line, name=name.rstrip("~<>"), level="L1")
            else:
                yield versioned("package", word, name, version) if equals else _plain(word)


def _rpm_like(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "dnf").positionals
    if not words:
        return
    verb, packages = words[0], words[1:]
    if verb.value in ("upgrade", "update", "distro-sync", "upgrade-minimal") and not packages:
        yield _upgrade(call, verb)
    elif verb.value in ("install", "localinstall", "reinstall", "upgrade", "update", "install-n", "install-nevra"):
        yield from (found for word in packages for found in rpm_package(word))
    elif verb.value in ("groupinstall", "group", "module") and packages:
        yield from _group(verb, packages)


def _group(verb: Word, packages: Sequence[Word]) -> Iterator[Reference]:
    names = packages if verb.value == "groupinstall" else packages[1:]
    if verb.value != "groupinstall" and packages[0].value not in ("install", "enable", "switch-to"):
        return
    for word in names:
        yield judged("package", word.shown, None, word.line, name=word.value, why="a group or module stream moves")


def rpm_package(word: Word) -> Iterator[Reference]:
    """Judge `name-version-release`; a hyphen alone makes no version."""
    text = word.value
    if is_file(text) or text.startswith("@"):
        if text.startswith("@"):
            yield judged("package", word.shown, None, word.line, name=text, why="a group moves")
        return
    if "*" in text:
        yield judged("package", word.shown, None, word.line, name=text, level="L1")
        return
    found = _RPM_VERSION.search(text)
    version = found.group(1) if found else ""
    if found and not _WHOLE_NUMBER.match(version):
        yield judged("package", word.shown, version, word.line, name=text[: found.start()], level="L2")
    else:
        yield judged("package", word.shown, None, word.line, name=text, level="L1" if found else "L0")


def _zypper(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "zypper").positionals
    if not words:
        return
    verb, packages = words[0], words[1:]
    if verb.value in ("update", "up", "dist-upgrade", "dup") and not packages:
        yield _upgrade(call, verb)
    elif verb.value in ("install", "in", "update", "up"):
        for word in packages:
            name, equals, version = word.value.partition("=")
            if any(c in word.value for c in "<>"):
                yield judged("package", word.shown, version, word.line, name=name, level="L1")
            elif equals:
                yield versioned("package", word, name, version)
            else:
                yield from rpm_package(word)


def _pacman(call: Call, script: Script) -> Iterator[Reference]:
    flags = [w for w in call.args if w.value.startswith("-S") and not w.value.startswith("-Ss")]
    if not flags:
        return
    packages = split(call.args, "pacman").positionals
    if "u" in flags[0].value:
        yield judged("upgrade", f"pacman {flags[0].value}", None, call.line, why="a full upgrade installs whatever is newest on that day")
    yield from (_plain(word) for word in packages if not is_file(word.value))


def _brew(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "brew").positionals
    if words and words[0].value in ("install", "reinstall", "upgrade"):
        if words[0].value == "upgrade" and len(words) == 1:
            yield _upgrade(call, words[0])
        for word in words[1:]:
            if not word.value.endswith(".rb"):
                yield judged(
                    "package",
                    word.shown,
                    None,
                    word.line,
                    name=word.value,
                    level="L1",
                    why="Homebrew installs no exact version: download a release instead",
                )


def _snap(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "snap")
    words = arguments.positionals
    if words and words[0].value in ("install", "refresh") and not arguments.has("--revision", "--dangerous"):
        if words[0].value == "refresh" and len(words) == 1:
            yield _upgrade(call, words[0])
        for word in words[1:]:
            if not word.value.endswith(".snap"):
                yield judged("package", word.shown, None, word.line, name=word.value, level="L1", why="a snap channel moves")


def _windows(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "winget" if call.name == "winget" else "choco")
    words = arguments.positionals
    if not words or words[0].value not in ("install", "upgrade", "add"):
        return
    if words[0].value == "upgrade" and (len(words) == 1 or words[1].value == "all"):
        yield _upgrade(call, words[0])
        return
    version = arguments.value("--version", "-v" if call.name == "winget" else "--version")
    for word in words[1:] or arguments.values("--id"):
        if version is not None:
            yield versioned("package", word, word.value, version.value)
        else:
            yield _plain(word)


def _scoop(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "choco").positionals
    if len(words) > 1 and words[0].value == "install":
        for word in words[1:]:
            name, _, version = word.value.partition("@")
            yield judged("package", word.shown, version or None, word.line, name=name)


PROGRAMS = {
    **dict.fromkeys(("apt-get", "apt", "aptitude"), _apt),
    "apk": _apk,
    **dict.fromkeys(("dnf", "yum", "microdnf", "tdnf", "dnf5", "rpm-ostree"), _rpm_like),
    "zypper": _zypper,
    **dict.fromkeys(("pacman", "yay", "paru"), _pacman),
    "brew": _brew,
    "snap": _snap,
    **dict.fromkeys(("choco", "cinst", "winget"), _windows),
    "scoop": _scoop,
}
