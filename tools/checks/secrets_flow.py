"""Follow secret values: never in an argument list, a log or a file for everybody.

What:
    A variable that holds a secret is not an argument of a program (not even of `docker run -e NAME=value`) and is not printed. A file that
    receives one is not readable by everybody.

Why it matters in production:
    Arguments are visible to every user of the host (`ps`) and end in audit logs; what is printed is kept with the logs, for longer and for
    more readers than the secret is meant for.

Example:
    docker run -e DB_PASSWORD="$DB_PASSWORD" app:1.0.0
    psql "postgresql://app:$DB_PASSWORD@db/app" -c 'select 1'

Instead:
    docker run --env-file deploy/.env app:1.0.0           # or -e DB_PASSWORD without a value
    PGPASSWORD="$DB_PASSWORD" psql -h db -U app -c 'select 1'

When to ignore:
    SEC001 when the program offers no other way and the host has no other users: name the program.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.elsewhere import of_image
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation, of_node
from ._view.script import Node, Script
from ._view.secret_names import FILE_PATH, is_secret, secret_inputs
from ._view.words import Word

ARGV = Rule("SEC001", "secret-in-argv", "error", "A secret stands in the argument list of a program.")
PRINTED = Rule("SEC002", "secret-printed", "error", "A secret is printed.")
READABLE = Rule("SEC005", "secret-file-readable", "error", "A file that receives secrets is readable by everybody.", confidence="medium")
RULES = (ARGV, PRINTED, READABLE)

# programs of the shell itself: their arguments never leave the process
_BUILTIN = frozenset(
    {
        "printf",
        "echo",
        "export",
        "local",
        "declare",
        "readonly",
        "[",
        "[[",
        "test",
        "read",
        "set",
        ":",
        "case",
        "unset",
        "return",
        "eval",
        "typeset",
        "let",
        "shift",
        "cd",
    }
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about secrets that leave their place."""
    known = secret_inputs(view.plan)
    for script in view.scripts:
        yield from _commands(script, known, view.foreign and of_image(view, script))
        yield from _files(script, known)


def _secrets(word: Word, known: frozenset[str], local: frozenset[str]) -> list[str]:
    return [v.name for v in word.variables if (is_secret(v.name, known) or v.name in local) and v.operator not in ("#", ":+", "+")]


def _tainted(script: Script, known: frozenset[str]) -> frozenset[str]:
    """Return the script's own variables that were made from secrets by assignment."""
    found: set[str] = set()
    for command in script.commands:
        if not command.words or command.name in ("local", "export", "declare", "readonly"):
            for assignment in command.assignments:
                if any(is_secret(v.name, known) or v.name in found for v in assignment.value.variables):
                    found.add(assignment.name)
    return frozenset(found)


def _paths(script: Script) -> frozenset[str]:
    """Return the variables that the script sets to the path of a file: where a secret is kept, not the secret."""
    named = {name for name, value in script.constants.items() if FILE_PATH.fullmatch(value)}
    return frozenset(named | {str(m.group(1)) for m in _AS_FILE.finditer(script.text)})


_AS_FILE = re2.compile(r"\s-[efirs]\s+\\?[\"']?\$\{?([A-Za-z_][A-Za-z0-9_]*)")  # tested as a file, or given as an identity file


def _commands(script: ScriptView, known: frozenset[str], within: bool) -> Iterator[Finding]:
    local = _tainted(script.script, known)
    paths = _paths(script.script)
    functions = script.script.functions
    piped = _piped(script.script)
    for node in script.script.nodes:
        command = node.command
        if command is None or not command.words:
            continue
        if (
            command.name in ("echo", "printf")
            and id(node) not in piped
            and not any(r.writes or r.operator == ">&" for r in command.redirects)
        ):
            names = [n for word in command.args for n in _secrets(word, known, local) if n not in paths]
            if (
                names
                and "::add-mask::" not in node.text
                and not _inside_substitution(script.script, node)
                and command.args[0].value != "-v"
            ):
                yield PRINTED.at(
                    script,
                    f"${names[0]} is printed.",
                    line=command.line,
                    quote=node.text,
                    hint="Print that it is set, or its length; never the value.",
                )
        if command.name in _BUILTIN or command.name in functions:
            continue
        for call in of_node(node)[:1]:
            yield from _argv(script, call, known, local, within)
    if "x" in script.script.options and any(
        is_secret(v.name, known) for c in script.script.commands for w in c.everything() for v in w.variables
    ):
        yield PRINTED.at(script, "`set -x` prints every command with the secrets it carries.", hint="Leave -x out.")


def _argv(script: ScriptView, call: Invocation, known: frozenset[str], local: frozenset[str], within: bool) -> Iterator[Finding]:
    paths = _paths(script.script)
    inner = call.docker.command if call.docker is not None else ()
    for word in call.statement.words[1:]:
        names = [n for n in _secrets(word, known, local) if n not in paths]
        if not names:
            continue
        inside = word in inner
        place = "a program in the container" if inside else call.name
        yield ARGV.at(
            script,
            f"${names[0]} stands in the argument list of {place}.",
            line=word.line,
            quote=call.statement.name + " … " + word.text[:60],
            severity="warning" if within else None,
            hint="Pass it by environment (NAME=… in front of the command, `-e NAME` without a value, an env file) or on standard input.",
        )
        return


def _piped(script: Script) -> set[int]:
    found: set[int] = set()
    for node in script.nodes:
        if node.kind == "pipeline":
            found |= {id(n) for part in node.parts[:-1] for n in part.walk()}
        if any(r.writes for r in node.redirects):
            found |= {id(n) for n in node.walk()}
    for function in script.functions.values():
        found |= {id(n) for n in function.walk()}
    return found


def _inside_substitution(script: Script, wanted: Node) -> bool:
    return any(wanted is inner for node in script.nodes for s in node.substitutions for inner in s.walk())


# a runner keeps what it is told in files of its own, which no other job reads
_NOWHERE = ("/dev/null", "/dev/stderr", "/dev/stdout", "${GITHUB_OUTPUT}", "${GITHUB_STEP_SUMMARY}")


def _files(script: ScriptView, known: frozenset[str]) -> Iterator[Finding]:
    """A redirection that writes a secret, without `umask` before it and without `chmod` after it."""
    yield from _opened(script)
    tight = any(c.name == "umask" and c.args and c.args[0].template.endswith(("77", "27")) for c in script.script.commands)
    if tight:
        return
    narrowed = {w.template for c in script.script.commands if c.name in ("chmod", "install") for w in c.args}
    temporary = any(c.name == "mktemp" for c in script.script.commands)
    for node in script.script.nodes:
        command = node.command
        if command is None:
            continue
        for redirect in command.redirects:
            target = redirect.target
            if not redirect.writes or target is None or target.template in _NOWHERE:
                continue
            bodies = [v.name for r in command.redirects if r.heredoc is not None for v in r.variables]
            says = command.name in _SAYING  # of any other program the output is written, not the arguments
            names = [n for word in command.args if says for n in _secrets(word, known, frozenset())]
            names += [n for n in bodies if is_secret(n, known)]
            if names and target.template not in narrowed and not temporary:
                yield READABLE.at(
                    script,
                    f"${names[0]} is written to {target.template}, which everybody on the host can read.",
                    line=redirect.line,
                    quote=target.text,
                    hint="Set `umask 077` before it, or chmod 0600 the file.",
                )


_SAYING = frozenset({"echo", "printf", "cat", "print", "jq", "envsubst"})


def _opened(script: ScriptView) -> Iterator[Finding]:
    """A chmod that lets everybody read an environment file, or a file into which the script has put a secret."""
    constants = script.script.constants
    for command in script.script.commands:
        if command.name != "chmod" or len(command.args) < 2:
            continue
        mode = command.args[0].template
        readable = (mode.isdigit() and int(mode[-1]) & 4) or mode in ("a+r", "o+r", "+r")
        for word in command.args[1:] if readable else ():
            path = word.resolve(constants)
            if path is not None and (path.rpartition("/")[2] == ".env" or path.endswith((".key", "privkey.pem"))):
                yield READABLE.at(
                    script,
                    f"chmod {mode} lets everybody on the host read {path}.",
                    line=command.line,
                    quote=" ".join(w.text for w in command.words),
                    hint="Use 0600.",
                )
