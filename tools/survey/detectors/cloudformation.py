"""Detect CloudFormation and SAM templates, CDK, Pulumi, Serverless Framework and ARM: stores, queues, schedules, functions."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Job, Located, OutOfScope, Queue
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..envfacts import given
from ..knowledge.managed import CLOUDFORMATION, CLOUDFORMATION_QUEUES, OPTIONAL, engine_of, version_in
from ..parsers.document import Document
from ..parsers.document import Path as Keys
from ..variables import is_name

_MARKS = ("AWSTemplateFormatVersion", "AWS::Serverless", "Type: AWS::", '"Type": "AWS::')
_PROJECTS = {
    "cdk.json": "cdk", "Pulumi.yaml": "pulumi", "Pulumi.yml": "pulumi", "samconfig.toml": "sam", "azure.yaml": "azd", "cdktf.json": "cdktf",
    "sst.config.ts": "sst", "sst.config.js": "sst", "copilot.yml": "copilot", "chalice.json": "chalice", "zappa_settings.json": "zappa",
}  # fmt: skip
_FUNCTIONS = "functions that a cloud provider runs on demand: there is no process to start"


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry per template or project file, and what the resources make."""
    for path in view.named(*_PROJECTS):
        if not is_aside(path):
            yield entry("iac", folder_of(path), Located(kind=_PROJECTS[path.rpartition("/")[2]], path=path))
    for path in view.suffixed(".yaml", ".yml", ".json", ".template"):
        if is_aside(path) or view.repository.size(path) > 500_000 or path.rpartition("/")[2] in ("package-lock.json", "serverless.yml"):
            continue
        if view.holds(path, *_MARKS):
            document = view.document(path)
            if document is not None and isinstance(document.data, dict) and isinstance(document.get("Resources"), dict):
                sam = "Serverless" in str(document.text("Transform") or document.items("Transform"))
                yield entry("iac", folder_of(path), Located(kind="sam" if sam else "cloudformation", path=path))
                yield from _resources(view, path, document, ())
                yield from _given(view, path, document, ("Globals", "Function", "Environment", "Variables"))
        elif view.holds(path, "schema.management.azure.com/schemas") and path.endswith(".json"):
            yield entry("iac", folder_of(path), Located(kind="arm", path=path))
    for path in view.named("serverless.yml", "serverless.yaml"):
        document = view.document(path) if not is_aside(path) else None
        if document is not None and document.get("provider"):
            yield entry("iac", folder_of(path), Located(kind="serverless", path=path))
            yield from _serverless(view, path, document)
            yield from _resources(view, path, document, ("resources",))
            yield from _given(view, path, document, ("provider", "environment"))
            for name in document.table("functions"):
                yield from _given(view, path, document, ("functions", name, "environment"))


def _given(view: View, path: str, document: Document, keys: Keys) -> Iterator[Fact]:
    """Yield the names that a template hands to its functions."""
    for name in document.table(*keys):
        line = document.line(*keys, name)
        if is_name(name) and name in view.lines(path)[line - 1]:
            yield given(folder_of(path), name, view.evidence(path, line))


def _resources(view: View, path: str, document: Document, above: tuple[str, ...]) -> Iterator[Fact]:
    folder = folder_of(path)
    for name, resource in document.table(*above, "Resources").items():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if not isinstance(kind, str):
            continue
        keys = (*above, "Resources", name)
        at = view.evidence(path, document.line(*keys, "Type"))
        if kind in CLOUDFORMATION:
            yield from _store(view, path, document, keys, kind)
        elif kind in CLOUDFORMATION_QUEUES:
            queue = CLOUDFORMATION_QUEUES[kind]
            yield entry("queue", folder, Queue(kind=queue, backend=queue, evidence=(at,)), "high")
        elif kind in ("AWS::Events::Rule", "AWS::Scheduler::Schedule"):
            when = document.text(*keys, "Properties", "ScheduleExpression")
            if when:
                line = document.line(*keys, "Properties", "ScheduleExpression")
                yield entry("job", folder, Job(name=name, kind="eventbridge", schedule=when, evidence=(view.evidence(path, line),)))
        elif kind == "AWS::Serverless::Function":
            yield from _function(view, path, document, keys, name)


def _store(view: View, path: str, document: Document, keys: tuple[str, ...], resource: str) -> Iterator[Fact]:
    store, attribute = CLOUDFORMATION[resource]
    kind = engine_of(document.text(*keys, "Properties", "Engine")) or store
    if not kind:
        return
    version = version_in(document.text(*keys, "Properties", attribute)) if attribute else None
    lines = [view.evidence(path, document.line(*keys, "Type"))]
    if version:
        lines.insert(0, view.evidence(path, document.line(*keys, "Properties", attribute), "version"))
    value = Datastore(kind=kind, version=version, required=kind not in OPTIONAL, evidence=tuple(lines))
    yield entry("datastore", folder_of(path), value, "medium" if kind in OPTIONAL else "high")


def _function(view: View, path: str, document: Document, keys: tuple[str, ...], name: str) -> Iterator[Fact]:
    folder = folder_of(path)
    code = document.text(*keys, "Properties", "CodeUri") or ""
    where = "/".join(p for p in (folder if folder != "." else "", code.strip("/").removeprefix("./")) if p) or "."
    if view.exists(where) and code:
        at = (view.evidence(path, document.line(*keys, "Type")),)
        yield entry("out_of_scope", where, OutOfScope(name=name, path=where, why=_FUNCTIONS, evidence=at))
    yield from _given(view, path, document, (*keys, "Properties", "Environment", "Variables"))
    for event, spec in document.table(*keys, "Properties", "Events").items():
        when = document.text(*keys, "Properties", "Events", event, "Properties", "Schedule") if isinstance(spec, dict) else None
        if when:
            line = document.line(*keys, "Properties", "Events", event, "Properties", "Schedule")
            yield entry("job", folder, Job(name=name, kind="lambda-schedule", schedule=when, evidence=(view.evidence(path, line),)))


def _serverless(view: View, path: str, document: Document) -> Iterator[Fact]:
    for name, function in document.table("functions").items():
        events = function.get("events") if isinstance(function, dict) else None
        for index, event in enumerate(events if isinstance(events, list) else []):
            schedule = event.get("schedule") if isinstance(event, dict) else None
            rate = schedule.get("rate") if isinstance(schedule, dict) else schedule
            rate = rate[0] if isinstance(rate, list) and rate else rate
            if isinstance(rate, str):
                line = document.line("functions", name, "events", index, "schedule")
                job = Job(name=name, kind="lambda-schedule", schedule=rate, evidence=(view.evidence(path, line),))
                yield entry("job", folder_of(path), job)
