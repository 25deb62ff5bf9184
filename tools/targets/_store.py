"""State what a target must know about a kind of data store so that every section can speak of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...core.blueprint import Probe
from ._alert import Alert


@dataclass(frozen=True)
class MonitoringRole:
    """Hold the scripts that create, prove and drop the role with which an exporter reads statistics.

    `{at}` stands for the command that runs a program in the store's container, `{database}` for the application's database. The password is
    the shell variable MONITORING_DB_PASSWORD; it goes in through standard input only.
    """

    create: str
    verify: str
    drop: str


@dataclass(frozen=True)
class Exporter:
    """Say how the Prometheus exporter of a store runs; texts hold `{host}`, `{port}`, `{database}` and inputs in `${NAME}` form."""

    product: str  # catalogue id
    port: int  # its registered default port (Prometheus wiki, default port allocations)
    up: str  # its own metric that is 0 while the store does not answer
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    role: MonitoringRole | None = None
    panels: tuple[tuple[str, str, str], ...] = ()  # of the dashboard: title, query with {job}, unit


@dataclass(frozen=True)
class StoreKind:
    """State everything the plan needs to run, probe, reach, back up and watch one kind of store.

    Text fields may hold `{user}`, `{database}`, `{host}`, `{port}`, `{major}`; names of inputs stay in `${NAME}` form, as compose and the
    shell read them. `check` runs in the store's own container, which carries the credentials in its environment; the dump commands run in
    the backup container.
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
    functions: str = ""  # shell functions that the commands below use
    dump: str | None = None  # shell, inside the backup container: writes the dump to $1
    verify_dump: str | None = None  # exits 0 only if $1 is a readable dump
    restore: str | None = None  # restores $1 into the database named $2
    dump_suffix: str = ""
    scratch_create: str | None = None
    scratch_drop: str | None = None
    count: str | None = None  # prints one line per table and row count of database $1
    client_environment: dict[str, str] = field(default_factory=dict)  # what a client container (backup) needs to reach it
    backup_memory_mb: int = 256  # a dump streams; more where a restore loads the data into a server of its own
    database_variable: str = ""  # shell variable of the backup container that names the application's database
    exporter: Exporter | None = None
    alerts: Callable[[str, int], Iterator[Alert]] | None = None  # (component, its connection limit) -> alerts besides "down"
    query_note: str = ""  # prose: what the store itself records of slow queries
    slow_queries: str = ""  # after the compose command: shows the slowest queries; {db} and {database} are filled in
    refresh: str = ""  # after the compose command: refreshes the planner's statistics
    max_connections: int | None = None
    open: StoreKind | None = None  # the same store for clients that give no password; null where it does not start without one
    least_major: int = 0  # images of older lines lack a program that the commands above use


PASSWORD_PATTERN = "^[A-Za-z0-9._~-]{16,128}$"
"""Passwords are joined into URLs and env files unescaped, so only URL-unreserved characters are let through (RFC 3986, 2.3)."""
