"""Find restores that cannot work: an archive in another format, a database dropped from inside, a copy into networks that nobody reaches.

What:
    What a backup script writes is what the restore reads: a compressed archive is unpacked before `pg_restore`. A database is dropped
    from a connection to another one. A database that is restored in the cloud is given its subnet group and security group.

Why it matters in production:
    A restore is run for the first time on the worst day. "input file does not appear to be a valid archive" comes after the old database
    has been dropped. An RDS instance without a security group lies in the default one, where no application reaches it.

Example:
    pg_dump -Fc shop | gzip > shop.dump.gz
    pg_restore -d shop < shop.dump.gz

Instead:
    gunzip -c shop.dump.gz | pg_restore -d shop

When to ignore:
    When another step unpacks the file under the same name: name the step.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation, of_node
from ._view.script import Node

PACKED = Rule("VAL047", "archive-not-unpacked", "error", "A restore reads a compressed archive that its program cannot read.")
INSIDE = Rule("VAL048", "database-dropped-from-inside", "error", "A database is dropped over a connection to itself.")
UNREACHED = Rule("VAL049", "restored-out-of-reach", "error", "A database is restored without its subnet group and security group.")
RULES = (PACKED, INSIDE, UNREACHED)

_PACKED = (".gz", ".zst", ".bz2", ".xz")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield restores that fail."""
    packed = any(_packs(node) for script in view.scripts for node in script.script.nodes)
    for script in view.scripts:
        for node in script.script.nodes:
            if node.kind == "command" and node.command is not None:
                yield from _command(script, node, packed)


def _packs(node: Node) -> bool:
    """Say whether a pipeline packs a dump in PostgreSQL's own format."""
    if node.kind != "pipeline":
        return False
    calls = [c for part in node.parts for c in of_node(part)]
    dumps = any(c.name == "pg_dump" and any(t in ("-Fc", "--format=custom", "-Ft") for t in c.texts) for c in calls)
    return dumps and any(c.name in ("gzip", "zstd", "pigz", "xz", "bzip2") for c in calls)


def _command(script: ScriptView, node: Node, packed: bool) -> Iterator[Finding]:
    for call in of_node(node):
        if call.name == "pg_restore":
            given = [r.target.text for r in node.command.redirects if r.reads and r.target is not None] if node.command else []
            names = given + [w.template for w in call.args]
            piped = script.script.text.split("\n")[node.line - 1].partition("pg_restore")[0].rstrip().endswith("|")
            compressed = any(n.endswith(_PACKED) for n in names) or (packed and bool(given) and not piped)
            if compressed and "-l" not in call.texts and "--list" not in call.texts:
                yield PACKED.at(
                    script,
                    "pg_restore reads the archive as it is, and the backup packs it once more: it is no valid archive to it.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="gunzip -c … | pg_restore …, or leave the packing out: -Fc is compressed already.",
                )
        elif call.name == "psql" and (name := _dropped(call)):
            if name == _connected(call):
                yield INSIDE.at(
                    script,
                    f"{name} is dropped over a connection to {name}: PostgreSQL refuses to drop the database one is in.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Connect to the database postgres (-d postgres).",
                )
        elif call.name == "aws" and "rds" in call.texts and any(t.startswith("restore-db-") for t in call.texts):
            options = " ".join(call.texts)
            if "--vpc-security-group-ids" not in options or "subnet-group" not in options:
                yield UNREACHED.at(
                    script,
                    "The restored instance gets the default security group, or subnets that AWS chooses: nothing reaches it.",
                    line=call.line,
                    quote=options,
                    hint="Give --db-subnet-group-name and --vpc-security-group-ids.",
                )


def _dropped(call: Invocation) -> str:
    for text in call.texts[1:]:
        words = text.replace(";", " ").replace('"', " ").split()
        lowered = [w.lower() for w in words]
        if lowered[:2] == ["drop", "database"] and len(words) > 2:
            rest = words[4:] if lowered[2:4] == ["if", "exists"] else words[2:]
            return rest[0] if rest else ""
    return ""


def _connected(call: Invocation) -> str:
    """Return the database that psql connects to: the one it is given, else that of the user's name."""
    arguments = call.split("-U", "--username", "-d", "--dbname", "-h", "--host", "-p", "--port", "-c", "--command", "-v", "-f", "-o")
    named = arguments.values("-d", "--dbname")
    if named:
        return named[-1].template
    if arguments.positionals:
        return arguments.positionals[0].template
    users = arguments.values("-U", "--username")
    return users[-1].template if users else ""
