"""Make processes of compose services: what is built here, what is a proxy, what is a foreign application."""

from __future__ import annotations

from ....core.facts import Evidence, Role
from ..commands import looks_like_development, role_of_command
from ..containers import image_command, joined, shipped_runtime, web_role
from ..health import health_path
from ..knowledge.images import LANGUAGES, proxy_of, runtime_of
from ..parsers.dockerfile import Dockerfile, Stage
from ..parsers.substitution import references
from ..places import code_folder, manifest_folders, stage_folders
from ..shapes import Process
from ..view import View, folder_of, join
from .fields import BuildSpec, container_ports, health_line, healthcheck, line_of_words, mapping, words_of
from .model import Entry, compose_files, written

_NOT_FINAL = (
    "dev", "devel", "development", "builder", "build", "base", "test", "tests", "debug", "deps", "dependencies", "local", "compile",
)  # fmt: skip
_ONCE = ("no", "on-failure")
_PRECEDENCE = {"production": -1, "base": 0, "development": 1}


def built(view: View, one: Entry, build: BuildSpec) -> Process:
    """Return the process of a service whose image is built in this repository."""
    parsed = view.dockerfile(build.dockerfile)
    stage = _stage(parsed, build.target)
    runtime = shipped_runtime(parsed, stage) if parsed and stage else None
    command, development, at = _command(view, one, build, parsed, stage)
    evidence = [view.evidence(one.file, one.line("build")), *at]
    ports = container_ports(one)
    if len(ports) == 1:
        evidence += [view.evidence(one.file, ports[0][1], "port"), *from_settings(view, one, ports[0][1], "port")]
    check, route = healthcheck(one), None
    if check:
        route = health_path(check)
        if route:
            evidence.append(view.evidence(one.file, health_line(one, route, view.lines(one.file)), "health_path"))
    proxy = proxy_of(parsed.chain(stage)[-1].base) if parsed and stage else None
    early = parsed is not None and stage is not None and stage is not parsed.final
    inside = stage_folders(view, build.context, parsed, stage) if early and parsed is not None and stage is not None else []
    path = inside[0] if len(inside) == 1 else code_folder(view, build.context, build.dockerfile)
    mounted = mounted_folder(one) if path not in manifest_folders(view) else None
    return Process(
        origin="compose",
        path=mounted if mounted in manifest_folders(view) else path,
        name=one.name,
        role=web_role(view, build.dockerfile, parsed) if proxy and parsed else role_of(view, one, command),
        command=command,
        language=proxy or (LANGUAGES.get(runtime, runtime) if runtime else None),
        runtime=runtime,
        image=one.text("image"),
        port=ports[0][0] if len(ports) == 1 else None,
        listens=True if ports else None,
        health_path=route,
        dockerfile=view.repository.real(build.dockerfile),
        environment=mapping(one.spec.get("environment")),
        restarted=str(one.spec.get("restart")) in ("always", "unless-stopped"),
        development=development,
        evidence=tuple(evidence),
        precedence=_PRECEDENCE[one.purpose],
        confidence="low" if one.purpose == "development" else "certain",
    )


def from_settings(view: View, one: Entry, line: int, field: str | None = None) -> tuple[Evidence, ...]:
    """Return the lines of the `.env` beside a compose file that set the variables of one of its lines."""
    known = written(view, one.file)
    lines = view.lines(one.file)
    names = [r.name for r in references(lines[line - 1])] if known and line <= len(lines) else []
    file = join(one.folder(), ".env")
    return tuple(view.evidence(file, known[n][1], field) for n in dict.fromkeys(names) if n in known)


def _stage(parsed: Dockerfile | None, target: str | None) -> Stage | None:
    """Return the stage that a deployment runs: the named target where it is one of its own, else the final stage."""
    if parsed is None:
        return None
    named = parsed.stage(target) if target else None
    own = named is not None and (named.name or "").lower() not in _NOT_FINAL and parsed.last(named, "CMD", "ENTRYPOINT") is not None
    return named if own else parsed.final


def _command(
    view: View, one: Entry, build: BuildSpec, parsed: Dockerfile | None, stage: Stage | None
) -> tuple[str | None, bool, list[Evidence]]:
    """Return (command, whether it is a development command, evidence): compose overrides the image part by part."""
    entry, command = words_of(one.spec.get("entrypoint")), words_of(one.spec.get("command"))
    if not entry and not command:
        if parsed is None or stage is None or stage is parsed.final:
            return None, False, []
        started, lines = image_command(parsed, stage, view)  # another target than what the image's last stage starts
        at = [view.evidence(build.dockerfile, i.line, "start_command") for i in lines]
        return started, bool(started and looks_like_development(started)), at
    at = [view.evidence(one.file, one.line("entrypoint" if entry else "command"), "start_command")]
    if entry:
        text = joined([*entry, *command]) if command else line_of_words(one.spec.get("entrypoint"))
        return text, looks_like_development(text), at
    text = line_of_words(one.spec.get("command"))
    if parsed is not None and stage is not None:
        shipped = _counterpart(view, parsed, stage, text)
        if shipped is not None:
            text, at = shipped[0], [*at, view.evidence(*shipped[1], "start_command")]
        head = parsed.last(stage, "ENTRYPOINT")
        before, _ = image_command(parsed, stage, view)
        own = parsed.last(stage, "CMD")
        tail = joined(list(own.words)) if own is not None and own.exec_form else own.text if own is not None else ""
        if head is not None and head.exec_form and before and (before != tail):
            start = before.removesuffix(tail).strip() if tail else before
            text = f"{start} {text}".strip()
    return text, looks_like_development(text), at


def _counterpart(view: View, parsed: Dockerfile, stage: Stage, text: str) -> tuple[str, tuple[str, int]] | None:
    """Return (word, place) of what an image's entrypoint script offers for production beside `dev_worker`, None where it offers none."""
    head = parsed.last(stage, "ENTRYPOINT")
    bare = text.removeprefix("dev_").removeprefix("dev-").removesuffix("_dev").removesuffix("-dev")
    if head is None or not head.words or bare == text or not bare.replace("_", "").replace("-", "").isalnum():
        return None
    for path in view.named(head.words[-1].rpartition("/")[2]):
        number = next((n for n, line in enumerate(view.lines(path), 1) if line.strip() in (f"{bare})", f'"{bare}")', f"'{bare}')")), None)
        if number is not None:
            return bare, (path, number)
    return None


def role_of(view: View, one: Entry, command: str | None) -> Role | None:
    """Return the role that a service's command, name and restart policy tell, None where they do not."""
    found = role_of_command(command or "", one.name)
    if found is None and (str(one.spec.get("restart")) in _ONCE and not container_ports(one)):
        return "job"
    if found is None and command and not container_ports(one) and _has_twin(view, one):
        return "worker"
    return found


def _has_twin(view: View, one: Entry) -> bool:
    """Say whether another service of the file runs the same image as it is and offers a port: then this one does other work of it."""
    same = [e for f in compose_files(view) if f.path == one.file for e in f.entries if e.name != one.name]
    key = (one.spec.get("image"), one.spec.get("build"))
    return any((e.spec.get("image"), e.spec.get("build")) == key and container_ports(e) and not e.spec.get("command") for e in same)


def proxied(view: View, one: Entry, reference: str, kind: str) -> tuple[Process, str]:
    """Return the process of a reverse proxy run from a foreign image, and the subject of its version."""
    subject = f"{one.file}#{one.name}"
    ports = [p for p in container_ports(one) if p[0] not in (443, 8443)]
    evidence = [view.evidence(one.file, one.line("image"))]
    if ports:
        evidence += [view.evidence(one.file, ports[0][1], "port"), *from_settings(view, one, ports[0][1], "port")]
    found = Process(
        origin="compose",
        path=_configured(one),
        name=one.name,
        role="reverse-proxy",
        language=kind,
        image=reference,
        port=ports[0][0] if ports else None,
        listens=True,
        version_of=(subject,),
        evidence=tuple(evidence),
        precedence=_PRECEDENCE[one.purpose],
        confidence="low" if one.purpose == "development" else "certain",
    )
    return found, subject


def _configured(one: Entry) -> str | None:
    """Return the folder of this repository that holds the proxy's configuration, None where it has none here."""
    for volume in one.spec.get("volumes") or () if isinstance(one.spec.get("volumes"), list) else ():
        source = volume.get("source") if isinstance(volume, dict) else str(volume).partition(":")[0]
        if (
            isinstance(source, str)
            and source.startswith(".")
            and ("conf" in source or source.endswith((".yml", ".yaml", ".toml", "file", ".template")))
        ):
            path = one.path(source)
            last = path.rpartition("/")[2] if path else ""
            return (folder_of(path) if "." in last or last.endswith("file") else path) if path else None
    return None


def _stated(one: Entry) -> str | None:
    """Return the command that a service of a foreign image is given, behind the program that `entrypoint:` puts before it."""
    entry, command = words_of(one.spec.get("entrypoint")), words_of(one.spec.get("command"))
    if len(entry) == 1 and command and "entrypoint" not in entry[0] and "." not in entry[0]:
        return joined([*entry, *command])
    return line_of_words(one.spec.get("command")) or line_of_words(one.spec.get("entrypoint")) or None


def foreign(view: View, one: Entry, reference: str) -> Process:
    """Return the process of a service whose image comes from elsewhere: the assembler may find that this repository builds it."""
    command = _stated(one)
    ports = container_ports(one)
    evidence = [view.evidence(one.file, one.line("image"))]
    if ports:
        evidence += [view.evidence(one.file, ports[0][1], "port"), *from_settings(view, one, ports[0][1], "port")]
    check = healthcheck(one)
    route = health_path(check) if check else None
    if route:
        evidence.append(view.evidence(one.file, health_line(one, route, view.lines(one.file)), "health_path"))
    runtime = runtime_of(reference)
    mounted = mounted_folder(one) if runtime else None
    return Process(
        origin="compose",
        path=code_folder(view, mounted, None) if mounted else None,
        name=one.name,
        role=role_of(view, one, command) if mounted else "third-party",
        command=command,
        language=LANGUAGES.get(runtime, runtime) if runtime else None,
        runtime=runtime,
        image=reference,
        port=ports[0][0] if ports else None,
        listens=True if ports else False if command and _has_twin(view, one) else None,
        restarted=str(one.spec.get("restart")) in ("always", "unless-stopped"),
        health_path=route,
        environment=mapping(one.spec.get("environment")),
        development=bool(command and looks_like_development(command)),
        evidence=tuple(evidence),
        precedence=_PRECEDENCE[one.purpose],
        confidence="low" if one.purpose == "development" else "certain",
    )


def overlaid(view: View, one: Entry) -> Process:
    """Return what a file says of a service that another file defines: its command, ports and environment."""
    command = line_of_words(one.spec.get("command")) or line_of_words(one.spec.get("entrypoint")) or None
    ports = container_ports(one)
    evidence = [view.evidence(one.file, one.line())]
    if command:
        evidence.append(view.evidence(one.file, one.line("command" if one.spec.get("command") else "entrypoint"), "start_command"))
    if len(ports) == 1:
        evidence += [view.evidence(one.file, ports[0][1], "port"), *from_settings(view, one, ports[0][1], "port")]
    return Process(
        origin="compose",
        path=None,
        name=one.name,
        role=role_of(view, one, command) if command else None,
        command=command,
        port=ports[0][0] if len(ports) == 1 else None,
        environment=mapping(one.spec.get("environment")),
        precedence=_PRECEDENCE[one.purpose],
        development=bool(command and looks_like_development(command)),
        evidence=tuple(evidence),
        confidence="low" if one.purpose == "development" else "certain",
    )


def mounted_folder(one: Entry) -> str | None:
    """Return the folder of this repository that a plain runtime image runs from a bind mount, None without one."""
    volumes = one.spec.get("volumes") if isinstance(one.spec.get("volumes"), list) else None
    found: list[tuple[str, str]] = []
    for volume in volumes or ():
        parts = [str(volume.get(k) or "") for k in ("source", "target")] if isinstance(volume, dict) else str(volume).split(":")[:2]
        if parts[0].startswith(".") and len(parts) == 2:
            found.append((parts[0], parts[1].rstrip("/")))
    work = (one.text("working_dir") or "").rstrip("/")
    inside = next(((s, t) for s, t in found if work and (work == t or work.startswith(t + "/"))), None)
    if inside is not None:
        return one.path(inside[0].rstrip("/") + work[len(inside[1]) :])
    return one.path(found[0][0]) if found else None
