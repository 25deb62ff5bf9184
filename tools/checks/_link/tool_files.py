"""Say which files docker, git, terraform and the other larger tools read and write."""

from __future__ import annotations

from collections.abc import Iterator

from .._view.invocations import Invocation
from .._view.options import cut, split
from .._view.words import Word
from .touching import OPTIONS, Touched, options


def docker(call: Invocation) -> Iterator[Touched]:
    """Yield compose files, env files, build contexts and copied files of a docker call."""
    docker = call.docker
    if docker is None:
        return
    yield from (Touched(w) for w in (*docker.files, *docker.env_files))
    if docker.verb == "build":
        yield from (Touched(w) for w in docker.arguments.values("-f", "--file"))
        yield from (Touched(w, folder=True) for w in docker.names[-1:])
    elif docker.verb == "run":
        yield from (Touched(w) for w in docker.arguments.values("--env-file"))
    elif docker.verb in ("cp", "compose cp", "container cp") and len(docker.names) == 2:
        source, target = docker.names
        if ":" not in source.template:
            yield Touched(source)
        if ":" not in target.template:
            yield Touched(target, writes=True)
    elif docker.verb == "stack deploy":
        yield from (Touched(w) for w in docker.arguments.values("-c", "--compose-file"))
    elif docker.verb in ("secret create", "config create"):
        yield from (Touched(w) for w in docker.names[1:])


def git(call: Invocation) -> Iterator[Touched]:
    """Yield what git clone and git archive make and what git apply reads."""
    words = split(call.args, options("-C -c --branch -b --depth --git-dir --work-tree"), stop=False)
    names = words.positionals
    if names and names[0].template == "clone":
        if len(names) > 2:
            yield Touched(names[2], writes=True, tree=True)
        elif len(names) == 2:
            target = names[1].template.rstrip("/").rpartition("/")[2].removesuffix(".git")
            yield Touched(Word(target, names[1].line, target), writes=True, tree=True)
    elif names and names[0].template == "apply":
        yield from (Touched(w) for w in names[1:])
    elif names and names[0].template == "archive":
        yield from (Touched(w, writes=True) for w in split(call.args, options("-o --output --format --prefix")).values("-o", "--output"))


def promtool(call: Invocation) -> Iterator[Touched]:
    """Yield the files that promtool checks."""
    words = split(call.args, frozenset()).positionals
    if len(words) > 2 and words[0].template in ("check", "test"):
        yield from (Touched(w) for w in words[2:])


def amtool(call: Invocation) -> Iterator[Touched]:
    """Yield the files that amtool checks."""
    words = split(call.args, frozenset()).positionals
    if len(words) > 1 and words[0].template == "check-config":
        yield from (Touched(w) for w in words[1:])


def terraform(call: Invocation) -> Iterator[Touched]:
    """Yield working folder, variable and plan files."""
    for word in call.args:
        for prefix in ("-chdir=", "-var-file=", "-out="):
            if word.template.startswith(prefix):
                yield Touched(cut(word, len(prefix)), writes=prefix == "-out=", folder=prefix == "-chdir=")


def curl(call: Invocation) -> Iterator[Touched]:
    """Yield the files whose content is sent."""
    for word in split(call.args, OPTIONS["curl"][0]).values("-d", "--data", "--data-binary", "-F"):
        text = word.template
        if text.startswith("@"):
            yield Touched(cut(word, 1))


def patch(call: Invocation) -> Iterator[Touched]:
    """Yield the patch that is read."""
    yield from (Touched(w) for w in split(call.args, options("-i --input -d --directory -p")).values("-i", "--input"))


def rsync(call: Invocation) -> Iterator[Touched]:
    """Yield local sources and targets of a copy to or from another host."""
    words = split(
        call.args,
        options("-e --rsh --exclude --include -p -P -i -o --bwlimit --timeout" if call.name == "rsync" else "-P -i -o -F -c -l -J"),
    ).positionals
    for word in words[:-1]:
        if ":" not in word.template:
            yield Touched(word, tree=True)
    if words and ":" not in words[-1].template:
        yield Touched(words[-1], writes=True, tree=True)


def make(call: Invocation) -> Iterator[Touched]:
    """Yield the makefile that is named."""
    arguments = split(call.args, options("-C -f -j --directory --file"))
    yield from (Touched(w) for w in arguments.values("-f", "--file"))
