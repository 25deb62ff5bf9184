"""Judge installers of other ecosystems: gem, bundle, composer, pecl, dotnet, go, cargo, rustup, mix, luarocks, cpanm."""

from __future__ import annotations

from collections.abc import Iterator

from ...exact import is_range, judged, version_level
from ...links import is_archive, ref_level
from ...model import Reference
from ..flags import split
from ..script import Call, Script
from ..words import Word


def _local(text: str) -> bool:
    return text.startswith((".", "/", "~/", "file:", "$(")) or is_archive("file:///" + text)


def _complete(version: str | None) -> str:
    """Return the level of a version where a short number is still one exact version (gem -v 7.2 means 7.2.0)."""
    level = version_level(version, 2)
    return "L2" if level == "L1" and version and version[0].isdigit() and not is_range(version) and "." in version else level


def _exact(kind: str, word: Word, name: str, version: str | None) -> Reference:
    level = _complete(version)
    return judged(kind, word.shown, version, word.line, name=name, level="L2" if level == "L2" else version_level(version))


def _upgrade(text: str, line: int) -> Reference:
    return judged("upgrade", text, None, line, why="an update installs whatever is newest on that day")


def _gem(call: Call, script: Script) -> Iterator[Reference]:
    own = list(call.args)
    values = [w.value for w in own]
    arguments = split(own[: values.index("--")] if "--" in values else own, "gem")
    words = arguments.positionals
    if not words or words[0].value not in ("install", "i", "update"):
        return
    if words[0].value == "update":
        yield _upgrade("gem update", call.line)
        return
    given = arguments.value("-v", "--version")
    for word in words[1:]:
        if _local(word.value) or word.value in ("true", "false"):
            continue
        name, _, version = word.value.partition(":")
        yield _exact("package", word, name, version or (given.value if given else None))


def _bundle(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "bundle")
    words = arguments.positionals
    if not words:
        return
    if words[0].value == "update" and len(words) == 1:
        yield _upgrade("bundle update", call.line)
    elif words[0].value == "add":
        given = arguments.value("--version", "-v")
        for word in words[1:]:
            yield _exact("package", word, word.value, given.value if given else None)
    elif words[0].value == "exec":
        yield from script.command(list(words[1:]))


def _composer(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "composer").positionals
    if words and words[0].value == "global":
        words = words[1:]
    if not words:
        return
    verb = words[0].value
    if verb in ("update", "upgrade", "u"):
        yield _upgrade(f"composer {verb}", call.line)
    elif verb in ("require", "req", "r"):
        yield from _composer_packages(words[1:])
    elif verb == "create-project" and len(words) > 1:
        given = words[3] if len(words) > 3 else None
        name, _, version = words[1].value.partition(":")
        yield _exact("package", words[1], name, version or (given.value if given else None))
    elif verb in ("self-update", "selfupdate"):
        asked = next(iter(words[1:]), None)
        yield judged("tool", "composer self-update", asked.value if asked else None, call.line, name="composer")


def _composer_packages(words: list[Word]) -> Iterator[Reference]:
    place = 0
    while place < len(words):
        word = words[place]
        name, separator, version = word.value.partition(":") if ":" in word.value else word.value.partition("=")
        following = words[place + 1].value if place + 1 < len(words) else ""
        if not separator and following and "/" not in following:
            version, place = following, place + 1
        yield _exact("package", word, name, version or None)
        place += 1


def _pecl(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "ansible-galaxy").positionals
    if words and words[0].value == "install":
        for word in words[1:]:
            name, _, version = word.value.rpartition("-") if "-" in word.value else (word.value, "", "")
            yield judged("package", word.shown, version or None, word.line, name=name)


def _dotnet(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "dotnet")
    words = arguments.positionals
    verbs = [w.value for w in words]
    given = arguments.value("--version", "-v")
    if verbs[:2] in (["tool", "install"], ["tool", "update"], ["add", "package"], ["package", "add"]):
        chosen = words[2:3]
    elif verbs[:1] == ["add"] and "package" in verbs:
        chosen = words[verbs.index("package") + 1 :][:1]
    else:
        chosen = words[2:3] if verbs[:2] == ["new", "install"] else []
    for word in chosen:
        name, _, version = word.value.partition("::") if "::" in word.value else word.value.partition("@")
        yield judged("package", word.shown, version or (given.value if given else None), word.line, name=name)


def _go(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "go", first_only=False)
    words = arguments.positionals
    if not words or words[0].value not in ("install", "get", "run"):
        return
    chosen = words[1:2] if words[0].value == "run" else words[1:]
    for word in chosen:
        name, at, version = word.value.partition("@")
        if at:
            yield judged("package", word.shown, version, word.line, name=name)
        elif words[0].value == "get" and arguments.has("-u"):
            yield _upgrade("go get -u", word.line)
        elif "/" in name and "." in name.split("/")[0] and not _go_local(name):
            yield judged("package", word.shown, None, word.line, name=name)


def _go_local(name: str) -> bool:
    return name.startswith((".", "/")) or name.endswith(".go")


def _cargo(call: Call, script: Script) -> Iterator[Reference]:
    words = [w for w in call.args if not w.value.startswith("+")]
    arguments = split(words, "cargo")
    positionals = arguments.positionals
    if not positionals:
        return
    verb = positionals[0].value
    if verb == "update" and len(positionals) == 1:
        yield _upgrade("cargo update", call.line)
    if verb not in ("install", "binstall", "add") or arguments.has("--path"):
        return
    git = arguments.value("--git")
    if git is not None:
        ref = arguments.value("--rev", "--tag", "--branch")
        yield judged("git", git.shown, ref.value if ref else None, git.line, level=ref_level(ref.value if ref else None))
        return
    given = arguments.value("--version", "--vers")
    for word in positionals[1:]:
        name, at, version = word.value.partition("@")
        yield judged("package", word.shown, version if at else given.value if given else None, word.line, name=name)


def _rustup(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "rustup")
    words = arguments.positionals
    values = [w.value for w in words]
    chosen: list[Word] = []
    if values[:2] in (["toolchain", "install"], ["toolchain", "add"], ["toolchain", "update"]):
        chosen = words[2:]
    elif values[:1] in (["default"], ["install"]):
        chosen = words[1:]
    elif values[:2] in (["override", "set"], ["override", "add"]):
        chosen = words[2:3]
    elif values[:1] == ["update"] or values[:1] == ["upgrade"]:
        yield _upgrade("rustup update", call.line)
    chosen += arguments.values("--default-toolchain")
    for word in chosen:
        if word.value != "none":
            yield judged("runtime", word.shown, word.value, word.line, name="rust")


def _mix(call: Call, script: Script) -> Iterator[Reference]:
    words = [w for w in call.args if not w.value.startswith("-")]
    values = [w.value for w in words]
    if values[:2] in (["archive.install", "hex"], ["escript.install", "hex"]) and len(words) > 2:
        version = words[3].value if len(words) > 3 else None
        yield judged("package", words[2].shown, version, words[2].line, name=values[2])


def _luarocks(call: Call, script: Script) -> Iterator[Reference]:
    words = [w for w in call.args if not w.value.startswith("-")]
    if len(words) > 1 and words[0].value == "install":
        yield judged("package", words[1].shown, words[2].value if len(words) > 2 else None, words[1].line, name=words[1].value)


def _cpan(call: Call, script: Script) -> Iterator[Reference]:
    for word in call.args:
        if not word.value.startswith(("-", ".", "/")):
            name, _, version = word.value.partition("@")
            yield _exact("package", word, name, version or None)


PROGRAMS = {
    "gem": _gem,
    "bundle": _bundle,
    "bundler": _bundle,
    "composer": _composer,
    "pecl": _pecl,
    "dotnet": _dotnet,
    "go": _go,
    "cargo": _cargo,
    "rustup": _rustup,
    "rustup-init": _rustup,
    "mix": _mix,
    "luarocks": _luarocks,
    "cpanm": _cpan,
}
