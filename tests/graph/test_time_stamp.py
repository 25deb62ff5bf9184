"""The time that a plan is stamped with: fixed where the environment says so, refused with its reason where that is no time."""

from __future__ import annotations

import pytest
from deploybook.core.errors import UsageError
from deploybook.graph.nodes import generated_at


def test_a_fixed_time_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert generated_at() == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("text", ["yesterday", "9" * 20, "\N{SUPERSCRIPT TWO}", "1e9"])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(UsageError) as refused:
        generated_at()
    assert "SOURCE_DATE_EPOCH" in refused.value.what and refused.value.why and refused.value.hint
