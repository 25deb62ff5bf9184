"""Decide whether a script can fail: which statements are able to make its exit status something else than 0."""

from __future__ import annotations

from collections.abc import Iterator

from .invocations import Invocation, of_command
from .script import Command, Node, Script

_ALWAYS_GOOD = frozenset(
    {
        "true",
        ":",
        "echo",
        "printf",
        "sleep",
        "date",
        "pwd",
        "clear",
        "set",
        "export",
        "local",
        "unset",
        "shift",
        "trap",
        "umask",
        "cat-heredoc",
    }
)
_FILTERS = frozenset(
    {
        "head",
        "tail",
        "cat",
        "tee",
        "sort",
        "uniq",
        "wc",
        "tr",
        "cut",
        "column",
        "less",
        "more",
        "nl",
        "fold",
        "sed",
        "rev",
        "tac",
        "xxd",
        "base64",
    }
)
# these answer 0 whatever the state is: they list, they do not assert
_LISTING = {
    "docker": frozenset(
        {
            "ps",
            "images",
            "compose ps",
            "compose logs",
            "compose images",
            "compose ls",
            "volume ls",
            "network ls",
            "image ls",
            "container ls",
            "system df",
            "stats",
            "info",
            "compose top",
            "service ls",
            "stack ls",
            "node ls",
            "secret ls",
            "stack ps",
            "service ps",
        }
    ),
    "systemctl": frozenset({"list-units", "list-timers", "list-unit-files"}),
    "kubectl": frozenset({"get pods", "get all", "get nodes", "get events"}),
}


def cannot_fail(script: Script, errexit: bool = True, pipefail: bool = True) -> bool:
    """Say whether the script ends with status 0 whatever it finds (an empty one does).

    `errexit` and `pipefail` say how it is started; its own `set -e` and `set -o pipefail` count too.
    """
    judge = _Judge(script, pipefail or "pipefail" in script.options)
    statements = [n for n in script.root.parts if n.kind != "function"]
    if not statements:
        return True
    if any(judge.exits_badly(n) for n in script.root.parts if n.kind != "function"):
        return False
    if errexit or "e" in script.options:
        return all(judge.good(n) or (n is not statements[-1] and _exempt(n)) for n in statements)
    return judge.good(statements[-1])


def _exempt(node: Node) -> bool:
    """Say whether `set -e` overlooks a failure of this statement: an and-or list that fails before its last command, a negation."""
    return node.kind == "negated" or (node.kind == "list" and "&&" in node.operators and _reports(node.parts[-1]))


def _reports(node: Node) -> bool:
    return node.command is not None and always_good(node.command)


def always_good(command: Command) -> bool:
    """Say whether a command succeeds whatever the world is like: `true`, `echo`, `exit 0`, a bare assignment, a listing."""
    if not command.words:
        return True
    calls = of_command(command)
    if not calls:
        return False
    call = calls[0]
    if call.name == "exit" or call.name == "return":
        return bool(call.args) and call.args[0].template == "0"
    if call.name in _ALWAYS_GOOD:
        return True
    if call.name == "cat" and not call.args and any(r.heredoc is not None for r in command.redirects):
        return True
    return _lists(call)


def _lists(call: Invocation) -> bool:
    if call.docker is not None:
        verb = call.docker.verb
        return verb in _LISTING["docker"] and not (verb == "compose ps" and call.docker.names)
    texts = " ".join(t for t in call.texts[1:3] if not t.startswith("-"))
    if call.name == "kubectl":
        return texts in _LISTING["kubectl"]
    return call.name in _LISTING and texts.split(" ")[0] in _LISTING[call.name]


class _Judge:
    def __init__(self, script: Script, pipefail: bool) -> None:
        self.functions = script.functions
        self.pipefail = pipefail
        self.inside: set[str] = set()

    def good(self, node: Node) -> bool:
        """Say whether the statement always ends with status 0."""
        if node.kind == "command" and node.command is not None:
            return self._command(node.command)
        if node.kind == "assignment":
            return not node.substitutions or all(self.good(s) for s in node.substitutions)
        if node.kind == "list":
            return self._list(node)
        if node.kind == "pipeline":
            parts = node.parts if self.pipefail else node.parts[-1:]
            return all(self.good(p) or (p is node.parts[-1] and self._filters(p)) for p in parts)
        if node.kind in ("group", "subshell", "script", "branch"):
            return self._sequence(node.parts)
        if node.kind == "if":
            return not self.exits_badly(node) and self._branches(node)
        if node.kind == "case":
            return not self.exits_badly(node) and all(self._sequence(p.parts) for p in node.parts)
        if node.kind == "for":
            return not self.exits_badly(node) and self._sequence(node.parts)
        return node.kind == "function"  # negated, while and until can fail (they wait, and a timeout ends them)

    def _command(self, command: Command) -> bool:
        if command.name in self.functions and command.name not in self.inside:
            self.inside.add(command.name)
            try:
                return self._sequence(self.functions[command.name].parts)
            finally:
                self.inside.discard(command.name)
        return always_good(command)

    def _sequence(self, parts: tuple[Node, ...]) -> bool:
        statements = [p for p in parts if p.kind != "function"]
        return not statements or (self.good(statements[-1]) and not any(self.exits_badly(p) for p in statements))

    def _branches(self, node: Node) -> bool:
        bodies = [p for p in node.parts if p.kind != "branch"]
        return (not bodies or self.good(bodies[-1])) and all(self._sequence(p.parts) for p in node.parts if p.kind == "branch")

    def _list(self, node: Node) -> bool:
        """`a && b || c`: good when the last alternative after `||` is good; an and-chain is good when every part is."""
        last_or = max((n for n, operator in enumerate(node.operators) if operator == "||"), default=None)
        if last_or is not None:
            return all(self.good(p) for p in node.parts[last_or + 1 :]) and not any(self.exits_badly(p) for p in node.parts)
        return all(self.good(p) for p in node.parts)

    def _filters(self, node: Node) -> bool:
        return node.command is not None and node.command.name in _FILTERS

    def exits_badly(self, node: Node) -> bool:
        """Say whether `exit N` or `return N` with N other than 0 stands somewhere inside, subshells that go nowhere aside."""
        for inner in _unguarded(node):
            if inner.command is not None and inner.command.name in ("exit", "return", "false"):
                args = inner.command.args
                if inner.command.name == "false" or (args and args[0].template != "0"):
                    return True
            if inner.command is not None and inner.command.name in self.functions and inner.command.name not in self.inside:
                self.inside.add(inner.command.name)
                try:
                    if any(self.exits_badly(p) for p in self.functions[inner.command.name].parts):
                        return True
                finally:
                    self.inside.discard(inner.command.name)
        return False


def _unguarded(node: Node) -> Iterator[Node]:
    """Yield a statement and what stands below it; the guard of a change of folder (`cd x || exit 1`) says nothing of the world."""
    stack = [node]
    while stack:
        current = stack.pop()
        first = current.parts[0].command if current.kind == "list" and current.parts else None
        if first is not None and first.name in ("cd", "pushd") and set(current.operators) == {"||"}:
            continue
        yield current
        stack.extend(reversed((*current.substitutions, *current.condition, *current.parts)))


def excused(script: Script) -> bool:
    """Say whether the script's last statement ends in `|| true` or the like, so that its failure is swallowed."""
    statements = [n for n in script.root.parts if n.kind != "function"]
    last = statements[-1] if statements else None
    return last is not None and last.kind == "list" and last.operators[-1] == "||" and _swallows(last.parts[-1])


def _swallows(node: Node) -> bool:
    return node.command is not None and always_good(node.command)


def masks(node: Node) -> bool:
    """Say whether a pipeline ends in a filter that succeeds although the command before it failed."""
    return (
        node.kind == "pipeline" and len(node.parts) > 1 and node.parts[-1].command is not None and node.parts[-1].command.name in _FILTERS
    )
