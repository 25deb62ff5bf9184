"""Merge the entries that detectors state: data stores, queues, migrations, environment variables, jobs, what is out of scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ....core.facts import ComposeService, Datastore, EnvVar, Evidence, Fact, Job, Migration, OutOfScope, Queue, Service
from ..knowledge.images import is_aid
from ..knowledge.stores import DOUBLES, RELATIONAL
from .alternatives import is_alternative, is_choice
from .filestores import with_file
from .ledger import CONFIDENCE, Ledger, merged


class Users:
    """Tell which services a folder's facts belong to."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._by_path: dict[str, list[str]] = defaultdict(list)
        for service in services:
            if service.path is not None:
                self._by_path[service.path].append(service.name)

    def of(self, folder: str) -> tuple[str, ...]:
        """Return the names of the services whose code is in the folder, or nearest above it, or all below it."""
        here = folder
        while True:
            if here in self._by_path:
                return tuple(sorted(self._by_path[here]))
            if here == ".":
                break
            here = here.rpartition("/")[0] or "."
        below = {n for path, names in self._by_path.items() if folder == "." or path.startswith(folder + "/") for n in names}
        return tuple(sorted(below))


def _union(users: Users, facts: list[Fact]) -> tuple[str, ...]:
    return tuple(sorted({name for fact in facts for name in users.of(fact.subject)}))


def datastores(ledger: Ledger, users: Users) -> tuple[Datastore, ...]:
    """Return the data stores by kind: image and version from what runs it, drivers and users from what reaches it."""
    groups: dict[str, list[tuple[Fact, Datastore]]] = defaultdict(list)
    for fact, value in ledger.values("datastore", Datastore):
        groups[value.kind].append((fact, value))
    _fold_doubles(groups)
    sure = {k for k, found in groups.items() if any(f.confidence in ("certain", "high", "medium") for f, _ in found)}
    chosen = []
    for kind in sorted(sure):
        found = sorted(
            (i for i in groups[kind] if i[0].confidence != "low"), key=lambda i: (CONFIDENCE[i[0].confidence], i[1].image is None)
        )
        with_image = [v for _, v in found if v.image]
        version = next((v for _, v in found if v.version), None)
        chosen.append(
            Datastore(
                kind=kind,
                version=version.version if version else None,
                required=_required(ledger, [v for _, v in found])
                and not _stands_in(ledger, kind, sure, groups)
                and not is_alternative(kind, sure, groups),
                evidence=_agreeing(version, [v for _, v in found]),
                name=with_image[0].name if with_image else None,
                image=with_image[0].image if with_image else None,
                drivers=tuple(sorted({d for _, v in found for d in v.drivers})),
                services=_union(users, [f for f, v in found if not v.image]) or _depending(ledger, with_image),
            )
        )
    return tuple(with_file(ledger.view, store) if store.kind == "sqlite" and store.required else store for store in chosen)


def _required(ledger: Ledger, found: list[Datastore]) -> bool:
    """Say whether a store is needed: what the code says of an alternative outweighs a file that starts stores and no application."""
    coded = [v for v in found if not v.image]
    bare = _bare_files(ledger)
    started = [v for v in found if v.image and not (v.evidence and v.evidence[0].path in bare)]
    return any(v.required for v in ([*coded, *started] if coded else found))


def _bare_files(ledger: Ledger) -> set[str]:
    """Return the compose files whose services are data stores, brokers and tools only: what a developer has beside the program."""
    files: dict[str, bool] = {}
    for _, one in ledger.values("compose", ComposeService):
        foreign = one.image is not None and one.build_context is None and is_aid(one.image)
        files[one.file] = files.get(one.file, True) and foreign
    return {f for f, bare in files.items() if bare}


def _agreeing(chosen: Datastore | Queue | None, found: Sequence[Datastore | Queue]) -> tuple[Evidence, ...]:
    """Return the lines of all declarations, those of the chosen version first; a line about another version no longer supports that key."""
    lines = [
        e if e.field != "version" or (chosen is not None and v.version == chosen.version) else e.model_copy(update={"field": None})
        for v in found
        for e in v.evidence
    ]
    return merged(chosen.evidence if chosen else (), lines)


def _stands_in(ledger: Ledger, kind: str, sure: set[str], groups: dict[str, list[tuple[Fact, Datastore]]]) -> bool:
    """Say whether a store only stands in for another: a file database beside a server, or one of several that files offer in turn."""
    if kind in ("sqlite", "h2", "hsqldb"):
        servers = [k for k in sorted(sure & RELATIONAL) if not is_alternative(k, sure, groups)]
        return any(_required(ledger, [v for _, v in groups[k]]) for k in servers)
    files = {k: {e.path for f, v in groups[k] if v.image and f.confidence == "certain" for e in v.evidence[:1]} for k in sure & RELATIONAL}
    if kind not in files or not files[kind] or any(f & files[kind] for k, f in files.items() if k != kind):
        return False
    others = {k: f for k, f in files.items() if f and k != kind}
    return (
        bool(others)
        and max(others, key=lambda k: (len(others[k]), k == "postgresql", k)) != kind
        and any((len(f), k == "postgresql", k) > (len(files[kind]), kind == "postgresql", kind) for k, f in others.items())
    )


def _fold_doubles(groups: dict[str, list[tuple[Fact, Datastore]]]) -> None:
    """Count a driver of the common protocol for the compatible store that is deployed (MariaDB's for MySQL, Valkey's for Redis)."""
    for kind, doubles in DOUBLES.items():
        for double in doubles:
            deployed = any(v.image and f.confidence == "certain" for f, v in groups.get(double, ()))
            if deployed and kind in groups and not any(v.image and f.confidence == "certain" for f, v in groups[kind]):
                groups[double].extend(groups.pop(kind))


def _depending(ledger: Ledger, deployed: list[Datastore]) -> tuple[str, ...]:
    names = {d.name for d in deployed}
    found = {v.name for _, v in ledger.values("compose", ComposeService) if names & set(v.depends_on)}
    return tuple(sorted(found))


def queues(ledger: Ledger, users: Users) -> tuple[Queue, ...]:
    """Return the brokers and job systems by kind; one that is only named needs a better witness."""
    groups: dict[str, list[tuple[Fact, Queue]]] = defaultdict(list)
    for fact, value in ledger.values("queue", Queue):
        groups[value.kind].append((fact, value))
    chosen = []
    for kind in sorted(groups):
        found = groups[kind]
        if all(f.confidence == "low" for f, _ in found):
            continue
        version = next((v for _, v in found if v.version), None)
        backend = next((v.backend for _, v in found if v.backend), None)
        evidence = _agreeing(version, [v for _, v in found])
        chosen.append(
            Queue(
                kind=kind,
                backend=backend,
                version=version.version if version else None,
                required=any(v.required for _, v in found) and not is_choice(kind, groups),
                evidence=evidence,
                services=_union(users, [f for f, v in found]),
            )
        )
    return tuple(chosen)


def migrations(ledger: Ledger, users: Users) -> tuple[Migration, ...]:
    """Return the migration tools, one entry per tool and place."""
    found: dict[tuple[str, str], Migration] = {}
    for fact, value in ledger.values("migration", Migration):
        names = users.of(fact.subject)
        key = (value.tool, value.path or f"?{fact.subject}")
        known = found.get(key)
        service = value.service or (names[0] if names else None)
        merged_evidence = merged(known.evidence if known else (), value.evidence)
        base = known if known and (known.revisions or not value.revisions) else value
        command = (known.command if known else None) or value.command
        found[key] = base.model_copy(update={"evidence": merged_evidence, "service": service, "command": command})
    placed = {tool for tool, where in found if not where.startswith("?")}
    return tuple(found[k] for k in sorted(found) if not (k[1].startswith("?") and k[0] in placed))


def env_vars(ledger: Ledger, users: Users, more: Iterable[Fact] = ()) -> tuple[EnvVar, ...]:
    """Return the environment variables by name: what the code reads decides, example files only add places; `more` are further facts."""
    groups: dict[str, list[tuple[Fact, EnvVar]]] = defaultdict(list)
    for fact in (*ledger.of("env"), *more):
        if isinstance(fact.value, EnvVar):
            groups[fact.value.name].append((fact, fact.value))
    return tuple(_variable(users, name, groups[name]) for name in sorted(groups))


def _variable(users: Users, name: str, found: list[tuple[Fact, EnvVar]]) -> EnvVar:
    read = [item for item in found if item[1].read_by_code]
    chosen = sorted(read or found, key=lambda item: CONFIDENCE[item[0].confidence])
    secret = any(v.secret for _, v in found) or any(_holds_credential(name, e) for _, v in found for e in v.evidence)
    default = next((v for _, v in chosen if v.default is not None), None)
    value = default.default if default and not secret and "[REDACTED" not in (default.default or "") else None
    kept = value is not None and default is not None
    return EnvVar(
        name=name,
        required=any(v.required for _, v in read or found) and default is None,
        default=value,
        secret=secret,
        services=_union(users, [f for f, _ in chosen]),
        evidence=merged(
            default.evidence if kept and default else (), *(v.evidence for _, v in chosen), *(v.evidence for _, v in found), limit=8
        ),
        type=next((v.type for _, v in chosen if v.type), None),
        choices=next((v.choices for _, v in chosen if v.choices), ()),
        example=None if secret else next((v.example for _, v in found if v.example and "[REDACTED" not in v.example), None),
        read_by_code=bool(read),
    )


def _holds_credential(name: str, evidence: Evidence) -> bool:
    """Say whether a line gives a variable a value of which a part was redacted (`DB_SOURCE=postgres://user:[…]@host`)."""
    _, found, after = evidence.quote.partition(name)
    return bool(found) and after.lstrip("'\" ")[:1] in ("=", ":") and "[REDACTED:url-credential]" in after


def jobs(ledger: Ledger, users: Users, services: Iterable[Service]) -> tuple[Job, ...]:
    """Return the jobs and schedules, each name, kind and schedule once, with the service that runs them."""
    found: dict[tuple[str, str, str, str], Job] = {}
    for fact, value in ledger.values("job", Job):
        names = users.of(fact.subject)
        key = (value.name, value.kind, value.schedule or "", value.command or "")
        known = found.get(key)
        found[key] = value.model_copy(
            update={
                "service": value.service or (names[0] if len(names) == 1 else None),
                "evidence": merged(known.evidence if known else (), value.evidence),
            }
        )
    return tuple(found[k] for k in sorted(found))


def out_of_scope(ledger: Ledger) -> tuple[OutOfScope, ...]:
    """Return what was left out on purpose, one entry per path."""
    found: dict[str, OutOfScope] = {}
    for _, value in ledger.values("out_of_scope", OutOfScope):
        known = found.get(value.path)
        found[value.path] = (known or value).model_copy(update={"evidence": merged(known.evidence if known else (), value.evidence)})
    return tuple(found[k] for k in sorted(found))
