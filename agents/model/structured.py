"""Turn a pydantic model into the strict JSON Schema that providers accept, and an answer into the model or into a complaint about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from ...core.base import Frozen

M = TypeVar("M", bound=Frozen)
_KEPT = frozenset(
    {"$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "items", "properties", "required", "type"}
)
_MOST_COMPLAINTS = 12


def schema_of(kind: type[Frozen]) -> dict[str, Any]:
    """Return the schema of a model in the subset of strict mode: every key required, none beside them, no lengths, patterns or defaults.

    Raise TypeError for a model with a mapping of free keys, which strict mode cannot say.
    """
    made = _strict(kind.model_json_schema(), kind.__name__)
    first = (kind.__doc__ or kind.__name__).strip().partition("\n")[0]
    return {
        "title": kind.__name__,
        "description": first,
        **{key: value for key, value in made.items() if key not in ("title", "description")},
    }


def read(value: Any, kind: type[M]) -> tuple[M | None, str]:
    """Return the validated answer, or null and what is wrong with it in words that do not repeat its values."""
    if not isinstance(value, Mapping):
        return None, "- the answer is not a JSON object"
    try:
        return kind.model_validate(dict(value)), ""
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        lines = [f"- {'.'.join(str(part) for part in problem['loc']) or 'the answer'}: {problem['msg']}" for problem in found]
        return None, "\n".join(lines[:_MOST_COMPLAINTS])


def _strict(node: Any, where: str) -> Any:
    if isinstance(node, list):
        return [_strict(item, where) for item in node]
    if not isinstance(node, dict):
        return node
    named = {"oneOf": "anyOf"}
    made: dict[str, Any] = {}
    for key, value in node.items():
        name = named.get(key, key)
        if name in ("properties", "$defs"):
            made[name] = {inner: _strict(part, f"{where}.{inner}") for inner, part in value.items()}
        elif name in _KEPT:
            made[name] = value if name in ("const", "enum", "required", "description") else _strict(value, where)
    if node.get("type") == "object":
        if "properties" not in node or isinstance(node.get("additionalProperties"), dict):
            raise TypeError(f"{where} has free keys: strict mode wants every key named")
        made |= {"additionalProperties": False, "required": list(node["properties"])}
    return made
