"""Detect compose and Swarm files: services that are built here, data stores, brokers, proxies and foreign applications."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import ComposeService, Confidence, Datastore, EnvVar, Evidence, Fact, Located, Named, OutOfScope, Queue
from ..codebase import is_vendored
from ..commands import is_tooling
from ..compose import Entry, compose_files
from ..compose.fields import BuildSpec, build_spec, healthcheck, mapping, names, volumes, words_of
from ..compose.model import is_test_bed
from ..compose.processes import built, foreign, from_settings, overlaid, proxied
from ..detector import View, entry, folder_of, process, runtime_version
from ..envfacts import given
from ..knowledge.images import broker_of, proxy_of, store_of, tag_version, tool_of
from ..parsers.substitution import references
from ..shapes import Process
from ..variables import is_secret


def detect(view: View) -> Iterator[Fact]:
    """Yield what every compose file of the tree declares; development and test files are marked by low confidence."""
    for file in compose_files(view):
        yield entry("iac", folder_of(file.path), Located(kind=file.kind, path=file.path))
        for one in file.entries:
            yield entry("compose", folder_of(file.path), _declared(one))
            if not _is_editor(file.path):
                yield from _service(view, one)
            elif (reference := one.text("image")) and (store_of(reference) or broker_of(reference)):
                evidence = view.evidence(one.file, one.line("image"))
                yield _store(one, reference, evidence) if store_of(reference) else _broker(one, reference, evidence)
        if file.purpose != "development":
            yield from _variables(view, file.path)


def _is_editor(path: str) -> bool:
    """Say whether a file starts the containers that a developer's editor works in: nothing of them is deployed."""
    return "/.devcontainer/" in f"/{path}"


def _service(view: View, one: Entry) -> Iterator[Fact]:
    build, reference = build_spec(one), one.text("image")
    base, line = _base(view, build)
    if build is not None and base and (store_of(base) or broker_of(base)):
        evidence = view.evidence(build.dockerfile, line)
        yield _store(one, base, evidence) if store_of(base) else _broker(one, base, evidence)
    elif build is not None and base and tool_of(base) is not None and not _own_command(view, build):
        yield from _tool(one, base, view.evidence(build.dockerfile, line))
    elif build is not None and not view.exists(build.context):  # an installer or another repository brings the folder
        if reference and not is_vendored(f"{build.context}/x"):
            yield process(foreign(view, one, reference))
    elif build is not None and "emulator" in f"{build.context}/{one.name}".lower():
        return  # it stands in for a managed service on a developer's machine
    elif build is not None:
        found = built(view, one, build)
        if found.command and is_tooling(found.command, one.name):
            return
        yield process(found)
        yield from _environment(view, one, found)
    elif reference and store_of(reference):
        yield _store(one, reference, *_image_lines(view, one))
    elif reference and broker_of(reference):
        yield _broker(one, reference, *_image_lines(view, one))
    elif reference and tool_of(reference) is not None:
        yield from _tool(one, reference, view.evidence(one.file, one.line("image")))
    elif reference and proxy_of(reference):
        yield from _proxy(view, one, reference)
    elif reference and _holds_store(view, one):
        return
    elif reference:
        taken = foreign(view, one, reference)
        if taken.path is None or not _is_tooling(view, taken):
            yield process(taken)
    else:
        yield process(overlaid(view, one))


def _holds_store(view: View, one: Entry) -> bool:
    """Say whether another compose file builds the service of this name on the image of a data store or broker: that file tells it."""
    same = (e for f in compose_files(view) for e in f.entries if e.name == one.name and e.file != one.file)
    bases = [_base(view, build)[0] for e in same if (build := build_spec(e)) is not None]
    return any(b is not None and (store_of(b) or broker_of(b)) for b in bases)


def _is_tooling(view: View, found: Process) -> bool:
    """Say whether a runtime image with the code mounted only builds or watches, by its command or by the script that this names."""
    if found.command is None:
        return False
    scripts = view.named(found.command.split()[-1].rpartition("/")[2])
    inside = [c for c in view.shell(scripts[0]) if c.words] if len(scripts) == 1 and scripts[0].endswith(".sh") else []
    return is_tooling(found.command, found.name or "") or bool(inside and is_tooling(" ".join(inside[-1].words)))


def _base(view: View, build: BuildSpec | None) -> tuple[str | None, int]:
    """Return the image that a build's final stage stands on, and the line of its FROM."""
    parsed = view.dockerfile(build.dockerfile) if build else None
    if parsed is None:
        return None, 1
    stage = parsed.chain(parsed.final)[-1]
    return stage.base, stage.line


def _own_command(view: View, build: BuildSpec) -> bool:
    parsed = view.dockerfile(build.dockerfile)
    return parsed is not None and parsed.last(parsed.final, "CMD", "ENTRYPOINT") is not None


def _image_lines(view: View, one: Entry) -> tuple[Evidence, ...]:
    line = one.line("image")
    return view.evidence(one.file, line), *from_settings(view, one, line)


def _store(one: Entry, reference: str, *evidence: Evidence) -> Fact:
    kind = store_of(reference) or ""
    version = tag_version(reference)
    value = Datastore(
        kind=kind,
        version=version,
        required=not names(one.spec.get("profiles")) and one.purpose != "development",
        evidence=evidence,
        name=one.name,
        image=reference,
    )
    return entry("datastore", one.folder(), value, _sureness(one))


def _broker(one: Entry, reference: str, *evidence: Evidence) -> Fact:
    kind = broker_of(reference) or ""
    required = not names(one.spec.get("profiles"))
    value = Queue(kind=kind, backend=kind, version=tag_version(reference), required=required, evidence=evidence)
    return entry("queue", one.folder(), value, _sureness(one))


def _tool(one: Entry, reference: str, evidence: Evidence) -> Iterator[Fact]:
    kind = tool_of(reference)
    if kind and one.purpose != "development":
        yield entry("integration", one.folder(), Named(kind=kind, evidence=(evidence,)))


def _sureness(one: Entry) -> Confidence:
    """Return how sure a store or broker is: what only tests start is named, what developers start is likely."""
    return "low" if is_test_bed(one.file) else "medium" if one.purpose == "development" else "certain"


def _proxy(view: View, one: Entry, reference: str) -> Iterator[Fact]:
    kind = proxy_of(reference) or ""
    if kind == "nginx" and not any(
        ".conf" in v or "conf.d" in v or "template" in v for v in (*volumes(one), *names(one.spec.get("configs")))
    ):
        pages = [v for v in volumes(one) if "html" in v]
        if pages:
            evidence = (view.evidence(one.file, one.line("image")),)
            where = one.path(pages[0].partition(":")[0]) or one.folder()
            yield entry(
                "out_of_scope", where, OutOfScope(name=one.name, path=where, why="static files served by a web server", evidence=evidence)
            )
            return
    found, subject = proxied(view, one, reference, kind)
    yield process(found)
    if found.path is not None:
        yield from _environment(view, one, found)
    version = tag_version(reference)
    if version:
        key = f"services.{one.name}.image"
        yield runtime_version(subject, kind, "image", version, view.evidence(one.file, one.line("image"), "runtime_version"), key=key)


def _environment(view: View, one: Entry, found: Process) -> Iterator[Fact]:
    """Yield the names that the file hands to a container built here: whether its code reads them is for others to say."""
    written = one.spec.get("environment")
    for index, name in enumerate(mapping(written)):
        if not name.replace("_", "").isalnum() or not name.isascii() or one.purpose == "development":
            continue
        line = one.line("environment", name if isinstance(written, dict) else index)
        if name in view.lines(one.file)[line - 1]:
            yield given(found.path or ".", name, view.evidence(one.file, line))


def _variables(view: View, path: str) -> Iterator[Fact]:
    """Yield the variables that the file itself asks of the shell that starts it."""
    for number, line in enumerate(view.lines(path), 1):
        if "$" not in line or line.lstrip().startswith("#"):
            continue
        for one in references(line.partition(" #")[0]):
            secret = is_secret(one.name)
            legible = one.default is not None and "$" not in one.default and not secret
            value = EnvVar(
                name=one.name,
                required=one.required,
                default=one.default if legible else None,
                secret=secret,
                read_by_code=False,
                evidence=(view.evidence(path, number),),
            )
            yield entry("env", folder_of(path), value, "medium")


def _declared(one: Entry) -> ComposeService:
    build = build_spec(one)
    return ComposeService(
        name=one.name,
        file=one.file,
        image=one.text("image"),
        build_context=build.context if build else None,
        dockerfile=build.dockerfile if build else None,
        target=build.target if build else None,
        command=words_of(one.spec.get("command")),
        environment=mapping(one.spec.get("environment")),
        env_files=names(one.spec.get("env_file")),
        ports=tuple(_port_text(p) for p in one.spec.get("ports") or () if isinstance(one.spec.get("ports"), list)),
        volumes=volumes(one),
        depends_on=names(one.spec.get("depends_on")),
        healthcheck=healthcheck(one),
        profiles=names(one.spec.get("profiles")),
        line=one.line(),
    )


def _port_text(port: object) -> str:
    if isinstance(port, dict):
        return f"{port.get('published', '')}:{port.get('target', '')}".lstrip(":")
    return str(port)
