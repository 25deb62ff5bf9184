"""Say which variables a script uses, which it sets itself, which it exports, and which env files it loads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import re2

from .._view.script import Command, Node, Script
from .._view.words import Variable, Word

_ASSIGNMENT = re2.compile(r"(?m)^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=")
_INSIDE = re2.compile(r"(?:^|\\n|[\s'\"])([A-Z_][A-Z0-9_]*)=")
SHELL_OWN = frozenset(
    "HOME PATH USER PWD OLDPWD SHELL HOSTNAME LANG LC_ALL LANGUAGE TERM UID EUID GROUPS RANDOM SECONDS IFS LINENO PPID OSTYPE MACHTYPE"
    " HOSTTYPE SUDO_USER SUDO_UID"
    " SUDO_GID TMPDIR EDITOR LOGNAME FUNCNAME PIPESTATUS REPLY OPTARG OPTIND OPTERR SHLVL EPOCHSECONDS BASHPID XDG_RUNTIME_DIR"
    " XDG_CONFIG_HOME XDG_DATA_HOME"
    " XDG_STATE_HOME XDG_CACHE_HOME DISPLAY SSH_AUTH_SOCK TZ COLUMNS LINES PS1 COMP_WORDS SRANDOM EPOCHREALTIME DIRSTACK".split()
)
RUNNER_OWN = frozenset({"REPO", "PLAN"})
_DECLARING = frozenset({"export", "local", "declare", "typeset", "readonly"})


@dataclass(frozen=True, slots=True)
class Used:
    """Be one use of a variable that the script did not set before."""

    name: str
    line: int
    optional: bool
    guarded: bool


@dataclass(frozen=True, slots=True)
class Variables:
    """Hold what a script does with variables; `loaded` are env files it sources, `open` says that it may set names nobody can see."""

    used: tuple[Used, ...]
    assigned: frozenset[str]
    exported: frozenset[str]
    loaded: tuple[Word, ...]
    open: bool


def _named(name: str) -> bool:
    return bool(name) and (name[0].isalpha() or name[0] == "_") and not name.startswith("BASH_")


@lru_cache(maxsize=4096)
def variables(script: Script) -> Variables:
    """Return uses and definitions of a script, inner `sh -c` scripts in double quotes included."""
    assigned: set[str] = set()
    exported: set[str] = set()
    uses: list[Used] = []
    loaded: list[Word] = []
    opened = False
    functions = {id(inner) for f in script.functions.values() for inner in f.walk()}
    everywhere = frozenset(n for node in script.nodes for n in _sets(node))
    for node in script.nodes:
        known = everywhere if id(node) in functions else assigned
        for variable in _uses(node):
            if _named(variable.name) and variable.name not in known and variable.name not in SHELL_OWN:
                uses += [Used(variable.name, variable.line, variable.optional, variable.guarded)]
        assigned |= set(_sets(node))
        command = node.command
        if command is not None:
            exported |= set(_exports(command))
            loaded += _loads(command)
            opened = opened or command.name == "eval" or (command.name == "source" and not command.args)
    if any(c.name == "set" and any((w.value or "") in ("-a", "-o allexport") for w in c.args) for c in script.commands):
        exported |= assigned
    return Variables(tuple(dict.fromkeys(uses)), frozenset(assigned), frozenset(exported), tuple(loaded), opened)


def _uses(node: Node) -> Iterator[Variable]:
    for word in node.words:
        yield from word.variables
    for redirect in node.redirects:
        if redirect.target is not None:
            yield from redirect.target.variables
    command = node.command
    if command is None:
        return
    for word in command.everything():
        yield from word.variables
    for redirect in command.redirects:
        if redirect.heredoc is not None:
            yield from redirect.variables


def _sets(node: Node) -> Iterator[str]:
    if node.kind == "for" and node.name:
        yield node.name
    for variable in _uses(node):
        if variable.operator in (":=", "="):
            yield variable.name
    command = node.command
    if command is None:
        return
    if not command.words or command.name in _DECLARING:
        for assignment in command.assignments:
            yield assignment.name
    if command.name in ("local", "declare", "typeset", "read", "mapfile", "readarray", "getopts", "unset"):
        for word in command.args:
            text = word.template
            if text.replace("_", "a").isalnum() and not text[0].isdigit():
                yield text
    if command.name == "printf" and len(command.args) > 1 and command.args[0].value == "-v":
        yield command.args[1].template
    if command.name == "let":
        for word in command.args:
            yield word.template.partition("=")[0].rstrip("+-*/")


def _exports(command: Command) -> Iterator[str]:
    if command.name == "export" or (command.name in ("declare", "typeset") and any(w.value == "-x" for w in command.args)):
        for assignment in command.assignments:
            yield assignment.name
        for word in command.args:
            if not word.template.startswith("-"):
                yield word.template


def _loads(command: Command) -> Iterator[Word]:
    if command.name in (".", "source") and command.args:
        yield command.args[0]


def written_names(script: Script) -> Iterator[tuple[Word, frozenset[str], bool]]:
    """Yield (target, names, complete) of each env file that the script writes: by heredoc, printf or echo.

    `complete` is false when a part of the text is computed, so that it may hold more names.
    """
    for node in script.nodes:
        redirects = [*node.redirects, *(node.command.redirects if node.command is not None else ())]
        targets = [r.target for r in redirects if r.writes and r.target is not None]
        if not targets:
            continue
        names, complete = _content(node)
        for target in targets:
            yield target, names, complete


def _content(node: Node) -> tuple[frozenset[str], bool]:
    names: set[str] = set()
    complete = True
    for inner in node.walk():
        command = inner.command
        if command is None:
            continue
        for redirect in command.redirects:
            if redirect.heredoc is not None:
                names |= {str(m.group(1)) for m in _ASSIGNMENT.finditer(redirect.heredoc)}
        if command.name in ("printf", "echo"):
            text = " ".join(w.template for w in command.args)
            found = {str(m.group(1)) for m in _INSIDE.finditer(text)}
            names |= found
            complete = complete and bool(found)
        elif command.name not in ("cat", "") and not any(r.heredoc for r in command.redirects):
            complete = False
    return frozenset(names), complete


def names_in(text: str) -> frozenset[str]:
    """Return the names that an env file's text assigns."""
    return frozenset(str(m.group(1)) for m in _ASSIGNMENT.finditer(text))
