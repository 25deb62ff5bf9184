"""State what a target must know about a kind of data store so that every section can speak of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...core.blueprint import Probe


@dataclass(frozen=True)
class StoreKind:
    """State everything the plan needs to run, probe, reach, back up and watch one kind of store.

    Text fields may hold `{user}`, `{database}`, `{host}`, `{port}`, `{major}`; names of inputs stay in `${NAME}` form, as compose and the shell
    read them. `check` runs in the store's own container, which carries the credentials in its environment; the dump commands run in the
    backup container.
    """

    kind: str
    product: str  # catalogue id
    title: str
    port: int
    name: str  # default component name
    role: str  # one word for prose: database, cache, broker
    memory_mb: int
    cpus: float
    probe: Probe
    check: str  # shell, inside the container: exits 0 only if an authenticated query answers
    durable: bool = True
    volume: str | None = None  # suffix of the named volume
    data_path: str | None = None
    data_path_since: tuple[tuple[int, str], ...] = ()  # (first major, path): image layouts that changed
    environment: dict[str, str] = field(default_factory=dict)
    environment_since: tuple[tuple[int, dict[str, str]], ...] = ()
    command: tuple[str, ...] = ()
    user: str | None = None
    cap_add: tuple[str, ...] = ()
    tmpfs: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()  # (artifact path, path in the container)
    password: str | None = None  # the application's password input
    admin_password: str | None = None
    user_name: str | None = None
    schemes: dict[str, str] = field(default_factory=dict)  # client library -> URL scheme
    scheme: str = ""
    url: str = ""  # after the scheme
    dump: str | None = None  # shell, inside the backup container: writes the dump to $1
    verify_dump: str | None = None  # exits 0 only if $1 is a readable dump
    restore: str | None = None  # restores $1 into the database named $2
    dump_suffix: str = ""
    scratch_create: str | None = None
    scratch_drop: str | None = None
    count: str | None = None  # prints one line per table and row count of database $1
    client_environment: dict[str, str] = field(default_factory=dict)  # what a client container (backup) needs to reach it
    exporter: str | None = None  # catalogue id of its Prometheus exporter
    max_connections: int | None = None


PASSWORD_PATTERN = "^[A-Za-z0-9._~-]{16,128}$"
"""Passwords are joined into URLs and env files unescaped, so only URL-unreserved characters are let through (RFC 3986, 2.3)."""
