"""Pass every text inside a value through a scrub function: what the choke points of this floor do before anything is stored."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

Scrub = Callable[[str], str]


def scrubbed(value: Any, scrub: Scrub) -> Any:
    """Return value with every text in it scrubbed, keys included; an exception becomes its scrubbed `repr`, as it would be stored.

    Values in which nothing changed are returned as they are. Raise pydantic.ValidationError when a model would not be valid without
    the text that had to go: such a value must not be stored.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, bytes | bytearray):
        return type(value)(scrub(bytes(value).decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))
    if isinstance(value, BaseException):
        return scrub(repr(value))
    if isinstance(value, Mapping):
        return {scrubbed(key, scrub): scrubbed(item, scrub) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | deque):
        return _collection(value, scrub)
    if isinstance(value, BaseModel):
        return _model(value, scrub)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value, {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}, scrub)
    if hasattr(value, "node") and hasattr(value, "arg"):  # langgraph.types.Send, which is not a dataclass
        return _fields(value, {"arg": value.arg}, scrub)
    return value


def _collection(value: Any, scrub: Scrub) -> Any:
    items = [scrubbed(item, scrub) for item in value]
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)


def _model(value: BaseModel, scrub: Scrub) -> BaseModel:
    before = value.model_dump(by_alias=True)
    after = scrubbed(before, scrub)
    return value if after == before else type(value).model_validate(after)


def _fields(value: Any, fields: dict[str, Any], scrub: Scrub) -> Any:
    """Return a copy with its fields scrubbed; made without the constructor, whose parameters need not be the fields."""
    cleaned = {name: scrubbed(field, scrub) for name, field in fields.items()}
    if all(cleaned[name] is field or cleaned[name] == field for name, field in fields.items()):
        return value
    copy = object.__new__(type(value))
    for name in _names(value):
        object.__setattr__(copy, name, cleaned[name] if name in cleaned else getattr(value, name))
    return copy


def _names(value: Any) -> list[str]:
    slots = [name for owner in type(value).__mro__ for name in getattr(owner, "__slots__", ()) if hasattr(value, name)]
    return [*dict.fromkeys([*slots, *getattr(value, "__dict__", {})])]
