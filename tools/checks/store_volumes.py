"""Check that what must outlive a container lies in a volume: the data of every store, and the backups that a container writes.

What:
    A PostgreSQL, MySQL, MongoDB, RabbitMQ or Redis of the plan mounts a named volume or a folder at the place where its image keeps data. A
    container that makes backups mounts something at the folder into which it writes them.

Why it matters in production:
    Without a named volume the data lies in an anonymous one: the next `docker compose down && up`, or the move to another host, begins with
    an empty database, and nothing fails. PostgreSQL 18 moved its data from /var/lib/postgresql/data to /var/lib/postgresql: the old mount
    is accepted and stays empty.

Example:
    db: {image: postgres:18.6-trixie, volumes: ['db-data:/data']}

Instead:
    db: {image: postgres:18.6-trixie, volumes: ['db-data:/var/lib/postgresql']}

When to ignore:
    For a cache whose loss costs nothing but a slow minute: say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service
from ._view.items import ArtifactView

NO_VOLUME = Rule(
    "LIF007",
    "store-without-volume",
    "error",
    "A data store keeps its data in no volume of the plan.",
    confidence="medium",
    foreign="warning",
)
IN_CONTAINER = Rule(
    "LIF008", "backup-in-container", "error", "A container writes backups into its own file system.", confidence="medium", foreign="warning"
)
RULES = (NO_VOLUME, IN_CONTAINER)

# image -> folders of which one must be mounted (or lie in a mounted one)
_DATA = {
    "postgres": ("/var/lib/postgresql",),
    "postgis": ("/var/lib/postgresql",),
    "timescaledb": ("/var/lib/postgresql", "/home/postgres/pgdata"),
    "mysql": ("/var/lib/mysql",),
    "mariadb": ("/var/lib/mysql",),
    "mongo": ("/data/db",),
    "rabbitmq": ("/var/lib/rabbitmq",),
    "redis": ("/data",),
    "valkey": ("/data",),
    "elasticsearch": ("/usr/share/elasticsearch/data",),
    "minio": ("/data", "/export", "/mnt/data"),
}
_CACHES = frozenset({"redis", "valkey"})
_DUMPING = ("pg_dump", "pg_dumpall", "mysqldump", "mariadb-dump", "mongodump", "BACKUP_DIR")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield stores and backups that a new container begins without."""
    for artifact, file in view.compose:
        for service in file.services.values():
            image = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
            if image in _DATA and "entrypoint" not in service.raw and "extends" not in service.raw and not _once(service):
                yield from _store(artifact, service, image)
            yield from _backups(view, artifact, file, service)


def _once(service: Service) -> bool:
    return bool(service.names("profiles")) or service.text("restart") == "no" or "volumes_from" in service.raw


def _store(artifact: ArtifactView, service: Service, image: str) -> Iterator[Finding]:
    places = _DATA[image]
    if image in _CACHES and _no_persistence(service):
        return
    if image in ("postgres", "postgis") and "PGDATA" in service.environment:
        places = (*places, (service.environment["PGDATA"][0] or "").rstrip("/") or places[0])
    mounted = [m.target.rstrip("/") for m in service.mounts if m.source and m.kind != "tmpfs"]
    if any("$" in m for m in mounted) or any(_covers(m, p) for m in mounted for p in places):
        return
    told = f"it mounts {', '.join(mounted)}" if mounted else "it mounts nothing"
    yield NO_VOLUME.at(
        artifact,
        f"{service.name} ({image}) keeps its data in {places[0]}, and {told}: a new container begins empty.",
        line=service.at("volumes") if "volumes" in service.raw else service.line,
        quote=places[0],
        hint=f"Mount a named volume at {places[0]}.",
    )


def _no_persistence(service: Service) -> bool:
    """Say whether a store of keys is told to keep nothing (`--save ""`)."""
    text = service.command_text
    return "--save" in text and "appendonly yes" not in text


def _covers(mounted: str, place: str) -> bool:
    return mounted == place or place.startswith(mounted + "/") or mounted.startswith(place + "/")


def _backups(view: PlanView, artifact: ArtifactView, file: ComposeFile, service: Service) -> Iterator[Finding]:
    """A script that a container runs, that dumps, and whose folder is none of its mounts."""
    for mount in service.mounts:
        script = view.installed.get(file.resolve(mount.source)) if mount.kind == "bind" else None
        if script is None or script.kind != "shell" or not any(word in script.text for word in _DUMPING):
            continue
        if script.installed.rpartition("/")[2] not in service.command_text and mount.target not in _start(service):
            continue
        targets = [m.target.rstrip("/") for m in service.mounts if m.kind != "tmpfs" and not m.read_only]
        for name, value in sorted(script.script.constants.items()):
            folder = value.rstrip("/")
            if name.lower() in _FOLDERS and folder.startswith("/") and not any(_covers(t, folder) for t in targets if t):
                yield IN_CONTAINER.at(
                    artifact,
                    f"{service.name} writes its backups to {folder}, which is none of its mounts: they go with the container.",
                    line=service.at("volumes") if "volumes" in service.raw else service.line,
                    quote=folder,
                    hint=f"Mount a volume at {folder}.",
                )


_FOLDERS = frozenset({"folder", "dir", "directory", "backup_dir", "backups", "target", "destination", "dest", "out"})


def _start(service: Service) -> str:
    return f"{service.raw.get('entrypoint')} {service.raw.get('command')}"
