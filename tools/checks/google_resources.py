"""Check what Google Cloud's resources leave open: databases for everybody, accounts that own the project, ranges that are missing.

What:
    A Cloud SQL instance is reached from the network of the plan, not from every address, and takes backups. The account of an application
    is not owner or editor of the project. A cluster names secondary ranges that its subnetwork defines. A bucket with data is not emptied
    by the deletion of its resource.

Why it matters in production:
    An authorised network of 0.0.0.0/0 leaves one password between the internet and the data. An application that owns the project turns one
    bug in it into the loss of everything, backups too.

Example:
    authorized_networks { value = "0.0.0.0/0" }

Instead:
    ip_configuration { ipv4_enabled = false, private_network = google_compute_network.vpc.id }

When to ignore:
    LIF037 when backups are taken in another way: name the way.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

OPEN = Rule("SEC027", "cloud-database-open", "error", "A managed database accepts connections from every address.")
OWNER = Rule("PRM025", "account-owns-project", "error", "The account of an application is owner or editor of the project.")
RANGE = Rule("LNK131", "cluster-range-undefined", "error", "A cluster names a secondary range that its subnetwork does not define.")
UNSAVED = Rule("LIF037", "cloud-backups-off", "error", "A managed database takes no backups.")
EMPTIED = Rule("LIF038", "bucket-emptied", "error", "A bucket is deleted with all that is in it.", foreign="warning")
RULES = (OPEN, OWNER, RANGE, UNSAVED, EMPTIED)

_NAMED = re2.compile(r'^"([\w-]+)"$')


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what is left open."""
    for folder in view.terraform:
        for database in folder.resources("google_sql_database_instance"):
            for settings in database.blocks("settings"):
                yield from _database(database, settings)
        for member in folder.resources("google_project_iam_member", "google_project_iam_binding"):
            text = member.text("member") or member.text("members") or ""
            if member.value("role") in ("roles/owner", "roles/editor") and "serviceAccount" in text:
                yield OWNER.at(
                    member.artifact,
                    f"{member.address} makes an application's account {member.value('role')} of the whole project.",
                    line=member.line_of("role"),
                    quote=member.value("role"),
                    hint="Give it the roles of the resources that it uses.",
                )
        yield from _ranges(folder)
        for bucket in folder.resources("google_storage_bucket", "aws_s3_bucket"):
            name = " ".join((*bucket.labels, bucket.value("name") or "", bucket.value("bucket") or "")).lower()
            holds = any(word in name for word in ("backup", "upload", "data", "media", "state", "asset", "archive"))
            if bucket.value("force_destroy") == "true" and holds:
                yield EMPTIED.at(
                    bucket.artifact,
                    f"{bucket.address} is deleted with all that is in it when its resource goes or changes its name.",
                    line=bucket.line_of("force_destroy"),
                    quote="force_destroy = true",
                    hint="Leave it out.",
                )


def _database(database: Block, settings: Block) -> Iterator[Finding]:
    for network in settings.blocks("ip_configuration"):
        for allowed in network.blocks("authorized_networks"):
            if allowed.value("value") in ("0.0.0.0/0", "::/0"):
                yield OPEN.at(
                    database.artifact,
                    f"{database.address} accepts connections from every address.",
                    line=allowed.line_of("value"),
                    quote="0.0.0.0/0",
                    hint="Give it a private address in the network of the application.",
                )
    for backup in settings.blocks("backup_configuration"):
        if backup.value("enabled") == "false":
            yield UNSAVED.at(
                database.artifact,
                f"{database.address} takes no backups.",
                line=backup.line_of("enabled"),
                quote="enabled = false",
                hint="Enable backups and point_in_time_recovery_enabled.",
            )


def _ranges(folder: Folder) -> Iterator[Finding]:
    for cluster in folder.resources("google_container_cluster"):
        network = cluster.text("subnetwork") or ""
        subnet = next((b for b in folder.resources("google_compute_subnetwork") if f"{b.address}." in network), None)
        defined = {b.value("range_name") or "" for b in subnet.blocks("secondary_ip_range")} if subnet is not None else set()
        for policy in cluster.blocks("ip_allocation_policy"):
            for key in ("cluster_secondary_range_name", "services_secondary_range_name"):
                match = _NAMED.match(policy.text(key) or "")
                if match is not None and defined and str(match.group(1)) not in defined:
                    yield RANGE.at(
                        cluster.artifact,
                        f"{cluster.address} names the range {match.group(1)}; its subnetwork defines {', '.join(sorted(defined))}.",
                        line=policy.line_of(key),
                        quote=str(match.group(1)),
                        hint="Use one name for both.",
                    )
