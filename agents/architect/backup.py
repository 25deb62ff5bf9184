"""Decide what is backed up: one container per database that dumps it every night, one for the files that applications keep."""

from __future__ import annotations

from ...core.blueprint import FILES, Component, Limits, Mount, Probe, Store
from ...core.plan import Input
from ._draft import Draft
from .images import pinned

PROBE = Probe(
    test=("CMD", "bash", "/opt/backup/backup.sh", "check"),
    interval_s=30,
    timeout_s=10,
    retries=3,
    start_period_s=10,
    reason="the newest dump is younger than the alert threshold, or none is due yet",
)

_REASONS = ("a dump streams; it holds no table in memory", "a restore loads the dump into a server of its own")


def choose_backup(draft: Draft) -> None:
    """Add a backup per database, on the database's own image so that client and server versions agree, and one for state volumes."""
    for store in sorted(draft.stores, key=lambda s: draft.kind_of(s).role != "database"):  # the database first: migrations dump it
        if not (store.durable and draft.kind_of(store).dump):
            continue
        name = "backup" if not any(c.kind == "backup" for c in draft.components) else f"backup-{store.component}"
        draft.components.append(_component(draft, store, name))
        _copied_away(draft, name)
    if draft.state:
        name = "backup" if not any(c.kind == "backup" for c in draft.components) else f"backup-{FILES}"
        draft.components.append(_files(draft, name))
        _copied_away(draft, name)


def _copied_away(draft: Draft, name: str) -> None:
    draft.need(
        Input(
            name="BACKUP_HOST",
            kind="value",
            required=False,
            description="SSH destination (user@host) that keeps copies of the backups",
            example="backup@vault.example.com",
            obtain="a machine in another building that takes SSH from the one that fetches",
            pattern="^[A-Za-z0-9._@-]+$",
            used_by=(name,),
        )
    )


def _files(draft: Draft, name: str) -> Component:
    """Return the container that saves the files of all state volumes: Python, since its library copies SQLite databases in use."""
    folders = ", ".join(f"`{v.target}`" for v in draft.state)
    return Component(
        name=name,
        kind="backup",
        title=f"nightly copy of {folders}",
        image=pinned(draft, "python", None),
        entrypoint=("bash", "/opt/backup/backup.sh"),
        command=("loop",),
        limits=Limits(cpus=0.5, memory_mb=256, reason=_REASONS[0]),
        user="root",
        cap_add=("CHOWN", "DAC_OVERRIDE", "FOWNER"),  # reads and restores files of other users
        probe=PROBE,
        mounts=(
            Mount(kind="volume", source="backups", target="/backups", read_only=False),
            *(Mount(kind="volume", source=v.name, target=f"/state/{v.name}", read_only=False) for v in draft.state),
            Mount(kind="file", source=f"backup/{FILES}.sh", target="/opt/backup/backup.sh"),
            Mount(kind="tmpfs", source="", target="/tmp", read_only=False),
        ),
        networks=("data",),
        stop_grace_s=120,
    )


def _component(draft: Draft, store: Store, name: str) -> Component:
    memory = draft.kind_of(store).backup_memory_mb
    server = next(c for c in draft.components if c.name == store.component)
    return Component(
        name=name,
        kind="backup",
        title=f"nightly dump of {store.component}",
        image=server.image,
        entrypoint=("bash", "/opt/backup/backup.sh"),
        command=("loop",),
        limits=Limits(cpus=0.5, memory_mb=memory, reason=_REASONS[memory > 256]),
        user="root",
        probe=PROBE,
        mounts=(
            Mount(kind="volume", source="backups", target="/backups", read_only=False),
            Mount(kind="file", source=f"backup/{store.component}.sh", target="/opt/backup/backup.sh"),
            Mount(kind="tmpfs", source="", target="/tmp", read_only=False),
        ),
        networks=("data",),
        depends_on={store.component: "service_healthy"},
        stop_grace_s=120,
    )
