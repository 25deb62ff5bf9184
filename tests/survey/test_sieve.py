"""One look at a file answers each question as a search for it alone would."""

from __future__ import annotations

import re

import pytest
from deploybook.core.registry import discover
from deploybook.tools.survey import sieve
from deploybook.tools.survey.engine import DETECTORS
from deploybook.tools.survey.sieve import Sieve, Sought, sought
from hypothesis import given, settings
from hypothesis import strategies as st

discover(DETECTORS, ("detect",))  # whoever seeks has said so when all detectors are loaded
KINDS = sorted(sieve._PATTERNS)


class Files:
    """Stand for a repository whose file of every path is its path."""

    looks = 0

    def among(self, path, patterns):
        self.looks += 1
        return tuple(patterns.Match(path) or ())


def texts(kind):
    pieces = [piece for one in sieve._PATTERNS[kind] for piece in re.split(r"[|\\()]", one) if piece]
    return st.lists(st.one_of(st.sampled_from(pieces), st.text(max_size=6)), max_size=12).map(" ".join)


@pytest.mark.parametrize("kind", KINDS)
def test_each_answer_is_that_of_a_search_for_it_alone(kind):
    held = Sieve(Files())
    alone = [sieve.re2.compile(pattern) for pattern in sieve._PATTERNS[kind]]

    @settings(deadline=None, max_examples=60)
    @given(texts(kind))
    def law(text):
        for number, pattern in enumerate(alone):
            assert held.holds(text, Sought(kind, number)) == (pattern.search(text) is not None), pattern.pattern

    law()


def test_one_look_serves_all_questions_and_a_later_question_looks_again(monkeypatch):
    monkeypatch.setattr(sieve, "_PATTERNS", {})
    red, blue = sought("toy", "red", "crimson"), sought("toy", pattern=r"bl\w+")
    files = Files()
    held = Sieve(files)
    assert (held.holds("crimson", red), held.holds("crimson", blue), files.looks) == (True, False, 1)
    late = sought("toy", "crim")
    assert (held.holds("crimson", late), held.holds("crimson", red), files.looks) == (True, True, 2)


def test_words_are_sought_as_they_stand(monkeypatch):
    monkeypatch.setattr(sieve, "_PATTERNS", {})
    dotted = sought("toy", "a.b(")
    assert [Sieve(Files()).holds(text, dotted) for text in ("x a.b( y", "a_b(", "")] == [True, False, False]
