"""Find database statements that fail, or lock everybody out, in the state in which they run.

What:
    `ALTER DATABASE … RENAME` and `DROP DATABASE` run only when no other session is connected: the script ends the sessions first
    (`pg_terminate_backend`, `WITH (FORCE)`), or stops everything that connects, exporters and poolers too.

Why it matters in production:
    The restore is rehearsed on an empty host, where nothing is connected. On the day it counts, the exporter holds its one session:
    "database is being accessed by other users", at step four of ten.

Example:
    docker compose stop web worker
    psql -c 'ALTER DATABASE shop RENAME TO shop_broken'          # postgres-exporter is still connected

Instead:
    psql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop'" -c 'ALTER DATABASE shop RENAME TO shop_broken'

When to ignore:
    When connections are refused beforehand (ALLOW_CONNECTIONS false, pg_hba): name the line.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, ScriptView

CONNECTED = Rule(
    "LIF006", "database-in-use", "error", "A database is renamed or dropped while other sessions may be connected.", confidence="medium"
)
RULES = (CONNECTED,)

_RENAME = re2.compile(r"(?i)alter\s+database\s+[\w\".$:{}-]+\s+rename")
_DROP = re2.compile(r"(?i)drop\s+database\s+(?:if\s+exists\s+)?[\w\".$:{}-]+[^;]*")
_OTHER_SERVERS = re2.compile(r"\b(mysql|mariadb)\s+-")  # these wait for locks and drop under connected sessions
_ENDS = ("pg_terminate_backend", "allow_connections", "connection limit 0", "(force)", "with force", "--force", "revoke connect")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield statements that a connected session stops."""
    for script in view.scripts:
        if script.label in ("fence", "break", "mend"):
            continue
        lowered = script.text.lower()
        if any(word in lowered for word in _ENDS) or _OTHER_SERVERS.search(lowered):
            continue
        statement = _RENAME.search(script.text) or (_DROP.search(script.text) if view.services or view.foreign else None)
        if statement is None or _stopped(view, script):
            continue
        line = script.text[: statement.start()].count("\n") + 1
        yield CONNECTED.at(
            script,
            "The statement fails while any other session is connected, and nothing ends the sessions first.",
            line=line,
            quote=str(statement.group(0)),
            hint="End them: SELECT pg_terminate_backend(pid) …, or DROP DATABASE … WITH (FORCE).",
        )


def _stopped(view: PlanView, script: ScriptView) -> bool:
    """Say whether the script stops every service that connects to a database before: all of `compose stop` without names counts."""
    clients = {
        name
        for name, (_, service) in view.services.items()
        if "exporter" in (service.image or name)
        or any("://" in (v or "") or n.endswith("_HOST") for n, (v, _) in service.environment.items())
    }
    if not clients:
        return not view.services  # nothing is known of who connects: a scratch or first-day database
    halted: set[str] = set()
    for call in script.calls:
        docker = call.docker
        if docker is not None and docker.verb in ("compose stop", "compose down", "stop", "compose kill"):
            halted |= {w.template for w in docker.names} or clients
    return clients <= halted
