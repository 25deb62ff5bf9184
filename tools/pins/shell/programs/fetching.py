"""Judge what comes over the network: curl, wget and their like, piped shells, git clones, and the checks that follow a download."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....catalog import Level
from ...exact import has_variable, judged
from ...links import git_ref, is_archive, is_private, is_script, moving_segment, ref_level, url_level
from ...links import split as split_url
from ...model import Reference
from ..flags import Arguments, split
from ..script import Call, Fetched, Script
from ..words import Word

_INTERPRETERS = frozenset(
    (
        "sh",
        "bash",
        "zsh",
        "dash",
        "ash",
        "ksh",
        "python",
        "python3",
        "perl",
        "ruby",
        "node",
        "php",
        "eval",
        "source",
        ".",
        "pwsh",
        "iex",
        "fish",
    )
)
_UNPACKERS = frozenset(
    (
        "tar",
        "gunzip",
        "unzip",
        "bunzip2",
        "xz",
        "zcat",
        "bsdtar",
        "cpio",
        "docker",
        "podman",
        "kubectl",
        "oc",
        "install",
        "dpkg",
        "rpm",
        "helm",
        "tee",
    )
)
_TWO_NUMBERS = re2.compile(r"^[vV]?\d+\.\d+(?:[.-][\w.-]+)?$")
_KEY = re2.compile(r"\.(?:gpg|asc|pub|key|pem|crt)$")  # stays one, whatever shell it passes through
_QUIET_SINKS = frozenset(("/dev/null", "-"))


def _fetch(call: Call, script: Script) -> Iterator[Reference]:
    arguments = split(call.args, "wget" if call.name == "wget" else "curl")
    for word in _urls(call, arguments):
        yield from _url(word, call, arguments, script)


def _urls(call: Call, arguments: Arguments) -> list[Word]:
    given = [*arguments.positionals, *arguments.values("--url")]
    return [w for w in given if "://" in w.value or (call.name in ("curl", "wget") and "." in w.value.split("/")[0])]


def _url(word: Word, call: Call, arguments: Arguments, script: Script) -> Iterator[Reference]:
    url = word.value if "://" in word.value else f"https://{word.value}"
    runner = next((p for p in (*call.downstream, call.feeds) if p in _INTERPRETERS), "")
    if runner and not is_private(url) and not _KEY.search(url):
        yield judged(
            "script",
            word.shown,
            None,
            word.line,
            level="L0",
            why=f"a script from the network goes straight into {runner}: download, verify, then run",
        )
        return
    output = _output(call, arguments, url)
    if is_private(url) or not _is_download(url, output, call):
        return
    level = url_level(url)
    if level in ("L2", "L3"):
        yield judged("download", word.shown, None, word.line, level=level, why="the path names a version")
    elif moving_segment(url) is not None or level == "L0":
        yield judged("download", word.shown, None, word.line, level=level, why="the path names no version, but something that moves")
    elif is_archive(url) or is_script(url):
        late = judged("download", word.shown, None, word.line, level="L1", why="no version in the path, and no checksum is verified")
        script.fetched.append(Fetched(output.rpartition("/")[2], late, only_if_run=not is_archive(url)))


def _output(call: Call, arguments: Arguments, url: str) -> str:
    named = arguments.value("-O", "--output-document") if call.name == "wget" else arguments.value("-o", "--output")
    if named is not None:
        return named.value
    _, segments = split_url(url)
    keeps_name = (
        call.name == "wget"
        or arguments.has("-O", "--remote-name", "-J")
        or any("O" in w.value[1:] for w in call.args if w.value[:1] == "-" and w.value[:2] != "--")
    )
    return segments[-1] if keeps_name and segments else ""


def _is_download(url: str, output: str, call: Call) -> bool:
    """Tell a download from a request to an API: something is kept, unpacked or asked for its newest release."""
    if "api.github.com" in url and "/releases" in url:
        return True
    if output and output not in _QUIET_SINKS:
        return True
    if any(p in _UNPACKERS for p in call.downstream):
        return True
    return is_archive(url) or (is_script(url) and "/releases/" in url) or _version_file(url)


def _version_file(url: str) -> bool:
    moving = moving_segment(url)
    return moving is not None and "." in moving


def _git(call: Call, script: Script) -> Iterator[Reference]:
    words = split(call.args, "git", first_only=True).positionals
    if not words:
        return
    verb, rest = words[0].value, words[1:]
    if verb == "clone":
        yield from _clone(rest, script)
    elif verb in ("checkout", "switch", "reset", "-c") and script.clones:
        for word in split(rest, "git").positionals:
            if has_variable(word.value):  # which one is checked out, whoever runs it says
                _, found = script.clones.pop()
                yield judged("git", found.text, word.value, found.line)
                return
            if _tag_level(word.value.removeprefix("origin/")) in ("L2", "L3"):
                script.clones.pop()
                return
    elif verb == "submodule" and any(w.value == "--remote" for w in rest):
        yield judged("git", "--remote", None, call.line, why="--remote takes the newest commit of each submodule's branch")


def _tag_level(ref: str | None) -> Level:
    """Return the level of what is checked out: a tag of two numbers (`12.1`) is a whole release, as branches are rarely called."""
    name = (ref or "").removeprefix("refs/tags/")
    return "L2" if _TWO_NUMBERS.match(name) else ref_level(ref)


def _clone(rest: list[Word], script: Script) -> Iterator[Reference]:
    arguments = split(rest, "git clone")
    if not arguments.positionals or arguments.has("--mirror"):
        return  # a mirror takes every version there is
    source = arguments.positionals[0]
    if source.value.startswith((".", "/", "file:", "~/")):
        return
    chosen = arguments.value("-b", "--branch", "--revision")
    ref = chosen.value if chosen is not None else git_ref(source.value) if "?" in source.value else None
    if ref is not None and has_variable(ref):
        yield judged("git", source.shown, ref, source.line)
        return
    found = judged("git", source.shown, ref, source.line, level=_tag_level(ref))
    if found.offending:
        script.clones.append((source.value, found))
    else:
        yield found


def _check(call: Call, script: Script) -> Iterator[Reference]:
    """Remember that downloads are verified: from here on an unversioned file is fixed by its checksum or signature."""
    values = {w.value for w in call.args}
    verifying = {"-c", "--check", "--verify", "verify", "verify-blob", "--status", "-V", "dgst"}
    if values & verifying or any(v.startswith("-") and "c" in v[1:] and not v.startswith("--") for v in values):
        script.verifies = True
    return iter(())


def _shell(call: Call, script: Script) -> Iterator[Reference]:
    """Judge `bash file`: a file that was fetched without version or check."""
    for word in call.args:
        if not word.value.startswith("-"):
            yield from script.executed(word.value)
            return


def _powershell(call: Call, script: Script) -> Iterator[Reference]:
    for word in call.args:
        if "://" in word.value:
            yield from _url(word, call, Arguments(), script)


PROGRAMS = {
    **dict.fromkeys(("curl", "wget", "aria2c", "http", "https", "fetch"), _fetch),
    **dict.fromkeys(("iwr", "irm", "invoke-webrequest", "invoke-restmethod", "start-bitstransfer"), _powershell),
    "git": _git,
    **dict.fromkeys(
        ("sha256sum", "sha512sum", "shasum", "sha1sum", "md5sum", "gpg", "gpgv", "minisign", "openssl", "rpmkeys", "slsa-verifier"), _check
    ),
    **dict.fromkeys(("sh", "bash", "zsh", "dash", "ash", "ksh", "source", "."), _shell),
}
