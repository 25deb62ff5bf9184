"""What a revision holds up: the worst of its operations, by the store that carries it out."""

from __future__ import annotations

import itertools

import pytest
from deploybook.core.schema_locks import LEVELS, held

OPERATIONS = ("create-table", "add-column", "create-index", "add-constraint", "alter-type", "drop-column", "raw-sql", "rename-table")


@pytest.mark.parametrize(
    ("operations", "store", "level"),
    [
        (("create-table", "create-index", "add-constraint"), "postgresql", "none"),
        (("add-column",), "postgresql", "a moment"),
        (("add-column", "create-index"), "postgresql", "blocks writes"),
        (("create-index",), "mysql", "a moment"),
        (("alter-type",), "postgresql", "blocks all"),
        (("alter-type",), "mariadb", "blocks writes"),
        (("raw-sql", "add-column"), "postgresql", "not known"),
        ((), "postgresql", "not known"),
        (("create-index",), "sqlite", "not known"),
        (("create-table", "create-index"), "sqlite", "none"),
    ],
)
def test_the_level_is_that_of_the_worst_operation(operations: tuple[str, ...], store: str, level: str) -> None:
    assert held(operations, store)[0] == level


def test_one_operation_more_never_makes_it_milder() -> None:
    """A new table is the exception: what stands beside it is taken for its own."""
    rest = [o for o in OPERATIONS if o != "create-table"]
    for few in itertools.chain.from_iterable(itertools.combinations(rest, n) for n in (1, 2)):
        for more in rest:
            assert LEVELS.index(held((*few, more))[0]) >= LEVELS.index(held(few)[0])
