"""A rule stops other people's folders and pages only where readers found its errors right: of its last eight or more, four of five."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from deploybook.tools.checks import _registry

sys.path.insert(0, str(Path(__file__).parent))
import precision

LEAST, RIGHT = 8, 0.8
MENDED = {
    "RED001": "stops by a form, or by a name in compose and dotenv files where the value is drawn: none was told in the last three rounds",
    "VAL021": "two of its last eight were of pages that show what was removed, which stop nobody any more",
}
STOPPING = sorted(rule.code for rule, _ in _registry.rules().values() if rule.severity == "error" and rule.foreign == "error")


@pytest.mark.parametrize("code", STOPPING)
def test_a_rule_that_stops_a_folder_was_read_often_and_found_right(code: str) -> None:
    right, labelled = precision.last(precision.ROUNDS, code, LEAST)
    assert labelled >= LEAST and (right / labelled >= RIGHT or code in MENDED), f"{right} of the last {labelled} were right"


def test_every_round_names_targets_of_its_own_and_figures_that_can_be() -> None:
    assert STOPPING
    seen: set[str] = set()
    for one in precision.ROUNDS:
        assert one["targets"] and not seen & set(one["targets"])
        seen |= set(one["targets"])
        assert all(0 <= right <= labelled and labelled for right, labelled in one["rules"].values())
