"""Fixtures of the redaction tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deploybook.tools.redaction import Redactor, TaintStore, guard


@pytest.fixture
def taint() -> TaintStore:
    return TaintStore()


@pytest.fixture
def redactor(taint: TaintStore) -> Redactor:
    return Redactor(taint)


@pytest.fixture
def guarded(taint: TaintStore) -> Iterator[TaintStore]:
    """Install the guard for one test."""
    guard.install(taint)
    yield taint
    guard.uninstall()
