"""`deploybook check` in clumsy and hostile hands: nothing secret is said, nothing is passed over silently, every refusal has its reason."""

from __future__ import annotations

import os
import random
import shutil
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deploybook.core.findings import Checked, Review
from deploybook.faces.withholding import Withholder
from deploybook.tools.checks._lenient import lenient

Calls = Callable[..., Any]


def _drawn(seed: int) -> str:
    drawn = random.Random(seed)
    return "".join(drawn.choice(letters) for letters in (string.ascii_uppercase, string.ascii_lowercase, string.digits) * 6)


SCRIPT = (
    "#!/bin/bash\nset -e\ndocker run -d --name db -e POSTGRES_PASSWORD={secret} postgres:16.4\n"
    "# deploybook: ignore[NET002] not needed\ndocker push shop/web:1.2.3\n"
)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "options",
    [(), ("--format", "json"), ("--format", "sarif"), ("--format", "github"), ("--diff",), ("--diff", "--unsafe-fixes")],
    ids=" ".join,
)
def test_no_form_repeats_a_secret_of_the_file(call: Calls, seed: int, options: tuple[str, ...]) -> None:
    """A fix holds the whole text and a diff the lines around a change: a secret beside what is mended must not leave with them."""
    secret = _drawn(seed)
    Path("start.sh").write_text(SCRIPT.format(secret=secret))
    done = call("check", "start.sh", *options, "--junit", "report.xml")
    written = Path("report.xml").read_text() if "--diff" not in options else ""
    assert done.code in (0, 1) and done.out
    assert [text for text in (done.out, done.err, written) if secret in text] == []


def test_no_note_of_an_outside_tool_repeats_a_secret_either() -> None:
    secret = _drawn(5)
    plan = lenient({"steps": [{"run": f"export TOKEN={secret}"}]})[0]
    said = Withholder(plan).review(Review(checked=(Checked(subject="s", by="tool", result="absent", note=f"it broke on {secret}"),)))
    assert said.checked[0].note.startswith("it broke on [REDACTED:") and secret not in said.to_json()


def test_a_fix_beside_a_secret_is_still_offered_counted_and_made(call: Calls) -> None:
    secret = _drawn(9)
    page = Path("start.sh")
    page.write_text(SCRIPT.format(secret=secret))
    assert "1 fixable with --fix, 1 fixable with --unsafe-fixes" in call("check", "start.sh").err
    shown = call("check", "start.sh", "--diff", "--unsafe-fixes")
    assert "[REDACTED:password] postgres:16." in shown.out and "2 fixes in 1 file" in shown.err
    call("check", "start.sh", "--fix")
    assert page.read_text() == SCRIPT.format(secret=secret).replace("# deploybook: ignore[NET002] not needed\n", "")


@pytest.mark.parametrize(
    ("document", "phrases"),
    [
        ('{"steps": [{"run": "ls"}], "artifacts": 5}', ("`artifacts` is no list",)),
        ('{"steps": [{"run": "ls"}], "inputs": "x"}', ("`inputs` is no list",)),
        ('{"steps": {"run": "ls"}}', ("`steps` is no list",)),
        ("[]", ("holds no plan",)),
        ('{"steps": [{"run": "ls", "kind": "Zebra77"}]}', ("no plan that can be checked", "steps.0.kind")),
    ],
)
def test_a_document_that_is_no_plan_is_refused(call: Calls, document: str, phrases: tuple[str, ...]) -> None:
    """A value of the document is never repeated: it could be anything."""
    Path("plan.json").write_text(document)
    done = call("check", ".")
    done.failed(2, *phrases)
    assert "  why: " in done.err and "Zebra77" not in done.err


@pytest.mark.parametrize(
    "document",
    [
        '{"steps": [{"run": "ls", "needs": 5}], "artifacts": null, "inputs": null}',
        '{"steps": [{"run": null}, {"run": ["ls", "true"]}]}',
        '\ufeff{"steps": [{"run": "ls"}]}',
    ],
    ids=range(3),
)
def test_a_document_of_another_maker_is_read_as_far_as_it_goes(call: Calls, document: str) -> None:
    Path("plan.json").write_text(document, "utf-8")
    done = call("check", ".")
    assert (done.code, "None" in done.out) == (0, False)


def test_a_plan_of_ours_under_another_name_and_with_a_broken_review_is_checked(call: Calls) -> None:
    Path("mine.json").write_text('{"tool_version": "1", "steps": [{"run": "ls"}], "findings": 5, "votes": [{}]}')
    done = call("check", "mine.json", "--format", "sarif")
    assert done.code == 1 and '"uri": "mine.json"' in done.out and "there is no survey.json" in done.out


def test_what_is_not_read_is_said(call: Calls) -> None:
    """A file that is passed over silently would be taken for one that passed."""
    Path("compose.yaml").write_text("services:\n  web: {image: 'shop/web:1.4.2'}\n")
    Path("deploy.sh").write_bytes(b"docker run \0 x")
    Path("big.tf").write_text("#" * 1_000_001)
    Path("RUNBOOK.md").write_text("# Run\n", "utf-16")
    Path("plan").mkdir()
    Path("plan/plan.json").write_text('{"steps": [{"run": "ls"}], "artifacts": [{"path": "../compose.yaml"}, {"path": "gone.yaml"}]}')
    found = call("check", ".").out
    for name, why in (("deploy.sh", "it is no text"), ("big.tf", "it is larger"), ("RUNBOOK.md", "it is UTF-16")):
        assert f"note: {name} was not checked: {why}" in found
    told = call("check", "plan").out
    assert "../compose.yaml was checked as if it were empty" in told and "gone.yaml was checked as if it were empty" in told


def test_a_folder_of_which_nothing_can_be_read_says_why(call: Calls) -> None:
    Path("deploy.sh").write_bytes(b"docker run \0 x")
    call("check", ".").failed(2, "deployment files", "  why: deploy.sh was not checked: it is no text")


@pytest.mark.parametrize("name", ["gone", "x" * 300, "pipe", "loop/a", "dangling", "utf16.yaml", ""])
def test_a_path_that_cannot_be_checked_is_refused_with_its_reason(call: Calls, name: str) -> None:
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    Path("dangling").symlink_to("nowhere")
    Path("utf16.yaml").write_text("services: {}\n", "utf-16")
    Path("compose.yaml").write_text("services: {}\n")
    done = call("check", name)
    done.failed(2)
    assert "  why: " in done.err


def test_a_byte_order_mark_hides_nothing_and_stays(call: Calls) -> None:
    """Editors on Windows write one; the file is the same compose file, page or script with it."""
    Path("compose.yaml").write_bytes(b"\xef\xbb\xbfservices:\r\n  web:\r\n    image: nginx\r\n")
    assert "compose.yaml:3: error PIN001" in call("check", ".").out
    Path("RUNBOOK.md").write_bytes(b"\xef\xbb\xbf```sh\r\napt-get install curl=8\r\n```\r\n")
    call("check", "RUNBOOK.md", "--fix")
    assert Path("RUNBOOK.md").read_bytes() == b"\xef\xbb\xbf```sh\r\napt-get install -y curl=8\r\n```\r\n"


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv takes root's right to read everything away")
@pytest.mark.parametrize(
    ("arguments", "phrases"),
    [
        (("shut",), ("shut",)),
        (("shut/deploy.sh",), ("shut/deploy.sh cannot be read", "Permission denied")),
        (("closed",), ("deploy.sh was not checked: it cannot be read: Permission denied",)),
        (("closed/deploy.sh",), ("Permission denied",)),
        (("half",), ("inner was not looked into: Permission denied",)),
        (("--fix", "fixed"), ("deploy.sh cannot be written", "nothing was written")),
    ],
    ids=lambda value: " ".join(value),
)
def test_missing_rights_are_told_and_nothing_is_lost(arguments: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    text = "#!/bin/bash\nset -e\n# deploybook: ignore[NET002] nothing\ndocker push shop/web:1.2.3\n"
    for name in ("shut", "closed", "half/inner", "fixed"):
        Path(name).mkdir(parents=True)
        Path(name, "deploy.sh").write_text(text)
    for name, mode in (("shut", 0), ("closed/deploy.sh", 0), ("half/inner", 0), ("fixed", 0o555)):
        Path(name).chmod(mode)
    plain = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*plain, sys.executable, "-m", "deploybook", "check", *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    for name in ("shut", "half/inner", "closed/deploy.sh"):
        Path(name).chmod(0o755)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr, done
    assert [phrase for phrase in phrases if phrase not in done.stderr] == [], done.stderr
    assert Path("fixed/deploy.sh").read_text() == text


def test_text_names_a_file_as_it_is_called_from_here(call: Calls) -> None:
    """An editor opens `folder/page.md:4`; a step's name alone leads nowhere."""
    Path("ops").mkdir()
    Path("ops/RUNBOOK.md").write_text("# Run\n\n```sh\ndocker run -d nginx\n```\n")
    Path("ops/compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    told = call("check", "ops").out
    assert "ops/compose.yaml:3: error PIN001" in told and "ops/RUNBOOK.md:4: error PIN001" in call("check", "ops/RUNBOOK.md").out
    assert "0 steps, 1 file; " in told or "1 step, 1 file; " in told
