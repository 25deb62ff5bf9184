"""Detect Terraform and OpenTofu: folders of modules, managed data stores and queues with their versions, schedules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....core.facts import Datastore, Evidence, Fact, Job, Located, Queue
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..knowledge.managed import MODULES, OPTIONAL, SCHEDULES, TERRAFORM, TERRAFORM_QUEUES, engine_of, version_in
from ..parsers.hcl import Block, read_hcl


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry per folder of configuration, and what its resources make."""
    folders: dict[str, list[str]] = {}
    for path in (*view.suffixed(".tf", ".tofu"), *(p for p in view.suffixed(".json") if p.endswith(".tf.json"))):
        if not is_aside(path):
            folders.setdefault(folder_of(path), []).append(path)
    for folder, files in folders.items():
        tofu = any(f.endswith(".tofu") for f in files)
        yield entry("iac", folder, Located(kind="opentofu" if tofu else "terraform", path=folder if folder != "." else files[0]))
        blocks = [(p, b) for p in files for b in _blocks(view, p)]
        defaults = {b.labels[0]: b.text("default") or "" for _, b in blocks if b.type == "variable" and b.labels}
        for path, block in blocks:
            yield from _block(view, folder, path, block, defaults)
    for path in view.named("terragrunt.hcl", "*.terragrunt.hcl"):
        if not is_aside(path):
            yield entry("iac", folder_of(path), Located(kind="terragrunt", path=path))
    for path in view.suffixed(".nomad", ".bicep"):
        yield entry("iac", folder_of(path), Located(kind=path.rpartition(".")[2], path=path))
    for path in view.suffixed(".hcl"):
        if path.endswith((".nomad.hcl", ".pkr.hcl")) and not is_aside(path):
            yield entry("iac", folder_of(path), Located(kind="nomad" if path.endswith(".nomad.hcl") else "packer", path=path))


def _blocks(view: View, path: str) -> list[Block]:
    if path.endswith(".json"):
        return _json_blocks(view, path)
    top = view.once("hcl", path, read_hcl)
    return top.blocks if top is not None else []


def _json_blocks(view: View, path: str) -> list[Block]:
    """Return the resources and modules of a file in Terraform's JSON form."""
    document, found = view.document(path), list[Block]()
    if document is None:
        return found
    for type_, depth in (("resource", 2), ("module", 1)):
        for keys, body in _bodies(document.table(type_), depth):
            if isinstance(body, dict):
                texts = {k: (t, document.line(type_, *keys, k)) for k in body if (t := document.text(type_, *keys, k)) is not None}
                found.append(Block(type_, keys, document.line(type_, *keys), texts))
    return found


def _bodies(table: dict[str, Any], depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, body in table.items():
        if depth > 1 and isinstance(body, dict):
            yield from (((name, *keys), inner) for keys, inner in _bodies(body, depth - 1))
        elif depth == 1:
            yield (name,), body


def _block(view: View, folder: str, path: str, block: Block, defaults: dict[str, str]) -> Iterator[Fact]:
    if block.type == "resource" and block.labels:
        kind = block.labels[0]
        if kind in TERRAFORM:
            store, attribute = TERRAFORM[kind]
            yield from _store(view, folder, path, block, store, attribute, defaults)
        if kind in TERRAFORM_QUEUES:
            queue = TERRAFORM_QUEUES[kind] or {"RabbitMQ": "rabbitmq", "ActiveMQ": "activemq"}.get(block.text("engine_type") or "", "")
            if queue:
                yield entry("queue", folder, Queue(kind=queue, backend=queue, evidence=(view.evidence(path, block.line),)), "high")
        when = _settled(block.text(SCHEDULES[kind]), defaults) if kind in SCHEDULES else None
        if when and not when.startswith("var."):
            at = view.evidence(path, block.line_of(SCHEDULES[kind]))
            yield entry("job", folder, Job(name=block.labels[-1], kind=kind.replace("_", "-"), schedule=when, evidence=(at,)))
    elif block.type == "module":
        source = (block.text("source") or "").removeprefix("registry.terraform.io/")
        if source in MODULES:
            yield from _store(view, folder, path, block, MODULES[source], "engine_version", defaults)


def _settled(value: str | None, defaults: dict[str, str]) -> str | None:
    """Return an attribute's text, a variable replaced by its default."""
    if value is None or not value.startswith("var."):
        return value
    return defaults.get(value.removeprefix("var.")) or value


def _store(view: View, folder: str, path: str, block: Block, store: str, attribute: str, defaults: dict[str, str]) -> Iterator[Fact]:
    engine = _settled(block.text("engine") or block.text("database_version"), defaults)
    kind = engine_of(engine) or store
    if not kind or kind == "kafka":
        return
    lines: list[Evidence] = [view.evidence(path, block.line)]
    version = version_in(block.text(attribute)) if attribute else None
    if version is not None:
        lines.insert(0, view.evidence(path, block.line_of(attribute), "version"))
        if version not in view.lines(path)[block.line_of(attribute) - 1].replace("_", "."):
            version = None
    if engine:
        lines.append(view.evidence(path, block.line_of("engine" if block.text("engine") else "database_version")))
    value = Datastore(kind=kind, version=version, required=kind not in OPTIONAL, evidence=tuple(dict.fromkeys(lines)))
    yield entry("datastore", folder, value, "medium" if kind in OPTIONAL else "high")
