"""Decide how a process shows that it is well, with what its own image holds."""

from __future__ import annotations

import shlex

from ...core.blueprint import Probe
from ...core.facts import Service
from ...tools.catalog import load, parse_image

WITH_BASH = frozenset("debian ubuntu go rust temurin maven gradle ruby php elixir erlang aspnet dotnet-sdk python nodejs".split())
"""Products whose images are Debian's or Ubuntu's unless their tag says otherwise: they have bash and GNU timeout, not curl or wget."""
WITHOUT_SHELL = ("distroless", "chiseled", "static", "scratch")
BUSYBOX = ("alpine", "busybox")


def web_probe(service: Service, base: str | None = None) -> Probe | None:
    """Return a health check that the image itself can carry out; `base` is the image of its last stage, null where that is not known.

    Slim images have neither curl nor wget, so an interpreter asks where there is one, bash's own sockets elsewhere, busybox on Alpine.
    Null where nothing in the image is known to ask.
    """
    if service.port is None:
        return None
    path = service.health_path or "/"
    limit = 400 if service.health_path else 500
    reason = f"`{path}` answers" + ("" if service.health_path else " below 500 (the repository declares no health path)")
    test = _asked_by_interpreter(service, path, limit) or _asked_by_shell(service.port, path, limit, base)
    slow = service.runtime in ("java", "jvm", "kotlin", "ruby", "elixir")
    return Probe(test=test, start_period_s=90 if slow else 40, reason=reason) if test else None


def _asked_by_interpreter(service: Service, path: str, limit: int) -> tuple[str, ...]:
    address = f"http://127.0.0.1:{service.port}{path}"
    if service.runtime == "python":
        code = (
            f"import http.client as h,sys; c=h.HTTPConnection('127.0.0.1',{service.port},timeout=4); c.request('GET','{path}'); "
            f"sys.exit(c.getresponse().status>={limit})"
        )
        return ("CMD", "python", "-c", code)
    runners = {"node": ("node", "-e"), "bun": ("bun", "-e"), "deno": ("deno", "eval")}
    run = runners.get(service.runtime or "")
    if run is None:
        return ()
    return ("CMD", *run, f"fetch('{address}').then(r=>process.exit(r.status<{limit}?0:1),()=>process.exit(1))")


def _asked_by_shell(port: int, path: str, limit: int, base: str | None) -> tuple[str, ...]:
    """Return the request as a shell script: bash opens the socket itself, busybox's wget shows the answer's first line."""
    reference = (base or "").lower()
    parsed = parse_image(reference) if reference else None
    if parsed is None or any(word in reference for word in WITHOUT_SHELL):
        return ()
    wanted = f"[23][0-9][0-9]{'' if limit == 400 else '|4[0-9][0-9]'}"
    if any(word in reference for word in BUSYBOX):
        return ("CMD-SHELL", f"wget -q -S -T 4 -O /dev/null http://127.0.0.1:{port}{path} 2>&1 | grep -qE 'HTTP/1\\.[01] ({wanted})'")
    product = load().for_image(reference)
    if product is None or product.id not in WITH_BASH:
        return ()
    request = f"printf 'GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3"
    script = f"exec 3<>/dev/tcp/127.0.0.1/{port} && {request} && read -r line <&3 && [[ $line =~ ^HTTP/1\\.[01]\\ ({wanted}) ]]"
    return ("CMD", "timeout", "4", "bash", "-c", script)


def worker_probe(service: Service, command: tuple[str, ...]) -> Probe | None:
    """Return a probe for a Celery worker, which answers a ping through its broker; other workers rely on their restart policy."""
    if service.framework != "celery" or service.role != "worker" or "-A" not in command:
        return None
    app = command[command.index("-A") + 1]
    return Probe(
        test=("CMD-SHELL", f"celery -A {shlex.quote(app)} inspect ping -d celery@$HOSTNAME -t 8 | grep -q pong"),
        interval_s=60,
        timeout_s=20,
        retries=3,
        start_period_s=60,
        reason="the worker answers a ping through its broker",
    )
