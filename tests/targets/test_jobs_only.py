"""A repository of which nothing stays up: its plan starts nothing that is not there, and its smoke test can pass and can fail."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from deploybook.core.settings import Limits
from deploybook.core.source import Source
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey
from made_plans import Made, planned
from stubs import Bench

FILES = {
    "Dockerfile": 'FROM python:3.12-slim\nWORKDIR /srv\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "report.py"]\n',
    "requirements.txt": "requests==2.32.3\n",
    "report.py": 'import os, requests\nprint(requests.get(os.environ["API_URL"]).text)\n',
}
DOCKER = """
case " $* " in
  *" config --images "*) [ -z "${UNSET-}" ] || { echo "required variable DOMAIN is missing a value" >&2; exit 1; }; echo report:1 ;;
  *" image inspect "*) [ -z "${GONE-}" ] || { echo "No such image: report:1" >&2; exit 1; } ;;
  *) echo "unexpected: docker $*" >&2; exit 99 ;;
esac
"""


@cache
def report() -> Made:
    with TemporaryDirectory() as place:
        folder = Path(place) / "report"
        folder.mkdir()
        for name, text in FILES.items():
            (folder / name).write_text(text)
        with open_repository(Source(location=str(folder)), Limits()) as repository:
            return planned(survey(repository))


def test_the_plan_passes_and_starts_nothing_that_is_not_there() -> None:
    """`docker compose up` without a service that stays up ends with an error: no step may do so."""
    plan = report().plan
    assert report().review.blocking() == () and [c.kind for c in report().blueprint.components if c.stack == "main"] == ["job"]
    assert [s.id for s in plan.steps if " up -d" in s.run and "monitoring" not in s.run] == []
    assert "run --rm -T report" in next(s.run for s in plan.steps if s.id == "run-job" or ("report" in s.run and " run " in s.run))


@pytest.mark.parametrize(
    ("env", "code", "said"), [({}, 0, "ok"), ({"GONE": "1"}, 1, "No such image"), ({"UNSET": "1"}, 1, "missing a value")]
)
def test_the_smoke_test_passes_with_the_image_and_fails_without(tmp_path: Path, env: dict[str, str], code: int, said: str) -> None:
    bench = Bench(tmp_path, report().files)
    bench.stub("docker", DOCKER)
    done = bench.run("scripts/smoke.sh", **env)
    assert done.returncode == code and said in done.stdout, (done.stdout, done.stderr)


def test_what_breaks_it_can_be_mended_and_the_clean_up_leaves_its_image() -> None:
    """No container holds the image of a job: a clean-up of unused images would take it away between two runs."""
    plan = json.loads(report().text("plan.json"))
    broken = plan["break_with"]
    tag = broken["run"].split()[3]
    assert broken["run"].endswith(f"docker image rm {tag}") and broken["mend"].split()[4] == tag
    label = f"--filter label!=org.opencontainers.image.revision={report().survey.commit or report().blueprint.release}"
    assert label in next(s["run"] for s in plan["steps"] if s["id"] == "clean-up")
    assert label in report().text("artifacts/systemd/report-clean-up.service")
