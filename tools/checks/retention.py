"""Find what is made again and again and never taken away: snapshots, images, dumps, jobs.

What:
    A command that a pipeline, a timer or a cron entry runs each time, and that makes something under a new name (a database snapshot, a
    disk image, a dump with a date), has a counterpart that deletes: in the same script, in another that runs as often, or as a lifecycle
    rule of the store.

Why it matters in production:
    The account allows a hundred manual snapshots. The hundred and first push fails in the step before the migration, on a Friday, and
    nobody knows which of the hundred may go. Dumps fill the disk of the database they protect.

Example:
    on: push … run: aws rds create-db-snapshot --db-snapshot-identifier "pre-$GITHUB_SHA"

Instead:
    and: aws rds describe-db-snapshots … older than 14 days … | xargs -n1 aws rds delete-db-snapshot --db-snapshot-identifier

When to ignore:
    When a policy outside the plan expires them: name the policy and its age.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation

KEPT = Rule(
    "LIF001", "made-and-never-deleted", "error", "Something is made under a new name each time and never deleted.", confidence="medium"
)
RULES = (KEPT,)

# (program, words of the command) -> (what it makes, words of which one in the plan says that it goes away)
_MAKERS: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...] = (
    ("aws", ("rds", "create-db-snapshot"), "a database snapshot", ("delete-db-snapshot", "aws_backup_plan", "backup_lifecycle")),
    ("aws", ("rds", "create-db-cluster-snapshot"), "a cluster snapshot", ("delete-db-cluster-snapshot", "aws_backup_plan")),
    ("aws", ("ec2", "create-snapshot"), "a disk snapshot", ("delete-snapshot", "aws_dlm_lifecycle_policy")),
    ("aws", ("ec2", "create-image"), "a machine image", ("deregister-image", "aws_dlm_lifecycle_policy")),
    (
        "aws",
        ("elasticache", "create-snapshot"),
        "a cache snapshot",
        ("elasticache delete-snapshot", "snapshot-retention", "snapshot_retention"),
    ),
    ("gcloud", ("sql", "backups", "create"), "a database backup", ("sql backups delete",)),
    ("gcloud", ("snapshots", "create"), "a disk snapshot", ("snapshots delete", "resource-policies")),
    ("az", ("snapshot", "create"), "a disk snapshot", ("snapshot delete",)),
)
_DUMPERS = frozenset({"pg_dump", "pg_dumpall", "mysqldump", "mariadb-dump", "mongodump", "tar", "cp", "rsync"})
_CLEANERS = (
    "-mtime",
    "-mmin",
    "-delete",
    "logrotate",
    "forget",
    "prune",
    "lifecycle",
    "rm -f",
    "rm -rf",
    "tail -n +",
    "xargs rm",
    "unlink",
    "expire",
    "retention",
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what piles up."""
    everything = "\n".join([s.text for s in view.scripts] + [a.text for a in view.of_kind("hcl", "json", "kubernetes")])
    for running in view.recurring:
        for call in running.script.calls:
            made = _made(call, everything)
            if made:
                yield _at(running.script, call, made, running.why)
        yield from _dumps(running.script, running.why)
    yield from _jobs(view)


def _made(call: Invocation, everything: str) -> str:
    for program, words, what, goes in _MAKERS:
        if call.name == program and set(words) <= set(call.texts) and not any(word in everything for word in goes):
            return what
    return ""


def _at(script: ScriptView, call: Invocation, what: str, why: str) -> Finding:
    return KEPT.at(
        script,
        f"{call.name} makes {what} each time ({why}), and nothing ever deletes one.",
        line=call.line,
        quote=" ".join(call.texts),
        hint="Delete what is older than the retention, in the same script.",
    )


def _dumps(script: ScriptView, why: str) -> Iterator[Finding]:
    """A dump that is written under a dated name, in a script that takes none away."""
    if any(word in script.text for word in _CLEANERS):
        return
    dated = {a.name for c in script.script.commands for a in c.assignments if _dated(a.value.text)}
    if why.startswith("runs for ever"):
        yield from _by_function(script, why, dated)
        return
    for node in script.script.nodes:
        command = node.command
        if command is None or command.name not in _DUMPERS or why.startswith("runs on"):
            continue
        targets = [r.target for r in command.redirects if r.writes and r.target is not None] + list(command.args[-1:])
        for word in targets:
            if _dated(word.text) or any(v.name in dated for v in word.variables):
                yield KEPT.at(
                    script,
                    f"{command.name} writes {word.text} under a new name each time ({why}), and nothing ever deletes one.",
                    line=node.line,
                    quote=word.text,
                    hint="Delete what is older than the retention: find … -mtime +14 -delete.",
                )
                return


def _by_function(script: ScriptView, why: str, dated: set[str]) -> Iterator[Finding]:
    """A script that never ends, that dumps, and that composes its file names with the date."""
    dumper = next((c for c in script.script.commands if c.name in _DUMPERS - {"cp", "rsync"}), None)
    named = {a.name for c in script.script.commands for a in c.assignments if any(v.name in dated for v in a.value.variables)}
    if dumper is not None and named:
        yield KEPT.at(
            script,
            f"{dumper.name} writes a file with the date in its name each time ({why}), and nothing ever deletes one.",
            line=dumper.line,
            quote=dumper.name,
            hint="Delete what is older than the retention: find … -mtime +14 -delete.",
        )


def _dated(text: str) -> bool:
    return "date +" in text or "$(date" in text or "`date" in text


def _jobs(view: PlanView) -> Iterator[Finding]:
    for made in view.objects:
        if made.kind == "Job" and any(sign in made.name for sign in ("$", "{{")):
            spec = made.raw.get("spec")
            if isinstance(spec, dict) and "ttlSecondsAfterFinished" not in spec:
                yield KEPT.at(
                    made.spot,
                    f"{made.title} gets a new name with each release and no ttlSecondsAfterFinished: finished jobs pile up.",
                    line=made.line,
                    quote=made.name,
                    hint="Set ttlSecondsAfterFinished.",
                )
