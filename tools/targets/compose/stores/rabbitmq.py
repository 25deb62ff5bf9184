"""Run RabbitMQ with one application user and its own virtual host."""

from .....core.blueprint import Probe
from ..._store import StoreKind

KIND = StoreKind(
    kind="rabbitmq",
    product="rabbitmq",
    title="RabbitMQ",
    port=5672,
    name="rabbitmq",
    role="broker",
    memory_mb=768,
    cpus=1.0,
    durable=False,  # the volume survives restarts; messages in flight are not dumped
    volume="data",
    data_path="/var/lib/rabbitmq",
    environment={
        "RABBITMQ_DEFAULT_USER": "{user}",
        "RABBITMQ_DEFAULT_PASS": "${RABBITMQ_PASSWORD:?set by write-env.sh}",
        "RABBITMQ_DEFAULT_VHOST": "{database}",
    },
    cap_add=("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"),
    tmpfs=("/tmp", "/var/log/rabbitmq", "/etc/rabbitmq"),
    probe=Probe(
        test=("CMD-SHELL", "rabbitmq-diagnostics -q check_port_connectivity"),
        interval_s=10,
        timeout_s=10,
        retries=18,
        start_period_s=60,
        reason="the node runs and every listener takes connections",
    ),
    check='printf "%s\\n" "$RABBITMQ_DEFAULT_PASS" | rabbitmqctl -q authenticate_user "$RABBITMQ_DEFAULT_USER" >/dev/null',
    password="RABBITMQ_PASSWORD",
    admin_password="RABBITMQ_PASSWORD",
    user_name="app",
    scheme="amqp",
    url="{user}:${RABBITMQ_PASSWORD}@{host}:{port}/{database}",
)
