"""Decide where the files that the application itself keeps outlive its containers: embedded databases, uploads, declared volumes."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

from ...core.base import slug
from ...core.blueprint import Component, Mount, StateVolume
from ...core.facts import Datastore, EnvVar, Evidence, Service
from ...tools.dockerfile import data_folders, declared_volumes, user_of, workdir_of
from ._draft import Draft

DATA = "/data"
"""Where files go whose place this plan may choose."""
_SAY_WHERE = ("DSN", "FILE", "LOCATION", "PATH", "URI", "URL")
_SYSTEM = ("/", "/app", "/etc", "/opt", "/root", "/srv", "/tmp", "/usr", "/var")
_CACHES = ("cache", "node_modules", "venv", "tmp", "static", "target", "vendor", "bundle", "gems", "pip")

_DATA_WORDS = frozenset(
    "data media uploads upload storage files attachments export exports consume images database library content".split()
)
"""Last words of a bind mount's source that hold data of users, not code or settings."""
_WORKSTATION = frozenset("dev devel development devcontainer test tests e2e ci override local".split())


@dataclass(frozen=True)
class _Place:
    target: str
    holds: str
    evidence: tuple[Evidence, ...]


def choose_state(draft: Draft) -> None:
    """Give each process whose state lies in files a named volume for them; processes that see the same folder share the volume."""
    found: dict[str, StateVolume] = {}
    for index, component in enumerate(draft.components):
        service = next((s for s in draft.survey.services if s.name == component.service), None)
        if component.kind not in ("app", "job") or service is None:
            continue
        for place in _places(draft, index, service):
            known = found.get(place.target)
            users = (*known.components, component.name) if known else (component.name,)
            name = known.name if known else _volume_name(place.target, {v.name for v in found.values()})
            owner = _owner(component, service)
            found[place.target] = StateVolume(
                name=name, target=place.target, components=users, holds=place.holds, owner=owner, evidence=place.evidence
            )
            mount = Mount(kind="volume", source=name, target=place.target, read_only=False)
            current = draft.components[index]
            draft.components[index] = current.model_copy(update={"mounts": (*current.mounts, mount)})
    for volume in found.values():
        draft.state.append(volume)
        draft.decide(
            f"state:{volume.name}",
            volume.target,
            f"{volume.holds} must outlive the container that writes it; one process at a time may write, so there is one replica",
            ("the container's own layer: gone with the next release",),
            volume.evidence,
        )


def _places(draft: Draft, index: int, service: Service) -> list[_Place]:
    """Return the folders in which a service keeps files, each once, outer ones in place of those within them."""
    component = draft.components[index]
    places = [p for store in _embedded(draft, service) if (p := _database(draft, index, service, store)) is not None]
    if service.build is not None and component.build is not None and component.build.origin != "generated":
        places += [
            _Place(target, f"what its Dockerfile declares as the volume `{target}`", service.build.evidence[:1])
            for target in declared_volumes(service.build.text or "")
        ]
    if component.build is not None and component.build.origin == "generated":
        places += [_Place(t, f"what {service.framework} keeps for its users", service.evidence[:1]) for t in data_folders(service)]
    places += _composed(draft, service)
    kept: dict[str, _Place] = {}
    for place in sorted(places, key=lambda p: len(p.target)):
        if not any(place.target == t or place.target.startswith(t + "/") for t in kept):
            kept[place.target] = place
    return list(kept.values())


def _embedded(draft: Draft, service: Service) -> list[Datastore]:
    return [s for s in draft.survey.datastores if s.kind == "sqlite" and s.required and (service.name in s.services or not s.services)]


def _database(draft: Draft, index: int, service: Service, store: Datastore) -> _Place | None:
    """Return the folder of an embedded database; where its file lies loose among the code, move it or say that it is lost."""
    holds, evidence = "the SQLite database", store.evidence[-1:]
    component = draft.components[index]
    own = service.build is not None and component.build is not None and component.build.origin != "generated"
    workdir = (service.build.workdir if own and service.build else None) or workdir_of(service)
    file = normpath(join(workdir, store.path)) if store.path else None
    if file and dirname(file) not in (*_SYSTEM, workdir):
        return _Place(dirname(file), f"{holds} `{basename(file)}`", evidence)
    name = basename(file) if file else f"{draft.app}.db"
    moved = next((v.name for v in draft.survey.env_vars if _names_file(v, name)), None)
    if moved:
        draft.moved[moved] = f"{DATA}/{name}"
        return _Place(DATA, f"{holds} `{name}` (`{moved}` says where)", evidence)
    if file and component.build is not None and component.build.origin == "generated":
        build = component.build.model_copy(update={"links": component.build.links | {file: f"{DATA}/{name}"}})
        draft.components[index] = component.model_copy(update={"build": build})
        return _Place(DATA, f"{holds} `{name}` (a link stands in its place among the code)", evidence)
    draft.doubt(
        f"sqlite of {service.name}",
        f"the SQLite file of `{service.name}` outlives a release",
        f"it lies at `{file or 'a place that no code names'}`, within the repository's own image, and no setting moves it",
        "give the code a setting for its path, or use a database server, before real data goes in",
    )
    return None


def _names_file(variable: EnvVar, file: str) -> bool:
    """Say whether a variable is the one that says where the database's file lies."""
    value, words = variable.default or variable.example or "", variable.name.split("_")
    if value:
        return value.partition("?")[0].rpartition("/")[2] == file or value.startswith(("sqlite:", "sqlite+", "file:"))
    return words[-1] in _SAY_WHERE and any(w in words for w in ("SQLITE", "DATABASE", "DB"))


def _composed(draft: Draft, service: Service) -> list[_Place]:
    """Return the volumes that the repository's own compose file gives a process of this code base, caches aside: workers read uploads."""
    places = []
    kin = _kin(draft, service)
    for declared in draft.survey.compose_services:
        if declared.name not in kin or _for_workstations(declared.file):
            continue
        for text in declared.volumes:
            source, _, rest = text.partition(":")
            target = rest.partition(":")[0]
            named = not source.startswith((".", "/", "~", "$"))
            data = source.startswith(("./", "../", "~")) and basename(source.rstrip("/")).lstrip(".") in _DATA_WORDS
            if not target.startswith("/") or not (named or data) or any(c in text.lower() for c in _CACHES):
                continue
            evidence = tuple(e for e in service.evidence if e.path == declared.file)[:1]
            places.append(_Place(normpath(target), f"what `{declared.file}` keeps in `{source}`", evidence))
    return places


def _kin(draft: Draft, service: Service) -> set[str]:
    """Return the services whose processes run the same image, itself among them."""
    files = {c.service: c.build.dockerfile for c in draft.components if c.build is not None}
    own = files.get(service.name)
    return {service.name} | {name for name, file in files.items() if name and own and file == own}


def _for_workstations(file: str) -> bool:
    """Say whether a compose file serves development or tests, by the words of its path."""
    words = file.lower().replace("/", ".").replace("-", ".").replace("_", ".").split(".")
    return bool(_WORKSTATION & set(words))


def _volume_name(target: str, taken: set[str]) -> str:
    name = f"{slug(basename(target)) or 'files'}-files"
    return name if name not in taken else f"{slug(target)}-files"


def _owner(component: Component, service: Service) -> str | None:
    """Return who writes: the user of a generated or patched image; null where the repository's own image decides."""
    if component.build is None:
        return None
    return user_of(service) if component.build.origin == "generated" else component.build.run_as
