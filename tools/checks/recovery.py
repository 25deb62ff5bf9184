"""Replay the plan after the host is lost: what a restore reads must come from somewhere else than the lost host.

What:
    Where data is kept, something carries the backups away from the host, the restore fetches them back, and no file that the restore
    reads (a key, a dump, a certificate) exists only on the host that is gone.

Why it matters in production:
    Backups beside the data they protect die with it. An encryption key that was "moved off this host" and is read from it by the restore
    procedure makes every backup worthless on the one day that counts.

Example:
    backup:  pg_dump app > /var/backups/app.dump
    restore: pg_restore -d app /var/backups/app.dump        # on the new host there is no /var/backups

Instead:
    backup:  … | restic -r "$BACKUP_REPOSITORY" backup --stdin
    restore: restic -r "$BACKUP_REPOSITORY" dump latest stdin | pg_restore -d app

When to ignore:
    LNK051 when a machine outside the plan pulls the backups: name it and how it is watched.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.paths import resolve
from ._link.world import file_events
from ._rule import Rule
from ._view import PlanView, ScriptView, StepView
from ._view.invocations import Invocation, invocations
from ._view.options import split

STAYS = Rule(
    "LNK051",
    "backup-stays-on-host",
    "error",
    "Nothing carries the backups away from the host they protect.",
    confidence="medium",
    profile="review",
)
UNFETCHED = Rule(
    "LNK052",
    "restore-does-not-fetch",
    "error",
    "Backups leave the host and no step brings them back to a new one.",
    confidence="medium",
    profile="release",
)
LOST = Rule("LNK053", "restore-reads-lost-file", "error", "A restore reads a file that exists only on the lost host.", confidence="medium")
RULES = (STAYS, UNFETCHED, LOST)

_STORAGE = frozenset(
    {
        "rclone",
        "restic",
        "borg",
        "borgmatic",
        "duplicity",
        "kopia",
        "s3cmd",
        "mc",
        "gsutil",
        "azcopy",
        "b2",
        "swift",
        "wal-g",
        "pgbackrest",
        "barman",
    }
)
_MAINLINE = frozenset({"preflight", "configure", "build", "provision", "migrate", "release"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what a restore on a new host would lack."""
    backups = [s for s in view.steps if s.model.phase == "backup"]
    restores = [s for s in view.steps if s.model.phase == "restore" and s.shell]
    durable = view.blueprint is not None and any(s.durable for s in view.blueprint.stores)
    if not backups and not durable:
        return
    texts = [(step, call) for step in view.steps if step.shell for call in step.calls]
    away = [step for step, call in texts if _sends(call)]
    scripts = [script for script in view.scripts if script.in_file and any(_sends(call) for call in script.calls)]
    if not away and not scripts and not any(s.model.human and "cop" in s.model.human.lower() for s in backups):
        spot = backups[0] if backups else None
        yield STAYS.at(
            spot,
            "Nothing carries the backups away from the host: they are lost with what they protect.",
            section=None if spot else 10,
            severity="warning" if view.foreign and view.files is not None else None,  # a product's pages tell how, not where to
            hint="Add a step that copies them to another machine or to object storage.",
        )
    elif restores and not any(_fetches(call) for step in restores for call in step.calls) and not _told_elsewhere(view):
        yield UNFETCHED.at(
            restores[0],
            "The backups leave the host, and no restore step brings them to a new one: after total loss there is nothing to restore.",
            hint="Begin the restore with the command that fetches the newest backup.",
        )
    yield from _lost(view, restores)


def _sends(call: Invocation) -> bool:
    """Say whether a call carries data to another machine or to object storage."""
    texts = call.texts
    if call.name in ("scp", "rsync", "sftp"):
        return len(texts) > 2 and ":" in texts[-1] and "://" not in texts[-1].partition(":")[0]
    if call.name in _STORAGE:
        return bool(
            set(texts) & {"copy", "sync", "move", "backup", "create", "put", "cp", "mirror", "push", "backup-push", "archive-push", "rcat"}
        )
    if call.name == "aws":
        return "s3" in texts and bool(set(texts) & {"cp", "sync", "mv"}) and texts[-1].startswith("s3://")
    if call.name == "gcloud" and "storage" in texts:
        return texts[-1].startswith("gs://")
    if call.name == "curl":
        return bool(set(texts) & {"-T", "--upload-file"})
    if call.name == "ssh":  # `tar -c … | ssh host 'cat > file'`
        return any(word in text for text in texts[2:] for word in ("tar -x", "-xf", "cat >", "cat >>", "dd of="))
    return call.name == "az" and "upload" in texts


def _fetches(call: Invocation) -> bool:
    """Say whether a call brings data from another machine or from object storage."""
    texts = call.texts
    if call.name in ("scp", "rsync", "sftp"):
        return len(texts) > 2 and any(":" in t and not t.startswith("-") for t in texts[1:-1])
    if call.name in _STORAGE:
        return bool(set(texts) & {"copy", "sync", "restore", "dump", "get", "cp", "cat", "extract", "mirror", "backup-fetch", "copyto"})
    if call.name == "aws":
        return "s3" in texts and any(t.startswith("s3://") for t in texts[:-1])
    if call.name in ("ssh", "curl", "wget"):
        return True
    return call.name in ("gcloud", "az") and bool(set(texts) & {"cp", "download", "rsync"})


def _told_elsewhere(view: PlanView) -> bool:
    """Say whether a script that a restore starts, or a block of the prose, brings the backups back."""
    fetching = ("ssh", "scp", "rsync", "sftp", "aws", *_STORAGE)
    if any(
        _fetches(call) and call.name in fetching for fence in view.fences if fence.kind == "shell" for call in invocations(fence.script)
    ):
        return True
    started = " ".join(s.model.run for s in view.steps if s.model.phase == "restore")
    scripts = [s for s in view.scripts if s.label == "artifact" and s.artifact and s.artifact.rpartition("/")[2] in started]
    return any(_fetches(call) and call.name not in ("curl", "wget") for script in scripts for call in script.calls)


def _lost(view: PlanView, restores: list[StepView]) -> Iterator[Finding]:
    """Follow the mainline on a new host, then the restores: what only another phase made on the old host is not there."""
    present: set[str] = set(view.installed)
    elsewhere: dict[str, str] = {}
    for step in view.steps:
        if not step.shell:
            continue
        for event in file_events(ScriptView(step, "run", step.model.run, step.base)):
            if event.writes and step.model.phase in (*_MAINLINE, "restore"):
                present.add(event.path)
            elif event.writes:
                elsewhere.setdefault(event.path, step.step)
    for step in restores:
        reported: set[str] = set()
        for event in file_events(ScriptView(step, "run", step.model.run, step.base)):
            path = event.path
            if not event.writes and not event.optional and path in elsewhere and path not in present and path not in reported:
                reported.add(path)
                yield LOST.at(
                    step,
                    f"Step {step.step} reads {path}, which only step {elsewhere[path]} makes, on the host that may be lost.",
                    line=event.line,
                    quote=event.quote,
                    hint="Fetch it from where it was copied to, in the restore itself.",
                )
        for call in step.calls:
            for word in split(call.args, _AGE).values("-i", "--identity") if call.name in ("age", "rage") else ():
                key = resolve(word, step.base, step.run.constants)
                if key is not None and key not in present and key not in elsewhere and "$" not in word.template:
                    yield LOST.at(
                        step,
                        f"Step {step.step} decrypts with {key}, which no step before it puts there: with the host the key is lost.",
                        line=call.line,
                        quote=" ".join(call.texts),
                        hint="Let the restore take the key from where it is kept off the host (an input, a vault).",
                    )


_AGE = frozenset({"-i", "--identity", "-r", "--recipient", "-R", "--recipients-file", "-o", "--output"})
