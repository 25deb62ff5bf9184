"""A rule stops other people's folders and pages only where readers found its errors right: at least eight read, four of five right."""

from __future__ import annotations

import sys
from pathlib import Path

from deploybook.tools.checks import _registry

sys.path.insert(0, str(Path(__file__).parent))
import precision

LEAST, RIGHT = 8, 0.8

# rules that were found wrong more often than that, and what they do since the rounds in which they were
MENDED = {
    "RED001": "stops a folder only by a form, or by a name in compose and dotenv files where the value is drawn, not made of words",
    "PIN001": "only warns of set-ups for development, tests, folders of versions, tools, what is done once, and what another file chooses",
}


def test_a_rule_that_stops_a_folder_was_read_often_and_found_right():
    read = precision.still(precision.ROUNDS)
    stopping = {rule.code for rule, _ in _registry.rules().values() if rule.severity == "error" and rule.foreign == "error"}
    assert stopping
    unread = {code for code in stopping if read.get(code, (0, 0))[1] < LEAST}
    wrong = {code for code in stopping - unread if read[code][0] / read[code][1] < RIGHT}
    assert unread == set()
    assert wrong <= MENDED.keys()


def test_every_round_names_targets_of_its_own_and_figures_that_can_be():
    seen: set[str] = set()
    for one in precision.ROUNDS:
        assert one["targets"] and not seen & set(one["targets"])
        seen |= set(one["targets"])
        assert all(0 <= right <= labelled and labelled for right, labelled in one["rules"].values())
        assert all(gone <= one["rules"][code][1] - one["rules"][code][0] for code, gone in one.get("mended", {}).items())
