"""Every text inside a value passes the scrub function, whatever holds it; what holds no secret stays the same object or an equal one."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from deploybook.checkpoints.scrubbing import scrubbed
from deploybook.core.plan import PlannerFailure
from deploybook.core.target import Target
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.types import Command, Interrupt, Send
from pydantic import ValidationError

SECRET = uuid.uuid4().hex


def scrub(text: str) -> str:
    return text.replace(SECRET, "[gone]")


class Pair(NamedTuple):
    left: str
    right: int


@dataclass(frozen=True)
class Held:
    text: str


CASES: list[tuple[Any, Any]] = [
    (SECRET, "[gone]"),
    (f"a {SECRET} b", "a [gone] b"),
    (SECRET.encode(), b"[gone]"),
    (b"\xff" + SECRET.encode(), b"\xff[gone]"),
    ({SECRET: [SECRET, 1, None, True, 2.5]}, {"[gone]": ["[gone]", 1, None, True, 2.5]}),
    ((SECRET,), ("[gone]",)),
    ({SECRET}, {"[gone]"}),
    (frozenset({SECRET}), frozenset({"[gone]"})),
    (deque([SECRET]), deque(["[gone]"])),
    (Pair(SECRET, 1), Pair("[gone]", 1)),
    (Held(SECRET), Held("[gone]")),
    (ValueError(SECRET), "ValueError('[gone]')"),
    (Target(domain=SECRET), Target(domain="[gone]")),
    (PlannerFailure(section="images", error="E", message=SECRET), PlannerFailure(section="images", error="E", message="[gone]")),
    (Send("node", {"x": SECRET}), Send("node", {"x": "[gone]"})),
    (Command(update={"x": SECRET}, goto="critic"), Command(update={"x": "[gone]"}, goto="critic")),
]


@pytest.mark.parametrize(("value", "expected"), CASES, ids=lambda value: type(value).__name__)
def test_a_secret_goes_wherever_it_is_held(value: Any, expected: Any) -> None:
    found = scrubbed(value, scrub)
    assert found == expected
    assert type(found) is type(expected)
    assert SECRET not in repr(found)


def test_an_interrupt_keeps_its_id() -> None:
    """The id is what a resume names; only what is shown may change."""
    before = Interrupt(value={"q": SECRET}, id="0123456789abcdef", response_schema={"title": SECRET})
    after = scrubbed(before, scrub)
    assert (after.id, after.value, after.response_schema) == ("0123456789abcdef", {"q": "[gone]"}, {"title": "[gone]"})


def test_a_model_that_would_not_be_valid_without_the_secret_is_not_stored() -> None:
    with pytest.raises(ValidationError):
        scrubbed(Target(environment="staging"), lambda text: "[gone]")


@settings(deadline=None)  # the machine may be busy
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x) | st.tuples(x, x)
    )
)
def test_a_value_without_secrets_is_unchanged(value: Any) -> None:
    assert scrubbed(value, scrub) == value
