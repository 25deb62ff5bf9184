"""Refuse to run a script that could do more than ask: only known programs, no absolute ones, nothing written outside of its folder."""

from __future__ import annotations

from collections.abc import Iterator

from .._view.invocations import invocations
from .._view.script import Script

# what a smoke test may start: the doubles, and programs that read, compare and print
DOUBLED = frozenset({"curl", "docker", "sleep"})
HARMLESS = frozenset(
    "sh bash grep egrep sed awk cat head tail cut tr sort uniq wc printf echo test [ true false date dirname basename mktemp rm seq expr"
    " xargs tee env id uname jq timeout rev paste comm diff cmp base64 sha256sum stat ls mkdir touch command".split()
)
_BUILTIN = frozenset(
    "cd set export local declare readonly read return exit trap shift unset let : [[ (( break continue type getopts wait printf echo test ["
    " true false umask pwd hash".split()
)
_ALLOWED = DOUBLED | HARMLESS | _BUILTIN
_WRITABLE = ("/dev/null", "/dev/stderr", "/dev/stdout")


def refusals(script: Script, scripts: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return why a script is not run, empty when it may be; `scripts` are the file names of the plan's scripts that it may start."""
    return tuple(dict.fromkeys(_refusals(script, scripts)))


def _refusals(script: Script, scripts: frozenset[str]) -> Iterator[str]:
    if script.unread or script.errors:
        yield "it cannot be read"
    if "/dev/tcp" in script.text or "/dev/udp" in script.text:
        yield "it opens a socket"
    functions = set(script.functions)
    for call in invocations(script):
        if call.where != "here" or call.name in functions:
            continue
        word = call.words[0]
        if word.value is None:
            yield f"it starts what a variable names ({word.text[:40]})"
        elif "/" in word.value and word.value.rpartition("/")[2] not in scripts:
            yield f"it starts {word.value[:60]}"
        elif call.name not in _ALLOWED and call.name not in scripts:
            yield f"it starts {call.name[:40]}"
    for node in script.nodes:
        for redirect in (*node.redirects, *(node.command.redirects if node.command is not None else ())):
            target = redirect.target
            if redirect.writes and target is not None and target.template.startswith(("/", "~")) and target.template not in _WRITABLE:
                yield f"it writes {target.text[:60]}"
