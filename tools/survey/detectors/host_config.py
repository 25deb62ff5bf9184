"""Detect configuration of hosts and proxies: nginx, Caddy, Traefik, HAProxy, Apache, systemd, supervisor, cron."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Fact, Job, Located
from ..aside import is_aside
from ..commands import looks_like_development, meaning, role_of_command
from ..detector import View, entry, folder_of, process
from ..knowledge.languages import class_of_program
from ..places import manifest_folders
from ..shapes import Process

_NAMES = {
    "nginx.conf": "nginx", "Caddyfile": "caddy", "traefik.yml": "traefik", "traefik.yaml": "traefik", "traefik.toml": "traefik",
    "haproxy.cfg": "haproxy",
    "httpd.conf": "apache", "apache2.conf": "apache", "000-default.conf": "apache", "supervisord.conf": "supervisor", "envoy.yaml": "envoy",
    "varnish.vcl": "varnish", "default.vcl": "varnish",
}  # fmt: skip
_RUNNERS = {"env", "docker", "podman", "sh", "bash", "docker-compose", "make", "just"}  # start something that is named behind them
_DEPLOYS = re2.compile(
    r"(?:^|/)(?:[\w-]+[_-])?deploy(?:[_-][\w-]+)?(?:\.\w+)?(?:\s|$)"
)  # a unit that puts the application there is none of it
_CRON = re2.compile(r"^\s*((?:[\d*/,\-]+\s+){4}[\d*/,\-A-Za-z]+|@(?:hourly|daily|weekly|monthly|yearly|midnight|reboot))\s+(\S.*)$")


def detect(view: View) -> Iterator[Fact]:
    """Yield the files, the processes that units and supervisors start, and the lines of cron tables."""
    for path in view.named("nginx*.conf.*", "nginx*.conf-*"):
        if not is_aside(path) and path.endswith(("example", "sample", "dist", "tmpl", "tpl", "j2", "erb")):
            yield entry("iac", folder_of(path), Located(kind="nginx", path=path))
    for path in view.named(*_NAMES):
        if not is_aside(path) and not (_NAMES[path.rpartition("/")[2]] == "traefik" and _is_compose(view, path)):
            yield entry("iac", folder_of(path), Located(kind=_NAMES[path.rpartition("/")[2]], path=path))
    for path in (*view.suffixed(".conf", ".template"), *_sites(view)):
        text = (
            view.text(path) or ""
            if "nginx" in path.lower() or folder_of(path).rpartition("/")[2] in ("conf.d", "sites-available", "proxy", "sites-enabled")
            else ""
        )
        if "server {" in text or "server{" in text or "upstream " in text:
            yield entry("iac", folder_of(path), Located(kind="nginx", path=path))
    for path in view.suffixed(".service", ".timer"):
        if not _is_example(path) and view.holds(path, "[Unit]", "[Service]", "[Timer]"):
            yield entry("iac", folder_of(path), Located(kind="systemd", path=path))
            yield from _unit(view, path)
    for path in view.named("supervisord.conf", "supervisor*.conf", "*.supervisor.conf"):
        yield from _supervised(view, path)
    tables = view.named("crontab", "*.cron", "*.crontab", "crontab.*", "cronjobs", "root")
    system = {p for p in view.paths if "cron.d/" in p and folder_of(p).rpartition("/")[2] == "cron.d"}
    users = {p for p in view.paths if "crontabs/" in p and folder_of(p).rpartition("/")[2] == "crontabs"}
    for path in sorted({*tables, *system, *users}):
        if path.rpartition("/")[2] != "root" or "cron" in folder_of(path):
            yield from _table(view, path, path in system)


def _sites(view: View) -> list[str]:
    """Return the files of nginx's folders of sites that have no suffix of a configuration."""
    inside = (p for p in view.paths if "sites-" in p and folder_of(p).rpartition("/")[2] in ("sites-available", "sites-enabled"))
    return [p for p in inside if not p.endswith((".conf", ".template"))]


def _is_example(path: str) -> bool:
    """Say whether a file stands in a folder of examples: what others may run in another way, not what this repository deploys."""
    return any(part.startswith("example") for part in path.lower().split("/")[:-1])


def _is_compose(view: View, path: str) -> bool:
    """Say whether a file named after a proxy is a compose file that starts it: its services have images."""
    document = view.document(path)
    services = document.get("services") if document is not None else None
    return isinstance(services, dict) and any(isinstance(s, dict) and ("image" in s or "build" in s) for s in services.values())


def _code(view: View, path: str) -> str:
    """Return the folder of the code that a unit near it starts: the nearest folder above with a manifest, else the root."""
    return view.owner(folder_of(path), manifest_folders(view)) or "."


def _unit(view: View, path: str) -> Iterator[Fact]:
    document = view.document(path)
    if document is None:
        return
    schedule = document.text("Timer", "OnCalendar")
    name = path.rpartition("/")[2].rpartition(".")[0]
    if schedule:
        evidence = (view.evidence(path, document.line("Timer", "OnCalendar")),)
        yield entry(
            "job", _code(view, path), Job(name=name, kind="systemd-timer", schedule=schedule, command=f"{name}.service", evidence=evidence)
        )
        return
    command = document.get("Service", "ExecStart")
    command = command[-1] if isinstance(command, list) else command
    if not isinstance(command, str) or not command or view.exists(path.removesuffix(".service") + ".timer"):
        return
    text = " ".join(command.replace("\\\n", " ").replace("\n", " ").split()).lstrip("-@+!")
    if _is_foreign(text) or _DEPLOYS.search(text):
        return
    once = document.text("Service", "Type") == "oneshot"
    yield process(
        Process(
            origin="unit",
            path=_code(view, path),
            name=name,
            role="job" if once else role_of_command(text, name),
            command=text,
            development=looks_like_development(text),
            evidence=(view.evidence(path, document.line("Service", "ExecStart")),),
        )
    )


def _is_foreign(command: str) -> bool:
    """Say whether a unit starts a program of the system (`/usr/sbin/opendkim`) rather than code of this repository."""
    said = meaning(command)
    program = said.words[0] if said.words else ""
    system = program.startswith(("/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/usr/libexec/"))
    known = class_of_program(said.program) is not None or said.server is not None or said.worker is not None
    return system and not known and said.program not in _RUNNERS


def _supervised(view: View, path: str) -> Iterator[Fact]:
    """Yield a process per `[program:…]` of a supervisor configuration."""
    document = view.document(path)
    if document is None:
        return
    yield entry("iac", folder_of(path), Located(kind="supervisor", path=path))
    for section in document.data:
        command = document.get(section, "command")
        if section.startswith("program:") and isinstance(command, str) and "nginx" not in command and "redis-server" not in command:
            name = section.partition(":")[2]
            yield process(
                Process(
                    origin="unit",
                    path=_code(view, path),
                    name=name,
                    role=role_of_command(command, name),
                    command=" ".join(command.split()),
                    evidence=(view.evidence(path, document.line(section, "command")),),
                )
            )


def _table(view: View, path: str, system: bool) -> Iterator[Fact]:
    """Yield the lines of a cron table; those of the system name the user before the command."""
    for number, line in enumerate(view.lines(path), 1):
        match = _CRON.match(line) if not line.lstrip().startswith("#") else None
        if match is not None:
            command = match.group(2).strip()
            command = command.partition(" ")[2].strip() if system else command
            if not command:
                continue
            name = command.split()[0].rpartition("/")[2]
            yield entry(
                "job",
                _code(view, path),
                Job(name=name, kind="cron", schedule=match.group(1), command=command, evidence=(view.evidence(path, number),)),
            )
