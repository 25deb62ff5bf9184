"""Name every decision that two sections share: taken once, with reason and rejected alternatives, read by all planners."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Frozen
from .facts import Evidence, Migration
from .plan import DecisionRecord, Input, Source, Unverified
from .target import Assumption, Target

ComponentKind = Literal["app", "job", "datastore", "broker", "proxy", "backup", "migrate", "exporter", "monitor"]
Stack = Literal["main", "monitoring"]


class ImageRef(Frozen):
    """Be one exact image reference with where its version comes from; `verified` is false when no source showed the tag."""

    ref: str
    product: str | None = None  # catalogue id
    verified: bool = False
    source: str = ""  # `repository`, `catalogue`, `built here`
    reason: str = ""
    declared: str | None = None  # what the repository wrote, when that was not exact
    eol: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Probe(Frozen):
    """Be one container health check: a command inside the container and its timing in seconds."""

    test: tuple[str, ...]  # CMD or CMD-SHELL form, first item says which
    interval_s: int = 10
    timeout_s: int = 5
    retries: int = 6
    start_period_s: int = 20
    reason: str = ""


class Limits(Frozen):
    """Be the resources of one replica: CPU in cores, memory in MiB."""

    cpus: float
    memory_mb: int
    pids: int = 256
    reason: str = ""


class Mount(Frozen):
    """Be one mount: a named volume, a file of the plan (path in the repository after install), or a tmpfs."""

    kind: Literal["volume", "file", "tmpfs"]
    source: str
    target: str
    read_only: bool = True
    options: str = ""


class EnvBinding(Frozen):
    """Bind one environment variable of one or more components to where its value comes from.

    `source`: `literal` (value is the text), `input` (value names an Input), `secret` (value names an Input of kind secret), `derived`
    (value is a template over inputs in `${NAME}` form, as compose and shell read it), `unset` (left to the code's default; value is
    null).
    """

    name: str
    components: tuple[str, ...]
    source: Literal["literal", "input", "secret", "derived", "unset"]
    value: str | None = None
    secret: bool = False
    required: bool = False
    default: str | None = None  # the code's own default
    type: str | None = None
    choices: tuple[str, ...] = ()
    why: str = ""
    effect_if_wrong: str = ""
    evidence: tuple[Evidence, ...] = ()
    read_by_code: bool = True


class BuildSpec(Frozen):
    """Say how an image is built: the Dockerfile used (path in the repository after install) and where it comes from."""

    dockerfile: str
    context: str
    target: str | None = None
    args: dict[str, str] = {}
    origin: Literal["repository", "patched", "generated"]
    bases: tuple[str | None, ...] = ()  # per FROM line: the exact image put in, null where the line stays
    copied: dict[str, str] = {}  # image that a COPY takes files from -> the exact one put in
    starts_app: bool = False  # the entrypoint is the application itself, not a wrapper that runs what it is given
    run_as: str | None = None  # uid:gid that a patched image gets, null where its own user stays
    changes: tuple[str, ...] = ()  # reviewed changes against the repository's own file, one sentence each
    links: dict[str, str] = {}  # path in the image -> path on a volume that it stands for


class Component(Frozen):
    """Be one thing that runs: name (also its DNS name), image or build, command, limits, probe, mounts, dependencies."""

    name: str
    kind: ComponentKind
    stack: Stack = "main"
    title: str = ""
    service: str | None = None  # the survey's service it runs
    image: ImageRef
    build: BuildSpec | None = None
    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    own_entrypoint: bool = True  # false: the image's entrypoint is the application itself and must not run before this command
    port: int | None = None
    published: tuple[str, ...] = ()  # host:container, only the proxy has any
    replicas: int = 1
    limits: Limits
    probe: Probe | None = None
    user: str | None = None
    read_only: bool = True
    cap_add: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()
    networks: tuple[str, ...] = ()
    depends_on: dict[str, Literal["service_started", "service_healthy", "service_completed_successfully"]] = {}
    stop_grace_s: int = 30
    restart: Literal["no", "unless-stopped", "on-failure"] = "unless-stopped"
    evidence: tuple[Evidence, ...] = ()


class Store(Frozen):
    """Describe one stateful component in the terms its planners need."""

    component: str
    kind: str  # postgresql, mysql, mariadb, redis, valkey, rabbitmq, memcached, mongodb
    port: int
    database: str | None = None
    user: str | None = None
    password_input: str | None = None
    volume: str | None = None
    data_path: str | None = None
    durable: bool = True  # false: a cache that may be lost
    services: tuple[str, ...] = ()
    max_connections: int | None = None
    upgrade_note: str = ""


class StateVolume(Frozen):
    """Be one folder of files that the application itself keeps: an embedded database, uploads."""

    name: str  # of the volume
    target: str  # where the processes see it
    components: tuple[str, ...]
    holds: str  # prose: what lies in it
    owner: str | None = None  # uid:gid that writes, null where the image decides
    evidence: tuple[Evidence, ...] = ()


FILES = "files"
"""The kind and the name under which the files of all state volumes are backed up together."""


class MigrationPlan(Frozen):
    """Say how the schema is migrated: component that carries the tool, commands, and what can be undone."""

    tool: str
    component: str
    apply: tuple[str, ...]
    status: tuple[str, ...] = ()  # prints the applied head
    head: str | None = None
    down: tuple[str, ...] = ()  # one revision back, when the tool has a way and revisions are reversible
    previous: str | None = None
    reversible: bool = False
    store: str | None = None
    facts: Migration


class SmokeCheck(Frozen):
    """Be one thing that the smoke test proves, with its own way to fail."""

    id: str
    title: str
    kind: Literal["http", "http-absent", "store", "process", "migration", "tls", "job"]
    path: str | None = None
    statuses: tuple[int, ...] = (200,)
    body_pattern: str | None = None  # an extended regular expression the body must match
    component: str | None = None
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


class Objective(Frozen):
    """Be one number with its unit that several sections speak of (RPO, RTO, latency, thresholds)."""

    id: str
    title: str
    value: float
    unit: str
    reason: str = ""


class HostSpec(Frozen):
    """Size the host: sum of limits plus headroom, with the arithmetic shown."""

    cpus: int
    memory_mb: int
    disk_gb: int
    sum_cpus: float
    sum_memory_mb: int
    headroom: str
    given: bool = False  # the operator stated the hardware


class Blueprint(Frozen):
    """Hold what eleven planners agree on; none of them may decide these things again."""

    app: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
    title: str
    target: Target
    release: str  # the image tag of this plan's build: the commit's first 12 characters, or `unversioned`
    deploy_dir: str = "deploy"  # where artifacts are installed, relative to the repository
    compose_file: str = "deploy/compose.yaml"
    env_file: str = "deploy/.env"
    components: tuple[Component, ...]
    stores: tuple[Store, ...] = ()
    state: tuple[StateVolume, ...] = ()
    env: tuple[EnvBinding, ...] = ()
    inputs: tuple[Input, ...] = ()
    migration: MigrationPlan | None = None
    smoke: tuple[SmokeCheck, ...] = ()
    objectives: tuple[Objective, ...] = ()
    host: HostSpec
    main_web: str | None = None  # the component that the proxy sends requests to
    upstreams: dict[str, str] = {}  # path prefix -> component, the longest first; "/" always present when there is a web component
    networks: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    decisions: dict[str, DecisionRecord] = {}
    assumptions: tuple[Assumption, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    tools: dict[str, str] = {}  # host tool -> exact version asserted, or a minimum where the host decides
    out_of_scope: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    def component(self, name: str) -> Component:
        """Return one component; raise KeyError when there is none of that name."""
        for found in self.components:
            if found.name == name:
                return found
        raise KeyError(name)

    def of_kind(self, *kinds: ComponentKind) -> tuple[Component, ...]:
        """Return the components of these kinds in order."""
        return tuple(c for c in self.components if c.kind in kinds)

    def objective(self, objective_id: str) -> Objective:
        """Return one objective; raise KeyError when there is none of that id."""
        for found in self.objectives:
            if found.id == objective_id:
                return found
        raise KeyError(objective_id)

    def saved_by(self, backup: Component) -> Store:
        """Return what a backup component saves: the store that it depends on, else the files of the state volumes."""
        return next((s for s in self.stores if s.component in backup.depends_on), Store(component=FILES, kind=FILES, port=0))

    def store_of(self, *kinds: str) -> tuple[Store, ...]:
        """Return the stores of these kinds in order."""
        return tuple(s for s in self.stores if s.kind in kinds)
