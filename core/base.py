"""Define the frozen base of every noun."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Be an immutable value that refuses unknown fields and round-trips through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    def to_json(self) -> str:
        """Return canonical JSON: declared field order, two-space indent, one trailing newline."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the value that `to_json` wrote; raise pydantic.ValidationError for anything else."""
        return cls.model_validate_json(text)

    def digest(self) -> str:
        """Return the sha256 of the canonical JSON, in hex: the content address of this value."""
        return sha256(self.to_json())


def sha256(text: str | bytes) -> str:
    """Return the sha256 of text (UTF-8) or bytes, in hex."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def slug(text: str, limit: int = 48) -> str:
    """Return a DNS-1123 label made of text: lower case, digits and single dashes, at most `limit` characters, never empty."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower())
    parts = [p for p in kept.split("-") if p]
    return "-".join(parts)[:limit].strip("-") or "app"


def plain(value: Any) -> Any:
    """Return value with tuples as lists and models as dicts, ready for JSON or YAML."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
