"""A shelf gives what it made, once, until the room is needed by what was asked for later."""

from deploybook.tools.repository.shelf import Shelf


def test_what_fits_is_made_once():
    shelf: Shelf[str, int] = Shelf(10)
    made: list[str] = []
    for key in ("a", "b", "a", "b", "a"):
        assert shelf.get(key, lambda key=key: (made.append(key) or len(key), 5)) == 1
    assert made == ["a", "b"]


def test_what_was_not_asked_for_the_longest_makes_way():
    shelf: Shelf[str, int] = Shelf(10)
    for key in ("a", "b", "a", "c"):
        shelf.get(key, lambda: (0, 5))
    assert "a" in shelf and "c" in shelf and "b" not in shelf


def test_nothing_is_remembered_as_well_as_something_and_the_newest_always_fits():
    shelf: Shelf[str, None] = Shelf(10)
    made: list[int] = []
    for _ in range(2):
        assert shelf.get("absent", lambda: (made.append(1), 0)) is None
    assert made == [1]
    shelf.get("huge", lambda: (None, 50))
    assert "huge" in shelf and "absent" not in shelf
