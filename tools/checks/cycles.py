"""Find definitions that wait for each other, so that none can be the first from nothing.

What:
    Services whose `depends_on` form a circle, Terraform blocks that refer to each other in one, and a Terraform root whose state lies in
    a bucket that this root itself makes.

Why it matters in production:
    An existing installation hides it: everything is there already. On the empty account of the new region, or after a total loss, the
    first command stops, and somebody takes the circle apart by hand while everybody waits.

Example:
    terraform { backend "s3" { bucket = "shop-state" } }
    resource "aws_s3_bucket" "state" { bucket = "shop-state" }

Instead:
    a root of its own for the bucket, with local state that is moved into it afterwards, or a command that makes the bucket first

When to ignore:
    When the bucket was made by hand and imported, and the runbook says how after a loss: name the section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

CYCLE = Rule("LNK085", "definition-cycle", "error", "Definitions wait for each other in a circle.")
RULES = (CYCLE,)

_REFERENCE = re2.compile(
    r"(?:^|[^A-Za-z0-9_.\"-])((?:data\.)?[a-z][a-z0-9]*(?:_[a-z0-9]+)+\.[A-Za-z_][A-Za-z0-9_-]*|local\.[A-Za-z_][A-Za-z0-9_-]*)"
)
_BUCKETS = {"s3": ("aws_s3_bucket", "bucket"), "gcs": ("google_storage_bucket", "name")}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield one finding for each circle."""
    for artifact, file in view.compose:
        waits = {name: tuple(n for n, _ in service.names("depends_on")) for name, service in file.services.items()}
        for circle in circles(waits):
            yield CYCLE.at(
                artifact,
                f"{' → '.join((*circle, circle[0]))}: these services wait for each other, none can start first.",
                line=file.services[circle[0]].at("depends_on"),
                quote=circle[0],
                hint="Let one of them start alone and retry its connection.",
            )
    for folder in view.terraform:
        yield from _terraform(folder)
        yield from _state(view, folder)


def circles(waits: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return each circle once, from its first name in order of the alphabet; at most one through any name."""
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in sorted(waits):
        path: list[str] = []
        stack = [(start, iter(waits.get(start, ())))] if start not in done else []
        path += [start] if stack else []
        while stack:
            name, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                done.add(name)
            elif following in path:
                circle = path[path.index(following) :]
                first = circle.index(min(circle))
                ordered = tuple(circle[first:] + circle[:first])
                if not any(set(ordered) & set(other) for other in found):
                    found.append(ordered)
            elif following not in done and following in waits:
                path.append(following)
                stack.append((following, iter(waits[following])))
    return found


def _terraform(folder: Folder) -> Iterator[Finding]:
    blocks: dict[str, Block] = {b.address: b for b in folder.blocks if b.type in ("resource", "data")}
    texts = {address: block.everything for address, block in blocks.items()}
    for block in folder.of("locals"):
        for name in block.names():
            blocks[f"local.{name}"] = block
            texts[f"local.{name}"] = block.text(name) or ""
    waits = {
        address: tuple(sorted({str(m.group(1)) for m in _REFERENCE.finditer(text)} & blocks.keys() - {address}))
        for address, text in texts.items()
    }
    for circle in circles(waits):
        yield CYCLE.at(
            blocks[circle[0]].artifact,
            f"{' → '.join((*circle, circle[0]))}: Terraform refuses blocks that refer to each other in a circle.",
            line=blocks[circle[0]].line,
            quote=circle[0],
            hint="Move one reference into a resource of its own (a rule beside the security group).",
        )


def _state(view: PlanView, folder: Folder) -> Iterator[Finding]:
    for settings in folder.of("terraform"):
        for backend in settings.blocks("backend"):
            kind, argument = _BUCKETS.get(backend.labels[0] if backend.labels else "", ("", ""))
            name = backend.value("bucket")
            for bucket in folder.resources(kind) if kind and name else ():
                if bucket.value(argument) == name and not _made_first(view, str(name)):
                    yield CYCLE.at(
                        bucket.artifact,
                        f"The state of {folder.path or 'this root'} lies in {name}, which this root itself makes: from an empty account its"
                        " init finds no bucket.",
                        line=bucket.line,
                        quote=bucket.address,
                        hint="Make the bucket in a root of its own, or by a command before the init.",
                    )


def _made_first(view: PlanView, name: str) -> bool:
    """Say whether a command makes the bucket, or a first init leaves the backend out."""
    return any(
        (name in script.text and any(word in script.text for word in ("create-bucket", "s3 mb", "gsutil mb", "buckets create")))
        or "-backend=false" in script.text
        or "-migrate-state" in script.text
        for script in view.scripts
    )
