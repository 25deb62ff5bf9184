"""Decide the port of a service: what its command binds, its environment sets, its container exposes, its server documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ....core.facts import Conflict, ConflictValue, Evidence, Fact, Role
from ..commands import Meaning
from ..evaluated import address_port
from ..knowledge.images import default_command
from ..shapes import Process
from .grouping import Group
from .ledger import Ledger, merged

_LOADERS = {"gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress", "uwsgi", "werkzeug", "sanic"}
_DOCUMENTS = ("README*", "readme*", "Makefile", "*.md", ".env*", "docker-compose*", "compose*", "package.json", "*.py", "*.conf")


@dataclass(slots=True)
class Port:
    """Be the decision: value, its evidence, the variable that moves it, and what disagrees."""

    value: int | None = None
    evidence: tuple[Evidence, ...] = ()
    variable: str | None = None
    conflicts: list[Conflict] = field(default_factory=list)


def port_of(ledger: Ledger, group: Group, role: Role, said: Meaning, language: str | None) -> Port:
    """Return the port where a web process listens inside its container; none for what does not listen."""
    if role in ("worker", "scheduler", "job") or (role not in ("reverse-proxy", "third-party", "web", "frontend")):
        return Port()
    variable = said.port_env or _variable(ledger, group, language)
    written = _written(ledger, group, said, variable, language)
    if written:
        value, evidence = written[0]
        return Port(value, evidence, variable, _conflicts(group, written))
    if said.port_env and not _has_default(group, said):
        return Port(variable=variable)
    default, lines = _documented(ledger, group, said)
    if default is None and role == "web":
        default, lines = _by_framework(ledger, group, said, language)
    return Port(default, lines, variable)


def _variable(ledger: Ledger, group: Group, language: str | None) -> str | None:
    own = next((p.port_env for p in group.members if p.port_env), None)
    stated = ledger.first(group.path, "port_env", language) if group.path is not None else None
    return own or (str(stated) if stated else None)


def _written(
    ledger: Ledger, group: Group, said: Meaning, variable: str | None, language: str | None
) -> list[tuple[int, tuple[Evidence, ...]]]:
    """Return every port that is written for the service with the lines that hold it, most binding first."""
    found: list[tuple[int, tuple[Evidence, ...]]] = []
    if said.port:
        found.append((said.port, _lines(ledger, group, said.port)))
    elif variable:
        for process in group.members:
            bound = address_port(process.environment.get(variable))
            if bound:
                found.append((bound, _setting(ledger, process.evidence, variable, str(bound))))
    stated = [f for f in ledger.module(group.path, "port", language) if not _own_runner(said, f)] if group.path is not None else []
    found.extend(_stated(ledger, (f for f in stated if _is_named(said, f))))
    for process in group.members:
        if process.port:
            lines = tuple(e for e in process.evidence if _holds(ledger, e, process.port)) or _put_in(ledger, process)
            found.append((process.port, _field(lines)))
    found.extend(_stated(ledger, stated))
    return [(value, evidence) for value, evidence in found if evidence]


def _stated(ledger: Ledger, facts: Iterable[Fact]) -> Iterator[tuple[int, tuple[Evidence, ...]]]:
    for fact in facts:
        if isinstance(fact.value, int):
            yield fact.value, _field(e for e in fact.evidence if _holds(ledger, e, fact.value))


def _field(lines: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(e.model_copy(update={"field": "port"}) for e in lines)


def _is_named(said: Meaning, fact: Fact) -> bool:
    """Say whether a port stands in the settings file that the command itself hands to its server (`uwsgi --ini uwsgi.ini`)."""
    name = fact.evidence[0].path.rpartition("/")[2] if fact.evidence else ""
    return said.server is not None and isinstance(fact.value, int) and any(w.rpartition("/")[2] == name for w in said.words[1:])


def _own_runner(said: Meaning, fact: Fact) -> bool:
    """Say whether a port belongs to a script's own runner, which a server that loads the application never calls."""
    name = fact.evidence[0].path.rpartition("/")[2] if fact.evidence else ""
    return said.server in _LOADERS and name.endswith(".py") and not name.startswith("gunicorn")


def _lines(ledger: Ledger, group: Group, port: int) -> tuple[Evidence, ...]:
    """Return the members' lines that hold the port, else the line of a followed script that does."""
    found = tuple(e for p in group.members for e in p.evidence if _holds(ledger, e, port))
    if not found:
        for process in group.members:
            for one in process.evidence:
                at = next((n for n in range(one.line, one.line + 15) if _number_in(_line(ledger, one.path, n), port)), None)
                if at:
                    found = (ledger.view.evidence(one.path, at),)
                    break
    if not found:
        found = _script_lines(ledger, group, port)
    return tuple(e.model_copy(update={"field": "port"}) for e in found)


def _script_lines(ledger: Ledger, group: Group, port: int) -> tuple[Evidence, ...]:
    view = ledger.view
    below = [
        p for p in view.suffixed(".sh", ".ini", ".toml", ".json", ".py") if group.path in (None, ".") or p.startswith(f"{group.path}/")
    ]
    for path in [*below, *view.named("Makefile", "Procfile", "start", "run", "entrypoint")]:
        for number, line in enumerate(view.lines(path), 1) if view.repository.size(path) < 50_000 else ():
            if _number_in(line, port):
                return (view.evidence(path, number),)
    return ()


def _setting(ledger: Ledger, evidence: tuple[Evidence, ...], name: str, value: str) -> tuple[Evidence, ...]:
    """Return the line where a file of the process sets the variable to the value."""
    for path in dict.fromkeys(e.path for e in evidence):
        for number, line in enumerate(ledger.view.lines(path), 1):
            if name in line and _number_in(line, int(value)):
                return (ledger.view.evidence(path, number, "port"),)
            following = _line(ledger, path, number + 1)  # `name:` and `value:` of a manifest
            if line.strip().endswith(f"name: {name}") and "value:" in following and _number_in(following, int(value)):
                return (ledger.view.evidence(path, number + 1, "port"),)
    return ()


def _put_in(ledger: Ledger, process: Process) -> tuple[Evidence, ...]:
    """Return the line of the Dockerfile that gives the variable its port where `EXPOSE` only names the variable."""
    for number, line in enumerate(ledger.view.lines(process.dockerfile), 1) if process.dockerfile and process.port else ():
        if line.lstrip()[:3].upper() in ("ENV", "ARG") and _number_in(line, process.port or 0):
            return (ledger.view.evidence(process.dockerfile or "", number),)
    return ()


def _documented(ledger: Ledger, group: Group, said: Meaning) -> tuple[int | None, tuple[Evidence, ...]]:
    """Return the documented default of the server that is started, with the line that brings it."""
    port = said.default_port
    if port is None:
        bases = [p.dockerfile for p in group.members if p.dockerfile]
        parsed = ledger.view.dockerfile(bases[0]) if bases else None
        found = default_command(parsed.chain(parsed.final)[-1].base) if parsed and not said.words else None
        if found is None and not said.words:
            image = next((p.image for p in group.members if p.image), None)
            found = default_command(image) if image else None
        port = found[1] if found else None
    if port is None:
        return None, ()
    own = next((p.evidence for p in group.members if p.evidence), ())
    mentioned = _mention(ledger, port)
    return port, tuple(e.model_copy(update={"field": "port"}) for e in ((*own[:1], mentioned) if mentioned else own[:1]))


def _by_framework(ledger: Ledger, group: Group, said: Meaning, language: str | None) -> tuple[int | None, tuple[Evidence, ...]]:
    """Return the documented default of the framework that the code loads, with the line that brings it."""
    stated = ledger.module(group.path, "default_port", language) if group.path is not None else []
    if not stated or not isinstance(stated[0].value, int):
        return None, ()
    named = {w.rpartition("/")[2] for w in said.words}
    started = [f for f in stated if f.evidence and f.evidence[0].path.rpartition("/")[2] in named]
    chosen = started[-1] if started else stated[0]  # a script that is started itself listens by its own default, which is stated last
    mentioned = _mention(ledger, int(chosen.value))
    lines = (*chosen.evidence, *((mentioned,) if mentioned else ()))
    return int(chosen.value), tuple(e.model_copy(update={"field": "port"}) for e in lines)


def _mention(ledger: Ledger, port: int) -> Evidence | None:
    """Return the first line that names the port in an address or as a port, documents and settings first; None without one."""
    view = ledger.view
    later = None
    for path in dict.fromkeys((*view.named(*_DOCUMENTS), *view.paths)):
        if view.repository.size(path) > 100_000 or not view.holds(path, str(port)):
            continue
        for number, line in enumerate(view.lines(path), 1):
            if not _number_in(line, port):
                continue
            if f":{port}" in line:
                return view.evidence(path, number)
            if later is None and any(word in line.lower() for word in ("port", "listen", "expose")):
                later = view.evidence(path, number)
    return later


def _has_default(group: Group, said: Meaning) -> bool:
    return said.port is not None or any(said.port_env in p.environment for p in group.members if said.port_env)


def _holds(ledger: Ledger, evidence: Evidence, port: int) -> bool:
    return _number_in(_line(ledger, evidence.path, evidence.line), port)


def _line(ledger: Ledger, path: str, number: int) -> str:
    lines = ledger.view.lines(path)
    return lines[number - 1] if 1 <= number <= len(lines) else ""


def _number_in(line: str, port: int) -> bool:
    text, word = line, str(port)
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(word) : at + len(word) + 1]
        if not before.isdigit() and not after.isdigit():
            return True
        at = text.find(word, at + 1)
    return False


def _conflicts(group: Group, written: list[tuple[int, tuple[Evidence, ...]]]) -> list[Conflict]:
    values: dict[int, list[tuple[Evidence, ...]]] = {}
    for value, evidence in written:
        values.setdefault(value, []).append(evidence)
    if len(values) < 2 or group.path is None:
        return []
    stated = tuple(ConflictValue(value=str(v), evidence=merged(*e)) for v, e in values.items())
    return [Conflict(subject=f"port:{group.path}", values=stated)]
