"""Detect `.env` files: the names they offer, commented ones too; whether any code reads them is for the assembler to see."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import EnvVar, Fact
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..variables import is_name, is_secret, type_of

_NOT = (".envrc", ".environment", ".environments")


def detect(view: View) -> Iterator[Fact]:
    """Yield the names of every `.env*` file outside tests; values are examples of one installation, never defaults."""
    for path in view.named(
        ".env*",
        "*.env",
        "env.example",
        "env.sample",
        "env.template",
        "*.env.example",
        "example.env",
        "sample.env",
        "env-example*",
        "env_example*",
        "dotenv.example",
    ):
        name = path.rpartition("/")[2]
        if name.startswith(_NOT) or is_aside(path) or "test" in name or name.endswith((".py", ".js", ".ts", ".md", ".sh", ".d.ts")):
            continue
        for one in view.dotenv(path):
            if is_name(one.name) and not (one.commented and not one.value):
                value = EnvVar(
                    name=one.name,
                    secret=is_secret(one.name),
                    type=type_of(one.name, one.value or None),
                    example=None if is_secret(one.name) else one.value or None,
                    read_by_code=False,
                    evidence=(view.evidence(path, one.line),),
                )
                yield entry("env", folder_of(path), value, "medium")
