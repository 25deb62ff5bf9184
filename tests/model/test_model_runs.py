"""A run with a model, through the real command line: what it adds, what it may not change, what it costs, and what happens without it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import model_cases as cases
import pytest
from deploybook.agents.model import improved
from deploybook.core.errors import ModelError
from deploybook.faces import cli
from deploybook.graph.build import graph
from deploybook.graph.context import Context
from deploybook.tools.redaction import TaintStore
from model_stub import Asked, Said, Script, Stub, answer, error, nothing_to_say

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "notes-api"
WORDS = ("why", "impact", "failure_modes", "evidence")
WHY = "Users come back only after this. It must fail while `db` is stopped."
PROBE = (
    "import sys, json; from deploybook.faces.cli import run; code = run(sys.argv[1:]);"
    "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)"
)


def helpful(asked: Asked) -> Said:
    """Propose a good edit and two bad ones; remark on one true step."""
    if asked.about == "Judgement":
        remark = {
            "severity": "error",
            "step": "rollback-release",
            "section": None,
            "piece": "bash deploy/scripts/rollback.sh",
            "consequence": "The previous release may not run on the new schema.",
            "better": "Try it once before the first release.",
        }
        return answer({"vote": "revise", "reason": "The way back was never tried.", "remarks": [remark]}, usage=(20_000, 300))
    quote = {"path": "Procfile", "line": 2, "quote": "web: uvicorn notes.main:app"}
    edits = [
        {"op": "set-why", "target": "smoke", "text": WHY, "quotes": [quote]},
        {"op": "set-why", "target": "no-such-step", "text": "Because.", "quotes": []},
        {
            "op": "add-failure-mode",
            "target": "smoke",
            "failure_mode": {
                "symptom": "it hangs",
                "diagnose": "docker compose -f deploy/compose.yaml restart",
                "fix": "wait",
                "cause": None,
            },
            "quotes": [],
        },
    ]
    return answer({"edits": edits}, usage=(6_000, 200))


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "deploybook", *map(str, arguments)]


def with_model(stub: Stub) -> tuple[str, ...]:
    return ("--model", "openai:stub", "--base-url", stub.url)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, so that no configuration of this checkout counts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEPLOYBOOK_MAX_ROUNDS", "0")  # the reviewer is asked once, whatever the rules say of the example
    return tmp_path


@pytest.fixture
def call(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in this process; return exit code, stdout, stderr."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run([str(a) for a in arguments])
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return run


def bare(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a plan without the words that a model may change."""
    return [{key: value for key, value in step.items() if key not in WORDS} for step in plan["steps"]]


@pytest.mark.loopback
def test_a_plan_with_a_model_from_end_to_end(stub: Stub, key: str, elsewhere: Path) -> None:
    """The command of the README in a process of its own: words are added, commands stay, every vote, note and token is kept."""
    stub.script = helpful
    done = subprocess.run(
        command("plan", EXAMPLE, "--out", "plan", *with_model(stub)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    offline = cli.run(["plan", str(EXAMPLE), "--out", "offline", "--quiet"])
    assert done.returncode == offline, done.stderr
    assert done.stdout == f"{elsewhere / 'plan' / 'PLAN.md'}\n"
    made, without = (json.loads((elsewhere / name / "plan.json").read_text("utf-8")) for name in ("plan", "offline"))
    assert bare(made) == bare(without) and made["artifacts"] == without["artifacts"] and made["verdict"] == without["verdict"]
    smoke = next(step for step in made["steps"] if step["id"] == "smoke")
    assert smoke["why"] == WHY and smoke["evidence"][-1]["evidence"]["path"] == "Procfile"
    assert WHY in (elsewhere / "plan" / "PLAN.md").read_text("utf-8")
    section, review = (note for note in made["notes"] if note.startswith("model openai:stub: "))
    assert "section 8: 1 of 3 edits taken (set-why:smoke)" in section and "6000 tokens in" in section
    assert "votes revise, 1 of 1 remarks kept" in review and review.endswith("in all 2 calls, 26000 tokens in, 500 out")
    assert section in done.stderr and review in done.stderr
    found = json.loads((elsewhere / "plan" / "findings.json").read_text("utf-8"))
    assert found["votes"][-1] == {
        "reviewer": "model:openai:stub",
        "verdict": "revise",
        "reason": "The way back was never tried.",
        "findings": 1,
    }
    assert [(f["severity"], f["location"]["step"]) for f in found["findings"] if f["code"] == "MOD001"] == [("warning", "rollback-release")]
    assert [asked.about for asked in stub.asked] == ["Proposal", "Judgement"]
    assert all("[REDACTED:" not in asked.body["messages"][1]["content"] for asked in stub.asked), "the door takes nothing from a clean plan"
    assert key not in done.stderr and not any(key.encode() in path.read_bytes() for path in elsewhere.rglob("*") if path.is_file())
    home = Path(os.environ["DEPLOYBOOK_HOME"])
    assert not any(key.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.loopback
@pytest.mark.parametrize("said", [error(401), Said(closes=True)], ids=["401", "hangs-up"])
def test_a_model_that_fails_costs_a_note_and_nothing_else(
    stub: Stub, call: Any, said: Said, once_offline: tuple[int, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOYBOOK_MODEL_RETRIES", "0")
    stub.script = lambda asked: said
    code, _, err = call("plan", EXAMPLE, "--out", "plan", *with_model(stub))
    made = json.loads(Path("plan/plan.json").read_text("utf-8"))
    assert code == once_offline[0] and bare(made) == bare(once_offline[1])
    assert "section 8 kept its offline draft" in err and "no review" in err and "Traceback" not in err
    assert made["votes"][-1]["verdict"] == "abstain"


@pytest.fixture(scope="module")
def once_offline(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Any]:
    """Plan the example once without a model."""
    out = tmp_path_factory.mktemp("offline") / "plan"
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("DEPLOYBOOK_", "OPENAI_"))}
    environment |= {"DEPLOYBOOK_HOME": str(out.parent / "home"), "DEPLOYBOOK_MAX_ROUNDS": "0"}
    arguments = [sys.executable, "-c", PROBE, "plan", str(EXAMPLE), "--out", str(out)]
    done = subprocess.run(
        arguments, cwd=out.parent, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=True
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    plan = json.loads((out / "plan.json").read_text("utf-8"))
    return code, plan | {"modules": modules}


def test_a_plan_without_a_model_never_loads_a_models_library(once_offline: tuple[int, Any]) -> None:
    """Nor does it have a note, a vote or a finding of one."""
    code, made = once_offline
    assert code in (0, 1) and "deploybook.graph.run" in made["modules"]
    assert {"langchain_openai", "openai", "tiktoken"} & set(made["modules"]) == set()
    assert made["notes"] == [] and not any(vote["reviewer"].startswith("model:") for vote in made["votes"])


def test_a_missing_key_is_exit_4_before_anything_is_begun(call: Any) -> None:
    code, out, err = call("plan", EXAMPLE, "--out", "plan", "--model", "openai:stub")
    assert (code, out) == (4, "") and err.count("error: ") == 1 and "OPENAI_API_KEY" in err and "  hint: " in err
    assert not Path("plan").exists() and json.loads(call("runs", "--json")[1])["runs"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("--model", "gpt-4o"),
        ("--model", "openai:x", "--base-url", "example.org"),
        ("--model", "openai:x", "--base-url", "http://u:p@example.org"),
    ],
)
def test_a_wrong_name_or_address_is_a_wrong_call(call: Any, key: str, wrong: tuple[str, ...]) -> None:
    code, out, err = call("plan", EXAMPLE, *wrong)
    assert (code, out) == (2, "") and err.count("error: ") == 1 and "  hint: " in err and "u:p" not in err


@pytest.mark.loopback
def test_a_paused_run_waits_for_its_key_and_a_finished_one_needs_none(
    stub: Stub, key: str, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("plan", EXAMPLE, "--pause", *with_model(stub))[0] == 5
    monkeypatch.delenv("OPENAI_API_KEY")
    code, _, err = call("answer", "last", "environment=staging")
    assert code == 4 and "OPENAI_API_KEY" in err
    assert "environment: " in call("show", "last")[1], "it still waits"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    assert call("answer", "last", "environment=staging", "domain=api.example.org")[0] in (0, 1)
    monkeypatch.delenv("OPENAI_API_KEY")
    assert call("show", "last")[1].startswith("# Backend Deployment Plan")
    assert call("resume", "last", "--out", "plan")[0] in (0, 1)
    assert [asked.about for asked in stub.asked] == ["Proposal", "Judgement"]


@pytest.mark.loopback
def test_a_killed_run_does_not_pay_again_for_a_finished_planner(stub: Stub, elsewhere: Path) -> None:
    """Killed while the reviewer is asked; resumed, it asks the reviewer alone, and the total counts what the killed process spent."""

    def slow(asked: Asked) -> Said:
        said = helpful(asked)
        return said if asked.about == "Proposal" else Said(body=said.body, pause=30)

    stub.script = slow
    with subprocess.Popen(
        command("plan", EXAMPLE, *with_model(stub)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        end = time.monotonic() + 90
        while not stub.about("Judgement"):
            assert time.monotonic() < end and child.poll() is None, child.stderr.read() if child.stderr else ""
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
    stub.script = helpful
    assert cli.run(["resume", "last", "--out", "plan", "--quiet"]) in (0, 1)
    made = json.loads((elsewhere / "plan" / "plan.json").read_text("utf-8"))
    assert [asked.about for asked in stub.asked] == ["Proposal", "Judgement", "Judgement"]
    assert next(step for step in made["steps"] if step["id"] == "smoke")["why"] == WHY
    assert made["notes"][-1].endswith("in all 2 calls, 26000 tokens in, 500 out")


def test_a_section_that_was_sent_back_keeps_its_offline_draft() -> None:
    """What a model wrote may be why it was; so no model can keep a plan from passing."""
    helper, chat = cases.assistant(cases.always({"edits": []}))
    draft = improved(helper, cases.draft(), cases.survey(), cases.blueprint(), TaintStore(), 1)
    assert chat.asked == [] and draft.notes == ("model openai:scripted: section 8 was sent back and keeps its offline draft",)


def test_a_section_without_words_for_a_model_is_not_asked_about() -> None:
    helper, chat = cases.assistant(cases.always({"edits": []}))
    other = cases.draft().model_copy(update={"section": cases.draft().section.model_copy(update={"id": "images", "number": 3})})
    assert improved(helper, other, cases.survey(), cases.blueprint(), TaintStore(), 0) == other and chat.asked == []


def test_studio_names_a_model_and_neither_its_key_nor_its_address() -> None:
    """Whoever may start runs on a server could else send that server's key to an address of their own."""
    properties = graph.get_context_jsonschema()["properties"]
    assert set(properties) == {"profile", "max_rounds", "ask", "model", "today"}
    assert "OPENAI_API_KEY" in properties["model"]["description"]


async def test_a_server_without_a_key_refuses_a_run_that_wants_a_model() -> None:
    with pytest.raises(ModelError):
        await graph.ainvoke({"repository": str(EXAMPLE), "answers": {}}, context=Context(model="openai:stub"))


def test_a_servers_address_comes_from_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYBOOK_BASE_URL", "http://llm.example.org/v1")
    assert Context(model="openai:stub").settings().model.base_url == "http://llm.example.org/v1"


def test_the_stub_can_say_the_least() -> None:
    """Every script of these tests is a function of the question."""
    script: Script = nothing_to_say
    assert b"edits" in script(Asked(1, "/", {}, {"response_format": {"json_schema": {"name": "Proposal"}}})).body
