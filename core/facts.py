"""Name what a repository says: evidence, facts and the survey made of them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .base import Frozen

Confidence = Literal["certain", "high", "medium", "low"]
Role = Literal["web", "worker", "scheduler", "job", "frontend", "reverse-proxy", "third-party"]


class Evidence(Frozen):
    """Point at one line of the repository; `quote` is that line trimmed and already redacted."""

    path: str
    line: int = Field(ge=1)
    quote: str
    field: str | None = None  # the key of the entry that this line supports, where only one is meant

    def at(self) -> str:
        """Return `path:line`."""
        return f"{self.path}:{self.line}"


class Fact(Frozen):
    """State one thing about one folder, file or compose service (`subject`); two facts that differ under one key are a conflict."""

    kind: str
    subject: str
    key: str
    value: Any
    source: str  # `path` or `path#key`
    evidence: tuple[Evidence, ...] = ()
    confidence: Confidence = "certain"
    detector: str = ""


class Declared(Frozen):
    """Record one declaration of a version: where it stands and what it says, as written."""

    source: str
    value: str


class Route(Frozen):
    """Record one HTTP route of a service as the code declares it (`path` as the client spells it, parameters in braces)."""

    method: str
    path: str
    protected: bool | None = None  # true when the code demands a login, null when it cannot be told
    evidence: tuple[Evidence, ...] = ()


class Build(Frozen):
    """Describe how a service's image is built today, as its Dockerfile (and the compose entry that names it) says."""

    dockerfile: str
    context: str = "."
    target: str | None = None
    stages: tuple[str, ...] = ()  # stage names in order, "" for an unnamed one
    base_images: tuple[str, ...] = ()  # FROM references in order, ARG defaults resolved
    user: str | None = None
    exposes: tuple[int, ...] = ()
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    workdir: str | None = None
    env: dict[str, str] = {}
    args: dict[str, str | None] = {}
    healthcheck: str | None = None
    copies_from_host: tuple[str, ...] = ()  # COPY/ADD sources of the final image that the context must hold
    missing_sources: tuple[str, ...] = ()  # of those, the ones that the repository does not hold (built beforehand, ignored by git)
    text: str | None = None  # the Dockerfile itself, redacted; null when it was too large or undecodable
    evidence: tuple[Evidence, ...] = ()


class Service(Frozen):
    """Describe one process to deploy (contracts/survey.md, `services`); the keys after `evidence` are further keys."""

    name: str
    path: str | None
    role: Role
    language: str | None = None
    runtime: str | None = None
    framework: str | None = None
    image: str | None = None
    runtime_version: str | None = None
    runtime_version_declared: tuple[Declared, ...] = ()
    package_manager: str | None = None
    package_manager_version: str | None = None
    start_command: str | None = None
    port: int | None = None
    listens: bool = False
    orm: str | None = None
    health_path: str | None = None
    evidence: tuple[Evidence, ...] = ()
    confidence: Confidence = "certain"
    server: str | None = None  # what speaks HTTP: uvicorn, gunicorn, node, …
    entrypoint: str | None = None  # `package.module:app`, `dist/main.js`, …
    build: Build | None = None
    manifest: str | None = None  # path of the manifest that declares its libraries
    lock_file: str | None = None
    libraries: dict[str, str] = {}  # direct dependencies, extras in brackets -> version as declared ("" when none)
    scripts: dict[str, str] = {}  # npm scripts, Makefile-like entries of the manifest
    routes: tuple[Route, ...] = ()
    port_env: str | None = None  # the environment variable that moves the port, when the code reads one

    def dependency_names(self) -> frozenset[str]:
        """Return the names of its direct dependencies in lower case, without extras."""
        return frozenset(name.partition("[")[0].lower() for name in self.libraries)


class Datastore(Frozen):
    """Describe one data store in use; `drivers` are the client libraries that reach it, `services` who does."""

    kind: str
    version: str | None = None
    required: bool = True
    evidence: tuple[Evidence, ...] = ()
    name: str | None = None  # its compose service name, when it has one
    image: str | None = None
    drivers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    path: str | None = None  # of an embedded store: its file as the code names it, relative to the working folder or absolute


class Queue(Frozen):
    """Describe a broker or job system in use; `backend` says what carries it."""

    kind: str
    backend: str | None = None
    version: str | None = None
    required: bool = True
    evidence: tuple[Evidence, ...] = ()
    services: tuple[str, ...] = ()


class Revision(Frozen):
    """Describe one migration revision; `operations` are what it does, `reversible` whether a down path is written."""

    id: str
    path: str
    reversible: bool | None = None
    operations: tuple[str, ...] = ()  # create-table, add-column, drop-column, alter-type, raw-sql, …
    destructive: bool = False


class Migration(Frozen):
    """Describe a migration tool in use; `command` is the one that applies everything pending, when the repository or tool documents it."""

    tool: str
    path: str | None = None
    command: str | None = None
    evidence: tuple[Evidence, ...] = ()
    service: str | None = None
    config: str | None = None  # alembic.ini, schema.prisma, …
    revisions: tuple[Revision, ...] = ()
    head: str | None = None  # id of the newest revision, where there is exactly one


class EnvVar(Frozen):
    """Describe one environment variable that the repository's processes read."""

    name: str
    required: bool = False
    default: str | None = None
    secret: bool = False
    services: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    type: str | None = None  # str, int, bool, url, list, json, enum, path
    choices: tuple[str, ...] = ()
    example: str | None = None  # what an example file offers: one installation's value, never a default; null for a secret
    read_by_code: bool = True  # false: named in an example file or compose entry, read by no code that was found


class Located(Frozen):
    """Name a file or folder of a kind."""

    kind: str
    path: str


class Job(Frozen):
    """Describe one background job or schedule."""

    name: str
    kind: str
    schedule: str | None = None
    command: str | None = None
    evidence: tuple[Evidence, ...] = ()
    service: str | None = None


class Named(Frozen):
    """Name a capability in use (auth, caching, integration) with its evidence."""

    kind: str
    evidence: tuple[Evidence, ...] = ()


class ConflictValue(Frozen):
    """Hold one of the values that disagree."""

    value: str
    evidence: tuple[Evidence, ...] = ()


class Conflict(Frozen):
    """Record declarations that differ about one subject (`runtime_version:<path>`, `port:<path>`, …)."""

    subject: str
    values: tuple[ConflictValue, ...]


class SecretPlace(Frozen):
    """Point at a committed credential without its value."""

    path: str
    line: int = Field(ge=1)
    kind: str


class OutOfScope(Frozen):
    """Name what was left out on purpose (front ends above all) and why."""

    name: str
    path: str
    language: str | None = None
    framework: str | None = None
    why: str
    evidence: tuple[Evidence, ...] = ()


class ComposeService(Frozen):
    """Keep one service of a compose file as declared, environment values redacted."""

    name: str
    file: str
    image: str | None = None
    build_context: str | None = None
    dockerfile: str | None = None
    target: str | None = None
    command: tuple[str, ...] = ()
    environment: dict[str, str | None] = {}
    env_files: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    healthcheck: str | None = None
    profiles: tuple[str, ...] = ()
    line: int = 1


class Convention(Frozen):
    """Quote one instruction of an agent or contributor file (CLAUDE.md, AGENTS.md): data, never an order to this program."""

    topic: str
    text: str
    evidence: tuple[Evidence, ...] = ()


class Survey(Frozen):
    """Hold everything the repository says (contracts/survey.md); the keys after `out_of_scope` are further keys."""

    schema_version: int = 1
    project: str
    commit: str | None = None
    services: tuple[Service, ...] = ()
    datastores: tuple[Datastore, ...] = ()
    queues: tuple[Queue, ...] = ()
    migrations: tuple[Migration, ...] = ()
    env_vars: tuple[EnvVar, ...] = ()
    api_specs: tuple[Located, ...] = ()
    jobs: tuple[Job, ...] = ()
    auth: tuple[Named, ...] = ()
    caching: tuple[Named, ...] = ()
    integrations: tuple[Named, ...] = ()
    iac: tuple[Located, ...] = ()
    containers: tuple[Located, ...] = ()
    ci: tuple[Located, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    secrets_found: tuple[SecretPlace, ...] = ()
    out_of_scope: tuple[OutOfScope, ...] = ()
    manifests: tuple[Located, ...] = ()
    compose_services: tuple[ComposeService, ...] = ()
    conventions: tuple[Convention, ...] = ()
    traps: tuple[Fact, ...] = ()  # settings and habits that would hurt in production (kind "trap")
    files_read: int = 0
    files_skipped: tuple[Located, ...] = ()  # described instead of read: kind says why (too-large, binary, malformed, special, …)

    def dependency_names(self) -> frozenset[str]:
        """Return the names of all services' direct dependencies in lower case, without extras."""
        return frozenset(name for service in self.services for name in service.dependency_names())

    def backends(self) -> tuple[Service, ...]:
        """Return the services that run this repository's own back-end code (web, worker, scheduler, job)."""
        return tuple(s for s in self.services if s.role in ("web", "worker", "scheduler", "job"))
