"""Give tests of the model seam a stub server, a key that is none, and their support modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from model_stub import Stub  # found on the path of the line above


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """Set a key that opens nothing."""
    value = "stub-key-of-no-account-4711"
    monkeypatch.setenv("OPENAI_API_KEY", value)
    return value


@pytest.fixture
def stub(key: str) -> Iterator[Stub]:
    """Run a stub server on loopback; a test that uses it is marked so."""
    with Stub().running() as server:
        yield server
