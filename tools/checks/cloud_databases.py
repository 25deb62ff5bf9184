"""Find managed databases that one command deletes for good, and registries that only grow.

What:
    A managed database of production is protected from deletion, or leaves a final snapshot. An image registry deletes what nobody pulls any
    more, and a tag in it does not change its meaning.

Why it matters in production:
    `skip_final_snapshot = true` is in every example because it makes `terraform destroy` easy. It also makes a renamed resource, which
    Terraform replaces, take all data with it: no question, no snapshot.

Example:
    resource "aws_db_instance" "main" { skip_final_snapshot = true }

Instead:
    resource "aws_db_instance" "main" {
      deletion_protection       = true
      skip_final_snapshot       = false
      final_snapshot_identifier = "shop-final"
    }

When to ignore:
    LIF028 for a database that can be made again from another one (a read replica, a copy for tests): name its source.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

UNPROTECTED = Rule("LIF028", "database-unprotected", "error", "A managed database can be deleted by one apply, without a snapshot.")
GROWS = Rule("LIF029", "registry-grows", "warning", "An image registry keeps every image for ever.", profile="review")
RULES = (UNPROTECTED, GROWS)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield databases without a net, and registries without a limit."""
    for folder in view.terraform:
        for block in folder.resources("aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"):
            yield from _database(block)
        for block in folder.resources("google_sql_database_instance"):
            if block.value("deletion_protection") == "false":
                yield _told(block, "deletion_protection", "deletion_protection is false")
        yield from _registries(folder)


def _database(block: Block) -> Iterator[Finding]:
    copies = any(name in block.names() for name in ("replicate_source_db", "replication_source_identifier"))
    skips, protected = block.value("skip_final_snapshot"), block.value("deletion_protection")
    if not copies and skips == "true" and protected in (None, "false") and "deletion_protection" not in _variables(block):
        yield _told(block, "skip_final_snapshot", "it leaves no final snapshot and has no deletion_protection")


def _variables(block: Block) -> set[str]:
    """Return the attributes whose value is given from outside."""
    return {name for name in block.names() if (block.text(name) or "").startswith(("var.", "local.", "each."))}


def _told(block: Block, attribute: str, why: str) -> Finding:
    return UNPROTECTED.at(
        block.artifact,
        f"{block.address} goes with one apply: {why}.",
        line=block.line_of(attribute),
        quote=f"{attribute} = {block.text(attribute)}",
        hint="Set deletion_protection = true, and a final snapshot.",
    )


def _registries(folder: Folder) -> Iterator[Finding]:
    limited = "\n".join(b.everything for b in folder.resources("aws_ecr_lifecycle_policy"))
    for block in folder.resources("aws_ecr_repository"):
        if f"{block.address}." not in limited and "each." not in limited:
            yield GROWS.at(
                block.artifact,
                f"{block.address} keeps every image that a build pushes: no lifecycle policy deletes one.",
                line=block.line,
                quote=block.address,
                hint="Add an aws_ecr_lifecycle_policy that keeps the last releases.",
            )
