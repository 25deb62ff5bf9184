"""What a revision holds up: the worst of its operations, by the store that carries it out."""

from __future__ import annotations

import itertools

import pytest
from deploybook.core.facts import Datastore, Migration, Survey
from deploybook.core.schema_locks import LEVELS, carried_out_by, held

OPERATIONS = ("create-table", "add-column", "create-index", "add-constraint", "alter-type", "drop-column", "raw-sql", "rename-table")


@pytest.mark.parametrize(
    ("operations", "store", "level"),
    [
        (("create-table", "create-index", "add-constraint"), "postgresql", "none"),
        (("add-column",), "postgresql", "a moment"),
        (("add-column", "create-index"), "postgresql", "blocks writes"),
        (("create-index",), "mysql", "a moment"),
        (("alter-type",), "postgresql", "blocks all"),
        (("alter-type",), "mysql", "blocks writes"),
        (("alter-type",), "mariadb", "not known"),
        (("create-index",), "mariadb", "a moment"),
        (("raw-sql", "add-column"), "postgresql", "not known"),
        ((), "postgresql", "not known"),
        (("create-index",), "sqlite", "blocks writes"),
        (("add-column",), "sqlite", "a moment"),
        (("create-index",), "mssql", "not known"),
        (("add-column",), "", "not known"),
        (("create-table", "create-index"), "sqlite", "none"),
    ],
)
def test_the_level_is_that_of_the_worst_operation(operations: tuple[str, ...], store: str, level: str) -> None:
    assert held(operations, store)[0] == level


@pytest.mark.parametrize("store", ["postgresql", "mysql", "mariadb", "sqlite", "mssql"])
def test_one_operation_more_never_makes_it_milder(store: str) -> None:
    """A new table is the exception: what stands beside it is taken for its own."""
    rest = [o for o in OPERATIONS if o != "create-table"]
    for few in itertools.chain.from_iterable(itertools.combinations(rest, n) for n in (1, 2)):
        for more in rest:
            assert LEVELS.index(held((*few, more), store)[0]) >= LEVELS.index(held(few, store)[0])


@pytest.mark.parametrize(
    ("stores", "kind"),
    [
        ({"postgresql": ("api",), "redis": ("api",)}, "postgresql"),
        ({"sqlite": ()}, "sqlite"),
        ({"postgresql": ("api",), "mysql": ("shop",)}, "postgresql"),
        ({"postgresql": (), "mysql": ()}, ""),
        ({"redis": ("api",)}, ""),
        ({}, ""),
    ],
)
def test_the_store_of_a_migration_is_known_where_there_is_only_one(stores: dict[str, tuple[str, ...]], kind: str) -> None:
    found = tuple(Datastore(kind=name, services=services) for name, services in stores.items())
    survey = Survey.model_construct(datastores=found)
    assert carried_out_by(survey, Migration(tool="alembic", service="api")) == kind
