"""Decide the monitoring stack and the inputs it needs."""

from __future__ import annotations

from ...core.blueprint import Component, Limits
from ...core.plan import Input
from ...tools.targets import PASSWORD_PATTERN
from ._draft import Draft
from .images import pinned
from .stores import PASSWORD_COMMAND


def choose_monitoring(draft: Draft) -> None:
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
        exporter = draft.kind_of(store).exporter
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
    database = next((s for s in draft.stores if (e := draft.kind_of(s).exporter) is not None and e.role is not None), None)
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
