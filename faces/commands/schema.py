"""Print the JSON Schema of a document: `deploybook schema survey|plan|findings`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..cli.session import Session

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def documents() -> dict[str, type[BaseModel]]:
    """Return the model of each document by its name."""
    from ...core.facts import Survey
    from ...core.findings import Review
    from ...core.plan import Plan

    return {"findings": Review, "plan": Plan, "survey": Survey}


def schema(document: str) -> dict[str, Any]:
    """Return the JSON Schema of a document as it is written; raise UsageError for an unknown one."""
    known = documents()
    if document not in known:
        raise UsageError(f"there is no document {document[:40]!r}", "", "one of " + ", ".join(sorted(known)))
    return {"$schema": DIALECT, **known[document].model_json_schema(by_alias=True, mode="serialization")}


def carry_out(session: Session, document: str) -> ExitCode:
    """Print the schema."""
    session.screen.product(json.dumps(schema(document), indent=2, ensure_ascii=False))
    return ExitCode.OK
