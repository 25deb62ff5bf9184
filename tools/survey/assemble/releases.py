"""Turn processes that run once per release into jobs: they are declared beside services but are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ....core.facts import Fact, Job
from ..shapes import Process


def without_releases(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield the facts with every Procfile `release` and `postdeploy` line as a job instead of a process."""
    for fact in facts:
        value = fact.value
        if isinstance(value, Process) and value.origin in ("procfile", "platform") and value.name in ("release", "postdeploy", "predeploy"):
            job = Job(name=value.name, kind="release", command=value.command, evidence=value.evidence)
            yield fact.model_copy(update={"kind": "job", "key": "release", "value": job})
        else:
            yield fact
