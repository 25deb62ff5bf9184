"""Decide which data stores the host runs itself, under which names, versions and credentials."""

from __future__ import annotations

import re2

from ...core.base import slug
from ...core.blueprint import Component, ImageRef, Limits, Mount, Store
from ...core.facts import Datastore, Evidence, Queue
from ...core.plan import Input
from ...tools.targets import PASSWORD_PATTERN, StoreKind
from ._draft import Draft
from .choosing import alternatives
from .images import newer, pinned

BROKER_OF_QUEUE = {"rabbitmq": "rabbitmq", "amqp": "rabbitmq", "redis": "redis", "valkey": "valkey"}
SPEAKS = {"valkey": ("redis",)}
"""Brokers that a queue of another kind runs on."""
PASSWORD_COMMAND = "openssl rand -hex 16"
"""128 bits in 32 characters: within the 40 that some applications allow and the 72 bytes that bcrypt reads."""
SECRET_COMMAND = "openssl rand -hex 32"
"""256 bits, what HS256 signatures ask of their key (RFC 7518, 3.2)."""


def choose_stores(draft: Draft) -> None:
    """Add one component per store that the survey requires and this platform can run; ask for an address for every other one."""
    for found in _wanted(draft):
        kind = draft.kinds.get(found.kind)
        if kind is None:
            _external(draft, found)
        else:
            _run(draft, found, kind)


def _wanted(draft: Draft) -> list[Datastore]:
    """Return the required stores and the brokers of queues, each kind and name once, in survey order."""
    wanted: dict[tuple[str, str | None], Datastore] = {}
    for store in draft.survey.datastores:
        if store.required and store.kind != "sqlite":
            wanted.setdefault((store.kind, store.name), store)
    have = {kind for kind, _ in wanted} | {other for kind, _ in wanted for other in SPEAKS.get(kind, ())}
    for queue in draft.survey.queues:
        kind = _broker(queue)
        if queue.required and kind and kind not in have:
            have.add(kind)
            wanted[(kind, None)] = Datastore(kind=kind, version=queue.version, evidence=queue.evidence, services=queue.services)
    left = alternatives(draft, list(wanted.values()))
    return [store for store in wanted.values() if store not in left]


def _runnable(draft: Draft, found: Datastore, kind: StoreKind) -> str | None:
    """Return the declared version, null where its image lacks what the commands of this plan need: the catalogue's line stands in."""
    major = (found.version or "").removeprefix("v").split(".")[0]
    if not major.isdigit() or int(major) >= kind.least_major:
        return found.version
    newer(draft, kind.kind, str(found.version), f"images before {kind.least_major} lack programs that backup, health check and setup need")
    return None


def _broker(queue: Queue) -> str | None:
    return BROKER_OF_QUEUE.get(queue.kind) or BROKER_OF_QUEUE.get(queue.backend or "")


def _run(draft: Draft, found: Datastore, kind: StoreKind) -> None:
    version = _runnable(draft, found, kind)
    image = pinned(draft, kind.product, version, found.evidence if version else ())
    name = draft.free_name(slug(found.name) if found.name else kind.name)
    draft.components.append(_component(kind, name, image, found.evidence))
    draft.stores.append(
        Store(
            component=name,
            kind=kind.kind,
            port=kind.port,
            database=_database(draft, kind) or None,
            user=kind.user_name,
            password_input=kind.password,
            volume=f"{name}-{kind.volume}" if kind.volume else None,
            data_path=_path(kind, _major(image.ref)),
            durable=kind.durable and (kind.role == "database" or _carries_queue(draft, kind)),
            services=found.services,
            max_connections=kind.max_connections,
        )
    )
    _credentials(draft, kind, name)
    draft.decide(
        f"store:{name}",
        image.ref,
        image.reason + ("" if version else f"; the repository states {found.version or 'no version'}"),
        (
            "a managed service: nothing in the repository or the answers names a provider",
            "a second host for replication: one host was chosen",
        ),
        found.evidence,
    )


def open_unguarded(draft: Draft) -> None:
    """Run a store without a password where every application that is given its address gives none: it could not log in.

    Decided when all variables are bound. Only stores whose kind can run open are meant; the network of the stores is closed to the rest.
    """
    for n, store in enumerate(draft.stores):
        kind, wanted = draft.kinds[store.kind], store.password_input
        reached = [b for b in draft.env if b.source in ("literal", "derived") and _names(b.value or "", store.component)]
        if not reached:
            _untold(draft, store, kind)
        if kind.open is None or wanted is None or any(f"${{{wanted}}}" in (b.value or "") for b in draft.env):
            continue
        draft.stores[n] = store.model_copy(update={"password_input": None})
        draft.components = [
            c.model_copy(update={"command": kind.open.command, "probe": kind.open.probe}) if c.name == store.component else c
            for c in draft.components
        ]
        draft.inputs.pop(wanted, None)
        names = f"is given its address by {', '.join(f'`{b.name}`' for b in reached)}" if reached else "asks for no address of it"
        draft.assume(
            f"open-{store.component}",
            f"{kind.title} (`{store.component}`) runs without a password",
            f"the code {names} and reads no password for it; only the network `data` reaches it, which has no way out",
            f"let the code read a password for {kind.title} and plan again",
        )


def _untold(draft: Draft, store: Store, kind: StoreKind) -> None:
    """Say that no variable of the code addresses a store: whatever address and password stand in the code, the plan cannot change them."""
    draft.doubt(
        f"address-{store.component}",
        f"the code finds {kind.title} at the address `{store.component}:{store.port}`, with the name and password of this plan",
        "no variable that the code reads holds the address; it stands in the code or in a file of the repository",
        f"look for it (`grep -rn {store.port} .`); let the code read it from a variable, plan again, and the plan sets it",
    )


def _names(value: str, component: str) -> bool:
    return bool(re2.search(rf"(?:^|[/@,=]){re2.escape(component)}(?::\d|$|[,/])", value))


def _carries_queue(draft: Draft, kind: StoreKind) -> bool:
    return kind.role == "broker" or any(_broker(q) == kind.kind for q in draft.survey.queues)


def _component(kind: StoreKind, name: str, image: ImageRef, evidence: tuple[Evidence, ...]) -> Component:
    return Component(
        name=name,
        kind="broker" if kind.role == "broker" else "datastore",
        title=kind.title,
        image=image,
        command=kind.command,
        port=kind.port,
        limits=Limits(
            cpus=kind.cpus,
            memory_mb=kind.memory_mb,
            reason=f"starting size for {kind.title}; watch its working set and raise before 80 %",
        ),
        probe=kind.probe,
        user=kind.user,
        cap_add=kind.cap_add,
        mounts=_mounts(kind, name, _major(image.ref)),
        networks=("data",),
        stop_grace_s=60,
        evidence=evidence[:2],
    )


def _major(reference: str) -> int | None:
    tag = reference.rpartition(":")[2]
    digits = tag.split("-")[0].split(".")[0]
    return int(digits) if digits.isdigit() else None


def _path(kind: StoreKind, major: int | None) -> str | None:
    for since, path in kind.data_path_since:
        if major is not None and major >= since:
            return path
    return kind.data_path


def _mounts(kind: StoreKind, name: str, major: int | None) -> tuple[Mount, ...]:
    mounts = [Mount(kind="volume", source=f"{name}-{kind.volume}", target=str(_path(kind, major)), read_only=False)] if kind.volume else []
    mounts += [Mount(kind="file", source=source, target=target) for source, target in kind.files]
    for entry in kind.tmpfs:
        target, _, options = entry.partition(":")
        mounts.append(Mount(kind="tmpfs", source="", target=target, read_only=False, options=options))
    return tuple(mounts)


def _database(draft: Draft, kind: StoreKind) -> str:
    if kind.kind in ("redis", "valkey"):
        return "0"
    if kind.kind == "memcached":
        return ""
    return draft.app.replace("-", "_")[:32]


def _credentials(draft: Draft, kind: StoreKind, name: str) -> None:
    for wanted, what in ((kind.admin_password, "administrator"), (kind.password, "application")):
        if wanted:
            draft.need(
                Input(
                    name=wanted,
                    kind="secret",
                    description=f"Password of the {what} in {kind.title} (`{name}`)",
                    generate=PASSWORD_COMMAND,
                    pattern=PASSWORD_PATTERN,
                    used_by=(name,),
                )
            )


def _external(draft: Draft, found: Datastore) -> None:
    names = [v.name for v in draft.survey.env_vars if found.kind in v.name.lower() or (found.kind == "mssql" and _is_mssql(v.name))]
    where = f"set {', '.join(f'`{n}`' for n in names)} to its address" if names else "give the application its address"
    draft.assume(
        f"external-{found.kind}",
        f"{found.kind} is provided outside this host and reachable from it",
        "this target runs PostgreSQL, MySQL, MariaDB, MongoDB, Redis, Valkey, RabbitMQ and Memcached itself; "
        "for other stores it takes an address",
        f"{where} before step `release`, and try it from this host; without it, what needs {found.kind} does not work",
    )


def _is_mssql(name: str) -> bool:
    return name.startswith("ConnectionStrings__") or "SQLSERVER" in name or "SQL_SERVER" in name
