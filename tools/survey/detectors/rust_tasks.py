"""Detect schedules and jobs of Rust programs: tokio-cron-scheduler, apalis, clokwerk, fang."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job
from ..detector import View, entry
from ..parsers.grammar import words
from ..parsers.rust import descend, enclosing
from ..rust.programs import programs
from ..rust.sources import built_from, matching

_CRON = ("new_async", "new", "new_repeated", "new_repeated_async", "new_cron_job", "new_cron_job_async", "new_async_tz", "new_tz")


def detect(view: View) -> Iterator[Fact]:
    """Yield every schedule whose expression stands in the code, and the job types of apalis and fang."""
    for program in programs(view):
        paths = built_from(view, program.package, program.binary)
        folder = program.package.folder
        for path, parsed in matching(view, paths, "Job::new", "Schedule::from_str", "JobBuilder"):
            for call in parsed.calls:
                when = call.text(0)
                cron = when is not None and len(when.split()) >= 5
                if not cron or not ((call.name in _CRON and call.path.endswith("Job")) or call.path.endswith("Schedule")):
                    continue
                function = enclosing(call.node, "function_item")
                name = function.child_by_field_name("name") if function is not None else None
                title = words(name) if name is not None else "job"
                yield entry("job", folder, Job(name=title, kind="cron", schedule=when, evidence=(view.evidence(path, call.line),)))
        for path, parsed in matching(view, paths, "WorkerBuilder::new", "AsyncRunnable", "Runnable"):
            for call in parsed.named("new"):
                title_text = call.text(0)
                if call.path.endswith("WorkerBuilder") and title_text:
                    yield entry("job", folder, Job(name=title_text, kind="apalis-worker", evidence=(view.evidence(path, call.line),)))
            for node in descend(parsed.root, "impl_item"):
                trait, kind = node.child_by_field_name("trait"), node.child_by_field_name("type")
                if trait is not None and kind is not None and words(trait) in ("AsyncRunnable", "Runnable"):
                    line = node.start_point[0] + 1
                    yield entry("job", folder, Job(name=words(kind), kind="fang-task", evidence=(view.evidence(path, line),)))
