"""Group declared processes into services: those that mean the same process of the same code become one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ....core.facts import Role
from ..commands import role_of_command
from ..compose.model import is_test_bed
from ..containers import purpose_of
from ..knowledge.frameworks import is_task
from ..knowledge.languages import class_of
from ..shapes import Process
from ..view import folder_of
from .ledger import Ledger
from .placing import ORCHESTRATORS, placed_of

ORIGINS = ("compose", "kubernetes", "platform", "procfile", "image", "unit", "script", "manifest", "framework")


@dataclass(slots=True)
class Group:
    """Be one service in the making: its processes, most binding first."""

    members: list[Process] = field(default_factory=list)

    @property
    def path(self) -> str | None:
        """Return the folder of the code."""
        return next((p.path for p in self.members if p.path is not None), None)

    @property
    def role(self) -> Role | None:
        """Return the role that a member states or whose command tells it."""
        found = next(((r, p) for p in self.members if (r := role_of(p))), None)
        if found is None:
            return None
        offered = any(p.port or p.listens for p in self.members if p.origin in (*ORCHESTRATORS, "image", "platform"))
        return "web" if found[0] == "job" and found[1].origin == "framework" and offered else found[0]

    @property
    def dockerfiles(self) -> list[str]:
        """Return the Dockerfiles that members are built with, each once."""
        return list(dict.fromkeys(p.dockerfile for p in self.members if p.dockerfile))

    def has(self, origin: str) -> bool:
        """Say whether a member is declared in this kind of place."""
        return any(p.origin == origin for p in self.members)

    def sure(self) -> bool:
        """Say whether any member is declared outside development and test files."""
        stated = [p for p in self.members if p.origin in ORCHESTRATORS] or self.members
        return any(p.confidence != "low" for p in stated)


def role_of(process: Process) -> Role | None:
    """Return the role of one process as far as it is declared."""
    if process.role:
        return process.role
    found = role_of_command(process.command, process.name or "") if process.command else None
    if found is None and process.framework and is_task(process.framework):
        return "scheduler" if process.framework in ("celery-beat", "apscheduler") else "worker"
    return found


def groups(ledger: Ledger) -> list[Group]:
    """Return the services to be, sorted by path and name."""
    declared = sorted((v for _, v in ledger.values("process", Process)), key=_order)
    deployed = [p for p in declared if not (p.origin == "compose" and p.evidence and is_test_bed(p.evidence[0].path))]
    placed = placed_of(ledger, deployed or declared)
    found: list[Group] = []
    for process in placed:
        if process.origin in ORCHESTRATORS:
            _orchestrated(found, process)
    apart = [p for p in placed if p.origin == "image" and p.path not in ledger.folders]
    for process in (p for p in placed if p.origin not in ORCHESTRATORS and p not in apart):
        _attached(found, process)
    for process in sorted(apart, key=lambda p: not any(p.dockerfile in g.dockerfiles for g in found)):
        if not _shared(ledger, found, process):
            _attached(found, process)
    for group in found:
        group.members.sort(key=lambda p: (ORIGINS.index(p.origin), p.precedence))
    return sorted(_kept(found), key=lambda g: (g.path or "", g.members[0].name or "", g.role or "", g.members[0].command or ""))


def _order(process: Process) -> tuple[int, int, int, str, str, str]:
    place = process.evidence[0].at() if process.evidence else ""
    purpose = 0 if process.confidence != "low" else 1
    return ORIGINS.index(process.origin), purpose, int(process.path is None), place, process.name or "", process.command or ""


def _orchestrated(found: list[Group], process: Process) -> None:
    """Add a compose or orchestrator process to the group of its name and folder, else make a group of it."""
    for group in found:
        if group.members[0].name == process.name and (group.path == process.path or (process.path is None and process.image is None)):
            group.members.append(process)
            return
    if process.path is None and process.image is None:
        return  # it only adds to a service that no file here defines
    same = [
        g
        for g in found
        if process.origin == "kubernetes" and process.path is not None and g.path == process.path and g.role == role_of(process)
    ]
    if len(same) == 1:
        same[0].members.append(process)
    else:
        found.append(Group([process]))


def _attached(found: list[Group], process: Process) -> None:
    """Add any other process to the groups that mean it: same Dockerfile, or same folder and role; else make a group of it."""
    if process.dockerfile and process.origin != "platform":  # a platform's file starts several processes of one image
        users = [g for g in found if process.dockerfile in g.dockerfiles]
        same = [g for g in users if g.path == process.path]
        own = process.path == folder_of(process.dockerfile)  # else a build is known to pack the code of that path with it
        alone = process.origin == "image" and own and not any(g.path == process.path for g in found)
        users = same or (users if alone else [])
        if users:
            for group in users:
                group.members.append(process)
            return
    beside = [g for g in found if g.path == process.path and g.path is not None]
    role = role_of(process)
    fits = [g for g in beside if _compatible(g, role, process) and _same_program(g, process) and not _other_language(g, process)]
    if process.origin != "image":
        fits = [g for g in fits if not any(_another(p, process) for p in g.members)]
    if not fits:
        if not (beside and role is None and process.origin in ("script", "manifest", "framework")):
            found.append(Group([process]))
        return
    bare = [g for g in fits if not any(p.command for p in g.members)]
    for group in bare or fits[:1]:
        group.members.append(process)


def _other_language(group: Group, process: Process) -> bool:
    """Say whether a group is run from a foreign image of another language than the process is written in."""
    stated = {class_of(p.language) for p in group.members if p.language and p.image}
    return bool(stated) and not group.dockerfiles and process.language is not None and class_of(process.language) not in stated


def _another(known: Process, process: Process) -> bool:
    """Say whether two declarations of one origin are two processes; the same name twice in one Procfile is a template's alternative."""
    if known.origin != process.origin or known.command == process.command:
        return False
    return process.origin != "procfile" or known.name != process.name


def _shared(ledger: Ledger, found: list[Group], process: Process) -> bool:
    """Add an image built from a folder without code to the services of its language that have none; say whether there are any."""
    if any(process.dockerfile in g.dockerfiles for g in found) or process.confidence == "low":
        return False
    group = class_of(process.language)
    fits = [
        g
        for g in found
        if g.path in ledger.folders
        and _lacks_image(g)
        and group in {class_of(k) for k in ledger.languages(g.path or "")}
        and _compatible(g, role_of(process), process)
    ]
    for one in fits:
        one.members.append(process.model_copy(update={"path": one.path}))
    return bool(fits)


def _lacks_image(group: Group) -> bool:
    """Say whether no image for production is known of a group: none at all, or such as start development servers only."""
    images = [p for p in group.members if p.origin == "image"]
    return all(p.development for p in images) if images else not group.dockerfiles


def _same_program(group: Group, process: Process) -> bool:
    """Say whether a group may be the same program: not where both are named programs of one folder and the names differ."""
    if process.name is None or process.origin not in ("image", "framework"):
        return True
    return all(m.name in (None, process.name) for m in group.members if m.origin in ("image", "framework"))


def _compatible(group: Group, role: Role | None, process: Process) -> bool:
    if role is None:
        return group.role in (None, "web") or (group.role == "job" and not any(p.command for p in group.members))
    if group.role is None:
        apart = process.origin == "image" and bool(group.dockerfiles) and process.dockerfile not in group.dockerfiles
        return role in ("web", "frontend") or not (apart or any(p.command for p in group.members))
    return group.role == role


def _kept(found: list[Group]) -> list[Group]:
    """Leave out what only test files start, and what development files start where the same folder has the role elsewhere."""
    asked = any(g.has(o) for g in found for o in (*ORCHESTRATORS, "platform", "procfile")) or any(map(_is_packed, found))
    found = [g for g in found if not (asked and _is_tool(g))]
    beds = {_home(g) for g in found if _doubled(g, found)}
    real = [g for g in found if not _is_test(g) and (not beds or _home(g) not in beds)]
    sure = {(g.path, g.role or "web") for g in real if g.sure()}
    foreign = ("reverse-proxy", "third-party", "frontend")
    return [
        g for g in real if g.sure() or not sure or (g.path is not None and g.role not in foreign and (g.path, g.role or "web") not in sure)
    ]


def _is_packed(group: Group) -> bool:
    """Say whether an image starts a program that listens: what else the tree builds is not what it deploys."""
    return group.has("image") and any(p.origin == "framework" and p.listens for p in group.members)


def _is_tool(group: Group) -> bool:
    """Say whether a group is a program that runs and ends and that nothing starts: a tool, where others are declared to run."""
    quiet = not any(p.listens or p.port or p.framework for p in group.members)
    return group.role in (None, "job") and quiet and all(p.origin in ("framework", "manifest") for p in group.members)


def _doubled(group: Group, found: list[Group]) -> bool:
    """Say whether a compose file in a folder below starts once more, under another name, what one further up starts: a test bed."""
    own = _home(group)
    if own is None or group.path is None or not group.dockerfiles:
        return False
    others = [g for g in found if g.path == group.path and g.dockerfiles[:1] == group.dockerfiles[:1] and g.role == group.role]
    homes = [h for g in others if (h := _home(g)) is not None and h != own]
    return any(h == "." or own.startswith(h + "/") for h in homes)


def _home(group: Group) -> str | None:
    """Return the folder of the compose file that defines a group, None for one that other declarations define too."""
    if any(p.origin not in ("compose", "image", "framework", "manifest", "script") for p in group.members):
        return None
    places = {folder_of(p.evidence[0].path) for p in group.members if p.origin == "compose" and p.evidence}
    return places.pop() if len(places) == 1 else None


def _is_test(group: Group) -> bool:
    files = group.dockerfiles
    return (
        bool(files)
        and all(purpose_of(f) == "test" for f in files)
        and not any(p.origin in ("procfile", "manifest", "framework") for p in group.members)
    )


__all__ = ["Group", "folder_of", "groups", "role_of"]
