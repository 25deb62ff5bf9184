"""A model's words are judged before anybody reads them, and the commands that it may name only look."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import yaml
from deploybook.agents.model.door import Door
from deploybook.agents.model.looking import only_looks
from deploybook.agents.model.wording import SECRET, Known, fixed, joined
from deploybook.tools.redaction import TaintStore

TABLE = yaml.safe_load((Path(__file__).parent / "wording.yaml").read_text("utf-8"))
SPOKEN = joined(
    [
        "alembic downgrade  -1",
        "up --wait",
        "APP_RELEASE 16.4",
        "https://docs.example.org/roll",
        "rollback-release",
        "docker compose\n-f deploy/compose.yaml ps",
    ]
)
CASES = [(verdict, text) for verdict, texts in TABLE.items() for text in texts]
LOOKING = [
    "docker compose -f deploy/compose.yaml ps",
    "docker compose -f deploy/compose.yaml logs --tail 50 api",
    "docker compose -f deploy/compose.yaml logs --since=10m --no-color api worker",
    "docker compose -f deploy/compose.yaml port proxy 443",
    "docker ps -a",
    "docker system df",
    "df -h",
    "uptime",
]
ACTING = [
    "",
    " docker ps",
    "docker  ps",
    "docker",
    "docker compose ps",
    "docker compose -f other.yaml ps",
    "docker compose -f deploy/compose.yaml",
    "docker compose -f deploy/compose.yaml down",
    "docker compose -f deploy/compose.yaml exec api sh",
    "docker compose -f deploy/compose.yaml logs -f",
    "docker compose -f deploy/compose.yaml logs --follow api",
    "docker compose -f deploy/compose.yaml logs --follow=true api",
    "docker compose -f deploy/compose.yaml logs -tf api",
    "docker -H tcp://198.51.100.7 ps",
    "docker system prune",
    "docker rm api",
    "docker inspect api",
    "docker ps; reboot",
    "docker ps | sh",
    "docker ps > /etc/passwd",
    "docker ps $(reboot)",
    "docker ps `reboot`",
    "docker ps &",
    "docker ps\nreboot",
    "DOCKER_HOST=tcp://evil docker ps",
    "sudo df",
    "ss -K",
    "cat deploy/.env",
    "env",
    "curl http://198.51.100.7",
    "df '-h'",
    "докер ps",
]


def known(taint: TaintStore | None = None) -> Known:
    return Known(Door(taint or TaintStore()), SPOKEN)


@pytest.mark.parametrize(("verdict", "text"), CASES, ids=[repr(text)[:50] for _, text in CASES])
def test_words_are_taken_or_refused_for_their_reason(verdict: str | None, text: str) -> None:
    assert known().objection(text, 200) == verdict


def test_length_is_bounded_and_lines_are_allowed_where_they_may_be() -> None:
    assert known().objection("a" * 201, 200) == "is empty or too long"
    assert known().objection("one\n\ntwo", 200, lines=True) is None
    for structure in ("# head", "text\n## head", "```\nx\n```", "~~~\nx", "text\n===", "    indented code", "text\n---"):
        assert known().objection(structure, 200, lines=True) == "holds markup or a placeholder", structure


def test_a_known_secret_in_any_form_a_token_by_its_looks_and_a_marker_are_refused() -> None:
    value = secrets.token_urlsafe(21) + "7Qz"
    taint = TaintStore()
    taint.add(value, "password")
    token = "ghp_" + "".join(secrets.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(36))
    for text in (value, value[::-1], value.encode().hex(), f"It is {value[:14]}", token, "the password is [REDACTED:password]"):
        assert known(taint).objection(text, 400) == SECRET, text


@pytest.mark.parametrize("command", LOOKING)
def test_a_command_that_looks_may_be_named(command: str) -> None:
    assert only_looks(command, "deploy/compose.yaml")


@pytest.mark.parametrize("command", ACTING)
def test_a_command_that_does_more_may_not(command: str) -> None:
    assert not only_looks(command, "deploy/compose.yaml")


def test_a_rewording_must_keep_tables_code_and_numbers() -> None:
    text = "| a | b |\n| --- | --- |\nWait `x -y` 300 s, at 02:30, 1.5 times."
    assert list(fixed(text)) == ["| a | b |", "| --- | --- |", "`x -y`", "300", "02:30", "1.5"]
