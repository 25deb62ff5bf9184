"""Judge Python installers: pip, pipx, uv, poetry, pipenv, conda."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import re2

from ....catalog import Level
from ...exact import has_variable, judged
from ...links import git_ref, is_archive, ref_level, url_level
from ...model import Reference
from ..flags import Arguments, split
from ..script import Call, Script
from ..words import SUBSTITUTION, Word

_REQUIREMENT = re2.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$")


def requirement(word: Word, *, at: bool = False, constrained: bool = False) -> Iterator[Reference]:
    """Judge one requirement: `==` without wildcard is exact, a VCS URL needs a commit or version tag; `at` allows `name@version`."""
    text = word.value.split(";")[0].strip()
    if not text or text.startswith((".", "/", "~/", "file:", "-", "$(")) or text == "$@":
        return
    if " @ " in text or text.startswith(("git+", "hg+", "svn+", "bzr+")) or "://" in text:
        yield _by_url(word, text)
        return
    if is_archive("file:///" + text) or "/" in text:
        return
    found = _REQUIREMENT.match(text)
    if found is None:
        yield judged("package", word.shown, None, word.line, level="L0")
        return
    name, rest = found.group(1), found.group(2).strip()
    if at and rest.startswith("@"):
        yield judged("package", word.shown, rest[1:].lstrip("="), word.line, name=name)
    elif rest.startswith("==") and "," not in rest:
        version = rest.lstrip("=").strip()
        level: Level = "L0" if has_variable(version) or not version else "L1" if "*" in version else "L2"
        yield judged("package", word.shown, version, word.line, name=name, level=level)
    elif constrained:
        yield judged("package", word.shown, None, word.line, name=name, level="L2", why="the constraint file fixes the version")
    else:
        yield judged("package", word.shown, rest or None, word.line, name=name, level="L1" if rest else "L0")


def _by_url(word: Word, text: str) -> Reference:
    name, _, url = text.partition(" @ ") if " @ " in text else ("", "", text)
    if "git+" in url or url.startswith(("hg+", "svn+", "bzr+")):
        ref = git_ref(url.split("#")[0])
        return judged("git", word.shown, ref, word.line, name=name.strip(), level=ref_level(ref))
    return judged("download", word.shown, None, word.line, name=name.strip(), level=url_level(url))


def _installs(words: Sequence[Word], arguments: Arguments) -> Iterator[Reference]:
    constrained = arguments.has("-c", "--constraint", "--require-hashes")
    for word in words:
        yield from requirement(word, constrained=constrained)
    for word in arguments.values("-e", "--editable"):
        yield from requirement(word)


def _pip(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "pip")
    words = arguments.positionals
    if words and words[0].value in ("install", "download", "wheel"):
        yield from _installs(words[1:], arguments)


def _python(call: Call, script: Script) -> Iterator[Reference]:
    """Look through `python -m pip …`."""
    values = [w.value for w in call.args]
    if "-m" in values:
        place = values.index("-m")
        if place + 1 < len(values) and values[place + 1] in ("pip", "pipx", "uv", "poetry", "pipenv", "ensurepip"):
            yield from script.command(list(call.args[place + 1 :]))
    elif call.args and not call.args[0].value.startswith("-"):
        yield from script.executed(call.args[0].value)


def _pipx(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "pipx", first_only=False)
    words = arguments.positionals
    if not words:
        return
    verb = words[0].value
    if verb in ("install", "run"):
        spec = arguments.value("--spec")
        chosen = [spec] if spec is not None else words[1:] if verb == "install" else words[1:2]
        for word in chosen:
            yield from requirement(word, at=verb == "run")
    elif verb == "inject":
        for word in words[2:]:
            yield from requirement(word)
    elif verb in ("upgrade", "upgrade-all", "reinstall-all"):
        yield judged("upgrade", f"pipx {verb}", None, call.line)


def _uv(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "uv", first_only=True)
    words = arguments.positionals
    if not words:
        return
    verb, rest = words[0].value, words[1:]
    if verb == "pip":
        yield from _pip(Call("pip", tuple(rest), call.line), script)
    elif verb == "tool" and rest:
        yield from _uv_tool(rest[0].value, rest[1:], call)
    elif verb == "add":
        inner = split(rest, "uv")
        for word in inner.positionals:
            yield from requirement(word)
    elif verb == "run":
        inner = split(rest, "uv", first_only=True)
        for word in inner.values("--with"):
            yield from requirement(word)
        yield from script.command(inner.positionals)
    elif verb == "python" and len(rest) > 1 and rest[0].value in ("install", "pin"):
        for word in split(rest[1:], "uv").positionals:
            if word.value == SUBSTITUTION:
                continue  # what a version file says: `uv python install $(cat .python-version)`
            yield judged("runtime", word.shown, word.value, word.line, name="python")
    elif verb in ("lock", "sync") and split(rest, "uv").has("--upgrade", "-U"):
        yield judged("upgrade", f"uv {verb} --upgrade", None, call.line)


def _uv_tool(verb: str, rest: Sequence[Word], call: Call) -> Iterator[Reference]:
    if verb == "upgrade":
        yield judged("upgrade", "uv tool upgrade", None, call.line)
    if verb not in ("install", "run"):
        return
    arguments = split(rest, "uv", first_only=True)
    source = arguments.value("--from")
    for word in [source] if source is not None else arguments.positionals[:1]:
        yield from requirement(word, at=True)
    for word in arguments.values("--with"):
        yield from requirement(word)


def _uvx(call: Call, script: Script) -> Iterator[Reference]:
    yield from _uv_tool("run", call.args, call)


def _poetry(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "poetry")
    words = arguments.positionals
    if words and words[0].value in ("add", "self"):
        for word in words[2:] if words[0].value == "self" else words[1:]:
            yield from requirement(word, at=True)
    elif words and words[0].value == "update":
        yield judged("upgrade", "poetry update", None, call.line)


def _pipenv(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "pipenv")
    words = arguments.positionals
    if words and words[0].value == "install":
        yield from _installs(words[1:], arguments)
    elif words and words[0].value in ("update", "upgrade"):
        yield judged("upgrade", f"pipenv {words[0].value}", None, call.line)


def _conda(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "conda").positionals
    if not words or words[0].value not in ("install", "create", "update"):
        return
    for word in words[1:]:
        name, equals, version = word.value.partition("=")
        exact = version.startswith("=") or version.count(".") >= 2
        if equals:
            yield judged(
                "package", word.shown, version.lstrip("="), word.line, name=name, level="L2" if exact and "*" not in version else "L1"
            )
        else:
            yield judged("package", word.shown, None, word.line, name=name)


def _easy_install(call: Call, script: Script) -> Iterator[Reference]:
    for word in split(call.args, "pip").positionals:
        yield from requirement(word)


PROGRAMS = {
    **dict.fromkeys(("pip", "pip2", "pip3", *(f"pip3.{minor}" for minor in range(6, 20)), "pip2.7"), _pip),
    **dict.fromkeys(("python", "python2", "python3", *(f"python3.{minor}" for minor in range(6, 20))), _python),
    "pipx": _pipx,
    "uv": _uv,
    "uvx": _uvx,
    "poetry": _poetry,
    "pipenv": _pipenv,
    **dict.fromkeys(("conda", "mamba", "micromamba"), _conda),
    "easy_install": _easy_install,
}
