"""Judge JavaScript installers: npm, npx, yarn, pnpm, bun, corepack, deno."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...exact import judged, version_level
from ...links import git_ref, is_archive, ref_level, url_level
from ...model import Reference
from ..flags import Arguments, split
from ..script import Call, Script
from ..words import Word

_GIT = ("git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "gist:")
_ADDS = frozenset(("install", "i", "add", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "isntall"))
_UPDATES = frozenset(("update", "up", "upgrade", "udpate"))


def split_spec(spec: str) -> tuple[str, str | None]:
    """Split `@scope/name@version` into name and version (None when there is none); `npm:` aliases are looked through."""
    at = spec.find("@", 1)
    if at < 0:
        return spec, None
    name, version = spec[:at], spec[at + 1 :]
    return split_spec(version[4:]) if version.startswith("npm:") else (name, version)


def package(word: Word) -> Iterator[Reference]:
    """Judge one package argument: exact version, git commit or version tag, versioned tarball; local files are left alone."""
    text = word.value
    if not text or text.startswith((".", "/", "~/", "file:", "link:", "workspace:", "portal:", "$(")):
        return
    name, version = split_spec(text)
    target = version if version and version.startswith((*_GIT, "http")) else text
    if target.startswith(_GIT) or ".git#" in target or target.endswith(".git"):
        ref = target.partition("#")[2].removeprefix("semver:") or git_ref(target)
        yield judged("git", word.shown, ref, word.line, level=ref_level(ref))
    elif target.startswith(("http://", "https://")):
        yield judged("download", word.shown, None, word.line, level=url_level(target))
    elif is_archive("file:///" + text):
        return
    elif not text.startswith("@") and "/" in text:
        ref = text.partition("#")[2]
        yield judged("git", word.shown, ref or None, word.line, level=ref_level(ref or None))
    else:
        yield judged("package", word.shown, version, word.line, name=name)


def _packages(words: Sequence[Word]) -> Iterator[Reference]:
    for word in words:
        yield from package(word)


def _upgrade(call: Call, verb: str) -> Reference:
    return judged("upgrade", f"{call.name} {verb}", None, call.line, why="an update installs whatever is newest on that day")


def _npm(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "npm")
    words = arguments.positionals
    if not words:
        return
    verb = words[0].value
    if verb in _ADDS:
        yield from _packages(words[1:])
    elif verb in _UPDATES:
        yield _upgrade(call, verb)
    elif verb in ("exec", "x"):
        yield from _npx(Call("npx", call.args[1:], call.line), script)
    elif verb in ("create", "init", "innit") and len(words) > 1:
        yield from _packages(words[1:2])


def _npx(call: Call, script: Script) -> Iterator[Reference]:
    """Judge the package that npx fetches: the one of --package, else the first argument; `--no-install` only runs what is there."""
    arguments = split(call.args, "npx", first_only=True)
    if arguments.has("--no-install", "--no", "--offline"):
        return
    chosen = arguments.values("-p", "--package") or arguments.positionals[:1]
    yield from _packages(chosen)


def _yarn(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "yarn")
    words = arguments.positionals
    if not words:
        return
    verb = words[0].value
    if verb == "global" and len(words) > 2 and words[1].value == "add":
        yield from _packages(words[2:])
    elif verb == "add":
        yield from _packages(words[1:])
    elif verb in ("dlx", "create"):
        yield from _dlx(call, words, "yarn")
    elif verb in ("upgrade", "up") and len(words) == 1:
        yield _upgrade(call, verb)
    elif verb == "set" and len(words) > 2 and words[1].value == "version":
        yield judged("tool", words[2].shown, words[2].value, words[2].line, name="yarn")
    elif verb in ("workspace", "workspaces") and len(words) > 2:
        yield from _packages(words[3:] if words[2].value == "add" else ())


def _dlx(call: Call, words: Sequence[Word], key: str) -> Iterator[Reference]:
    """Judge `dlx` and `create`: a package of --package, else the first word after the verb."""
    place = next((i for i, w in enumerate(call.args) if w is words[0]), 0)
    inner: Arguments = split(call.args[place + 1 :], key, first_only=True)
    yield from _packages(inner.values("-p", "--package") or inner.positionals[:1])


def _pnpm(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "pnpm")
    words = arguments.positionals
    if not words:
        return
    verb = words[0].value
    if verb in _ADDS:
        yield from _packages(words[1:])
    elif verb in ("dlx", "create"):
        yield from _dlx(call, words, "pnpm")
    elif verb in _UPDATES and len(words) == 1:
        yield _upgrade(call, verb)
    elif verb == "env" and len(words) > 2 and words[1].value in ("use", "add"):
        yield judged("runtime", words[2].shown, words[2].value, words[2].line, name="node")
    elif verb == "self-update":
        yield judged("tool", f"pnpm {verb}", words[1].value if len(words) > 1 else None, call.line, name="pnpm")


def _pnpx(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "pnpm", first_only=True)
    yield from _packages(arguments.values("--package") or arguments.positionals[:1])


def _bun(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "bun")
    words = arguments.positionals
    if not words:
        return
    verb = words[0].value
    if verb in ("add", "install", "i", "a"):
        yield from _packages(words[1:])
    elif verb in ("x", "create"):
        yield from _dlx(call, words, "bun")
    elif verb in ("update", "upgrade"):
        yield _upgrade(call, verb)


def _bunx(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "bun", first_only=True)
    yield from _packages(arguments.values("-p", "--package") or arguments.positionals[:1])


def _corepack(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "corepack").positionals
    if words and words[0].value in ("prepare", "use", "install"):
        yield from _packages([w for w in words[1:] if not w.value.endswith((".tgz", ".tar.gz"))])


def _deno(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "deno").positionals
    if words and words[0].value in ("install", "run", "add"):
        for word in words[1:2] if words[0].value == "run" else words[1:]:
            if word.value.startswith(("npm:", "jsr:")):
                name, version = split_spec(word.value[4:].lstrip("/"))
                yield judged("package", word.shown, version, word.line, name=name)
            elif word.value.startswith("https://"):
                yield judged("download", word.shown, None, word.line, level=url_level(word.value))
    elif words and words[0].value == "upgrade":
        version = words[1].value if len(words) > 1 else None
        yield judged("tool", "deno upgrade", version, call.line, name="deno", level=version_level(version))


PROGRAMS = {
    "npm": _npm,
    "npx": _npx,
    "yarn": _yarn,
    "yarnpkg": _yarn,
    "pnpm": _pnpm,
    "pnpx": _pnpx,
    "bun": _bun,
    "bunx": _bunx,
    "corepack": _corepack,
    "deno": _deno,
}
