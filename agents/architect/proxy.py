"""Decide the reverse proxy: the one component that clients reach."""

from __future__ import annotations

from ...core.blueprint import Component, Limits, Mount, Probe
from ...core.plan import Input
from ._draft import Draft
from .images import pinned

PROBE = Probe(
    test=("CMD-SHELL", "curl -fsS -o /dev/null http://127.0.0.1:8081/healthz"),
    interval_s=10,
    timeout_s=3,
    retries=6,
    start_period_s=10,
    reason="nginx itself answers; the application has its own probe",
)
MOUNTS = (
    Mount(kind="file", source="nginx/nginx.conf", target="/etc/nginx/nginx.conf"),
    Mount(kind="file", source="tls", target="/etc/nginx/tls"),
    Mount(kind="file", source="acme", target="/var/www/acme"),
    Mount(kind="tmpfs", source="", target="/var/cache/nginx", read_only=False, options="mode=0755"),
    Mount(kind="tmpfs", source="", target="/run", read_only=False, options="mode=0755"),
    Mount(kind="tmpfs", source="", target="/tmp", read_only=False),
)


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
            probe=PROBE,
            cap_add=("CHOWN", "DAC_OVERRIDE", "NET_BIND_SERVICE", "SETGID", "SETUID"),
            mounts=MOUNTS,
            networks=("edge",),
            depends_on={web.name: "service_healthy" if web.probe else "service_started"},
            stop_grace_s=30,
        )
    )
    need_domain(draft, ("proxy", web.name))
    draft.decide(
        "proxy",
        image.ref,
        "one process for TLS, rate limits, headers and redirects, with a file that everyone on call can read",
        ("Traefik: reads the Docker socket, which is root on the host", "Caddy: its rate limit is a third-party module"),
    )


def need_domain(draft: Draft, used_by: tuple[str, ...]) -> None:
    """Ask for the public host name."""
    draft.need(
        Input(
            name="DOMAIN",
            kind="value",
            description="Public host name of the API, without scheme",
            example=f"{draft.app}.example.com",
            default=draft.target.domain or f"{draft.app}.example.com",
            pattern="^[A-Za-z0-9.-]+$",
            used_by=used_by,
        )
    )
