"""Find commands that destroy data where a reader expects a repair: no warning, no copy first.

What:
    A step that removes volumes, claims, a database, all keys of a store or a whole installation says so beside the command, or takes a
    copy first. A command that locks a whole table says what stands still meanwhile.

Why it matters in production:
    A runbook is read at three in the morning, from the heading straight to the block. `docker system prune -af --volumes` under "Disk
    full" deletes the database of every stack that happens to be stopped; FLUSHALL under "Redis is full" throws the queued jobs away.

Example:
    ### Disk full
    docker system prune -af --volumes

Instead:
    ### Disk full
    docker system prune -f --filter until=168h        # images and networks only; volumes hold the data

When to ignore:
    When what is removed can be made again from what is kept: say from what.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation
from ._view.kubectl import read_kubectl

UNSAID = Rule("LIF021", "destruction-unsaid", "error", "A command destroys data, and nothing beside it says so or takes a copy first.")
LOCKS = Rule("LIF022", "lock-unsaid", "error", "A command locks tables, and nothing says what stands still meanwhile.")
RULES = (UNSAID, LOCKS)

_SAYS = re2.compile(
    r"(?i)\b(?:back(?:ed)?[- ]?up|backups? first|snapshot\w*|pg_dump\w*|mysqldump|mongodump|dump (?:it|first|the)|data[- ]loss"
    r"|destroy(?:s|ed)?|destructive|irreversible|irrevocabl[ey]|cannot be undone|no way back|wipes?|loses?|lost|danger\w*|warning|caution"
    r"|(?:deletes?|removes?) (?:all|the data|everything|your)|careful\w*|permanent(?:ly)?|from scratch|start(?:ing)? over|only if"
    r"|throw(?:s|n)? away)\b|⚠"
)
_LOCK_SAYS = re2.compile(r"(?i)\b(?:locks?|locked|exclusive|maintenance window|downtime|outage|blocks?|unavailable|offline)\b")
_LOCKING = re2.compile(r"(?i)\bvacuum\s+\(?\s*full\b|\breindex\s+(?:table|database|schema|system)\s+\w")


_STORE_GONE = re2.compile(
    r"\b(?:sql|redis) instances delete\b|\brds delete-db-(?:instance|cluster)\b|\bs3 rb\b.*--force|\belasticache delete-|\bredis delete\b"
)
_ROWS_GONE = re2.compile(
    r"(?i)\btruncate\s+(?:table\s+)?\w|\bdelete\s+from\s+[\w.`\"]+\s*(?:;|$|'|\")|\breset master\b|\bpurge binary logs\b"
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield destruction that comes as a surprise."""
    if not view.foreign:
        return  # steps of ours state their kind, impact and rollback
    for step in view.steps:
        if not step.shell:
            continue
        model = step.model
        said = f"{model.title}\n{model.why}\n{model.impact}\n{model.run}"
        for call in step.calls:
            yield from _call(view, ScriptView(step, "run", model.run, step.base), call, said)
    for script in view.scripts:
        if script.label == "artifact" and any(word in script.text for word in ("restore", "DROP DATABASE", "dropdb")):
            for call in script.calls:
                if _drops(call):
                    yield from _call(view, script, call, _lines_before(script.text, call.line))


def _lines_before(text: str, line: int) -> str:
    return "\n".join(text.split("\n")[: line + 1])


def _call(view: PlanView, script: ScriptView, call: Invocation, said: str) -> Iterator[Finding]:
    text = " ".join(call.texts)
    what = _destroyed(call)
    if what and not _SAYS.search(_without(said, text)):
        yield UNSAID.at(
            script,
            f"The command destroys {what}, and nothing says so or takes a copy first.",
            line=call.line,
            quote=text,
            hint="Take a copy first, or say in the line above what is gone afterwards.",
        )
    locking = call.name in ("psql", "cockroach") and _LOCKING.search(text) and "concurrently" not in text.lower()
    if locking and not _LOCK_SAYS.search(said):
        yield LOCKS.at(
            script,
            "The command holds an exclusive lock while it rewrites: nothing else reads or writes meanwhile, and nobody is told.",
            line=call.line,
            quote=text,
            hint="Name the window, or use a way without the lock.",
        )


def _without(said: str, command: str) -> str:
    """Return what is said besides the command's own words."""
    return said.replace(command, " ")


def _destroyed(call: Invocation) -> str:
    """Return what a call destroys, empty when it keeps the data."""
    docker, texts = call.docker, call.texts
    if docker is not None:
        options = set(texts)
        if docker.verb == "system prune" and "--volumes" in options:
            return "every volume that no running container uses"
        if docker.verb == "volume prune" and options & {"-a", "-af", "-fa", "--all"}:
            return "every volume that no running container uses"
        if docker.verb == "volume rm" and docker.names:
            return f"the volume {docker.names[0].template}"
        if docker.verb == "compose down" and options & {"-v", "--volumes"}:
            return "the volumes of the stack"
    if call.name in ("terraform", "tofu") and "destroy" in texts and not any(t.startswith("-target") for t in texts):
        return "the whole installation, its database too"
    if call.name in ("gcloud", "aws", "az") and _STORE_GONE.search(" ".join(texts)):
        return "a managed store with what is in it"
    if call.name in ("psql", "mysql", "mariadb") and _ROWS_GONE.search(" ".join(texts)):
        return "every row of a table, or the log that a recovery reads"
    if call.name in ("redis-cli", "valkey-cli") and {"FLUSHALL", "FLUSHDB"} & {t.upper() for t in texts}:
        return "all keys, queued jobs and sessions too"
    read = read_kubectl(call)
    if read is not None and read.verb == "delete":
        if read.kind == "PersistentVolumeClaim":
            return "the claims and, by the usual reclaim policy, the data on them"
        if read.kind == "Namespace":
            return f"the namespace {' '.join(read.names)} with everything in it"
    return "the database" if _drops(call) else ""


def _drops(call: Invocation) -> bool:
    return call.name == "dropdb" or (call.name in ("psql", "mysql", "mariadb") and "drop database" in " ".join(call.texts).lower())
