"""Say which files a program reads and writes, from its arguments: a table for the programs that playbooks use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .._view.invocations import Invocation
from .._view.options import cut, split
from .._view.words import Word


@dataclass(frozen=True, slots=True)
class Touched:
    """Be one file or folder that a call reads or writes; `tree` says that everything below it comes with it."""

    word: Word
    writes: bool = False
    tree: bool = False
    optional: bool = False
    folder: bool = False


Reader = Callable[[Invocation], Iterator[Touched]]


def _v(text: str) -> frozenset[str]:
    return frozenset(text.split())


# program -> (options with a value, options whose value is read, options whose value is written)
_OPTIONS: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "psql": (_v("-f --file -c -d -U -h -p -v -o -P -F -R -T"), _v("-f --file"), _v("-o")),
    "openssl": (_v("-in -out -key -keyout -CA -CAkey -subj -days -newkey -config -extfile -passin -passout -signkey -inkey -addext -name -certfile"), _v("-in -CA -CAkey -signkey -inkey -config -extfile"), _v("-out -keyout")),
    "curl": (_v("-o --output -d --data --data-binary -H -X -u -w -m --max-time --retry --retry-delay --connect-to --resolve --cacert --cert --key -T -F --url -A -e -b -c --connect-timeout"), _v("--cacert --cert --key -T"), _v("-o --output")),
    "wget": (_v("-O -o -P --timeout --tries -T -t --header"), _v(""), _v("-O")),
    "kubectl": (_v("-n --namespace -f --filename -k --context -o -l --for --timeout"), _v("-f --filename -k"), _v("")),
    "ssh-keygen": (_v("-f -t -b -N -C"), _v(""), _v("-f")),
    "age-keygen": (_v("-o"), _v(""), _v("-o")),
    "age": (_v("-o -r -R -i"), _v("-R -i"), _v("-o")),
    "promtool": (_v(""), _v(""), _v("")),
    "pg_dump": (_v("-f --file -U -h -p -d -F -j -n -t"), _v(""), _v("-f --file")),
    "ansible-playbook": (_v("-i -e -l -t -u --vault-password-file"), _v("-i --vault-password-file"), _v("")),
    "helm": (_v("-f --values --version -n --namespace --set --set-string --set-file --timeout --repo"), _v("-f --values"), _v("")),
    "nginx": (_v("-c -p -g -s -e"), _v("-c"), _v("")),
    "terraform": (_v(""), _v(""), _v("")),
    "gpg": (_v("-o --output -r --recipient --passphrase-file"), _v("--passphrase-file"), _v("-o --output")),
    "jq": (_v("--arg --argjson --slurpfile --rawfile --indent"), _v(""), _v("")),
}  # fmt: skip


def touched(call: Invocation) -> tuple[Touched, ...]:
    """Return the files that a call names in its arguments; a program outside the table names none."""
    reader = _READERS.get(call.name)
    found = list(reader(call)) if reader is not None else []
    if call.name in _OPTIONS:
        valued, reads, writes = _OPTIONS[call.name]
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
    return lambda call: _reading(call, _v(valued))


def _after_first(valued: str, skip_unless: str = "") -> Reader:
    """Positional words after the first are files (grep PATTERN FILE, chmod MODE FILE); not when the pattern came by option."""

    def read(call: Invocation) -> Iterator[Touched]:
        arguments = split(call.args, _v(valued))
        given = bool(skip_unless) and arguments.has(*skip_unless.split())
        for word in arguments.positionals[0 if given else 1 :]:
            yield Touched(word)

    return read


def _copy(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, _v("-t --target-directory -m --mode -o -g --owner --group -S"))
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
                yield Touched(Word(target.text, target.line, target.template.rstrip("/") + "/" + name, target.variables + word.variables, target.substitutions), writes=True)


def _link(call: Invocation) -> Iterator[Touched]:
    words = split(call.args, frozenset()).positionals
    if len(words) == 2:
        yield Touched(words[1], writes=True, tree=True)


def _tee(call: Invocation) -> Iterator[Touched]:
    for word in split(call.args, frozenset()).positionals:
        yield Touched(word, writes=True)


def _mkdir(call: Invocation) -> Iterator[Touched]:
    for word in split(call.args, _v("-m --mode")).positionals:
        yield Touched(word, writes=True, folder=True)


def _archive(call: Invocation) -> Iterator[Touched]:
    first = call.args[0].template if call.args else ""
    letters = first.lstrip("-") if not first.startswith("--") else ""
    arguments = split(call.args, _v("-f --file -C --directory -T -X"))
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
    arguments = split(call.args, _v("-e -f --expression --file"))
    words = arguments.positionals if arguments.has("-e", "--expression", "-f", "--file") else arguments.positionals[1:]
    yield from (Touched(w) for w in words)
    yield from (Touched(w) for w in arguments.values("-f", "--file"))


def _awk(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, _v("-v -F -f"))
    words = arguments.positionals if arguments.has("-f") else arguments.positionals[1:]
    yield from (Touched(w) for w in words if "=" not in w.template)


def _shell(call: Invocation) -> Iterator[Touched]:
    if call.script is not None:
        return
    words = split(call.args, _v("-c -o"), stop=True).positionals
    if words:
        yield Touched(words[0])


def _interpreter(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, _v("-m -c -W -X -e -r --require"), stop=True)
    if arguments.has("-m"):
        module = arguments.values("-m")[0].template
        if module in ("venv", "virtualenv"):
            yield from (Touched(w, writes=True, tree=True) for w in arguments.positionals)
        return
    if arguments.positionals and not arguments.has("-c", "-e", "--eval", "-p"):
        yield Touched(arguments.positionals[0])


def _docker(call: Invocation) -> Iterator[Touched]:
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


def _git(call: Invocation) -> Iterator[Touched]:
    words = split(call.args, _v("-C -c --branch -b --depth --git-dir --work-tree"), stop=False)
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
        yield from (Touched(w, writes=True) for w in split(call.args, _v("-o --output --format --prefix")).values("-o", "--output"))


def _promtool(call: Invocation) -> Iterator[Touched]:
    words = split(call.args, frozenset()).positionals
    if len(words) > 2 and words[0].template in ("check", "test"):
        yield from (Touched(w) for w in words[2:])


def _amtool(call: Invocation) -> Iterator[Touched]:
    words = split(call.args, frozenset()).positionals
    if len(words) > 1 and words[0].template == "check-config":
        yield from (Touched(w) for w in words[1:])


def _terraform(call: Invocation) -> Iterator[Touched]:
    for word in call.args:
        for prefix in ("-chdir=", "-var-file=", "-out="):
            if word.template.startswith(prefix):
                yield Touched(cut(word, len(prefix)), writes=prefix == "-out=", folder=prefix == "-chdir=")


def _curl(call: Invocation) -> Iterator[Touched]:
    for word in split(call.args, _OPTIONS["curl"][0]).values("-d", "--data", "--data-binary", "-F"):
        text = word.template
        if text.startswith("@"):
            yield Touched(cut(word, 1))


def _patch(call: Invocation) -> Iterator[Touched]:
    yield from (Touched(w) for w in split(call.args, _v("-i --input -d --directory -p")).values("-i", "--input"))


def _rsync(call: Invocation) -> Iterator[Touched]:
    words = split(call.args,
    _v("-e --rsh --exclude --include -p -P -i -o --bwlimit --timeout" if call.name == "rsync" else "-P -i -o -F -c -l -J")).positionals
    for word in words[:-1]:
        if ":" not in word.template:
            yield Touched(word, tree=True)
    if words and ":" not in words[-1].template:
        yield Touched(words[-1], writes=True, tree=True)


def _make(call: Invocation) -> Iterator[Touched]:
    arguments = split(call.args, _v("-C -f -j --directory --file"))
    yield from (Touched(w) for w in arguments.values("-f", "--file"))


_READERS: dict[str, Reader] = {
    "cat": _plain(), "wc": _plain(), "sha256sum": _plain(), "md5sum": _plain(), "shred": _plain("-n"), "gunzip": _plain(), "head": _plain("-n -c"),
    "tail": _plain("-n -c"), "less": _plain(), "sort": _plain("-k -t -o"), "stat": _plain("-c --format -f"), "du": _plain("-d --max-depth"), "source": _plain(), ".": _plain(),
    "grep": _after_first("-e -f -m -A -B -C --include --exclude", "-e -f"), "egrep": _after_first("-e -f -m", "-e -f"),
    "chmod": _after_first("--reference"),
    "chown": _after_first("--from --reference"), "chgrp": _after_first("--reference"),
    "jq": _after_first("--arg --argjson --slurpfile --rawfile --indent -f", "-f"),
    "yq": _after_first("-i"), "sed": _sed, "awk": _awk, "cp": _copy, "mv": _copy, "install": _copy, "ln": _link, "tee": _tee, "touch": _tee, "mkdir": _mkdir, "tar": _archive,
    "sh": _shell, "bash": _shell, "dash": _shell, "python": _interpreter, "python3": _interpreter, "node": _interpreter, "docker": _docker, "docker-compose": _docker,
    "git": _git, "promtool": _promtool, "amtool": _amtool, "terraform": _terraform, "tofu": _terraform, "curl": _curl, "patch": _patch, "rsync": _rsync, "scp": _rsync,
    "make": _make, "shellcheck": _plain("-s -S -e -f"), "hadolint": _plain("-c -f"), "yamllint": _plain("-c -d -f"), "nft": _plain("-c"), "visudo": _plain(),
}  # fmt: skip
