"""Laws of the whole survey: same tree same bytes, any order of facts, nothing hostile breaks it, nothing secret leaves it."""

import random
import secrets
import string
import time
from pathlib import Path

import pytest
import yaml
from deploybook.core.facts import Survey
from deploybook.core.source import Source
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey
from deploybook.tools.survey.assemble import assemble
from deploybook.tools.survey.engine import facts
from deploybook.tools.survey.view import View

PROJECT = {
    "requirements.txt": "fastapi==0.115.0\nuvicorn\npsycopg[binary]\nsqlalchemy\ncelery[redis]\n",
    "app/__init__.py": "",
    "app/main.py": 'import os\nfrom fastapi import FastAPI\n\napp = FastAPI()\nTOKEN = os.environ["API_TOKEN"]\n'
    '@app.get("/health")\ndef health():\n    return {}\n',
    "app/work.py": 'from celery import Celery\n\ncelery = Celery("x", broker="redis://cache:6379/0")\n\n\n@celery.task\ndef send(): ...\n',
    "Dockerfile": 'FROM python:3.12-slim\nCOPY . .\nEXPOSE 8000\nCMD ["uvicorn", "app.main:app", "--port", "8000"]\n',
    "compose.yaml": "services:\n  api:\n    build: .\n    ports: ['80:8000']\n  db:\n    image: postgres:17\n",
}


def write(folder, files):
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def of(folder) -> Survey:
    with open_repository(Source(location=str(folder))) as repository:
        return survey(repository)


def test_the_same_tree_gives_the_same_bytes(tmp_path):
    write(tmp_path / "p", PROJECT)
    first = of(tmp_path / "p").to_json()
    assert first == of(tmp_path / "p").to_json()
    (tmp_path / "q").mkdir()
    write(tmp_path / "q/p", dict(reversed(PROJECT.items())))
    assert first == of(tmp_path / "q/p").to_json()
    assert Survey.from_json(first).to_json() == first


def test_the_order_of_facts_changes_nothing(tmp_path):
    write(tmp_path, PROJECT)
    with open_repository(Source(location=str(tmp_path))) as repository:
        view = View(repository)
        known = list(facts(view))
        expected = assemble(view, known).to_json()
        for seed in range(5):
            random.Random(seed).shuffle(known)
            assert assemble(view, known).to_json() == expected


def test_a_survey_writes_nothing(tmp_path):
    write(tmp_path, PROJECT)
    before = sorted((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in tmp_path.rglob("*"))
    of(tmp_path)
    assert before == sorted((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in tmp_path.rglob("*"))


def _bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 10)}]" for i in range(9)]
    return "\n".join(lines) + "\nservices:\n  web:\n    image: *j\n"


HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text(encoding="utf-8")) | {
    "yaml bomb": {"compose.yaml": _bomb()},
    "yaml depth": {"compose.yaml": "services: " + "[" * 50_000},
    "json depth": {"package.json": "[" * 100_000, "tsconfig.json": '{"a":' * 20_000},
    "binary junk": {"package.json": bytes(range(256)) * 20, "pyproject.toml": b"\xff\xfe\x00", "Dockerfile": b"\x89PNG\r\n"},
    "toml depth": {"pyproject.toml": "a = " + "[" * 20_000},
    "python depth": {"requirements.txt": "flask", "app.py": "x = " + "(" * 5_000 + ")" * 5_000},
    "python operators": {"requirements.txt": "flask", "app.py": "x = " + "1+" * 20_000 + "1\nimport os\n"},
    "python signs": {"requirements.txt": "flask", "app.py": "x = " + "-" * 100_000 + "1\n"},
    "python null": {"requirements.txt": "flask", "app.py": "import flask\nx = '\x00'\n"},
    "dotenv": {".env.example": "=\nA\n='x\nB='never closed\n" + "C=" + "x" * 100_000},
    "procfile": {"Procfile": "web:\n: x\nweb: $(((\nworker: '\"\n" + "x: " + "&& a " * 5_000},
    "shell": {"Dockerfile": 'FROM x\nCMD ["./start.sh"]\n', "start.sh": "if " * 3_000 + "\nexec ./start.sh\n"},
    "odd names": {"a\nb/Dockerfile": "FROM x\n", "sp ace/requirements.txt": "flask\n", "ü/Procfile": "web: x\n"},
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_neither_break_nor_stall_a_survey(tmp_path, name):
    write(tmp_path, HOSTILE[name])
    write(tmp_path, {"README.md": "# x\n"})
    began = time.monotonic()
    found = of(tmp_path)
    assert time.monotonic() - began < 20
    assert Survey.from_json(found.to_json()) == found


def test_junk_in_every_known_file_is_survived(tmp_path):
    names = "package.json pyproject.toml Pipfile setup.py setup.cfg requirements.txt environment.yml Dockerfile compose.yaml Procfile"
    names += " .env uwsgi.ini"
    names += " mise.toml .tool-versions .python-version runtime.txt openapi.yaml schema.graphql x.service nginx.conf"
    names += " alembic.ini manage.py app.py main.py"
    generator = random.Random(7)
    for round_ in range(3):
        folder = tmp_path / str(round_)
        write(folder, {n: "".join(generator.choices(string.printable, k=3_000)) for n in names.split()})
        found = of(folder)
        assert Survey.from_json(found.to_json()) == found and found.project == str(round_)


def test_no_secret_leaves_in_any_form(tmp_path):
    value = secrets.token_urlsafe(18)
    write(tmp_path, PROJECT)
    late = {
        ".env": f"DB_PASSWORD={value}\nDATABASE_URL=postgresql://u:{value}@db/x\n",
        "app/late.py": f'import os\nKEY = os.getenv("SECRET_KEY", "{value}")\nURL = "amqp://u:{value}@mq/"\n',
        "Procfile": f"web: uvicorn app.main:app --token {value}\n",
        "CLAUDE.md": f"Deploy with the token {value} always.\n",
    }
    write(tmp_path, late)
    found = of(tmp_path)
    assert value not in found.to_json()
    assert {".env"} <= {s.path for s in found.secrets_found}
    assert next(e for e in found.env_vars if e.name == "SECRET_KEY").default is None


def test_renamed_folders_change_no_fact_but_paths(tmp_path):
    write(tmp_path / "one", {f"api/{k}": v for k, v in PROJECT.items()})
    write(tmp_path / "two", {f"zorblatt/deep/{k}": v for k, v in PROJECT.items()})
    assert _pathless(of(tmp_path / "one")) == _pathless(of(tmp_path / "two"))


def _pathless(found: Survey) -> list[str]:
    keys = ("role", "language", "framework", "start_command", "port", "runtime_version", "package_manager", "health_path")
    return sorted(str([getattr(s, k) for k in keys]) for s in found.services)
