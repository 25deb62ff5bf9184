"""Add up the database connections that all processes of the plan may open at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import re2

from ...yaml12 import as_list, as_map
from .._view import KubeObject, PlanView, Service

POOLS = frozenset(
    {
        "DB_POOL_SIZE",
        "DATABASE_POOL_SIZE",
        "POOL_SIZE",
        "DB_POOL",
        "DB_POOL_MAX",
        "PG_POOL_SIZE",
        "RAILS_MAX_THREADS",
        "SQLALCHEMY_POOL_SIZE",
        "DATABASE_POOL_MAX",
        "DATABASE_MAX_CONNS",
        "DB_MAX_OPEN_CONNS",
        "DATABASE_MAX_OPEN_CONNS",
    }
)
OVERFLOWS = frozenset({"DB_MAX_OVERFLOW", "MAX_OVERFLOW", "SQLALCHEMY_MAX_OVERFLOW", "DATABASE_MAX_OVERFLOW"})
WORKERS = frozenset({"WEB_CONCURRENCY", "GUNICORN_WORKERS", "UVICORN_WORKERS", "WORKERS"})


@dataclass(frozen=True, slots=True)
class Opener:
    """Be one group of equal processes: how many connections all of them may open."""

    name: str
    pool: int
    workers: int
    replicas: int

    @property
    def total(self) -> int:
        """Return the most connections at one time."""
        return self.pool * self.workers * self.replicas

    def __str__(self) -> str:
        return f"{self.name} {self.pool} x {self.workers} x {self.replicas}"


def opener(name: str, values: Mapping[str, str], replicas: int) -> Opener | None:
    """Return what an environment lets a process open, or null when it states no pool."""
    pool = next((int(v) for n, v in sorted(values.items()) if n in POOLS and v.isdigit()), None)
    if pool is None:
        return None
    overflow = next((int(v) for n, v in sorted(values.items()) if n in OVERFLOWS and v.isdigit()), 0)
    workers = next((int(v) for n, v in sorted(values.items()) if n in WORKERS and v.isdigit()), 1)
    return Opener(name, pool + overflow, workers, replicas)


def replicas_of(service: Service) -> int:
    """Return how many containers of a compose service run."""
    value = service.deployed("replicas") or service.raw.get("scale")
    return value if isinstance(value, int) and value > 0 else 1


def openers(view: PlanView) -> Iterator[Opener]:
    """Yield every group of processes that states a pool, of compose files and of Kubernetes workloads."""
    for _, file in view.compose:
        for service in file.services.values():
            values = {name: value for name, (value, _) in service.environment.items() if value is not None}
            found = opener(service.name, values, replicas_of(service))
            if found is not None:
                yield found
    maps = {o.name: as_map(o.raw.get("data")) for o in view.objects if o.kind == "ConfigMap"}
    scaled = {_target(o): as_map(o.raw.get("spec")).get("maxReplicas") for o in view.objects if o.kind == "HorizontalPodAutoscaler"}
    for made in view.objects:
        if made.kind in ("Deployment", "StatefulSet"):
            stated = scaled.get(made.name) or as_map(made.raw.get("spec")).get("replicas")
            count = stated if isinstance(stated, int) and stated > 0 else 1
            found = opener(made.name, _environment(made, maps), count)
            if found is not None:
                yield found


    yield from _tasks(view)


_IN_TERRAFORM = re2.compile(r'\bname"?\s*[=:]\s*"([A-Z][A-Z0-9_]+)"\s*,?\s*value"?\s*[=:]\s*"(\d+)"')


def _tasks(view: PlanView) -> Iterator[Opener]:
    """Yield the tasks of a Terraform root with one ECS service: what its scaler allows, or as many as it states."""
    for folder in view.terraform:
        services = folder.resources("aws_ecs_service")
        if len(services) != 1:
            continue
        blocks = (*folder.resources("aws_ecs_task_definition"), *folder.of("locals"))
        values = {str(m.group(1)): str(m.group(2)) for b in blocks for m in _IN_TERRAFORM.finditer(b.everything)}
        most = next((b.value("max_capacity") for b in folder.resources("aws_appautoscaling_target")), None)
        count = most or services[0].value("desired_count") or "1"
        found = opener(services[0].labels[-1], values, int(count) if count.isdigit() else 1)
        if found is not None:
            yield found


def _target(scaler: KubeObject) -> str:
    return str(as_map(as_map(scaler.raw.get("spec")).get("scaleTargetRef")).get("name", ""))


def _environment(made: KubeObject, maps: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for container in made.containers("containers"):
        for source in as_list(container.get("envFrom")):
            name = as_map(as_map(source).get("configMapRef")).get("name")
            values |= {k: str(v) for k, v in maps.get(str(name), {}).items()}
        for entry in as_list(container.get("env")):
            if isinstance(as_map(entry).get("name"), str) and as_map(entry).get("value") is not None:
                values[str(as_map(entry)["name"])] = str(as_map(entry)["value"])
    return values
