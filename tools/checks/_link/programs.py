"""Say which files a program reads and writes, from its arguments: a table for the programs that playbooks use."""

from __future__ import annotations

from collections.abc import Iterator

from .._view.invocations import Invocation
from .._view.options import split
from .._view.words import Word
from . import tool_files
from .touching import OPTIONS, Reader, Touched, options


def touched(call: Invocation) -> tuple[Touched, ...]:
    """Return the files that a call names in its arguments; a program outside the table names none."""
    reader = _READERS.get(call.name)
    found = list(reader(call)) if reader is not None else []
    if call.name in OPTIONS:
        valued, reads, writes = OPTIONS[call.name]
        arguments = split(call.args, valued)
        found += [Touched(w) for w in arguments.values(*reads)]
        found += [Touched(w, writes=True) for w in arguments.values(*writes) if w.template not in ("-", "/dev/null")]
    if "/" in call.words[0].template and reader is None:
        found.append(Touched(call.words[0]))
    return tuple(t for t in found if t.word.template not in ("-", ""))


def _reading(call: Invocation, valued: frozenset[str] = frozenset()) -> Iterator[Touched]:
    for word in split(call.args, valued).positionals:
        yield Touched(word)


def _plain(valued: str = "") -> Reader:
    return lambda call: _reading(call, options(valued))


def _after_first(valued: str, skip_unless: str = "") -> Reader:
    """Positional words after the first are files (grep PATTERN FILE, chmod MODE FILE); not when the pattern came by option."""

    def read(call: Invocation) -> Iterator[Touched]:
        arguments = split(call.args, options(valued))
        given = bool(skip_unless) and arguments.has(*skip_unless.split())
        for word in arguments.positionals[0 if given else 1 :]:
            yield Touched(word)

    return read


def _copy(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, options("-t --target-directory -m --mode -o -g --owner --group -S"))
    words = list(arguments.positionals)
    if call.name == "install" and arguments.has("-d", "--directory"):
        yield from (Touched(w, writes=True, folder=True) for w in words)
        return
    targets = list(arguments.values("-t", "--target-directory"))
    if not targets and len(words) > 1:
        targets = [words.pop()]
    tree = arguments.has("-r", "-R", "-a", "--recursive", "--archive")
    for word in words:
        yield Touched(word, tree=tree)
    for target in targets:
        yield Touched(target, writes=True, tree=tree)
        if not tree:
            for word in words:  # the target may be a folder
                name = word.template.rstrip("/").rpartition("/")[2]
                yield Touched(
                    Word(
                        target.text,
                        target.line,
                        target.template.rstrip("/") + "/" + name,
                        target.variables + word.variables,
                        target.substitutions,
                    ),
                    writes=True,
                )


def _link(call: Invocation) -> Iterator[Touched]:
    words = split(call.args, frozenset()).positionals
    if len(words) == 2:
        yield Touched(words[1], writes=True, tree=True)


def _tee(call: Invocation) -> Iterator[Touched]:
    for word in split(call.args, frozenset()).positionals:
        yield Touched(word, writes=True)


def _mkdir(call: Invocation) -> Iterator[Touched]:
    for word in split(call.args, options("-m --mode")).positionals:
        yield Touched(word, writes=True, folder=True)


def _archive(call: Invocation) -> Iterator[Touched]:
    first = call.args[0].template if call.args else ""
    letters = first.lstrip("-") if not first.startswith("--") else ""
    arguments = split(call.args, options("-f --file -C --directory -T -X"))
    archives = list(arguments.values("-f", "--file"))
    if not first.startswith("-") and "f" in letters and len(call.args) > 1:
        archives = [call.args[1]]
    creates = "c" in letters or arguments.has("-c", "--create")
    for word in archives:
        yield Touched(word, writes=creates)
    if not creates:
        for word in arguments.values("-C", "--directory"):
            yield Touched(word, writes=True, tree=True)


def _sed(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, options("-e -f --expression --file"))
    words = arguments.positionals if arguments.has("-e", "--expression", "-f", "--file") else arguments.positionals[1:]
    yield from (Touched(w) for w in words)
    yield from (Touched(w) for w in arguments.values("-f", "--file"))


def _awk(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, options("-v -F -f"))
    words = arguments.positionals if arguments.has("-f") else arguments.positionals[1:]
    yield from (Touched(w) for w in words if "=" not in w.template)


def _shell(call: Invocation) -> Iterator[Touched]:
    if call.script is not None:
        return
    words = split(call.args, options("-c -o"), stop=True).positionals
    if words:
        yield Touched(words[0])


def _interpreter(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, options("-m -c -W -X -e -r --require"), stop=True)
    if arguments.has("-m"):
        module = arguments.values("-m")[0].template
        if module in ("venv", "virtualenv"):
            yield from (Touched(w, writes=True, tree=True) for w in arguments.positionals)
        return
    if arguments.positionals and not arguments.has("-c", "-e", "--eval", "-p"):
        yield Touched(arguments.positionals[0])


_READERS: dict[str, Reader] = {
    "cat": _plain(),
    "wc": _plain(),
    "sha256sum": _plain(),
    "md5sum": _plain(),
    "shred": _plain("-n"),
    "gunzip": _plain(),
    "head": _plain("-n -c"),
    "tail": _plain("-n -c"),
    "less": _plain(),
    "sort": _plain("-k -t -o"),
    "stat": _plain("-c --format -f"),
    "du": _plain("-d --max-depth"),
    "source": _plain(),
    ".": _plain(),
    "grep": _after_first("-e -f -m -A -B -C --include --exclude", "-e -f"),
    "egrep": _after_first("-e -f -m", "-e -f"),
    "chmod": _after_first("--reference"),
    "chown": _after_first("--from --reference"),
    "chgrp": _after_first("--reference"),
    "jq": _after_first("--arg --argjson --slurpfile --rawfile --indent -f", "-f"),
    "yq": _after_first("-i"),
    "sed": _sed,
    "awk": _awk,
    "cp": _copy,
    "mv": _copy,
    "install": _copy,
    "ln": _link,
    "tee": _tee,
    "touch": _tee,
    "mkdir": _mkdir,
    "tar": _archive,
    "sh": _shell,
    "bash": _shell,
    "dash": _shell,
    "python": _interpreter,
    "python3": _interpreter,
    "node": _interpreter,
    "docker": tool_files.docker,
    "docker-compose": tool_files.docker,
    "git": tool_files.git,
    "promtool": tool_files.promtool,
    "amtool": tool_files.amtool,
    "terraform": tool_files.terraform,
    "tofu": tool_files.terraform,
    "curl": tool_files.curl,
    "patch": tool_files.patch,
    "rsync": tool_files.rsync,
    "scp": tool_files.rsync,
    "make": tool_files.make,
    "shellcheck": _plain("-s -S -e -f"),
    "hadolint": _plain("-c -f"),
    "yamllint": _plain("-c -d -f"),
    "nft": _plain("-c"),
    "visudo": _plain(),
}
