"""State how answers are read: a flat mapping of ids to plain values, from YAML or from words, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from deploybook.core.errors import UsageError
from deploybook.faces.answers import load, words


def test_plain_values_become_text(tmp_path: Path) -> None:
    """Numbers, dates and lists are written as a person would type them; yes and no stay words; null is no answer."""
    file = tmp_path / "a.yaml"
    file.write_text(
        "domain: api.example.org\nhardware: 4/8/80\ncompliance: [gdpr, soc2]\nbudget: 40\nok: true\nbad: off\nday: 2026-01-02\nnone:\n"
    )
    assert load(file) == {
        "domain": "api.example.org",
        "hardware": "4/8/80",
        "compliance": "gdpr,soc2",
        "budget": "40",
        "ok": "yes",
        "bad": "no",
        "day": "2026-01-02",
    }


def test_an_empty_file_answers_nothing(tmp_path: Path) -> None:
    """Comments alone are fine."""
    (tmp_path / "a.yaml").write_text("# later\n")
    assert load(tmp_path / "a.yaml") == {}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{n}: &{n} [{', '.join([f'*{b}'] * 10)}]\n" for n, b in zip("bcdefghijk", "abcdefghij", strict=True)
)


WRONG = {
    "list": b"- a\n- b\n",
    "text": b"just words\n",
    "nested": b"a: {b: c}\n",
    "nested list": b"a: [[1]]\n",
    "number as id": b"1: x\n",
    "syntax": b"a: b: c\n",
    "not UTF-8": b"\xff\xfe\x00",
    "object tag": b"a: !!python/name:os.system\n",
    "bomb": BOMB.encode(),
    "deep": b"[" * 5000,
    "huge": b"x: " + b"y" * 1_000_001,
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    """The file is named and the right shape is shown; nothing of the file is run or expanded."""
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load(file)
    assert "a.yaml" in caught.value.what
    assert "question-id: answer" in caught.value.hint


def test_words(tmp_path: Path) -> None:
    """The first equals sign divides; a value may hold more of them."""
    assert words(["domain=api.example.org", "existing= a=b "]) == {"domain": "api.example.org", "existing": "a=b"}
    assert words([]) == {}
