"""Judge version managers: nvm, fnm, n, volta, pyenv, rbenv, goenv, sdk, asdf, mise, tfenv and their like."""

from __future__ import annotations

from collections.abc import Iterator

from ...exact import judged
from ...model import Reference
from ..flags import split
from ..script import Call, Script
from ..words import Word

_RUNTIME = {
    "nvm": "node", "fnm": "node", "n": "node", "nodenv": "node", "pyenv": "python", "rbenv": "ruby", "rvm": "ruby", "goenv": "go",
    "gvm": "go", "tfenv": "terraform", "tfswitch": "terraform", "tofuenv": "opentofu", "phpenv": "php", "jenv": "java", "jabba": "java",
    "kerl": "erlang", "exenv": "elixir", "helmenv": "helm", "kubectlenv": "kubectl", "tgenv": "terragrunt",
}  # fmt: skip
_VERBS = frozenset(("install", "use", "global", "local", "shell", "default", "i", "pin"))
_CHANNEL_FLAGS = frozenset(("--lts", "--latest", "--latest-npm", "--stable"))


def _manager(call: Call, script: Script) -> Iterator[Reference]:
    runtime = _RUNTIME[call.name]
    words = list(call.args)
    if call.name in ("n", "tfswitch"):
        chosen = [w for w in words if not w.value.startswith("-")][:1]
    else:
        positionals = split(words, "version manager").positionals
        if not positionals or positionals[0].value not in _VERBS | {"alias"}:
            return
        chosen = _alias(positionals) if positionals[0].value == "alias" else positionals[1:]
    for word in words:
        if word.value.split("=")[0] in _CHANNEL_FLAGS and call.name in ("nvm", "fnm"):
            yield judged("runtime", word.shown, "lts", word.line, name=runtime)
    for word in chosen:
        yield from _version(word, runtime)


def _alias(positionals: list[Word]) -> list[Word]:
    return positionals[2:3] if len(positionals) > 2 and positionals[1].value == "default" else []


def _version(word: Word, runtime: str) -> Iterator[Reference]:
    if word.value in ("system", "default", "auto", "$@"):
        return
    yield judged("runtime", word.shown, word.value, word.line, name=runtime)


def _volta(call: Call, script: Script) -> Iterator[Reference]:
    words = [w for w in call.args if not w.value.startswith("-")]
    if words and words[0].value in ("install", "pin", "fetch"):
        for word in words[1:]:
            name, _, version = word.value.rpartition("@") if "@" in word.value[1:] else (word.value, "", "")
            yield judged("runtime", word.shown, version or None, word.line, name=name)


def _sdkman(call: Call, script: Script) -> Iterator[Reference]:
    words = [w for w in call.args if not w.value.startswith("-")]
    if len(words) > 1 and words[0].value in ("install", "i", "default", "use", "d", "u"):
        version = words[2] if len(words) > 2 else None
        shown = version.shown if version else words[1].shown
        yield judged("runtime", shown, version.value if version else None, words[1].line, name=words[1].value)


def _asdf(call: Call, script: Script) -> Iterator[Reference]:
    """Judge `asdf install nodejs 22.11.0`, `mise use -g node@22.11.0`."""
    words = [w for w in call.args if not w.value.startswith("-")]
    if len(words) < 2 or words[0].value not in _VERBS | {"set", "exec", "x"}:
        return
    if "@" in words[1].value:
        for word in (w for w in words[1:] if "@" in w.value):
            name, _, given = word.value.rpartition("@")
            yield judged("runtime", word.shown, given, word.line, name=name.rpartition(":")[2])
        return
    version = words[2] if len(words) > 2 else None
    if words[0].value in ("exec", "x") or (version is not None and version.value in ("system", "ref")):
        return
    shown = version.shown if version else words[1].shown
    yield judged("runtime", shown, version.value if version else None, words[1].line, name=words[1].value)


PROGRAMS = {
    **dict.fromkeys(_RUNTIME, _manager),
    "volta": _volta,
    "sdk": _sdkman,
    **dict.fromkeys(("asdf", "mise", "rtx"), _asdf),
}
