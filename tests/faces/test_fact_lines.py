"""Laws of the survey in a terminal: never wider than it, nothing left out, places keep their line, short names are understood."""

from pathlib import Path

import pytest
from deploybook.core.errors import UsageError
from deploybook.core.source import Source
from deploybook.faces.factlines import as_lines
from deploybook.faces.factsheet import one, rows
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey

FILES = {
    "compose.yaml": "services:\n  orders-api:\n    build: services/orders\n    ports: ['8000:8000']\n  db:\n    image: postgres:17\n",
    "services/orders/Dockerfile": 'FROM python:3.12-slim\nCOPY . .\nCMD ["uvicorn", "orders.main:app", "--port", "8000"]\n',
    "services/orders/requirements.txt": "fastapi\nuvicorn\npsycopg[binary]\n",
    "services/orders/orders/__init__.py": "",
    "services/orders/orders/main.py": "import os\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
    "DSN = os.environ['DATABASE_URL']\nLEVEL = os.getenv('A_RATHER_LONG_NAME_OF_A_SETTING_THAT_FILLS_HALF_A_LINE', 'info')\n",
    "services/orders/.env": "DB_PASSWORD=" + "k9" * 8 + "\nAPI_PASSWORD=" + "w3" * 8 + "\n",
    ".github/workflows/test.yml": "on: push\njobs: {}\n",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    for path, text in FILES.items():
        target = Path(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    with open_repository(Source(location=str(folder))) as repository:
        return survey(repository)


@pytest.mark.parametrize("columns", [48, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(found, columns):
    assert all(len(line) <= columns for line in as_lines(found, columns).splitlines())


def test_every_fact_is_there_and_its_place_keeps_the_line(found):
    text = as_lines(found, 200)
    for row in rows(found):
        if not row.id.startswith("secret:"):
            assert row.id.partition(":")[2] in text, row.id
            assert not row.evidence or row.source() in text, row.id
    assert "services/orders/.env  password on lines 1, 2" in text
    narrow = as_lines(found, 80).splitlines()
    assert any(line.endswith("orders/main.py:5") and "DATABASE_URL" in line for line in narrow)
    assert any(line.startswith("  A_RATHER") and "HALF_A_LINE" in line and "…" in line for line in narrow)


def test_a_sure_fact_says_nothing_of_how_sure_it_is(found):
    assert "certain" not in as_lines(found, 100)


@pytest.mark.parametrize(
    ("said", "meant"), [("DATABASE_URL", "env:DATABASE_URL"), ("port", "service:orders-api.port"), ("PostgreSQL", "datastore:postgresql")]
)
def test_a_fact_is_found_without_its_kind(found, said, meant):
    assert one(found, said).id == meant


def test_a_name_that_fits_several_facts_is_asked_back(found):
    with pytest.raises(UsageError) as error:
        one(found.model_copy(update={"services": _twice(found)}), "port")
    assert "service:orders-api.port" in (error.value.hint or "") and "service:other.port" in (error.value.hint or "")


def _twice(found):
    return (found.services[0], found.services[0].model_copy(update={"name": "other"}))
