"""Decide how a process shows that it is well, with what its own image holds."""

from __future__ import annotations

import shlex

from ...core.blueprint import Probe
from ...core.facts import Service


def web_probe(service: Service) -> Probe | None:
    """Return a health check that the runtime itself can carry out: slim images have neither curl nor wget."""
    if service.port is None:
        return None
    path = service.health_path or "/"
    address = f"http://127.0.0.1:{service.port}{path}"
    good = "r.status<400" if service.health_path else "r.status<500"
    reason = f"`{path}` answers" + ("" if service.health_path else " below 500 (the repository declares no health path)")
    if service.runtime == "python":
        limit = 400 if service.health_path else 500
        code = (
            f"import http.client as h,sys; c=h.HTTPConnection('127.0.0.1',{service.port},timeout=4); c.request('GET','{path}'); "
            f"sys.exit(c.getresponse().status>={limit})"
        )
        return Probe(test=("CMD", "python", "-c", code), start_period_s=40, reason=reason)
    if service.runtime == "node":
        return Probe(
            test=("CMD", "node", "-e", f"fetch('{address}').then(r=>process.exit({good}?0:1),()=>process.exit(1))"),
            start_period_s=40,
            reason=reason,
        )
    if service.runtime in ("bun", "deno"):
        run = ("bun", "-e") if service.runtime == "bun" else ("deno", "eval")
        return Probe(
            test=("CMD", *run, f"fetch('{address}').then(r=>process.exit({good}?0:1),()=>process.exit(1))"),
            start_period_s=40,
            reason=reason,
        )
    return None


def worker_probe(service: Service, command: tuple[str, ...]) -> Probe | None:
    """Return a probe for a Celery worker, which answers a ping through its broker; other workers rely on their restart policy."""
    if service.framework != "celery" or service.role != "worker" or "-A" not in command:
        return None
    app = command[command.index("-A") + 1]
    return Probe(
        test=("CMD-SHELL", f"celery -A {shlex.quote(app)} inspect ping -d celery@$$HOSTNAME -t 8 | grep -q pong"),
        interval_s=60,
        timeout_s=20,
        retries=3,
        start_period_s=60,
        reason="the worker answers a ping through its broker",
    )
