"""No text of anybody breaks a check; how long they take is measured by `make bench-check` and `make bench-fuzz`."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from deploybook.tools.checks import PlanView, run
from deploybook.tools.checks._ignores import _read
from deploybook.tools.checks._lenient import lenient
from deploybook.tools.checks._link.hclformat import formatted
from deploybook.tools.checks._markdown import from_markdown
from deploybook.tools.checks._view.shell import parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COMPOSE = (
    "name: app\nservices:\n"
    + "".join(
        f"  s{n}:\n    image: registry.example.org/s{n}:1.{n}.0\n"
        f"    environment: {{DB_HOST: s0, TOKEN: '${{TOKEN:?set}}'}}\n    networks: [n]\n"
        for n in range(8)
    )
    + "networks: {n: {}}\n"
)
SALT = itertools.count()
SCRIPT = (
    "#!/bin/sh\nset -eu\n" + 'for n in 1 2 3; do\n  curl -fsS "http://127.0.0.1:80/$n" | grep -q ok || { echo "$n"; exit 1; }\ndone\n' * 6
)


def full_plan(times: int) -> PlanView:
    """Return a plan of 80 steps and 40 files times `times`; no text is the same as in an earlier plan, so nothing is remembered."""
    salt = next(SALT)
    steps = []
    for n in range(80 * times):
        run = f"docker compose -f deploy/compose-{n % (2 * times)}.yaml up -d --wait --wait-timeout 120 s{n % 8}\n"
        run += f"printf '%s\\n' \"$TOKEN\" | sha256sum > out/{n}\ncat out/{n} # {salt}\n"
        steps.append(
            {
                "id": f"step-{n}",
                "section": n % 11 + 1,
                "phase": "release",
                "kind": "mutate",
                "title": "t",
                "run": run,
                "timeout_s": 300,
                "verify": f"docker compose -f deploy/compose-0.yaml exec -T s{n % 8} true && test -s out/{n}",
                "rollback": f"rm -f out/{n}",
            }
        )
    artifacts: list[dict[str, Any]] = [
        {
            "path": f"artifacts/compose-{n}.yaml",
            "install_to": f"deploy/compose-{n}.yaml",
            "content": COMPOSE.replace("app", f"app{n}-{salt}", 1),
        }
        for n in range(2 * times)
    ]
    artifacts += [
        {"path": f"artifacts/{n}.sh", "install_to": f"deploy/{n}.sh", "content": SCRIPT + f"# {n} {salt}\n", "step": "step-0"}
        for n in range(38 * times)
    ]
    plan, _ = lenient(
        {"steps": steps, "artifacts": artifacts, "inputs": [{"name": "TOKEN", "kind": "secret", "generate": "openssl rand -hex 24"}]}
    )
    return PlanView(plan, profile="release", foreign=True)


def test_a_larger_plan_has_the_same_kinds_of_findings() -> None:
    """What it costs is measured by `make bench-check`; here: nothing is found because a plan is large, and nothing is lost."""
    told = [{f.code for f in run(full_plan(times)).findings} for times in (1, 2)]
    assert told[0] and told[0] == told[1]


SHELLISH = st.text(alphabet="abc $(){}[]<>|&;\"'`\\\n#=-/.:*?!0123~%", max_size=120)
YAMLISH = st.text(alphabet="abc:-[]{}&*!|>\"'\n #,$?", max_size=160)


def _everything(text: str) -> PlanView:
    kinds = [
        "compose.yaml",
        "Dockerfile",
        "x.sh",
        "nginx.conf",
        "rules.yml",
        "prometheus.yml",
        "a.service",
        "x.tf",
        "x.json",
        ".env",
        ".github/workflows/ci.yml",
    ]
    artifacts = [{"path": f"artifacts/{k}", "install_to": k, "content": text} for k in kinds]
    artifacts.append(
        {"path": "artifacts/c2.yaml", "install_to": "c2.yaml", "language": "compose", "content": f"services:\n  a:\n    {text}"}
    )
    step = {
        "id": "s",
        "section": 1,
        "phase": "smoke",
        "kind": "mutate",
        "title": "t",
        "run": text,
        "verify": text,
        "rollback": text,
        "needs": [text[:20]],
        "provides": [text[:9]],
    }
    plan, _ = lenient(
        {"steps": [step], "artifacts": artifacts, "executive_summary": text, "inputs": [{"name": "A", "kind": "value", "generate": text}]}
    )
    return PlanView(plan, profile="release")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(SHELLISH, YAMLISH, st.text(max_size=60)))
def test_no_text_crashes_a_check(text: str) -> None:
    assert run(_everything(text)).crashed == ()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="#`~ab \n1.$>[]()|-", max_size=200))
def test_no_markdown_crashes_the_reader(text: str) -> None:
    plan = from_markdown({"a.md": text}, "x").plan
    assert len({s.id for s in plan.steps}) == len(plan.steps)


@pytest.mark.parametrize(
    "line",
    [
        "a" * 1_000_000,
        "$(" * 300_000,
        "{" * 300_000,
        '"' * 300_000,
        "<<A " * 200_000,
        "`" * 300_000,
        "a|" * 300_000,
        "[ " * 200_000,
        "a && " * 100_000,
        "x=$y " * 100_000,
    ],
    ids=range(10),
)
def test_an_adversarial_line_is_read_or_refused(line: str) -> None:
    script = parse(line[:1_000_000])
    assert script.unread or script.nodes or script.errors


@pytest.mark.parametrize("text", ['"${' * 100_000, '"%{"' * 100_000, "/**/" * 50_000], ids=["quotes", "directives", "comments"])
def test_no_depth_of_quotes_breaks_the_layout_of_terraform(text: str) -> None:
    assert "".join(formatted(text).split()) == "".join(text.split())


def test_the_lines_of_many_ignores_are_counted_once() -> None:
    text = "# deploybook: ignore[NET002] x\n" * 40_000
    started = time.process_time()
    found = [line for _, _, line in _read(text)]
    assert found == list(range(1, 40_001)) and time.process_time() - started < 2
