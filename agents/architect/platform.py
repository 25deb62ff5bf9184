"""Decide what stands around the application: proxy, backup, exporters, monitoring, objectives and the size of the host."""

from __future__ import annotations

import math

from ...core.blueprint import Component, HostSpec, Limits, Mount, Objective, Probe
from ...core.plan import Input
from ...tools.targets import PASSWORD_PATTERN
from ._draft import Draft
from .images import pinned
from .stores import PASSWORD_COMMAND

OBJECTIVES = (
    ("rpo_hours", "Recovery point objective", 24, "h", "one dump every night; lower it by raising the backup frequency or archiving WAL"),
    ("rto_minutes", "Recovery time objective", 60, "min", "start an empty host from this plan and restore the last dump"),
    ("backup_keep_days", "Backups kept", 14, "d", "two weeks to notice silent damage"),
    ("backup_hour_utc", "Nightly backup starts", 2, "h UTC", "the quietest hour of most European and American services"),
    ("error_ratio_percent", "Alert: share of failed requests", 5, "%", "a starting value: tighten it once a baseline exists"),
    ("latency_p95_seconds", "Alert: 95th percentile of request time", 1, "s", "a starting value: tighten it once a baseline exists"),
    ("disk_used_percent", "Alert: disk in use", 80, "%", "leaves time to act before databases stop writing at 100 %"),
    ("memory_used_percent", "Alert: memory of a container", 90, "%", "of its limit; at 100 % the kernel kills it"),
    ("certificate_days", "Alert: certificate expires within", 14, "d", "two failed renewals of a 90-day certificate leave this much"),
    (
        "rate_limit_per_second",
        "Requests per second and client address",
        20,
        "1/s",
        "a starting value that stops a runaway client and no person",
    ),
    ("rate_limit_burst", "Burst above that rate", 40, "requests", "a page that loads many resources at once passes"),
    ("log_max_size_mb", "Log file size before rotation", 10, "MiB", "with five files a container holds at most 50 MiB of logs"),
    ("log_max_files", "Log files kept", 5, "files", "with 10 MiB each a container holds at most 50 MiB of logs"),
    ("backup_max_age_hours", "Alert: age of the newest backup", 26, "h", "one nightly run plus two hours"),
)


def choose_objectives(draft: Draft) -> None:
    """Set every number that more than one section speaks of."""
    draft.objectives.extend(Objective(id=i, title=t, value=v, unit=u, reason=r) for i, t, v, u, r in OBJECTIVES)


def choose_proxy(draft: Draft, web: Component) -> None:
    """Add the reverse proxy, the only component with published ports."""
    image = pinned(draft, "nginx", None)
    draft.components.append(
        Component(
            name="proxy",
            kind="proxy",
            title="nginx reverse proxy with TLS",
            image=image,
            port=443,
            published=("80:80", "443:443"),
            limits=Limits(cpus=0.5, memory_mb=128, reason="nginx needs a few MiB per thousand connections"),
            probe=Probe(
                test=("CMD-SHELL", "curl -fsS -o /dev/null http://127.0.0.1:8081/healthz"),
                interval_s=10,
                timeout_s=3,
                retries=6,
                start_period_s=10,
                reason="nginx itself answers; the application has its own probe",
            ),
            cap_add=("CHOWN", "DAC_OVERRIDE", "NET_BIND_SERVICE", "SETGID", "SETUID"),
            mounts=(
                Mount(kind="file", source="nginx/nginx.conf", target="/etc/nginx/nginx.conf"),
                Mount(kind="file", source="tls", target="/etc/nginx/tls"),
                Mount(kind="file", source="acme", target="/var/www/acme"),
                Mount(kind="tmpfs", source="", target="/var/cache/nginx", read_only=False, options="mode=0755"),
                Mount(kind="tmpfs", source="", target="/run", read_only=False, options="mode=0755"),
                Mount(kind="tmpfs", source="", target="/tmp", read_only=False),
            ),
            networks=("edge",),
            depends_on={web.name: "service_healthy" if web.probe else "service_started"},
            stop_grace_s=30,
        )
    )
    draft.need(
        Input(
            name="DOMAIN",
            kind="value",
            description="Public host name of the API, without scheme",
            example=f"{draft.app}.example.com",
            default=draft.target.domain or f"{draft.app}.example.com",
            pattern="^[A-Za-z0-9.-]+$",
            used_by=("proxy", web.name),
        )
    )
    draft.decide(
        "proxy",
        image.ref,
        "one process for TLS, rate limits, headers and redirects, with a file that everyone on call can read",
        ("Traefik: reads the Docker socket, which is root on the host", "Caddy: its rate limit is a third-party module"),
    )


def choose_backup(draft: Draft) -> None:
    """Add one backup component per database, on the database's own image so that client and server versions agree."""
    for store in draft.stores:
        kind = draft.kinds[store.kind]
        if not (store.durable and kind.dump):
            continue
        server = next(c for c in draft.components if c.name == store.component)
        name = "backup" if not any(c.kind == "backup" for c in draft.components) else f"backup-{store.component}"
        draft.components.append(
            Component(
                name=name,
                kind="backup",
                title=f"nightly dump of {store.component}",
                image=server.image,
                entrypoint=("bash", "/opt/backup/backup.sh"),
                command=("loop",),
                limits=Limits(cpus=0.5, memory_mb=256, reason="a dump streams; it holds no table in memory"),
                user="root",
                probe=Probe(
                    test=("CMD", "bash", "/opt/backup/backup.sh", "check"),
                    interval_s=30,
                    timeout_s=10,
                    retries=3,
                    start_period_s=10,
                    reason="the newest dump is younger than the alert threshold, or none is due yet",
                ),
                mounts=(
                    Mount(kind="volume", source="backups", target="/backups", read_only=False),
                    Mount(kind="file", source=f"backup/{store.component}.sh", target="/opt/backup/backup.sh"),
                    Mount(kind="tmpfs", source="", target="/tmp", read_only=False),
                ),
                networks=("data",),
                depends_on={store.component: "service_healthy"},
                stop_grace_s=120,
            )
        )
        draft.need(
            Input(
                name="BACKUP_HOST",
                kind="value",
                required=False,
                description="SSH destination (user@host) that keeps copies of the backups",
                example="backup@vault.example.com",
                obtain="a machine in another building that takes SSH from the one that fetches",
                pattern="^[A-Za-z0-9._@-]+$",
                used_by=(name,),
            )
        )


def choose_monitoring(draft: Draft, web: Component | None) -> None:
    """Add the monitoring stack: a project of its own, so that its outage never takes the application down."""

    def add(
        name: str, product: str, memory: int, port: int, title: str, kind: str = "monitor", networks: tuple[str, ...] = ("monitoring",)
    ) -> None:
        draft.components.append(
            Component.model_validate(
                {
                    "name": name,
                    "kind": kind,
                    "stack": "monitoring",
                    "title": title,
                    "image": pinned(draft, product, None),
                    "port": port,
                    "networks": networks,
                    "limits": Limits(
                        cpus=0.5 if memory > 100 else 0.2, memory_mb=memory, reason="starting size; its own memory is an alert of the stack"
                    ),
                }
            )
        )

    add("prometheus", "prometheus", 512, 9090, "metrics and alert rules", networks=("monitoring", "data", "edge"))
    add("alertmanager", "alertmanager", 128, 9093, "routes alerts to people")
    add("grafana", "grafana", 256, 3000, "dashboards")
    add("node-exporter", "node-exporter", 64, 9100, "host metrics", "exporter")
    add("cadvisor", "cadvisor", 256, 8080, "container metrics", "exporter")
    add(
        "blackbox-exporter", "blackbox-exporter", 64, 9115, "probes the public address as a client does", "exporter", ("monitoring", "edge")
    )
    for store in draft.stores:
        exporter = draft.kinds[store.kind].exporter
        if exporter:
            add(
                f"{store.component}-exporter",
                exporter.product,
                64,
                exporter.port,
                f"metrics of {store.component}",
                "exporter",
                ("monitoring", "data"),
            )
    _monitoring_inputs(draft)


def _monitoring_inputs(draft: Draft) -> None:
    def secret(name: str, description: str, used_by: str) -> None:
        draft.need(
            Input(
                name=name, kind="secret", description=description, generate=PASSWORD_COMMAND, pattern=PASSWORD_PATTERN, used_by=(used_by,)
            )
        )

    secret("GRAFANA_ADMIN_PASSWORD", "Password of Grafana's user `admin`", "grafana")
    database = next((s for s in draft.stores if s.kind in ("postgresql", "mysql", "mariadb", "mongodb")), None)
    if database is not None:
        secret("MONITORING_DB_PASSWORD", "Password of the role `monitoring` that the exporter uses", f"{database.component}-exporter")
    draft.need(
        Input(
            name="ALERT_WEBHOOK_URL",
            kind="secret",
            required=False,
            description="Address that Alertmanager posts alerts to (chat or paging service)",
            obtain="create an incoming webhook in your chat or paging service",
            used_by=("alertmanager",),
        )
    )


def size_host(draft: Draft) -> HostSpec:
    """Return the host that holds the sum of all limits with a quarter of headroom; the given hardware wins and is checked."""
    cpus = sum(c.limits.cpus * c.replicas for c in draft.components if c.kind != "migrate")
    memory = sum(c.limits.memory_mb * c.replicas for c in draft.components if c.kind != "migrate")
    wanted_memory = math.ceil(memory * 1.25 / 1024) * 1024
    wanted_cpus = max(2, math.ceil(cpus / 2))
    target = draft.target
    return HostSpec(
        cpus=target.hardware_cpus or wanted_cpus,
        memory_mb=target.hardware_memory_mb or wanted_memory,
        disk_gb=target.hardware_disk_gb or 40,
        sum_cpus=round(cpus, 2),
        sum_memory_mb=memory,
        given=target.hardware_memory_mb is not None,
        headroom=f"memory: {memory} MiB of limits x 1.25 for the kernel, page cache and the engine = {wanted_memory} MiB; CPU: {cpus:.1f} cores of limits, shared two to one",
    )
