"""Laws over random secrets of all kinds in all places: no forbidden form survives, lines stay, a second pass changes nothing."""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from deploybook.tools.redaction import Redactor, TaintStore, scan
from hypothesis import given, settings
from hypothesis import strategies as st

PLANTINGS = 3000  # with no leak among n, the leak rate is below 3/n with 95 % confidence
SEEDS = 8
PATHS = ("a.yaml", ".env", "a.json", "a.py", "README.md", "a.xml", "a.csv", "a.sql", "x.tf", "Dockerfile")


def _canaries() -> Any:
    spec = importlib.util.spec_from_file_location("support_canaries", Path(__file__).parents[1] / "support" / "canaries.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


canaries = _canaries()
KINDS = canaries.kinds()
PLACES = canaries.placements()


def _planted(kind: str, place: str, seed: object) -> tuple[str, str, str]:
    value = KINDS[kind](random.Random(f"{kind} {seed}"))
    path, text = PLACES[place](kind, value)
    return value, path, text


def test_enough_kinds_places_and_plantings() -> None:
    assert len(KINDS) >= 30 and len(PLACES) >= 8
    assert len(KINDS) * len(PLACES) * SEEDS >= PLANTINGS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_form_of_a_planted_secret_survives(kind: str) -> None:
    for seed in range(SEEDS):
        value = KINDS[kind](random.Random(f"{kind} {seed}"))
        forms = canaries.forbidden_forms(value)
        for place in sorted(PLACES):
            path, text = PLACES[place](kind, value)
            shown = Redactor(TaintStore()).redact(path, text).text
            assert [form for form in forms if form in shown] == [], (place, seed)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(kind=st.sampled_from(sorted(KINDS)), place=st.sampled_from(sorted(PLACES)), seed=st.integers())
def test_lines_stay_and_redaction_is_idempotent(kind: str, place: str, seed: int) -> None:
    _, path, text = _planted(kind, place, seed)
    redactor = Redactor(TaintStore())
    first = redactor.redact(path, text)
    assert len(first.text.splitlines()) == len(text.splitlines()) and first.text.count("\n") == text.count("\n")
    assert redactor.redact(path, first.text).text == first.text
    assert scan(path, first.text, redactor.taint) == ()
    assert scan(path, first.text) == ()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(kind=st.sampled_from(sorted(KINDS)), seed=st.integers(), before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_known_secret_is_scrubbed_in_every_form(kind: str, seed: int, before: str, after: str) -> None:
    value, path, text = _planted(kind, "env", seed)
    taint = TaintStore()
    Redactor(taint).learn(path, text)
    pieces = canaries.windows(value)
    for form in sorted(canaries.forbidden_forms(value)):
        shown = taint.scrub(f"{before} {form} {after}")
        assert form not in shown and not any(piece in shown for piece in pieces), form


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(max_size=400), path=st.sampled_from(PATHS))
def test_any_text_keeps_its_lines(text: str, path: str) -> None:
    redactor = Redactor(TaintStore())
    first = redactor.redact(path, text)
    assert len(first.text.splitlines()) == len(text.splitlines())
    assert redactor.redact(path, first.text).text == first.text


@pytest.mark.parametrize("word", canaries.weak_words())
def test_weak_values_vanish_where_they_are_assigned_and_nowhere_else(word: str) -> None:
    redactor = Redactor(TaintStore())
    assert f"DB_PASSWORD={word}\n" not in redactor.redact(".env", f"DB_USER=shop\nDB_PASSWORD={word}\n").text
    prose = f"The {word} image and the {word} account stay as they are.\n"
    assert redactor.redact("PLAN.md", prose).text == prose


HOSTILE = {
    "words": "password",
    "assignments": "password=a1b2;",
    "quotes": "\"'",
    "open collections": "secret: {",
    "user information": "://a:b@",
    "base64": "QUJDRA",
    "escapes": "%41",
    "flags": " --password x",
    "open references": "${a:-",
    "armour": "-----BEGIN PRIVATE KEY-----",
    "prefixes": "sk-",
    "nesting": "[",
    "tables": "| password ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(("path", "size"), [("x.yaml", 1 << 20), ("x.js", 1 << 18), ("notes.txt", 1 << 18)])
def test_a_hostile_line_takes_linear_time(piece: str, path: str, size: int) -> None:
    """Quadratic work on a megabyte takes minutes; the bound leaves room for slow machines."""
    line = (piece * size)[:size]
    start = time.process_time()
    shown = Redactor(TaintStore()).redact(path, line).text
    assert time.process_time() - start < 10
    assert shown.count("\n") == 0


def test_aliases_that_multiply_do_not_multiply_the_work() -> None:
    """A YAML bomb stays as small as it is written."""
    value = KINDS["password-alnum-16"](random.Random("bomb"))
    lines = ["passwords:", f"  a: &a [{value}]"]
    lines += [f"  b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}, *{'a' if n == 0 else f'b{n - 1}'}]" for n in range(80)]
    shown = Redactor(TaintStore()).redact("bomb.yaml", "\n".join(lines)).text
    assert value not in shown
