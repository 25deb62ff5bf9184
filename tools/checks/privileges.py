"""Compare what a container may do with what it must do: users against file modes, dropped capabilities, read-only roots, root itself.

What:
    A file that is mounted is readable by the user the container runs as. An image whose entrypoint changes owner or user keeps the
    capabilities for it. A read-only root leaves the paths writable that the image writes. An application image does not run as root, no
    container is privileged.

Why it matters in production:
    `umask 077` in an early step makes every later configuration file 0600; the monitoring stack runs as nobody and does not start. A
    database with all capabilities dropped cannot change to its own user. An application that runs as root in a container is one bug away
    from the host.

Example:
    umask 077
    cp prometheus.yml deploy/monitoring/          # mode 0600, Prometheus runs as nobody

Instead:
    install -m 0644 prometheus.yml deploy/monitoring/prometheus.yml

When to ignore:
    PRM004 for host agents (node-exporter, cadvisor) that must see the host: name what they read.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.elsewhere import image_of, users
from ._link.modes import parents, restricted
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service
from ._view.items import ArtifactView
from ._view.shell import parse

UNREADABLE = Rule(
    "PRM001", "mount-unreadable", "error", "A mounted file or folder cannot be read by the user the container runs as.", confidence="medium"
)
DROPPED = Rule("PRM002", "capability-missing", "error", "A container lacks a capability that its image's entrypoint needs.")
SEALED = Rule("PRM003", "read-only-root-blocks", "error", "A read-only root covers a path that the image writes.")
MIGHTY = Rule(
    "PRM004", "container-too-mighty", "error", "A container is privileged, holds the engine's socket or all capabilities."
)
ROOT = Rule("PRM005", "application-runs-as-root", "error", "An image that this plan builds runs as root.")
RULES = (UNREADABLE, DROPPED, SEALED, MIGHTY, ROOT)

# image -> the user that reads mounted files, other than root
_USERS = {
    "prometheus": "65534",
    "alertmanager": "65534",
    "blackbox-exporter": "65534",
    "node-exporter": "65534",
    "postgres-exporter": "65534",
    "statsd-exporter": "65534",
    "json-exporter": "65534",
    "grafana": "472",
    "postgres": "999 (postgres)",
    "redis": "999 (redis)",
    "valkey": "999 (valkey)",
    "rabbitmq": "999 (rabbitmq)",
    "mysql": "999 (mysql)",
    "mariadb": "999 (mysql)",
    "mongo": "999 (mongodb)",
    "loki": "10001",
    "redis_exporter": "59000",
}
_NEEDED = {
    "postgres": {"CHOWN", "SETUID", "SETGID"},
    "mysql": {"CHOWN", "SETUID", "SETGID"},
    "mariadb": {"CHOWN", "SETUID", "SETGID"},
    "mongo": {"CHOWN", "SETUID", "SETGID"},
    "redis": {"SETUID", "SETGID"},
    "valkey": {"SETUID", "SETGID"},
    "rabbitmq": {"CHOWN", "SETUID", "SETGID"},
    "nginx": {"CHOWN", "SETUID", "SETGID"},
}
_WRITES = {
    "nginx": ("/var/cache/nginx", "/run"),
    "postgres": ("/var/run/postgresql", "/tmp"),
    "mysql": ("/var/run/mysqld", "/tmp"),
    "mariadb": ("/run/mysqld", "/tmp"),
    "grafana": ("/var/lib/grafana",),
    "mongo": ("/tmp",),
}
# folders that the image itself declares as volumes: the engine mounts a writable one there, also over a read-only root
_VOLUMES = {
    "prometheus": ("/prometheus",),
    "alertmanager": ("/alertmanager",),
    "rabbitmq": ("/var/lib/rabbitmq",),
    "mongo": ("/data/db",),
}
_SAME = {
    "/run": ("/run", "/var/run"),
    "/var/run/postgresql": ("/var/run/postgresql", "/run/postgresql", "/run", "/var/run"),
    "/run/mysqld": ("/run/mysqld", "/var/run/mysqld", "/run", "/var/run"),
}
# bases that state an ordinary user themselves
_USERS_OF_BASES = re2.compile(
    r"(?:^|/)(?:docker(?:-with-compose)?(?:[:@]|$)|grafana/|prometheus/|prom/|bitnami/|chainguard/|nginxinc/nginx-unprivileged|jenkins/|sonarqube|opensearchproject/|elasticsearch/)"
)
# servers that open their port as root and hand each request to a user of their own
_DROPS = re2.compile(
    r"(?:^|/)(?:(?:httpd|nginx|haproxy|memcached|redis|valkey|postgres|mysql|mariadb|mongo|rabbitmq)(?:[:@]|$)"
    r"|php:[^-]+-(?:\w+-)*(?:apache|fpm))"
)
# programs whose work is to read the engine or the host: proxies that follow containers, schedulers, log and metric agents
_ENGINE_CLIENTS = re2.compile(
    r"(?:^|[/_-])(?:traefik|nginx-proxy|acme-companion|docker-gen|swag|caddy-docker-proxy|ofelia|watchtower|diun|portainer|dozzle|autoheal"
    r"|docker-socket-proxy|socket-proxy|filebeat|metricbeat|heartbeat|elastic-agent|fleet|packetbeat|auditbeat|telegraf|vector|promtail"
    r"|alloy|fluentd|fluent-bit|logspout|cadvisor|node-exporter|datadog|agent|otel|opentelemetry|netdata|scope|beszel"
    r"|visualizer|swarmpit|shepherd|swarm-cronjob|act_runner|gitlab-runner|drone-runner-docker|woodpecker-agent)(?:[-_\w]*)(?:[:@]|$)"
)
_SAYS_WHY = re2.compile(r"(?i)\s#.*\b(?:require[sd]?|need(?:s|ed)?|because|so that|necessary|allows?|must)\b")
_SCRIPT = re2.compile(r"[\w./-]+")
_WINDOWS = re2.compile(r"windows(?:servercore)?|nanoserver")
_HANDS_OVER = re2.compile(
    r"(?m)(?:^|[\s\"'/(])(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|s6-overlay|chpst|supervisord|supervisorctl|crond?|sshd|dnsmasq|named|chronyd|haproxy|php-fpm|httpd-foreground|apache2-foreground|/init|su\s+(?:-\s+)?[a-z]|sudo\s+-E?u)"
)
_AGENTS = frozenset({"cadvisor", "node-exporter", "promtail", "vector", "fluent-bit", "alloy", "datadog-agent", "otel-collector"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about what containers may and must do."""
    closed = restricted(view)
    for artifact, file in view.compose:
        for service in file.services.values():
            yield from _mounts(artifact, file, service, closed)
            if "entrypoint" not in service.raw:  # the image's own start script is what needs the rights
                yield from _capabilities(artifact, service)
                yield from _sealed(artifact, service)
            yield from _mighty(view, artifact, service)
    yield from _root(view)


def image_name(service: Service) -> str:
    """Return the last part of the image's name without its tag."""
    return (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def _mounts(artifact: ArtifactView, file: ComposeFile, service: Service, closed: dict[str, tuple[int, str]]) -> Iterator[Finding]:
    user = service.text("user") or _USERS.get(image_name(service), "")
    if not user or user.partition(":")[0] in ("0", "root") or not closed:
        return
    for mount in service.mounts:
        if mount.kind != "bind":
            continue
        source = file.resolve(mount.source)
        path = next((p for p in (source, *parents(source)) if p in closed), None)
        inner = path or next((p for p in sorted(closed) if p.startswith(source + "/")), None)
        if inner is not None:
            mode, step = closed[inner]
            yield UNREADABLE.at(
                artifact,
                f"{service.name} runs as {user} and mounts {mount.source}; step {step} leaves {inner} at mode {mode:04o}.",
                line=mount.line,
                quote=mount.source,
                hint="Set mode 0644 (0755 for folders), or give the file to the container's user.",
            )


def _capabilities(artifact: ArtifactView, service: Service) -> Iterator[Finding]:
    needed = _NEEDED.get(image_name(service))
    dropped = {str(c).upper().removeprefix("CAP_") for c in service.raw.get("cap_drop") or []}
    added = {str(c).upper().removeprefix("CAP_") for c in service.raw.get("cap_add") or []}
    user = (service.text("user") or "0").partition(":")[0]
    if needed is None or user not in ("0", "root") or not dropped:
        return
    missing = needed - added if "ALL" in dropped else needed & dropped
    if missing and "ALL" not in added:
        yield DROPPED.at(
            artifact,
            f"{service.name} ({image_name(service)}) drops {', '.join(sorted(missing))}; its entrypoint needs that to change its user.",
            line=service.at("cap_drop"),
            hint=f"Add cap_add: [{', '.join(sorted(needed))}], or set `user`.",
        )


def _sealed(artifact: ArtifactView, service: Service) -> Iterator[Finding]:
    if service.raw.get("read_only") is not True:
        return
    open_paths = [m.target.rstrip("/") for m in service.mounts if not m.read_only]
    open_paths += _VOLUMES.get(image_name(service), ())
    for path in (*_WRITES.get(image_name(service), ()), *_redirected(service)):
        names = _SAME.get(path, (path,))
        if not any(n == o or n.startswith(o + "/") for n in names for o in open_paths):
            yield SEALED.at(
                artifact,
                f"{service.name} ({image_name(service)}) has a read-only root, and {path} is neither tmpfs nor volume.",
                line=service.at("read_only"),
                quote=path,
                hint=f"Add tmpfs: [{path}].",
            )


def _redirected(service: Service) -> Iterator[str]:
    """Yield the folders into which the service's own shell command writes files."""
    command = service.raw.get("command")
    if isinstance(command, list) and len(command) > 2 and str(command[0]) in ("sh", "bash") and str(command[1]) == "-c":
        for line in parse(str(command[2]).replace("$$", "$")).commands:
            for redirect in line.redirects:
                target = redirect.target.value if redirect.writes and redirect.target is not None else None
                if target is not None and target.startswith("/") and not target.startswith("/dev/"):
                    yield target.rpartition("/")[0] or "/"


def _mighty(view: PlanView, artifact: ArtifactView, service: Service) -> Iterator[Finding]:
    agent = image_name(service) in _AGENTS
    reasons: list[tuple[str, int]] = []
    if service.raw.get("privileged") is True:
        reasons.append(("is privileged", service.at("privileged")))
    sockets = [m for m in service.mounts if m.source.rstrip("/").endswith("docker.sock") and not (agent and m.read_only)]
    reasons += [("holds the engine's socket, which is root on the host", m.line) for m in sockets]
    added = {str(c).upper().removeprefix("CAP_") for c in service.raw.get("cap_add") or []}
    if added & {"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE"} and not agent:
        reasons.append((f"adds {', '.join(sorted(added & {'ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_PTRACE'}))}", service.at("cap_add")))
    shared = [key for key in ("pid", "ipc", "network_mode") if service.text(key) == "host" and not agent]
    reasons += [(f"shares the host's {key.removesuffix('_mode')} namespace", service.at(key)) for key in shared]
    works_on_it = view.foreign and bool(_ENGINE_CLIENTS.search(service.image or service.name))
    if view.foreign and len(reasons) > 1:  # one container, one thing to settle
        reasons = [(" and ".join(dict.fromkeys(reason for reason, _ in reasons)), reasons[0][1])]
    for reason, line in reasons:
        said = _SAYS_WHY.search(artifact.text.split("\n")[line - 1] if line <= artifact.text.count("\n") else "")
        said_host = view.foreign and set(shared) == {"network_mode"} and reason == "shares the host's network namespace"
        by_trade = (agent or works_on_it) and view.foreign and (agent or not ("privileged" in reason or "adds ALL" in reason))
        mild = said_host or by_trade or (view.foreign and said is not None)
        yield MIGHTY.at(
            artifact,
            f"{service.name} {reason}.",
            line=line,
            hint="Put a proxy before the socket that passes only what it needs." if mild else "Give it the one right it needs.",
            severity="warning" if mild else None,
        )


def _steps_down(view: PlanView, artifact: ArtifactView) -> bool:
    """Say whether the script that the image starts hands over to another user, or to a supervisor that does."""
    last = [i for stage in artifact.dockerfile.chain(artifact.dockerfile.stages[-1]) for i in stage.instructions]
    started = {w.rpartition("/")[2] for i in last if i.name in ("ENTRYPOINT", "CMD") for w in _SCRIPT.findall(i.text)}
    texts = [i.text for i in last if i.name in ("ENTRYPOINT", "CMD")]
    texts += [a.text for a in (*view.artifacts, *view.aside) if a.model.path.rpartition("/")[2] in started]
    return any(_HANDS_OVER.search(text) for text in texts)


def _root(view: PlanView) -> Iterator[Finding]:
    given = {name: service.text("user") for name, (_, service) in view.services.items() if service.build is not None}
    if given and all(given.values()):
        return
    pods = users(view) if view.foreign else {}
    for artifact in view.of_kind("dockerfile"):
        final = artifact.dockerfile.final
        if final is None or _WINDOWS.search(final.base):
            continue
        if ("distroless" in final.base and "nonroot" in final.base) or _USERS_OF_BASES.search(final.base):
            continue
        if view.foreign and not any(final.last(name) for name in ("CMD", "ENTRYPOINT", "EXPOSE")) and "/" in artifact.model.path:
            continue  # nothing says that it serves: a tool for builds, or a base whose own start is inherited
        idle = final.base == "scratch" and not (final.last("ENTRYPOINT") or final.last("CMD"))
        if view.foreign and (idle or _DROPS.search(final.base) or pods.get(image_of(artifact)) or _steps_down(view, artifact)):
            continue  # somebody else's text: the work is not done as root, or nothing is started at all
        user = next((last.text for stage in artifact.dockerfile.chain(final) if (last := stage.last("USER")) is not None), None)
        if user is None or user.partition(":")[0] in ("root", "0"):
            yield ROOT.at(
                artifact,
                f"The image of {artifact.model.path} runs as {user or 'root (no USER)'}.",
                line=final.line,
                hint="Create a user and end with USER.",
            )
