"""Laws of files that an application keeps itself: they lie on a volume, are seen by all that use them, saved, owned by their writer."""

from __future__ import annotations

from pathlib import Path

from deploybook.core.blueprint import Blueprint
from deploybook.core.settings import Limits
from deploybook.core.source import Source
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey
from made_plans import planned

REQUIREMENTS = "flask==3.0.3\ngunicorn==22.0.0\n"
PROCFILE = "web: gunicorn app:app --bind 0.0.0.0:8000\n"


def code(where: str) -> str:
    return f"import os, sqlite3\nfrom flask import Flask\napp = Flask(__name__)\nbase = sqlite3.connect({where})\n"


def blueprint(place: Path, files: dict[str, str]) -> Blueprint:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    with open_repository(Source(location=str(place)), Limits()) as repository:
        return planned(survey(repository)).blueprint


def mounted(b: Blueprint, kind: str) -> dict[str, str]:
    return {m.target: m.source for c in b.of_kind(kind) for m in c.mounts if m.kind == "volume"}  # type: ignore[arg-type]


def test_a_folder_of_its_own_becomes_a_volume(tmp_path: Path) -> None:
    b = blueprint(tmp_path, {"requirements.txt": REQUIREMENTS, "Procfile": PROCFILE, "app.py": code('"data/prod.sqlite3"')})
    (volume,) = b.state
    assert (volume.target, volume.owner) == ("/app/data", "10001:10001") and volume.evidence[-1].path == "app.py"
    assert mounted(b, "app") == {"/app/data": volume.name}
    assert mounted(b, "backup") == {"/backups": "backups", f"/state/{volume.name}": volume.name}
    assert volume.name in b.volumes and b.decisions[f"state:{volume.name}"].value == "/app/data"


def test_a_file_among_the_code_is_reached_by_a_link(tmp_path: Path) -> None:
    b = blueprint(tmp_path, {"requirements.txt": REQUIREMENTS, "Procfile": PROCFILE, "app.py": code('"book.db"')})
    (web,) = b.of_kind("app")
    assert web.build is not None and web.build.links == {"/app/book.db": "/data/book.db"} and mounted(b, "app").keys() == {"/data"}


def test_a_setting_that_says_where_moves_the_file(tmp_path: Path) -> None:
    source = code('os.environ.get("BOOK_PATH", "book.db")')
    b = blueprint(tmp_path, {"requirements.txt": REQUIREMENTS, "Procfile": PROCFILE, "app.py": source})
    assert {e.name: e.value for e in b.env}["BOOK_PATH"] == "/data/book.db" and mounted(b, "app").keys() == {"/data"}
    (web,) = b.of_kind("app")
    assert web.build is not None and not web.build.links


def test_volumes_of_the_own_dockerfile_are_kept_and_saved(tmp_path: Path) -> None:
    dockerfile = (
        "FROM python:3.12-slim\nWORKDIR /srv/app\nCOPY . .\nRUN pip install -r requirements.txt\n"
        'VOLUME ["/srv/app/media"]\nCMD ["gunicorn", "app:app", "--bind", "0.0.0.0:8000"]\n'
    )
    plain = "from flask import Flask\napp = Flask(__name__)\n"
    b = blueprint(tmp_path, {"requirements.txt": REQUIREMENTS, "Dockerfile": dockerfile, "app.py": plain})
    assert mounted(b, "app") == {"/srv/app/media": "media-files"} and "media-files" in mounted(b, "backup").values()


def test_a_file_that_nothing_can_move_is_told_not_promised(tmp_path: Path) -> None:
    dockerfile = 'FROM python:3.12-slim\nWORKDIR /srv/app\nCOPY . .\nCMD ["gunicorn", "app:app", "--bind", "0.0.0.0:8000"]\n'
    b = blueprint(tmp_path, {"requirements.txt": REQUIREMENTS, "Dockerfile": dockerfile, "app.py": code('"book.db"')})
    assert b.state == () and any("SQLite file" in u.claim and "/srv/app/book.db" in u.why for u in b.unverified)


def test_a_file_for_tests_is_nobodys_state(tmp_path: Path) -> None:
    b = blueprint(
        tmp_path,
        {
            "requirements.txt": REQUIREMENTS + "psycopg2-binary==2.9.9\nsqlalchemy==2.0.36\n",
            "Procfile": PROCFILE,
            "app.py": "import os\nfrom flask import Flask\nfrom sqlalchemy import create_engine\napp = Flask(__name__)\n"
            'engine = create_engine(os.environ["DATABASE_URL"])\n',
            "tests/test_app.py": 'URL = "sqlite:///test.db"\n',
        },
    )
    assert b.state == () and [s.kind for s in b.stores] == ["postgresql"]


def test_processes_of_one_image_see_the_same_files(tmp_path: Path) -> None:
    dockerfile = (
        "FROM python:3.12-slim\nWORKDIR /srv/app\nCOPY . .\nRUN pip install -r requirements.txt\n"
        'CMD ["gunicorn", "app:app", "--bind", "0.0.0.0:8000"]\n'
    )
    compose = (
        "services:\n  web:\n    build: .\n    ports: ['8000:8000']\n    volumes: ['media:/srv/media']\n"
        "  worker:\n    build: .\n    command: celery -A app worker\n  broker:\n    image: redis:7.4.1\nvolumes:\n  media: {}\n"
    )
    plain = "from celery import Celery\nfrom flask import Flask\napp = Flask(__name__)\nqueue = Celery('app', broker='redis://broker/0')\n"
    files = {"requirements.txt": REQUIREMENTS + "celery==5.4.0\nredis==5.0.8\n", "Dockerfile": dockerfile, "docker-compose.yml": compose}
    b = blueprint(tmp_path, files | {"app.py": plain})
    (volume,) = b.state
    assert volume.target == "/srv/media" and sorted(volume.components) == ["web", "worker"]
