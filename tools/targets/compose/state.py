"""Back up the files that an application keeps itself: a consistent copy of each SQLite database, every other file as it is."""

from __future__ import annotations

from ....core.blueprint import FILES, Blueprint, Probe, Store
from .._store import StoreKind
from .stores import run_as

STATE = "/state"
"""Where the backup container sees the state volumes, one folder each."""

_FUNCTIONS = """\
# A new volume belongs to root; the processes that write into it do not run as root.
for given in ${STATE_OWNERS:-}; do
  spot=/state/${given%%=*}
  [ "$(stat -c %u "$spot")" != 0 ] || chown "${given#*=}" "$spot"
done
place() { if [ "$1" = /state ]; then echo /state; else echo "$folder/$1"; fi; }
copied() { # ARCHIVE: SQLite's own backup of databases in use, other files as they lie
  python3 - "$1" <<'PY'
import contextlib, os, sqlite3, sys, tarfile, tempfile
out = sys.argv[1]
with tempfile.TemporaryDirectory(dir=os.path.dirname(out)) as room, tarfile.open(out, "w:gz") as archive:
    for top, folders, names in os.walk("/state"):
        for name in sorted(folders) + sorted(names):
            path = os.path.join(top, name)
            label = os.path.relpath(path, "/state")
            companion = name.endswith(("-wal", "-shm", "-journal")) and os.path.exists(path.rpartition("-")[0])
            plain = os.path.isfile(path) and not os.path.islink(path)
            if companion or not (plain or os.path.islink(path) or os.path.isdir(path)):
                continue  # parts of a database that is copied whole; sockets and pipes hold nothing
            if not plain or open(path, "rb").read(16) != b"SQLite format 3\\0":
                archive.add(path, arcname=label, recursive=False)
                continue
            copy = os.path.join(room, "copy")
            with contextlib.closing(sqlite3.connect(path)) as live, contextlib.closing(sqlite3.connect(copy)) as kept:
                live.backup(kept)
                if kept.execute("pragma integrity_check").fetchone()[0] != "ok":
                    sys.exit(f"damaged database: {label}")
            info = archive.gettarinfo(path, arcname=label)
            info.size = os.path.getsize(copy)
            with open(copy, "rb") as content:
                archive.addfile(info, content)
            os.unlink(copy)
PY
}
counted() { # FOLDER: one line per table with its rows, and one with the number of files
  python3 - "$1" <<'PY'
import contextlib, os, sqlite3, sys
files = 0
for top, _, names in os.walk(sys.argv[1]):
    for name in sorted(names):
        path = os.path.join(top, name)
        files += 1
        if not os.path.isfile(path) or open(path, "rb").read(16) != b"SQLite format 3\\0":
            continue
        with contextlib.closing(sqlite3.connect(path)) as base:
            tables = base.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
            for (table,) in tables:
                quoted = table.replace('"', '""')
                rows = base.execute(f'select count(*) from "{quoted}"').fetchone()[0]
                print(f"{name}:{table.replace(' ', '_')}", rows)
print("files", files)
PY
}
"""

FILES_KIND = StoreKind(
    kind=FILES,
    product="python",
    title="file",
    port=0,
    name=FILES,
    role="files",
    memory_mb=0,
    cpus=0,
    probe=Probe(test=()),
    check="true",
    functions=_FUNCTIONS,
    dump='copied "$1"',
    verify_dump='tar -tzf "$1" >/dev/null',
    restore='mkdir -p "$(place "$2")"\n  tar -C "$(place "$2")" --same-owner -xpzf "$1"',
    dump_suffix=".tar.gz",
    scratch_drop='if [ "$1" = /state ]; then find /state -mindepth 2 -delete; else rm -rf "$(place "$1")"; fi',
    count='counted "$(place "$1")"',
    database_variable=STATE,
)


def kind_of(store: Store) -> StoreKind:
    """Return how a store is run and saved; the files of the state volumes are one of their own."""
    return FILES_KIND if store.kind == FILES else run_as(store)


def owners(blueprint: Blueprint) -> str:
    """Return `VOLUME=UID:GID` of every state volume whose writer is known, separated by blanks."""
    return " ".join(f"{v.name}={v.owner}" for v in blueprint.state if v.owner)
