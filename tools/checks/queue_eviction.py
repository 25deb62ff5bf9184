"""Find queues in a store that throws entries away when it is full.

What:
    A Redis or Valkey that holds jobs (rq, Celery, Sidekiq, Bull, Resque, Dramatiq) keeps what it holds: `maxmemory-policy noeviction`.
    Cache and queue are two stores when the cache must be evicted.

Why it matters in production:
    Under `allkeys-lru` the oldest jobs disappear as soon as the cache grows: no error, no log, mails that are never sent.

Example:
    redis: {command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru}     # the worker's queue is in it

Instead:
    redis: {command: redis-server --maxmemory 256mb --maxmemory-policy noeviction --appendonly yes}

When to ignore:
    When the queue lies in another store: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list
from ._rule import Rule
from ._view import PlanView

EVICTED = Rule("LIF023", "queue-evicted", "error", "Jobs lie in a store that throws entries away when it is full.")
RULES = (EVICTED,)

_POLICY = re2.compile(r"maxmemory-policy[\s'\",=]+((?:allkeys|volatile)-\w+)")
_WORKER = re2.compile(r"\b(?:rq worker|celery\b.*\bworker|sidekiq|resque|dramatiq|arq|huey_consumer|bull(?:mq)?|queue:work|horizon)\b")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield stores of queues that evict."""
    workers = [name for name, (_, s) in view.services.items() if _WORKER.search(" ".join(s.command_text.split()))]
    for artifact, file in view.compose:
        for service in file.services.values():
            found = _POLICY.search(service.command_text)
            mine = [w for w in workers if w in file.services]
            stores = [s for s in file.services.values() if _store(s.image)]
            if found is not None and _store(service.image) and mine and len(stores) == 1:
                yield EVICTED.at(
                    artifact,
                    f"{service.name} evicts under {found.group(1)}, and the jobs of {', '.join(mine)} lie in it.",
                    line=service.at("command"),
                    quote=str(found.group(1)),
                    hint="Use noeviction for the queue, a second store for the cache.",
                )
    pods = [(o, c) for o in view.objects for c in o.containers("containers")]
    working = any(_WORKER.search(_words(c)) for _, c in pods)
    for made, container in pods:
        found = _POLICY.search(_words(container))
        if found is not None and working and _store(str(container.get("image"))):
            yield EVICTED.at(
                made.spot,
                f"{made.title} evicts under {found.group(1)}, and jobs lie in it.",
                line=container.line + made.shift,
                quote=str(found.group(1)),
                hint="Use noeviction for the queue, a second store for the cache.",
            )


def _words(container: object) -> str:
    get = getattr(container, "get", None)
    return " ".join(str(w) for key in ("command", "args") for w in as_list(get(key))) if get is not None else ""


def _store(image: str | None) -> bool:
    return (image or "").partition("@")[0].rpartition("/")[2].partition(":")[0] in ("redis", "valkey", "redis-stack-server", "keydb")
