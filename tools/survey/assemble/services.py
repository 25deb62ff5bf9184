"""Make services of groups: fill each field from the most binding declaration, then from the module's facts."""

from __future__ import annotations

from typing import Any

from ....core.facts import Build, Conflict, Evidence, Fact, Role, Route, Service
from ..commands import Meaning
from ..knowledge.frameworks import is_task
from ..knowledge.images import default_command
from ..knowledge.languages import RUNTIMES, class_of, class_of_path, class_of_program, class_of_runtime
from ..shapes import Process
from ..view import join
from .grouping import Group, role_of
from .health import health_of
from .ledger import Ledger, merged
from .meaning import followed
from .ports import port_of
from .versions import declarations, declared, version_conflict

_IMAGES: tuple[Role, ...] = ("reverse-proxy", "third-party")
_QUIET: tuple[Role, ...] = ("worker", "scheduler", "job")


def make(ledger: Ledger, group: Group) -> tuple[Service | None, list[Conflict]]:
    """Return the service of a group and the conflicts among its declarations; None for browser code, which is out of scope."""
    command, _development = _command(ledger, group)
    said, text = followed(ledger, group.path, command)
    language = _language(ledger, group, said)
    path = group.path
    role = _role(ledger, group, said, language)
    if role == "frontend" or (path is not None and role not in _IMAGES and _is_frontend(ledger, group, path, language)):
        return None, []
    runtime = _runtime(ledger, group, path, language)
    lineage = ledger.lineage(path, language) if path is not None else []
    subjects = [*group.dockerfiles, *(s for p in group.members for s in p.version_of)]
    versions = declarations(ledger, path, language if role == "reverse-proxy" else runtime, subjects, lineage)
    port = port_of(ledger, group, role, said, language)
    health = health_of(ledger, group, role)
    manager = _inherited(ledger, lineage, "package_manager", language)
    manager_version = _inherited(ledger, lineage, "package_manager_version", language) or _release(ledger, path, manager, lineage)
    service = Service(
        name=_name(ledger, group, role),
        path=path,
        role=role,
        language=language,
        runtime=None if role in _IMAGES else runtime,
        framework=None if role in _IMAGES else _framework(ledger, group, role, said, text, language),
        image=next((p.image for p in group.members if p.image), None),
        package_manager=manager[0] if manager else None,
        package_manager_version=manager_version[0] if manager_version else None,
        start_command=command,
        port=port.value,
        listens=role not in _QUIET and (role == "reverse-proxy" or port.value is not None or _listens(group, said)),
        orm=_first(ledger, lineage, "orm", language),
        health_path=health[0] if health else None,
        evidence=_evidence(
            ledger, group, path, language, [versions[0].evidence if versions else ()], manager, manager_version, port.evidence, health
        ),
        confidence=group.members[0].confidence,
        server=said.server
        or next((p.server for p in group.members if p.server and p.command == command), None)
        or (_first(ledger, lineage[:1], "server", language) if role == "web" else None),
        entrypoint=said.application or _first_of(group, "entrypoint") or _first(ledger, lineage[:1], "entrypoint", language),
        port_env=port.variable,
        **_details(ledger, group, role, language, lineage, versions),
    )
    apart = version_conflict(f"runtime_version:{path}", versions, class_of(language) == "jvm")
    return service, [*([apart] if apart else []), *port.conflicts]


def _details(ledger: Ledger, group: Group, role: Role, language: str | None, lineage: list[str], versions: list[Fact]) -> dict[str, Any]:
    """Return the keys of a service that stand alone: its versions, how it is built, what it depends on, what it offers."""
    path = group.path
    return {
        "runtime_version": str(versions[0].value) if versions else None,
        "runtime_version_declared": declared(versions),
        "build": _build(ledger, group),
        "manifest": _first(ledger, lineage[:1], "manifest", language),
        "lock_file": _first(ledger, lineage, "lock_file", language),
        "libraries": _libraries(ledger, path, language),
        "scripts": {f.key: str(f.value) for f in ledger.about("script", path)},
        "routes": _routes(ledger, path) if role == "web" else (),
    }


def _command(ledger: Ledger, group: Group) -> tuple[str | None, bool]:
    """Return (start command, whether only a development command is known): declared for production first."""
    own = [p for p in group.members if p.command and p.origin in ("compose", "kubernetes")]
    alone = bool(own) and group.role in _QUIET  # the image's own command starts another process than this one
    members = own if alone else group.members
    if any(p.origin == "compose" and p.command is None and not p.development for p in members):  # runs the image as it is
        members = sorted(members, key=lambda p: p.origin == "procfile")
    for wanted in (False, True):
        for process in members:
            if process.command and process.development == wanted and (process.confidence != "low") != wanted:
                return process.command, wanted
    for process in group.members:
        if process.command:
            return process.command, process.development
    build = _build(ledger, group)
    found = default_command(build.base_images[-1]) if build and build.base_images else None
    return (found[0], False) if found else (None, False)


def _language(ledger: Ledger, group: Group, said: Meaning) -> str | None:
    """Return the language of the code that runs: what starts it decides its class, the module names it exactly."""
    path = group.path
    known = ledger.languages(path) if path is not None else []
    stated = next((p.language for p in group.members if p.language), None)
    owned = [p.language for p in group.members if p.language and p.origin in ("framework", "script", "manifest")]
    program = class_of_program(said.program) if said.program else None
    for hint in (owned[0] if owned else None, program, class_of(stated)):
        if hint is None:
            continue
        exact = next((one for one in known if class_of(one) == class_of(hint)), None)
        if exact:
            return exact
        if hint in owned:
            return hint
    if stated and (not known or class_of(stated) not in {class_of(k) for k in known}):
        return stated
    return next((one for one in known if class_of(one) != "js"), known[0]) if known else stated or _program_language(program)


def _program_language(program: str | None) -> str | None:
    return {"js": "javascript", "jvm": "java", "dotnet": "csharp"}.get(program, program) if program else None


def _role(ledger: Ledger, group: Group, said: Meaning, language: str | None) -> Role:
    if group.role:
        return group.role
    if said.worker:
        return "worker"
    if said.server or any(p.listens or p.port for p in group.members):
        return "web"
    path = group.path
    frameworks = [f for f in ledger.module(path, "framework", language) if not is_task(str(f.value))] if path is not None else []
    if frameworks and _serves(group):
        return "web"
    stated = path is not None and (ledger.first(path, "port", language) or ledger.first(path, "server", language))
    if stated and _serves(group):
        return "web"
    return "worker" if any("worker" in (p.name or "") or p.restarted for p in group.members) else "job"


def _serves(group: Group) -> bool:
    return not any(p.listens is False for p in group.members)


def _listens(group: Group, said: Meaning) -> bool:
    stated = [p.listens for p in group.members if p.listens is not None]
    return stated[0] if stated else role_of(group.members[0]) == "web" or said.server is not None or group.role == "web"


def _is_frontend(ledger: Ledger, group: Group, path: str, language: str | None) -> bool:
    """Say whether the group's folder is browser code only, as far as this group's language goes."""
    marked = ledger.module(path, "frontend")
    if not marked or class_of(language) not in ("js", "nginx", None, "caddy"):
        return False
    return not any(p.origin in ("framework", "script") and p.role == "web" for p in group.members)


def _runtime(ledger: Ledger, group: Group, path: str | None, language: str | None) -> str | None:
    fit = [p.runtime for p in group.members if p.runtime and class_of_runtime(p.runtime) == class_of(language)]
    if fit:
        return RUNTIMES.get(language or "", fit[0]) if fit[0] in ("java", "jvm") else fit[0]
    stated = ledger.first(path, "runtime", language) if path is not None else None
    return str(stated) if stated else RUNTIMES.get(language or "")


def _framework(ledger: Ledger, group: Group, role: Role, said: Meaning, text: str, language: str | None) -> str | None:
    stated = next((p.framework for p in group.members if p.framework and is_task(p.framework) == (role in _QUIET)), None)
    if role in _QUIET and said.worker:
        return "celery-beat" if said.worker == "celery" and role == "scheduler" and "worker" not in said.words else said.worker
    stated = stated or next((p.framework for p in group.members if p.framework and p.role == role), None)
    if stated:
        return stated
    path = group.path
    found = [str(f.value) for f in ledger.module(path, "framework", language)] if path is not None else []
    web = next((f for f in found if not is_task(f)), None)
    if role == "web":
        return web
    tasks = [f for f in found if is_task(f)]
    if role in ("worker", "scheduler") and len(set(tasks)) == 1 and not _managed(text):
        return tasks[0]
    return web if _managed(text) else None


def _managed(text: str) -> bool:
    """Say whether a command runs through the framework's own console, so that it loads the framework."""
    return any(word in f" {text} " for word in ("manage.py", " artisan ", " rails ", " rake ", "bin/rails", "bin/console", "flask "))


def _name(ledger: Ledger, group: Group, role: Role) -> str:
    named = next((p.name for p in group.members if p.name and p.origin in ("compose", "kubernetes", "platform")), None)
    if named:
        return named
    path = group.path
    own = next((p.name for p in group.members if p.name and p.origin == "framework"), None)
    if own and role == "web":  # one of several programs of the folder
        return own
    folder = ledger.view.repository.name if path in (None, ".") else str(path).rpartition("/")[2]
    other = next((p.name for p in group.members if p.name), None)
    return folder if role in ("web", "job") and not (other and role == "job") else other or f"{folder}-{role}"


def _first_of(group: Group, key: str) -> str | None:
    return next((getattr(p, key) for p in group.members if getattr(p, key)), None)


def _first(ledger: Ledger, folders: list[str], key: str, language: str | None) -> str | None:
    found = next((f for folder in folders for f in ledger.module(folder, key, language)), None)
    return None if found is None else str(found.value)


def _inherited(ledger: Ledger, folders: list[str], key: str, language: str | None) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return (value, evidence) of a key in the folder or the nearest workspace above that states it."""
    found = next((f for folder in folders for f in ledger.module(folder, key, language)), None)
    return None if found is None else (str(found.value), found.evidence)


def _release(
    ledger: Ledger, path: str | None, manager: tuple[str, tuple[Evidence, ...]] | None, lineage: list[str]
) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return (release, evidence) that a version-manager file gives the package manager in use; a word such as `latest` is none."""
    found = declarations(ledger, path, manager[0], [], lineage) if manager else []
    return next(((str(f.value), f.evidence) for f in found if str(f.value)[:1].isdigit()), None)


def _build(ledger: Ledger, group: Group) -> Build | None:
    files = group.dockerfiles
    known = {v.dockerfile: v for _, v in ledger.values("image", Build)}
    found = next((known[f] for f in files if f in known), None)
    if found is None:
        return None
    for one in ledger.of("compose"):
        value = one.value
        if value.name == group.members[0].name and value.dockerfile == found.dockerfile:
            return found.model_copy(update={"context": value.build_context, "target": value.target})
    return found


def _libraries(ledger: Ledger, path: str | None, language: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in ledger.about("library", path):
        if not fact.evidence or class_of_path(fact.evidence[0].path) in (None, class_of(language)):
            found.setdefault(*fact.value)
    return dict(sorted(found.items()))


def _routes(ledger: Ledger, path: str | None) -> tuple[Route, ...]:
    found = {(v.path, v.method): v for f in ledger.about("route", path) if isinstance(v := f.value, Route)}
    return tuple(found[key] for key in sorted(found))


def _evidence(
    ledger: Ledger,
    group: Group,
    path: str | None,
    language: str | None,
    versions: list[tuple[Evidence, ...]],
    manager: tuple[str, tuple[Evidence, ...]] | None,
    manager_version: tuple[str, tuple[Evidence, ...]] | None,
    port: tuple[Evidence, ...],
    health: tuple[str, tuple[Evidence, ...]] | None,
) -> tuple[Evidence, ...]:
    """Return the lines that the service stands on; lines about a port, version or path that lost are left out."""
    decided = ("port", "health_path", "runtime_version", "package_manager_version")
    plain = [tuple(e for e in p.evidence if e.field not in decided) for p in group.members]
    first = [e.model_copy(update={"field": "runtime_version"}) for e in versions[0]]
    second = [e.model_copy(update={"field": "package_manager_version"}) for e in manager_version[1]] if manager_version else []
    facts = [f.evidence for key in ("language", "framework", "manifest") for f in (ledger.module(path, key, language) if path else [])]
    told = (first, port, health[1] if health else (), second, manager[1] if manager else ())
    return merged(merged(*plain, limit=9), *told, *plain, *facts, limit=16)


__all__ = ["Process", "join", "make"]
