"""Set the numbers that several sections speak of, and the size of the host that follows from the limits."""

from __future__ import annotations

import math

from ...core.blueprint import HostSpec, Objective
from ._draft import Draft

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
        headroom=(
            f"memory: {memory} MiB of limits x 1.25 for the kernel, page cache and the engine = {wanted_memory} MiB; "
            f"CPU: {cpus:.1f} cores of limits, shared two to one"
        ),
    )
