"""Find backups whose failure nobody sees: a dump behind a pipe, or one after which the script goes on as if it had worked.

What:
    The script that dumps a database ends badly when the dump does: `set -o pipefail` where the dump is piped on, `set -e` or a test where
    other commands follow. A dump that goes to a file or a pipe is taken without a terminal (`docker exec -t` adds carriage returns).

Why it matters in production:
    `pg_dump | gzip > file` succeeds when pg_dump fails: every night an empty archive of 20 bytes is uploaded, the old ones expire, and the
    first restore finds nothing. With `-t` the archive is there, and it is damaged.

Example:
    set -eu
    pg_dump "$DATABASE_URL" | gzip > /backup/db.gz

Instead:
    set -euo pipefail
    pg_dump "$DATABASE_URL" | gzip > /backup/db.gz.part
    mv /backup/db.gz.part /backup/db.gz

When to ignore:
    NET041 when a later command of the script proves the archive (its size, a restore into a scratch database): say which.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import as_list
from ._rule import Rule, Spot
from ._view import PlanView
from ._view.invocations import Invocation, of_node
from ._view.script import Node, Script
from ._view.shell import parse

UNSEEN = Rule("NET041", "dump-failure-unseen", "error", "A dump can fail, and the script that takes it ends well.")
TERMINAL = Rule("NET042", "dump-through-a-terminal", "error", "A dump goes through a terminal, which changes its bytes.")
RULES = (UNSEEN, TERMINAL)

_DUMPS = frozenset("pg_dump pg_dumpall pg_basebackup mysqldump mariadb-dump mongodump".split())
_PROOFS = ("gzip -t", "pg_restore -l", "pg_restore --list", "test -s", "[ -s", "[[ -s", "stat -c", "PIPESTATUS", "$?")
_TTY = ("-t", "-it", "-ti", "--tty")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield dumps whose failure is overlooked, and dumps that a terminal damages."""
    for script in view.scripts:
        if script.label in ("artifact", "workflow", "run"):
            yield from _script(script, script.script, 0, kept=script.label != "run")
    for made in view.objects:
        for container in made.containers():
            words = as_list(container.get("command")) or as_list(container.get("args"))
            words = words + (as_list(container.get("args")) if container.get("command") else [])
            if len(words) >= 3 and str(words[1]).startswith("-") and str(words[1]).endswith("c"):
                flags = f"set {words[1]}" if "e" in str(words[1]) else ""
                text = f"{flags}\n{words[2]}" if flags else str(words[2])
                line = (container.line_of("command") if container.get("command") else container.line_of("args")) + made.shift
                yield from _script(made.spot, parse(text), line, kept=True)


def _script(spot: Spot, script: Script, at: int, *, kept: bool) -> Iterator[Finding]:
    if script.unread or any(proof in script.text for proof in _PROOFS):
        return
    statements = [n for n in script.root.parts if n.kind != "function"]
    for node in script.nodes:
        if node.kind not in ("pipeline", "command"):
            continue
        dump = _dump(node)
        if dump is None:
            continue
        line = at or dump.line
        if kept and (why := _overlooked(script, node, statements)):
            yield UNSEEN.at(
                spot, f"{dump.name} can fail unseen: {why}.", line=line, quote=node.text, hint="Write `set -euo pipefail` first."
            )
        if _through_terminal(node):
            yield TERMINAL.at(
                spot,
                f"{dump.name} is run with a terminal (-t), which turns line ends into carriage returns in what it writes.",
                line=line,
                quote=node.text,
                hint="Leave -t out (docker compose exec -T).",
            )


def _dump(node: Node) -> Invocation | None:
    """Return the dump that a statement takes: of a pipeline, the one in front of the last part."""
    parts = node.parts[:-1] if node.kind == "pipeline" else (node,)
    return next((c for part in parts for c in of_node(part) if c.name in _DUMPS and "--version" not in c.texts), None)


def _overlooked(script: Script, node: Node, statements: list[Node]) -> str:
    """Say why the dump's failure does not reach the script's status, empty when it does."""
    if node.kind == "pipeline":
        return "" if "pipefail" in script.options else "the status of the pipeline is that of its last command, and pipefail is not set"
    if "e" in script.options or node not in statements or node is statements[-1]:
        return ""
    return "the script goes on after it, and its status is that of the last command"


def _through_terminal(node: Node) -> bool:
    parts = node.parts[:-1] if node.kind == "pipeline" else (node,)
    written = node.kind == "pipeline" or (node.command is not None and any(r.writes for r in node.command.redirects))
    for part in parts:
        for call in of_node(part):
            if written and call.docker is not None and call.docker.verb in ("exec", "run") and set(call.texts) & set(_TTY):
                return True
    return False
