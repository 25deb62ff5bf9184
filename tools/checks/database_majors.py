"""Compare the major versions of a database: what the text says, what is deployed, and what takes its dumps.

What:
    The text names the major version of PostgreSQL or MySQL that the files deploy. The client that dumps a PostgreSQL server is not older
    than the server.

Why it matters in production:
    pg_dump refuses a server that is newer than itself ("server version mismatch"): no dump is ever taken. Whoever restores by the page
    makes a server of the wrong major version, and the dump does not go in.

Example:
    image: postgres:15-alpine          # the job that dumps; the server is PostgreSQL 16

Instead:
    image: postgres:16-alpine

When to ignore:
    When the text speaks of an upgrade that is under way: say from which to which.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list
from ._rule import Rule
from ._view import PlanView, SectionView

TEXT = Rule("NUM027", "database-major-differs", "error", "The text names another major version of the database than the files deploy.")
OLDER = Rule("NUM028", "dump-client-older", "error", "A dump is taken by a client that is older than its server.")
RULES = (TEXT, OLDER)

_STATED = re2.compile(r"(?i)\b(?:postgres(?:ql)?|cloud sql for postgresql)[ `|v:]{1,4}(\d{2})\b")
_IMAGE = re2.compile(r"(?:^|/)(?:postgres|postgis|timescaledb):v?(\d{2})\b")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield versions that do not go together."""
    served = _served(view)
    stated: list[tuple[int, str, int | None]] = []
    for _, text, section, _ in view.prose:
        for line in text.split("\n"):
            match = _STATED.search(line) if len(line) < 1000 else None
            if match is not None:
                stated.append((int(match.group(1)), line.strip(), section))
    if len(served) == 1 and stated:
        major, where = next(iter(served.items()))
        if all(number != major for number, _, _ in stated):
            number, line, section = stated[0]
            yield TEXT.at(
                SectionView(section),
                f"The text says PostgreSQL {number}, {where} says {major}.",
                quote=line,
                hint="State it in one place.",
            )
    server = next(iter(served)) if len(served) == 1 else min((n for n, _, _ in stated), default=0)
    if not served and len({n for n, _, _ in stated}) != 1:
        return
    for made in view.objects:
        for container in made.containers() if made.kind in ("CronJob", "Job") else ():
            match = _IMAGE.search(str(container.get("image")))
            words = " ".join(str(w) for key in ("command", "args") for w in as_list(container.get(key)))
            if match is not None and int(match.group(1)) < server and ("dump" in words or "backup" in f"{made.name} {words}"):
                yield OLDER.at(
                    made.spot,
                    f"{made.title} dumps with PostgreSQL {match.group(1)}, the server is {server}: pg_dump refuses a newer server.",
                    line=container.line_of("image") + made.shift,
                    quote=str(container.get("image")),
                    hint=f"Use the client of {server}.",
                )


def _served(view: PlanView) -> dict[int, str]:
    """Return the major versions of the servers of the files, with where each is stated."""
    found: dict[int, str] = {}
    for folder in view.terraform:
        for block in folder.resources("aws_db_instance", "aws_rds_cluster"):
            value = (block.value("engine_version") or "").partition(".")[0]
            if "postgres" in (block.value("engine") or "") and value.isdigit():
                found.setdefault(int(value), f"{block.address}.engine_version")
        for block in folder.resources("google_sql_database_instance"):
            value = (block.value("database_version") or "").rpartition("POSTGRES_")[2]
            if value.isdigit():
                found.setdefault(int(value), f"{block.address}.database_version")
    for name, (artifact, service) in view.services.items():
        match = _IMAGE.search((service.image or "").partition("@")[0])
        if match is not None and not service.command_text:
            found.setdefault(int(match.group(1)), f"{name} in {artifact.model.path}")
    for made in view.objects:
        for container in made.containers("containers") if made.kind in ("StatefulSet", "Deployment") else ():
            match = _IMAGE.search(str(container.get("image")))
            if match is not None:
                found.setdefault(int(match.group(1)), made.title)
    return found
