"""Do what people do in their first hour: plan twice, plan into the repository, edit the plan, mistype, close a stream, use a password."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Calls = Callable[..., Any]
COMMAND = [sys.executable, "-m", "deploybook"]


def data(folder: Path) -> dict[str, Any]:
    """Return plan.json without what names the one run."""
    plan: dict[str, Any] = json.loads((folder / "plan.json").read_text())
    return {key: value for key, value in plan.items() if key not in ("run_id", "generated_at")}


def test_a_plan_inside_the_repository_is_no_part_of_it(call: Calls, example: Path) -> None:
    """`plan . --out playbook` twice gives the same plan twice: the first one is not surveyed as if it were code."""
    assert call("plan", example, "--out", example / "playbook").code == 0
    first = data(example / "playbook")
    assert call("plan", example, "--out", example / "playbook").code == 0
    assert data(example / "playbook") == first
    survey = json.loads(call("survey", example, "--format", "json").out)
    assert [item for item in survey["files_skipped"] if item["path"] == "playbook"] == [{"path": "playbook", "kind": "plan-of-deploybook"}]


@pytest.mark.parametrize("name", ["aa", "zz"])
def test_the_name_of_the_folder_decides_nothing(call: Calls, tmp_path: Path, name: str) -> None:
    """A web process with a Dockerfile and a worker without one share an image, whichever of their names comes first."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "requirements.txt").write_text("flask==3.1.2\ngunicorn==23.0.0\nredis==6.4.0\nrq==2.6.0\n")
    (folder / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/health')\ndef h():\n    return {}\n")
    (folder / "Procfile").write_text("web: gunicorn app:app\nworker: rq worker jobs\n")
    (folder / "Dockerfile").write_text(
        "FROM python:3.13-slim\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n"
        'EXPOSE 8000\nCMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]\n'
    )
    done = call("plan", folder, "--out", tmp_path / "out")
    assert "KeyError" not in done.err
    assert done.code == 0, done.err


def test_check_agrees_with_the_run_that_wrote_the_plan(call: Calls, example: Path, tmp_path: Path) -> None:
    """What passed its gates passes `check`, which notes nothing about an untouched folder; each edit is noted, a lost file refused."""
    out = tmp_path / "out"
    assert call("plan", example, "--out", out).code == 0
    untouched = call("check", out)
    assert untouched.code == 0, untouched.out
    assert "\nnote: " not in untouched.out and "none: " not in untouched.out
    for name in ("PLAN.md", "artifacts/compose.yaml"):
        with (out / name).open("a") as file:
            file.write("\n# mine\n")
    edited = call("check", out)
    assert "artifacts/compose.yaml was edited" in edited.out and "PLAN.md says other than plan.json" in edited.out
    (out / "artifacts" / "Dockerfile").unlink()
    call("check", out).failed(2, "is not whole", "artifacts/Dockerfile")


@pytest.mark.parametrize(("name", "content"), [("plan.json", "{}"), ("notes.md", "# Notes\n\nNothing to do.\n")])
def test_what_holds_no_step_passes_no_check(call: Calls, tmp_path: Path, name: str, content: str) -> None:
    """Nothing checked is not everything well."""
    (tmp_path / name).write_text(content)
    call("check", tmp_path / name).failed(2, "holds no plan")


def test_answers_stand_beside_the_plan_and_repeat_it(call: Calls, example: Path, tmp_path: Path) -> None:
    """`--answers playbook/answers.yaml` gives the same plan again; an answer that held a secret is not in it."""
    first, second = tmp_path / "one", tmp_path / "two"
    secret = "postgres://app:" + os.urandom(12).hex() + "@db.example.org/app"
    assert call("plan", example, "--out", first, "--set", "domain=api.example.org", "--set", f"existing=a store: {secret}").code in (0, 1)
    text = (first / "answers.yaml").read_text()
    assert 'domain: "api.example.org"\n' in text
    assert secret not in text and "REDACTED" not in text
    (first / "answers.yaml").write_text(text.replace("api.", "v2."))
    assert call("plan", example, "--out", second, "--answers", first / "answers.yaml").code == 0
    assert data(second)["target_details"]["domain"] == "v2.example.org"
    assert (second / "answers.yaml").read_text() == text.replace("api.", "v2.")


@pytest.mark.parametrize("password", ["x", "hunter2", "let-me-in"])
def test_a_password_in_an_address_is_stored_nowhere(call: Calls, tmp_path: Path, password: str) -> None:
    """However weak: not in the list of runs, not in a file of the state home; `resume` says why the address must be given again."""
    home = Path(os.environ["DEPLOYBOOK_HOME"])
    address = f"https://me:{password}@localhost:1/team/api.git"
    assert call("plan", address, "--out", tmp_path / "out").code == 2
    listing = call("runs").out
    assert "localhost:1/team/api.git" in listing and f":{password}@" not in listing
    assert all(f"{password}@".encode() not in path.read_bytes() for path in home.rglob("*") if path.is_file())
    call("resume", "last").failed(2, "credentials, which are not kept", "--repo")


def test_a_failed_run_keeps_its_exit_code(call: Calls, tmp_path: Path) -> None:
    """Looking at it later, or answering it, is not a defect of this program."""
    assert call("plan", tmp_path / "absent").code == 2
    for command in (("answer", "last"), ("show", "last")):
        call(*command).failed(2, "no such path")


@pytest.mark.parametrize(
    ("arguments", "phrases"),
    [
        (("plan", ""), ("has no name",)),
        (("survey", " "), ("has no name",)),
        (("plan", ".", "--out", ""), ("--out", "empty")),
        (("plan", "--out"), ("requires an argument", "deploybook plan --help")),
        (("--config",), ("requires an argument", "deploybook --help")),
        (("explain", "PINO01"), ("near: PIN001",)),
        (("explain", "wholly-else"), ("lists the rules",)),
    ],
)
def test_slips_of_the_hand(call: Calls, arguments: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    """Each slip is named, with the way on in words that can be typed."""
    done = call(*arguments)
    done.failed(2, *phrases)
    assert done.out == ""


def test_a_folder_is_named_as_it_is(call: Calls, example: Path, tmp_path: Path) -> None:
    """`..` in --out is followed where the file system follows it, through links too, and the path that is printed has none."""
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "deep")
    done = call("plan", example, "--out", tmp_path / "link" / ".." / "out")
    assert done.out == f"{tmp_path / 'far' / 'out' / 'PLAN.md'}\n"


def test_a_plan_that_is_broken_is_refused_before_the_work(call: Calls, example: Path, tmp_path: Path) -> None:
    """A folder whose plan.json is no plan's is somebody else's, and that is said at once."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "plan.json").write_text("{}")
    done = call("plan", example, "--out", tmp_path / "out")
    done.failed(2, "holds files that are no plan")
    assert "planning" not in done.err


def redirected(words: str, redirection: str) -> subprocess.CompletedProcess[str]:
    """Run the command line under a shell with its streams redirected."""
    shell = shutil.which("sh") or "/bin/sh"
    return subprocess.run(
        [shell, "-c", f'"$@" {redirection}', "sh", *COMMAND, *words.split()], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the kernel has no device that is always full")
@pytest.mark.parametrize("words", ["schema plan", "--help", "plan --help", "--version"])
def test_a_standard_output_that_is_full(words: str) -> None:
    """What could not be printed is an error of the call's, not a defect, and no success."""
    done = redirected(words, ">/dev/full")
    assert done.returncode == 2 and "cannot write to standard output" in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed(redirection: str) -> None:
    """A daemon's closed streams break nothing."""
    done = redirected("schema plan", redirection)
    assert done.returncode == 0 and done.stderr == ""


def test_nobody_who_listens_does_not_stop_the_work(example: Path, tmp_path: Path) -> None:
    """`plan … 2>&1 | head -1` writes the whole plan all the same."""
    command = [*COMMAND, "plan", str(example), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(120) == 0
    assert (tmp_path / "out" / "plan.json").is_file()


def test_the_ledger_alone_says_how_a_run_failed(call: Calls, tmp_path: Path) -> None:
    """A row whose exit code is of no known meaning counts as a defect, not as a crash of the one who looks."""
    assert call("plan", tmp_path / "absent").code == 2
    with sqlite3.connect(Path(os.environ["DEPLOYBOOK_HOME"]) / "ledger.db") as database:
        database.execute("update runs set exit_code = 99")
    assert call("show", "last").code == 70


def test_colour_reaches_the_terminal_as_colour(call: Calls) -> None:
    """What repository text may not do, our own marks may: no replacement character stands in a coloured error."""
    done = call("--color", "always", "show", "absent")
    assert done.code == 2
    assert done.err.startswith("\x1b[31;1merror:\x1b[0m there is no run") and "\N{REPLACEMENT CHARACTER}" not in done.err
