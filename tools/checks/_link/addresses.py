"""Find the host names and ports that files refer to: URLs and addresses in environments, upstreams, scrape targets, data sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ...yaml12 import Map, as_list, as_map, strings
from .._view import PlanView
from .._view.items import ArtifactView
from .._view.nginx import directives

_URL = re2.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s\"'<>]*@)?([A-Za-z0-9_.-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?")
_VARIABLE = re2.compile(r"\$\{[^}]*\}")
_ADDRESS = re2.compile(r"^([A-Za-z][A-Za-z0-9_-]*)(?::(\d{1,5}))?$")
_HOST_KEY = re2.compile(r"(?:^|_)(?:PGHOST|HOST|HOSTNAME|ADDR|ADDRESS|SERVER|BROKER|ENDPOINT)$")
_OF_STORAGE = ("s3", "gs://", "abfs", "hdfs", "file", "git", "arn", "wasb", "oss://")
_NO_HOST = frozenset({"localhost", "host", "unix", "none", "true", "false", "null", "disabled", "default", "all"})


@dataclass(frozen=True, slots=True)
class Address:
    """Be one host (and port) that `user` (a service, empty when unknown) connects to."""

    host: str
    port: str | None
    artifact: ArtifactView
    line: int
    user: str
    why: str


def addresses(view: PlanView) -> Iterator[Address]:
    """Yield every address in the plan's files whose host is a plain name (no dot, no variable)."""
    for found in _all(view):
        if (
            "." not in found.host
            and not found.host.startswith("[")
            and found.host.lower() not in _NO_HOST
            and found.host != "X"
            and not found.host.isdigit()
        ):
            yield found


def _all(view: PlanView) -> Iterator[Address]:
    for artifact, file in view.compose:
        for service in file.services.values():
            for name, (value, line) in service.environment.items():
                yield from _in_value(artifact, service.name, name, value or "", line)
            yield from _urls(artifact, service.command_text, service.at("command"), service.name, "its command")
    for artifact in view.of_kind("nginx"):
        yield from _nginx(view, artifact)
    for artifact in view.of_kind("caddy"):
        yield from _caddy(view, artifact)
    for artifact in view.of_kind("prometheus"):
        yield from _prometheus(view, artifact)
    for artifact in view.of_kind("yaml", "alertmanager"):
        user = _mounted_by(view, artifact)
        for text, line in strings(artifact.root):
            yield from _urls(artifact, text, line, user, "a setting")


def _in_value(artifact: ArtifactView, user: str, name: str, value: str, line: int) -> Iterator[Address]:
    if "://" in value:
        yield from _urls(artifact, value, line, user, name)
    elif _HOST_KEY.search(name):
        match = _ADDRESS.match(value)
        if match is not None:
            yield Address(str(match.group(1)), match.group(2), artifact, line, user, name)


def _urls(artifact: ArtifactView, text: str, line: int, user: str, why: str) -> Iterator[Address]:
    if "://" in text and len(text) < 20_000:
        for match in _URL.finditer(_VARIABLE.sub("$", text)):
            if str(match.group(0)).startswith(_OF_STORAGE):
                continue  # the name of a bucket
            port = match.group(2)
            yield Address(str(match.group(1)), port, artifact, line, user, why)


def _mounted_by(view: PlanView, artifact: ArtifactView) -> str:
    """Return the service that mounts a file, or an empty name."""
    for _, file in view.compose:
        for service in file.services.values():
            for mount in service.mounts:
                source = file.resolve(mount.source)
                if mount.kind == "bind" and (artifact.installed == source or artifact.installed.startswith(source + "/")):
                    return service.name
            for name, _ in service.names("configs"):
                given = file.declared("configs").get(name, Map(1)).get("file")
                if isinstance(given, str) and file.resolve(given) == artifact.installed:
                    return service.name
    return ""


_PASSING = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "grpc_pass", "scgi_pass")


def _nginx(view: PlanView, artifact: ArtifactView) -> Iterator[Address]:
    user = _mounted_by(view, artifact)
    variables: dict[str, str] = {}
    upstreams: set[str] = set()
    found: list[Address] = []
    for read in directives(artifact.text):
        directive, args, line = read.name, read.args, read.line
        if directive == "set" and len(args) == 2:
            variables[args[0]] = args[1]
        elif directive == "upstream" and args:
            upstreams.add(args[0])
        elif directive == "server" and args and not args[0].startswith("unix:"):
            match = _ADDRESS.match(args[0])
            if match is not None:
                found.append(Address(str(match.group(1)), match.group(2), artifact, line, user, "an upstream"))
        elif directive in _PASSING and args:
            text = args[0]
            for name, value in variables.items():
                text = text.replace(name, value)
            if directive != "proxy_pass" and "://" not in text:
                text = f"x://{text}"
            found += list(_urls(artifact, text, line, user, directive))
    yield from (a for a in found if a.host not in upstreams)


def _caddy(view: PlanView, artifact: ArtifactView) -> Iterator[Address]:
    """Yield where Caddy passes requests on to; a matcher before it (`/api/*`, `@name`) is none."""
    user = _mounted_by(view, artifact)
    for line, text in enumerate(artifact.text.split("\n"), start=1):
        words = text.split("#")[0].split()
        for word in words[1:] if words and words[0] == "reverse_proxy" else ():
            match = _ADDRESS.match(word.partition("://")[2] or word)
            if match is not None and match.group(2):
                yield Address(str(match.group(1)), match.group(2), artifact, line, user, "reverse_proxy")


def _prometheus(view: PlanView, artifact: ArtifactView) -> Iterator[Address]:
    user = _mounted_by(view, artifact)
    jobs = as_list(artifact.root.get("scrape_configs"))
    managers = as_list(as_map(artifact.root.get("alerting")).get("alertmanagers"))
    for job in [*jobs, *managers]:
        relabelled = _relabelled(job) if isinstance(job, Map) else None
        for group in as_list(as_map(job).get("static_configs")):
            targets = as_map(group).get("targets")
            for target, line in zip(as_list(targets), getattr(targets, "lines", [as_map(group).line]), strict=False):
                if relabelled is not None:  # a prober is asked; the target is its argument
                    continue
                match = _ADDRESS.match(str(target))
                if match is not None:
                    yield Address(
                        str(match.group(1)),
                        match.group(2),
                        artifact,
                        line,
                        user,
                        f"scrape target of {as_map(job).get('job_name', 'alertmanager')}",
                    )
        if relabelled is not None:
            match = _ADDRESS.match(relabelled[0])
            if match is not None:
                yield Address(str(match.group(1)), match.group(2), artifact, relabelled[1], user, "the prober")


def _relabelled(job: Map) -> tuple[str, int] | None:
    """Return the address that a job's relabelling puts in place of its targets."""
    for rule in as_list(job.get("relabel_configs")):
        if isinstance(rule, Map) and rule.get("target_label") == "__address__" and isinstance(rule.get("replacement"), str):
            return str(rule["replacement"]), rule.line_of("replacement")
    return None
