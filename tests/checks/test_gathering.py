"""One cause is said once over somebody else's folder; what has a mend of its own is not folded in."""

from __future__ import annotations

from deploybook.core.findings import Finding, Fix, Location
from deploybook.tools.checks import gathered


def _finding(artifact: str, line: int, **changes: object) -> Finding:
    spot = Location(artifact=artifact, line=line, quote="shop/api")
    made = Finding(code="PIN001", rule="not-pinned", severity="error", message=f"{artifact} leaves it open.", location=spot)
    return made.model_copy(update=changes)


def test_the_same_of_several_places_becomes_one_that_names_them() -> None:
    found = gathered([_finding("a.yml", 3), _finding("b.yml", 7), *(_finding(f"c{n}.yml", n) for n in range(1, 4))])
    assert [f.message for f in found] == ["a.yml leaves it open. The same in b.yml:7, c1.yml:1, c2.yml:2 and 1 more."]
    assert found[0].location.artifact == "a.yml"


def test_another_severity_another_wording_and_a_mend_of_its_own_stand_alone() -> None:
    fix = Fix(description="pin it", applicability="safe", target="artifact:d.yml")
    found = [
        _finding("a.yml", 3),
        _finding("b.yml", 3, severity="warning"),
        _finding("c.yml", 3, message="something else"),
        _finding("d.yml", 3, fix=fix),
        _finding("e.yml", 3, ignored="known"),
    ]
    assert gathered(found) == found


def test_a_second_reader_that_stops_at_the_same_text_adds_nothing() -> None:
    parser = _finding("run.sh", 1, code="VAL001", message="bash syntax: unexpected token")
    linter = _finding("run.sh", 1, code="VAL003", message="shellcheck: Couldn't parse this (SC1073)")
    elsewhere = _finding("other.sh", 1, code="VAL003", message="shellcheck: Couldn't parse this (SC1073)")
    assert gathered([parser, linter, elsewhere]) == [parser, elsewhere]


def test_what_is_said_of_the_steps_of_a_page_is_said_once_and_names_their_lines() -> None:
    origins = {"start": ("a.md", 10), "start-2": ("a.md", 30), "start-3": ("b.md", 5)}
    spots = [Location(step=step, line=None, quote=step) for step in origins]
    made = [Finding(code="VRF001", rule="r", severity="warning", message=f"Step {s.step} has no check.", location=s) for s in spots]
    assert [f.message for f in gathered(made, origins)] == [
        "Step start has no check. The same in a.md:31.",
        "Step start-3 has no check.",
    ]
    assert gathered(made) == made
