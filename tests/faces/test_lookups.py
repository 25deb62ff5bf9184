"""Show the commands that only tell: survey, schema, explain, doctor, version, completion, help."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deploybook.core.errors import ExitCode
from deploybook.faces import cli

Calls = Callable[..., Any]


def test_a_survey_is_one_json_object_on_stdout(call: Calls, example: Path) -> None:
    """Same tree, same bytes; nothing else on stdout; nothing written into the repository."""
    before = sorted(str(p) for p in example.rglob("*"))
    first, second = call("survey", example, "--format", "json"), call("survey", example, "--format", "json")
    assert first.code == 0 and first.out == second.out
    survey = json.loads(first.out)
    assert survey["project"] == "notes-api"
    assert {"web", "worker"} <= {service["role"] for service in survey["services"]}
    assert sorted(str(p) for p in example.rglob("*")) == before


def test_a_survey_table_names_the_line_of_each_fact(call: Calls, example: Path) -> None:
    """Value and source stand side by side, as text and as Markdown."""
    text = call("survey", example).out
    assert "env:DATABASE_URL" in text
    assert "notes/settings.py:" in text or ".env.example:" in text
    markdown = call("survey", example, "--format", "md").out
    assert markdown.startswith("# notes-api\n") and "| Fact | Value | Source | Confidence |" in markdown


def test_a_fact_is_explained_with_its_lines(call: Calls, example: Path) -> None:
    """`--explain` shows each line that says so; letter case does not matter; a wrong id names near ones."""
    done = call("survey", example, "--explain", "ENV:database_url")
    assert done.code == 0 and done.out.startswith("env:DATABASE_URL: ")
    call("survey", example, "--explain", "env:DATABASE_URI").failed(2, "env:DATABASE_URL")


def test_a_survey_of_a_front_end_is_shown_with_a_note(call: Calls, tmp_path: Path) -> None:
    """What is out of scope is data, not a failure; only planning it is refused."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "package.json").write_text('{"name": "web", "scripts": {"dev": "vite"}, "dependencies": {"vue": "3", "vite": "7"}}')
    (tmp_path / "web" / "index.html").write_text('<div id="app"></div>')
    done = call("survey", tmp_path / "web", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["services"] == [] or all(s["role"] == "frontend" for s in json.loads(done.out)["services"])
    assert "no back end here" in done.err


@pytest.mark.parametrize(("document", "key"), [("survey", "services"), ("plan", "steps"), ("findings", "votes")])
def test_schemas_describe_the_documents(call: Calls, document: str, key: str) -> None:
    """Each schema is itself valid and names what the document holds."""
    import jsonschema

    schema = json.loads(call("schema", document).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert key in schema["properties"]


def test_the_survey_satisfies_its_schema(call: Calls, example: Path) -> None:
    """What is published is what is written."""
    import jsonschema

    schema = json.loads(call("schema", "survey").out)
    written = json.loads(call("survey", example, "--format", "json").out)
    assert written["services"] and list(jsonschema.Draft202012Validator(schema).iter_errors(written)) == []


def test_rules_are_listed_and_explained(call: Calls) -> None:
    """Every rule of the list can be explained by its code and by its name."""
    lines = call("explain").out.splitlines()[2:]
    assert len(lines) > 20
    for line in lines[:: len(lines) // 5]:
        code, name = line.split()[:2]
        by_code, by_name = call("explain", code), call("explain", name)
        assert by_code.code == 0 and by_code.out == by_name.out and by_code.out.startswith(f"# {code} {name}")


def test_the_doctor_says_which_setting_won(call: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting is shown with its source; the installation under test is sound."""
    Path("deploybook.toml").write_text("max-rounds = 3\n")
    monkeypatch.setenv("DEPLOYBOOK_PROFILE", "draft")
    done = call("doctor", "--json")
    report = json.loads(done.out)
    assert done.code == 0 and report["healthy"], report["checks"]
    settings = {s["setting"]: (s["value"], s["source"]) for s in report["settings"]}
    assert settings["profile"] == ("draft", "DEPLOYBOOK_PROFILE")
    assert settings["max-rounds"] == (3, str(Path("deploybook.toml").absolute()))
    assert settings["color"] == ("auto", "default")
    assert report["configuration"] == str(Path("deploybook.toml").absolute())


def test_the_doctor_finds_what_is_wrong_and_how_to_mend_it(call: Calls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A missing program, a state home that is a file and a bad configuration are three failures, all told at once."""
    Path("deploybook.toml").write_text("nonsense = 3\n")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DEPLOYBOOK_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("PATH", str(tmp_path))
    done = call("doctor", "--json")
    failed = {c["subject"]: c["mend"] for c in json.loads(done.out)["checks"] if c["status"] == "failed"}
    assert done.code == 1
    assert {"git", "configuration"} <= set(failed) and all(failed.values())


def test_the_doctor_keeps_secrets(call: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the key nor credentials in an address are shown."""
    secret = "s" + os.urandom(12).hex()
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    monkeypatch.setenv("DEPLOYBOOK_MODEL", "openai:small")
    monkeypatch.setenv("DEPLOYBOOK_BASE_URL", f"https://me:{secret}@models.example.org/v1")
    done = call("doctor")
    assert secret not in done.out + done.err
    assert "models.example.org" in done.out


def test_the_version_names_the_catalogue_too(call: Calls) -> None:
    """Two dates matter: the program's version and as of when it knows versions."""
    done = call("--version")
    assert done.code == 0 and done.out.startswith("deploybook ") and "catalogue as of 20" in done.out


def test_global_options_may_stand_anywhere() -> None:
    """They are taken out in front of the command, but not from behind a lone `--`."""
    assert cli.hoisted(["plan", ".", "--debug", "--color", "never", "-q"]) == ["--debug", "--color", "never", "-q", "plan", "."]
    assert cli.hoisted(["explain", "--", "--debug"]) == ["explain", "--", "--debug"]
    assert cli.hoisted(["runs", "--color=always"]) == ["--color=always", "runs"]


def test_help_names_every_exit_code(call: Calls) -> None:
    """The table in the help is the table in the code."""
    text = call("--help").out
    table = text[text.index("Exit codes") :]
    assert [int(word) for line in table.splitlines()[1:10] for word in line.split()[:1]] == [int(code) for code in ExitCode]


def test_no_arguments_at_all_show_the_help(call: Calls) -> None:
    """The first call of all is no error."""
    assert call().out == call("--help").out != ""
    assert call().code == 0


def test_a_traceback_is_shown_on_request_only(call: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect is told with exit 70 like every failure; --debug adds where it happened, without the secret in its message."""
    from deploybook.faces.commands import schema

    secret = "AKIA" + "".join(chr(65 + b % 26) for b in os.urandom(16))

    def broken(*_args: object, **_named: object) -> int:
        raise RuntimeError(f"could not use {secret}")

    monkeypatch.setattr(schema, "carry_out", broken)
    plain, debug = call("schema", "plan"), call("schema", "plan", "--debug")
    plain.failed(70, "RuntimeError", "doctor")
    assert debug.code == 70 and "Traceback" in debug.err
    assert secret not in plain.err + debug.err


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    """`deploybook schema plan | true` ends quietly."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "deploybook", "schema", "plan"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 0


def test_documents_are_utf8_whatever_the_locale(example: Path) -> None:
    """A locale of ASCII neither breaks the survey nor changes a byte of it."""
    import subprocess
    import sys

    (example / "notes" / "settings.py").write_text((example / "notes" / "settings.py").read_text().replace("worker_poll", "würker_poll"))
    command = [sys.executable, "-m", "deploybook", "survey", str(example), "--format", "json"]
    plain = subprocess.run(
        command, capture_output=True, timeout=60, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    )
    usual = subprocess.run(command, capture_output=True, timeout=60, check=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert plain.stdout == usual.stdout
    json.loads(plain.stdout.decode("utf-8"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("s", {"survey", "show", "schema"}), ("explain RED", {"RED001"}), ("schema p", {"plan"}), ("show la", {"last"})],
)
def test_completion(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, expected: set[str]) -> None:
    """The shell asks by environment variable, and gets commands, rules, documents and runs."""
    monkeypatch.setenv("_DEPLOYBOOK_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"deploybook {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
    with pytest.raises(SystemExit):
        cli.run([])
    assert expected <= set(capsys.readouterr().out.split())
