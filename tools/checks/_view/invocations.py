"""Say which program each command of a script really starts, where it runs, and what scripts it carries inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .docker import DockerCall, read_docker
from .options import Arguments, split
from .script import Command, Node, Script
from .shell import parse
from .words import Word

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
# wrapper -> options that take a value; what follows its options is the program it starts
_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "--user", "--group", "--preserve-env"}),
    "doas": frozenset({"-u", "-C"}),
    "env": frozenset({"-u", "-C", "-S", "--unset", "--chdir"}),
    "nice": frozenset({"-n", "--adjustment"}),
    "ionice": frozenset({"-c", "-n", "-p"}),
    "nohup": frozenset(),
    "time": frozenset({"-f", "-o"}),
    "command": frozenset(),
    "builtin": frozenset(),
    "exec": frozenset({"-a"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "setsid": frozenset(),
    "timeout": frozenset({"-s", "-k", "--signal", "--kill-after"}),
    "flock": frozenset({"-w", "-E", "--timeout"}),
    "runuser": frozenset({"-u", "--user", "-g", "-G", "-s"}),
    "setpriv": frozenset({"--reuid", "--regid", "--groups"}),
    "gosu": frozenset(),
    "su-exec": frozenset(),
    "chronic": frozenset(),
    "xargs": frozenset({"-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E", "--max-args", "--max-procs", "--delimiter", "--arg-file"}),
}
_SKIPPED_FIRST = frozenset({"timeout", "flock", "gosu", "su-exec"})  # one positional stands before the program
_LIMIT = 8


@dataclass(frozen=True, slots=True)
class Invocation:
    """Be one started program.

    `where` is `here` (where the script itself runs), `container` (with `place` = service, container or image) or `remote` (with `place` =
    host). `wrappers` are the programs before it (sudo, timeout). `statement` is the command as the script has it. `docker` is set for
    docker commands.
    """

    name: str
    words: tuple[Word, ...]
    where: str
    place: str
    line: int
    statement: Command
    wrappers: tuple[str, ...] = ()
    docker: DockerCall | None = None
    script: Script | None = None  # an inner script (`sh -c '…'`) that this program runs

    @property
    def args(self) -> tuple[Word, ...]:
        """Return the words after the program."""
        return self.words[1:]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the words as templates."""
        return tuple(w.template for w in self.words)

    def split(self, *valued: str, stop: bool = False) -> Arguments:
        """Return the arguments as options and positionals."""
        return split(self.args, frozenset(valued), stop)


def base_name(text: str) -> str:
    """Return the program's name without its folder."""
    return text.rstrip("/").rpartition("/")[2]


def invocations(script: Script) -> tuple[Invocation, ...]:
    """Return every program that the script starts, wrappers unwrapped, inner scripts and container commands opened, in source order."""
    return tuple(_of_nodes(_spliced(script), "here", "", 0, 0))


def _spliced(script: Script) -> Iterator[Node]:
    """Yield the statements; a call of a function that only passes its arguments on (`dc() { docker compose "$@"; }`) is what it runs."""
    passing = {name: inner for name, node in script.functions.items() if (inner := _passes_on(node)) is not None}
    for node in script.nodes:
        command = node.command
        if command is not None and command.name in passing and passing:
            words = (*passing[command.name], *command.args)
            command = Command(words, command.line, command.assignments, command.redirects)
            yield Node(node.kind, node.line, node.text, command=command)
        else:
            yield node


def _passes_on(function: Node) -> tuple[Word, ...] | None:
    body = function.parts[0].parts if len(function.parts) == 1 and function.parts[0].kind == "group" else ()
    command = body[0].command if len(body) == 1 else None
    if command is not None and len(command.words) > 1 and command.words[-1].template == "${@}" and command.name != function.name:
        return command.words[:-1]
    return None


def of_node(node: Node) -> tuple[Invocation, ...]:
    """Return the programs that one statement starts."""
    return tuple(_of_nodes(tuple(node.walk()), "here", "", 0, 0))


def of_command(command: Command) -> tuple[Invocation, ...]:
    """Return the programs that one simple command starts, the outermost first."""
    return tuple(_of_words(command.words, command, "here", "", 0, 0))


def _of_nodes(nodes: Iterable[Node], where: str, place: str, shift: int, depth: int) -> Iterator[Invocation]:
    for node in nodes:
        if node.command is not None and node.command.words:
            yield from _of_words(node.command.words, node.command, where, place, shift, depth)


def _of_words(words: Sequence[Word], command: Command, where: str, place: str, shift: int, depth: int) -> Iterator[Invocation]:
    if depth > _LIMIT or not words:
        return
    wrappers: list[str] = []
    rest = tuple(words)
    while rest and base_name(rest[0].template) in _WRAPPERS and len(wrappers) < _LIMIT:
        name = base_name(rest[0].template)
        inner = _unwrap(name, rest[1:])
        if inner is None:
            break
        wrappers.append(name)
        rest = inner
    name = base_name(rest[0].template)
    line = command.line + shift
    docker = read_docker(rest) if name in ("docker", "docker-compose", "podman") else None
    inner_script = _shell_text(name, rest)
    script = parse(inner_script.template) if inner_script is not None else None
    yield Invocation(name, rest, where, place, line, command, tuple(wrappers), docker, script)
    if script is not None and inner_script is not None:
        yield from _of_nodes(_spliced(script), where, place, inner_script.line - 1 + shift, depth + 1)
    if docker is not None and docker.command:
        yield from _of_words(docker.command, command, "container", docker.target, shift, depth + 1)
    elif name == "ssh":
        yield from _remote(rest, command, shift, depth)
    elif name in ("kubectl", "oc"):
        yield from _in_pod(rest, command, shift, depth)


def _unwrap(name: str, words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Return the words of the wrapped program, or null when nothing is wrapped (`sudo -v`, `env`)."""
    if name == "command" and words and words[0].template in ("-v", "-V"):
        return None
    rest = split(words, _WRAPPERS[name], stop=True).positionals
    if name in ("env", "sudo"):
        while rest and "=" in rest[0].template and rest[0].template.partition("=")[0].isidentifier():
            rest = rest[1:]
    if name in _SKIPPED_FIRST:
        rest = rest[1:]
    return rest or None


def _shell_text(name: str, words: Sequence[Word]) -> Word | None:
    """Return the script word of `sh -c WORD` (also `su -c WORD`, `eval WORD`)."""
    if name in _SHELLS or name in ("su", "runuser"):
        for at, word in enumerate(words[1:], start=1):
            text = word.template
            if text in ("-c", "--command") or (
                text.startswith("-") and not text.startswith("--") and text.endswith("c") and name in _SHELLS
            ):
                return words[at + 1] if at + 1 < len(words) else None
            if not text.startswith("-") and name in _SHELLS:
                return None
    if name == "eval" and len(words) == 2:
        return words[1]
    return None


POD = "pod:"  # before the name of a pod, or of what makes it, in `place`


def _in_pod(words: tuple[Word, ...], command: Command, shift: int, depth: int) -> Iterator[Invocation]:
    """Yield what `kubectl exec TARGET -- PROGRAM …` starts in a pod."""
    texts = [w.template for w in words]
    if "exec" not in texts or "--" not in texts[texts.index("exec") :]:
        return
    at, end = texts.index("exec"), texts.index("--", texts.index("exec"))
    target = next((t for t in texts[at + 1 : end] if not t.startswith("-")), "")
    yield from _of_words(words[end + 1 :], command, "container", POD + target, shift, depth + 1)


_SSH_VALUED = frozenset("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w".split())


def _remote(words: tuple[Word, ...], command: Command, shift: int, depth: int) -> Iterator[Invocation]:
    positionals = split(words[1:], _SSH_VALUED, stop=True).positionals
    if len(positionals) < 2:
        return
    host, rest = positionals[0].template, positionals[1:]
    if len(rest) == 1:
        yield from _of_nodes(parse(rest[0].template).nodes, "remote", host, rest[0].line - 1, depth + 1)
    else:
        yield from _of_words(rest, command, "remote", host, shift, depth + 1)
