"""Know which program produces a metric, by the metric's name, and which programs are scraped."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import promql_parser
import re2

from ...yaml12 import as_list, as_map
from .._view import PlanView

# prefix of the metric's name -> image names (last part, without tag) that produce it
PRODUCERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("node_", ("node-exporter", "node_exporter")),
    ("container_", ("cadvisor",)),
    ("machine_", ("cadvisor",)),
    ("probe_", ("blackbox-exporter", "blackbox_exporter")),
    ("pg_", ("postgres-exporter", "postgres_exporter")),
    ("redis_", ("redis_exporter", "redis-exporter")),
    ("mysql_", ("mysqld-exporter", "mysqld_exporter")),
    ("mongodb_", ("mongodb_exporter", "mongodb-exporter")),
    ("memcached_", ("memcached-exporter", "memcached_exporter")),
    ("rabbitmq_", ("rabbitmq",)),
    ("nginx_", ("nginx-prometheus-exporter", "nginx-exporter")),
    ("traefik_", ("traefik",)),
    ("caddy_", ("caddy",)),
    ("haproxy_", ("haproxy", "haproxy-exporter")),
    ("statsd_exporter_", ("statsd-exporter",)),
    ("alertmanager_", ("alertmanager",)),
    ("prometheus_", ("prometheus",)),
    ("grafana_", ("grafana",)),
    ("loki_", ("loki",)),
    ("pgbouncer_", ("pgbouncer-exporter", "pgbouncer_exporter")),
    ("kube_", ("kube-state-metrics",)),
    ("elasticsearch_", ("elasticsearch-exporter", "elasticsearch_exporter")),
    ("kafka_", ("kafka-exporter", "kafka_exporter")),
    ("engine_daemon_", ("docker",)),
    ("minio_", ("minio",)),
    ("rq_", ("rq-exporter", "rq_exporter")),
    ("bull_", ("bull-exporter", "bull_exporter", "bullmq-exporter", "bull-prom", "bull-monitor")),
    ("celery_", ("celery-exporter", "celery_exporter")),
    ("flower_", ("flower",)),
    ("sidekiq_", ("sidekiq-exporter", "sidekiq_exporter", "prometheus_exporter")),
)
ALWAYS = frozenset({"up", "ALERTS", "ALERTS_FOR_STATE"})  # made by Prometheus itself for every target


def names_of(expression: str) -> frozenset[str]:
    """Return the metric names of a PromQL expression; none when it does not parse."""
    try:
        return frozenset(_walk(promql_parser.parse(expression)))
    except ValueError:
        return frozenset()


def _walk(node: object) -> Iterator[str]:
    stack = [node]
    while stack:
        current = stack.pop()
        name = getattr(current, "name", None)
        if type(current).__name__ == "VectorSelector":
            matched = name or next(
                (m.value for m in getattr(getattr(current, "matchers", None), "matchers", []) if m.name == "__name__"), None
            )
            if matched:
                yield str(matched)
        for attribute in ("lhs", "rhs", "expr", "param", "vector_selector", "args"):
            child = getattr(current, attribute, None)
            if isinstance(child, list):
                stack.extend(child)
            elif child is not None:
                stack.append(child)


def producers(metric: str) -> tuple[str, ...] | None:
    """Return the images that produce a metric, or null when the table does not know its prefix."""
    for suffix in ("_bucket", "_sum", "_count"):
        metric = metric.removesuffix(suffix)
    return next((images for prefix, images in PRODUCERS if metric.startswith(prefix)), None)


@cache
def _exported() -> frozenset[str]:
    """Return the metrics of the exporters whose lists are known (cAdvisor, blackbox exporter)."""
    text = files(__package__).joinpath("metric_names.json").read_text("utf-8")
    return frozenset(name for names in json.loads(text).values() for name in names.split())


# what the node exporter served under another name before 0.16 (May 2018)
_RENAMED = frozenset(
    "node_cpu node_memory_MemTotal node_memory_MemFree node_memory_MemAvailable node_memory_Buffers node_memory_Cached node_memory_Active"
    " node_memory_SwapTotal node_memory_SwapFree node_filesystem_size node_filesystem_free node_filesystem_avail node_disk_bytes_read"
    " node_disk_bytes_written node_disk_io_time_ms node_disk_reads_completed node_disk_writes_completed node_network_receive_bytes"
    " node_network_transmit_bytes node_boot_time node_time node_context_switches node_forks node_intr node_vmstat_pgfault_total".split()
)


def exists(metric: str) -> bool:
    """Say whether a metric may exist: false for one that is nearly, and not quite, a name of an exporter whose list is known."""
    if metric in _RENAMED:
        return False
    known = _exported()
    prefix = metric.partition("_")[0] + "_"
    if metric in known or not any(name.startswith(prefix) for name in known):
        return True
    return not difflib.get_close_matches(metric, sorted(n for n in known if n.startswith(prefix)), n=1, cutoff=0.88)


def deployed(view: PlanView) -> dict[str, str]:
    """Return service names by the last part of their image name."""
    found: dict[str, str] = {}
    for name, (_, service) in view.services.items():
        image = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
        if image:
            found.setdefault(image, name)
    return found


def scraped(view: PlanView) -> frozenset[str]:
    """Return the hosts that Prometheus is told to scrape, and the addresses its relabelling puts in their place."""
    found: set[str] = set()
    for artifact in view.of_kind("prometheus"):
        for job in as_list(artifact.root.get("scrape_configs")):
            relabelled = any(as_map(r).get("target_label") == "__address__" for r in as_list(as_map(job).get("relabel_configs")))
            for group in as_list(as_map(job).get("static_configs")) if not relabelled else ():  # a prober's targets are its arguments
                found |= {str(t).partition(":")[0] for t in as_list(as_map(group).get("targets"))}
            for rule in as_list(as_map(job).get("relabel_configs")):
                if as_map(rule).get("target_label") == "__address__":
                    found.add(str(as_map(rule).get("replacement", "")).partition(":")[0])
            for key in as_map(job):
                if key.endswith("_sd_configs") and key != "static_configs":
                    found.add("*")
    return frozenset(found)


def elsewhere(view: PlanView, hosts: frozenset[str]) -> bool:
    """Say whether Prometheus asks a machine or program that the plan does not run: what runs there, the plan does not tell."""
    known = {alias for _, service in view.services.values() for alias in (service.name, *service.aliases)} | {"localhost", "127.0.0.1", ""}
    return bool(hosts - known)


_WORD = re2.compile(r"\b[a-z]+_[a-z0-9_]{6,}\b")


def written_nearly(view: PlanView, metric: str) -> str:
    """Return the metric that a script of the plan writes (for a textfile collector) under nearly this name, empty for none or the same."""
    words = {str(w) for a in view.of_kind("shell") if "# HELP" in a.text or ".prom" in a.text for w in _WORD.findall(a.text)}
    near = difflib.get_close_matches(metric, sorted(words), n=1, cutoff=0.9) if metric not in words else []
    return near[0] if near else ""
