"""Follow a run through the command line: planned, paused, answered elsewhere, resumed, listed, shown, checked."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "notes-api"
Calls = Callable[..., Any]


@dataclass(frozen=True)
class Call:
    """Be what the one planning call came to."""

    code: int
    out: str
    err: str


PLANNED = (0, 1)  # a plan that was written, whether or not it passed its gates


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Call]:
    """Plan the example one time for all tests that only look at the result: state home, plan folder and what was said."""
    place = tmp_path_factory.mktemp("planned")
    command = [sys.executable, "-m", "deploybook", "plan", EXAMPLE, "--out", place / "plan", "--set", "domain=api.example.org"]
    environment = {**os.environ, "DEPLOYBOOK_HOME": str(place / "home")}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in PLANNED, done
    return place, Call(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def planned(once: tuple[Path, Call], tmp_path: Path) -> Call:
    """Lay a copy of the planned example: its state home as this test's, its folder as `plan`."""
    place, said = once
    shutil.copytree(place / "home", os.environ["DEPLOYBOOK_HOME"], dirs_exist_ok=True)
    shutil.copytree(place / "plan", tmp_path / "plan")
    return Call(said.code, said.out.replace(str(place), str(tmp_path)), said.err)


def test_a_plan_is_written_and_its_path_is_the_product(planned: Any, tmp_path: Path) -> None:
    """Stdout is the path of PLAN.md and nothing else; everything said about it is on stderr."""
    assert planned.out == f"{tmp_path / 'plan' / 'PLAN.md'}\n"
    names = {p.name for p in (tmp_path / "plan").iterdir()}
    assert {"PLAN.md", "plan.json", "survey.json", "findings.json", "artifacts"} <= names
    assert "Repository analysis" in planned.err and "steps" in planned.err
    plan = json.loads((tmp_path / "plan" / "plan.json").read_text())
    assert plan["target_details"]["domain"] == "api.example.org"
    assert plan["assumptions"], "what nobody answered is listed"


def test_the_bundled_example_passes_its_gates(planned: Call) -> None:
    """The first thing a new user sees is a plan that holds: `make plan` ends with exit 0."""
    assert planned.code == 0, planned.err


def test_a_plan_of_ours_is_replaced_and_stays_the_same(call: Calls, planned: Any, tmp_path: Path) -> None:
    """Planning again into the same folder needs no --force, and the same input gives the same bytes, time and run id aside."""

    def bare(text: str) -> str:
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "RUN", text)
        return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?", "TIME", text)

    folder = tmp_path / "plan"
    before = {p.relative_to(folder): bare(p.read_text()) for p in sorted(folder.rglob("*")) if p.is_file()}
    again = call("plan", EXAMPLE, "--out", folder, "--set", "domain=api.example.org")
    assert again.code == planned.code
    assert {p.relative_to(folder): bare(p.read_text()) for p in sorted(folder.rglob("*")) if p.is_file()} == before


def test_a_paused_run_is_answered_from_elsewhere(call: Calls, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--pause` ends with exit 5 and the command that answers; wrong answers change nothing; right ones finish the plan."""
    paused = call("plan", example, "--pause", "--out", tmp_path / "plan")
    assert paused.code == 5
    assert "environment: " in paused.out
    run = re.search(r"deploybook answer (\S+) ", paused.err).group(1)  # type: ignore[union-attr]
    shown = call("show", run)
    assert shown.code == 0 and shown.out == paused.out
    monkeypatch.chdir("/")
    call("answer", run, "environment=moon").failed(2, "environment")
    listed = json.loads(call("runs", "--json").out)["runs"]
    assert [(r["id"], r["status"]) for r in listed] == [(run, "waiting")]
    done = call("answer", run, "environment=staging", "domain=api.example.org")
    assert done.code in PLANNED, done
    assert json.loads((tmp_path / "plan" / "plan.json").read_text())["environment"] == "staging"
    call("answer", run, "environment=production").failed(2, "asks nothing")


def test_a_waiting_run_resumes_with_defaults_where_nobody_can_be_asked(call: Calls, example: Path, tmp_path: Path) -> None:
    """Without a terminal `resume` shows the questions again and exits 5; with --no-input it takes the defaults."""
    assert call("plan", example, "--pause").code == 5
    still = call("resume")
    assert still.code == 5 and "environment: " in still.out
    done = call("resume", "last", "--no-input", "--json")
    result = json.loads(done.out)
    assert (result["status"], result["questions"], result["error"]) == ("done", [], None)
    assert result["exit_code"] == done.code
    assert call("resume", "last", "--out", tmp_path / "late").code in PLANNED
    assert (tmp_path / "late" / "PLAN.md").is_file()


def test_answers_come_from_a_file_and_words_win(call: Calls, example: Path, tmp_path: Path) -> None:
    """The command line corrects the file."""
    (tmp_path / "answers.yaml").write_text("environment: staging\ndomain: a.example.org\n")
    done = call(
        "plan", example, "--answers", tmp_path / "answers.yaml", "--set", "domain=b.example.org", "--out", tmp_path / "plan", "--quiet"
    )
    assert done.code in PLANNED
    plan = json.loads((tmp_path / "plan" / "plan.json").read_text())
    assert (plan["environment"], plan["target_details"]["domain"]) == ("staging", "b.example.org")


def test_without_a_folder_the_markdown_is_the_product(call: Calls, example: Path) -> None:
    """`deploybook plan . > PLAN.md` does what it looks like."""
    done = call("plan", example, "--quiet")
    assert done.code in PLANNED and done.out.startswith("# ") and "## Executive Summary" in done.out
    assert done.out == call("show").out


def test_show_prints_what_was_written(call: Calls, planned: Any, tmp_path: Path) -> None:
    """The run's own copy and the folder's are the same bytes; a summary goes to stderr."""
    assert call("show").out == (tmp_path / "plan" / "PLAN.md").read_text()
    assert call("show", "last", "--format", "json").out == (tmp_path / "plan" / "plan.json").read_text()
    summary = call("show", "last", "--format", "summary")
    assert summary.code == 0 and "steps" in summary.err
    table = call("runs").out
    assert "done" in table and "notes-api" in table


def test_check_repeats_the_verdict_and_sees_an_edit(call: Calls, planned: Any, tmp_path: Path) -> None:
    """The checks over the folder agree with the run; an edit that takes a verify away is found."""
    again = call("check", tmp_path / "plan", "--format", "json")
    assert again.code == planned.code, again.err
    review = json.loads(again.out)
    assert review["schema"] == "deploybook.findings/1"
    file = tmp_path / "plan" / "plan.json"
    plan = json.loads(file.read_text())
    step = next(s for s in plan["steps"] if s["kind"] == "mutate" and s["verify"])
    step["verify"] = None
    file.write_text(json.dumps(plan))
    edited = call("check", tmp_path / "plan")
    assert edited.code == 1
    assert "VRF001" in edited.out and step["id"] in edited.out
    assert call("check", tmp_path / "plan", "--exit-zero").code == 0


def test_an_interrupt_names_the_command_that_goes_on(example: Path, tmp_path: Path) -> None:
    """Ctrl-C ends with exit 130 and the exact command; that command finishes the plan."""
    command = [sys.executable, "-m", "deploybook"]
    process = subprocess.Popen(
        [*command, "plan", str(example), "--out", str(tmp_path / "plan")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Repository analysis" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == "" and "Traceback" not in err
    words = re.search(r"deploybook (resume \S+)$", err.strip()).group(1).split()  # type: ignore[union-attr]
    done = subprocess.run([*command, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in PLANNED, done.stderr
    assert (tmp_path / "plan" / "PLAN.md").is_file()


def at_a_terminal(arguments: list[str], on_prompt: Callable[[int, subprocess.Popen[bytes], int], None]) -> tuple[int, str]:
    """Run the command line on a terminal of its own; `on_prompt` gets the terminal, the process and how many prompts came before."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "deploybook", *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        close_fds=True,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background of a shell ignores it
    )
    os.close(slave)
    seen, prompts, deadline = "", 0, time.monotonic() + 90
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            try:
                seen += os.read(master, 65536).decode(errors="replace")
            except OSError:  # the other end is closed: the process has ended
                break
        if len(re.findall(r"\d+/\d+  ", seen)) > prompts and re.sub(r"\x1b\[[0-9;]*m", "", seen).endswith("> "):
            on_prompt(master, process, prompts)
            prompts += 1
    os.close(master)
    return process.wait(30), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)


def test_a_person_at_a_terminal_is_asked(example: Path, tmp_path: Path) -> None:
    """On a terminal the questions are asked one by one, and enter takes the default."""
    asked: list[int] = []

    def enter(terminal: int, _process: subprocess.Popen[bytes], number: int) -> None:
        asked.append(number)
        os.write(terminal, b"\n")

    code, seen = at_a_terminal(["plan", str(example), "--out", str(tmp_path / "plan")], enter)
    assert code in PLANNED, seen[-2000:]
    assert len(asked) >= 3
    assert (tmp_path / "plan" / "PLAN.md").is_file()
    assert "PLAN.md" in seen


def test_an_interrupt_at_a_question_leaves_the_run_waiting(call: Calls, example: Path) -> None:
    """Ctrl-C at a prompt ends with exit 130 and the command that asks again; the run waits."""

    def interrupt(_terminal: int, process: subprocess.Popen[bytes], _number: int) -> None:
        process.send_signal(signal.SIGINT)

    code, seen = at_a_terminal(["plan", str(example)], interrupt)
    assert code == 130, seen
    words = re.search(r"deploybook resume (\S+)", seen)
    assert words and "Traceback" not in seen, seen
    shown = call("show", words.group(1))
    assert shown.code == 0 and "environment: " in shown.out
