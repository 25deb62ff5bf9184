"""Hold the checker to its limits: no text breaks it, none keeps it busy, lines and order stay right."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from deploybook.tools.pins import Reference, find, guess_language, languages, verdict
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
NAMES = ("ansible", "bash", "ci", "compose", "dockerfile", "dotenv", "gha", "helm", "k8s", "markdown", "systemd", "terraform")
FILES = ("bash", "dockerfile", "compose", "kubernetes", "helm", "terraform", "actions", "ansible", "markdown", "others")
MEGABYTE = 1_000_000


def samples() -> list[str]:
    rows = [row for name in FILES for row in yaml.safe_load((HERE / f"{name}.yaml").read_text())]
    return [text for row in rows for text in (*row.get("good", ()), *(case["text"] for case in row.get("bad", ())))]


SAMPLES = samples()
FRAGMENTS = [
    "\n", " ", "$", "${", "{{", "}}", "`", "'", '"', "\\", "|", "<<EOF", "#", ":", "-", "[", "{", "&a",
    "*a", "\t", "\x00", "é", "@", "@sha256:", "FROM ", "latest",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(NAMES))
def test_no_text_breaks_it(text: str, language: str) -> None:
    for reference in find(text, language):
        assert reference.line >= 1 and reference.why
    guess_language(None, text)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 8))
        text = text[:place] + draw(st.sampled_from(FRAGMENTS)) + text[place + cut :]
    return text


@settings(max_examples=400, deadline=None)
@given(mutated(), st.sampled_from(NAMES))
def test_no_broken_file_breaks_it(text: str, language: str) -> None:
    first = find(text, language)
    assert first == find(text, language)
    assert [r.line for r in first] == sorted(r.line for r in first)


@pytest.mark.parametrize("language", NAMES)
def test_an_empty_text_is_pinned(language: str) -> None:
    assert find("", language) == []
    assert verdict("\n\n", language).state == "pinned"


@pytest.mark.parametrize("language", NAMES)
def test_a_lone_surrogate_breaks_nothing(language: str) -> None:
    assert isinstance(find("FROM node:\ud800\ndocker run \udfff", language), list)


def test_an_unknown_language_says_nothing() -> None:
    assert find("FROM node", "cobol") == []
    assert "dockerfile" in languages()


WALLS = [
    ("bash", "docker run ", "a "),
    ("bash", "", "$("),
    ("bash", "", "|"),
    ("bash", "x ", "a=b "),
    ("dockerfile", "FROM a:1\nRUN ", "'"),
    ("dockerfile", "", "FROM "),
    ("terraform", 'a = "', "${"),
    ("compose", "services: ", "["),
    ("k8s", "kind: Pod\nimage: ", "{{a}}"),
    ("gha", "jobs:\n a:\n  steps:\n  - run: ", "${{"),
    ("markdown", "", "- "),
    ("markdown", "", "`a` "),
    ("markdown", "", "latest image "),
    ("ansible", "- hosts: a\n  tasks:\n  - shell: ", "not "),
]


@pytest.mark.parametrize(("language", "start", "unit"), WALLS, ids=lambda v: repr(v)[:20])
def test_a_line_of_a_megabyte_takes_less_than_a_second(language: str, start: str, unit: str) -> None:
    text = start + unit * (MEGABYTE // len(unit))
    find("warm", language)
    spent = []
    for _ in range(2):
        begun = time.process_time()
        find(text, language)
        spent.append(time.process_time() - begun)
        if spent[-1] < 1:
            break
    assert min(spent) < 1


def plan_of(lines: int) -> str:
    step = (
        "## Step {n}: start the service\n\nPostgreSQL 16.4 runs beside it; restore the latest backup with `./restore.sh`.\n\n"
        "| Tool | Version |\n|---|---|\n| Node.js | 22.11.0 |\n\n"
        "```bash\nset -euo pipefail\ndocker compose -f compose.yaml up -d --wait\ndocker run --rm acme/api:2.3.{n} migrate\n```\n\n"
        "```yaml\nservices:\n  api:\n    image: acme/api:2.3.{n}\n    ports: ['8080:8080']\n```\n\n"
        "```dockerfile\nFROM node:22.11.0-alpine3.20\nRUN npm ci --omit=dev\n```\n\n"
    )
    parts: list[str] = []
    while sum(part.count("\n") for part in parts) < lines:
        parts.append(step.replace("{n}", str(len(parts))))
    return "".join(parts)


def test_a_plan_of_two_thousand_lines_is_checked_in_a_fifth_of_a_second() -> None:
    plan = plan_of(2000)
    assert verdict(plan, "markdown").state == "pinned"
    spent = []
    for _ in range(3):
        begun = time.process_time()
        find(plan, "markdown")
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.2


def test_what_is_too_long_to_read_is_not_let_through() -> None:
    hidden = "x" * 200_000 + "; docker run nginx"
    assert [r.kind for r in find(hidden, "bash")] == ["unreadable"]
    assert verdict("a = \"" + "b" * 100_000 + "\"", "terraform").state == "unpinned"


def test_lines_point_into_the_outer_text() -> None:
    inline = "      dockerfile_inline: |\n        FROM alpine:3.20.3\n        RUN apk add curl\n"
    text = f"# Plan\n\n```yaml\nservices:\n  a:\n    build:\n{inline}```\n"
    (found,) = [r for r in find(text, "markdown") if r.offending]
    assert (found.text, found.line) == ("curl", 9)
    script = "set -e\ncat > Dockerfile <<'EOF'\nFROM alpine:3.20.3\nRUN npm i -g pm2\nEOF\n"
    assert [(r.text, r.line) for r in find(script, "bash") if r.offending] == [("pm2", 4)]


def test_values_from_outside_resolve_variables() -> None:
    text = "docker pull acme/api:$APP_VERSION"
    assert verdict(text, "bash").state == "unpinned"
    assert verdict(text, "bash", variables={"APP_VERSION": "2.3.1"}).state == "pinned"
    assert verdict("services: {a: {image: 'acme/api:${TAG:?}'}}", "compose", variables={"TAG": "2.3.1"}).state == "pinned"


GUESSES = {
    "Dockerfile": "dockerfile", "deploy/Dockerfile.prod": "dockerfile", "api.dockerfile": "dockerfile", "docker-compose.yml": "compose",
    "compose.prod.yaml": "compose", ".github/workflows/ci.yml": "gha", "action.yml": "gha", ".gitlab-ci.yml": "ci",
    "main.tf": "terraform", ".terraform.lock.hcl": "terraform", "run.sh": "bash", "PLAN.md": "markdown", "chart/Chart.yaml": "helm",
    "chart/templates/a.yaml": "helm", "kustomization.yaml": "k8s", "requirements.yml": "ansible", ".env.example": "dotenv",
    "api.service": "systemd", "Makefile": "bash", "src/app.py": None, "README": None,
}  # fmt: skip


def test_the_language_follows_from_the_path() -> None:
    assert {path: guess_language(path) for path in GUESSES} == GUESSES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("FROM node:22\nRUN npm ci\n", "dockerfile"),
        ("#!/bin/sh\ndocker pull x\n", "bash"),
        ("services:\n  a:\n    image: x\n", "compose"),
        ("apiVersion: v1\nkind: Pod\n", "k8s"),
        ("on: push\njobs:\n  a:\n    runs-on: x\n", "gha"),
        ('resource "a" "b" {\n}\n', "terraform"),
        ("# Title\n\ntext\n", "markdown"),
        ("just words", None),
    ],
)
def test_the_language_follows_from_the_text(text: str, language: str | None) -> None:
    assert guess_language(None, text) == language


def test_a_reference_says_what_it_is() -> None:
    (found,) = find("FROM docker.io/library/postgres:16.4@sha256:" + "ab" * 32, "dockerfile")
    assert found == Reference(found.kind, found.text, "16.4", "L3", 1, False, found.why, "postgresql")
    assert found.kind == "image"
