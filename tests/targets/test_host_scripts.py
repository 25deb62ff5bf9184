"""The scripts that an operator runs on the host, run for real in a scratch folder with stubs for Docker."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest
import re2
from made_plans import CASES, made
from stubs import Bench

NEEDS = {"mailer-worker": {"SMTP_URL": "smtp://mail.example.com:25"}, "catalog-fastify": {}, "shop-express": {}}
"""Inputs of a case that nothing but an operator can give; secrets are made in the test."""


def _given(case: str) -> dict[str, str]:
    """Return a value for every input that has neither a default nor a command that makes one."""
    found = {i.name: f"given-by-the-test-{i.name.lower()}" for i in made(case).plan.inputs if i.required and not (i.generate or i.default)}
    return found | {name: value for name, value in NEEDS.get(case, {}).items() if name in found}


def _values(bench: Bench) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in (bench.deploy / ".env").read_text().splitlines())
    return {name: value[1:-1] for name, value in pairs if value.startswith("'") and value.endswith("'")}


@pytest.mark.parametrize("case", CASES)
def test_the_environment_file_holds_every_key_once_and_only_its_owner_reads_it(tmp_path: Path, case: str) -> None:
    bench = Bench(tmp_path / "host", made(case).files)
    done = bench.run("scripts/write-env.sh", **_given(case))
    assert done.returncode == 0, done.stderr
    lines = (bench.deploy / ".env").read_text().splitlines()
    assert [line.split("=")[0] for line in lines] == [*(i.name for i in made(case).plan.inputs), "APP_RELEASE"]
    assert stat.S_IMODE((bench.deploy / ".env").stat().st_mode) == 0o600 and "mode 600" in done.stdout
    values = _values(bench)
    assert len(values) == len(lines) and values["APP_RELEASE"] == made(case).blueprint.release
    for wanted in made(case).plan.inputs:
        value = values[wanted.name]
        assert value or not wanted.required, wanted.name
        assert not value or not wanted.pattern or re2.fullmatch(wanted.pattern, value), wanted.name
        assert not (wanted.generate and value in done.stdout + done.stderr), "a made secret is not shown"
    assert [p.name for p in bench.deploy.glob(".env*")] == [".env"]


def test_running_it_again_changes_no_secret(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "host", made("notes-fastapi").files)
    bench.run("scripts/write-env.sh")
    before = _values(bench)
    assert bench.run("scripts/write-env.sh", DOMAIN="api.example.org").returncode == 0
    assert _values(bench) == before | {"DOMAIN": "api.example.org"}
    assert bench.run("scripts/write-env.sh").returncode == 0
    assert _values(bench)["DOMAIN"] == "api.example.org", "what was chosen once is kept"


def test_a_secret_that_differs_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "host", made("notes-fastapi").files)
    bench.run("scripts/write-env.sh")
    before = (bench.deploy / ".env").read_bytes()
    other = "a" * 32
    done = bench.run("scripts/write-env.sh", POSTGRES_PASSWORD=other)
    assert done.returncode == 1 and "POSTGRES_PASSWORD is exported with a value that differs" in done.stderr
    assert other not in done.stderr and (bench.deploy / ".env").read_bytes() == before
    assert [p.name for p in bench.deploy.glob(".env*")] == [".env"]


def test_a_value_is_rotated_when_that_is_asked_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "host", made("notes-fastapi").files)
    bench.run("scripts/write-env.sh")
    before = _values(bench)
    chosen = "b" * 40
    assert bench.run("scripts/write-env.sh", ROTATE="SECRET_KEY", SECRET_KEY=chosen).returncode == 0
    assert _values(bench) == before | {"SECRET_KEY": chosen}
    assert bench.run("scripts/write-env.sh", ROTATE="SECRET_KEY").returncode == 0
    made_anew = _values(bench)["SECRET_KEY"]
    assert made_anew not in (chosen, before["SECRET_KEY"]) and len(made_anew) == 64
    assert {k: v for k, v in _values(bench).items() if k != "SECRET_KEY"} == {k: v for k, v in before.items() if k != "SECRET_KEY"}
    done = bench.run("scripts/write-env.sh", ROTATE="NO_SUCH_NAME")
    assert done.returncode == 1 and "NO_SUCH_NAME" in done.stderr


@pytest.mark.parametrize(
    ("case", "env", "message"),
    [
        ("notes-fastapi", {"DOMAIN": "it's"}, "DOMAIN holds a quote"),
        ("notes-fastapi", {"DOMAIN": "a.example.com\nEVIL='1"}, "DOMAIN holds a quote or a line break"),
        ("notes-fastapi", {"DOMAIN": "not a host"}, "DOMAIN does not match"),
        ("notes-fastapi", {"POSTGRES_PASSWORD": "short"}, "POSTGRES_PASSWORD does not match"),
        ("notes-fastapi", {"POSTGRES_PASSWORD": "has/slash@and:colon" * 2}, "POSTGRES_PASSWORD does not match"),
        ("notes-fastapi", {"APP_RELEASE": "bad tag"}, "APP_RELEASE does not match"),
        ("shop-express", {}, "STRIPE_SECRET_KEY is not set"),
    ],
)
def test_a_value_that_cannot_be_carried_is_refused_by_name(tmp_path: Path, case: str, env: dict[str, str], message: str) -> None:
    bench = Bench(tmp_path / "host", made(case).files)
    done = bench.run("scripts/write-env.sh", **env)
    assert done.returncode == 1 and message in done.stderr
    assert not (bench.deploy / ".env").exists() and list(bench.deploy.glob(".env.*")) == []


def test_a_generator_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "host", made("notes-fastapi").files)
    bench.stub("openssl", "echo 'no entropy' >&2; exit 3")
    done = bench.run("scripts/write-env.sh")
    assert done.returncode != 0 and list(bench.deploy.glob(".env*")) == []


def test_dollars_and_backslashes_survive_the_shell(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "host", made("shop-express").files)
    value = r"a$b\c`d\"e"
    assert bench.run("scripts/write-env.sh", **_given("shop-express") | {"STRIPE_SECRET_KEY": value}).returncode == 0
    bench.stub("read-back", '. "$1"; printf %s "$STRIPE_SECRET_KEY"')
    (bench.deploy / "read-back").write_bytes((bench.bin / "read-back").read_bytes())
    assert bench.run("read-back", str(bench.deploy / ".env")).stdout == value


# preflight.sh

DOCKER = r"""
case "$*" in
  "version --format {{.Server.Version}}") echo "${ENGINE-99.0.0}" ;;
  "compose version --short") echo "${COMPOSE-v99.0.0}" ;;
  ps*) echo "${PORTS-}" ;;
esac
"""


@pytest.fixture
def host(tmp_path: Path) -> Bench:
    """Give a host on which the preflight of the notes passes."""
    bench = Bench(tmp_path / "host", made("notes-fastapi").files)
    bench.stub("docker", DOCKER)
    bench.stub("getent", "exit ${RESOLVES-0}")
    bench.stub("awk", 'case "$*" in *MemTotal*) echo "${MEMORY-64000}" ;; *) echo "${DISK-500}"; cat >/dev/null ;; esac')
    script = bench.deploy / "scripts" / "preflight.sh"
    script.write_text(script.read_text().replace("for port in 80 443;", "for port in ${TRIED-1};"))
    marker = re2.search(r'if \[ -f "\$repo/([^"]+)" \]', script.read_text()).group(1)
    (bench.place / marker).write_text("")
    return bench


def test_preflight_passes_on_a_host_that_has_everything(host: Bench) -> None:
    done = host.run("scripts/preflight.sh", REPO=str(host.place))
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "preflight passed", done.stdout
    assert "FAIL" not in done.stdout and done.stderr == ""


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({"ENGINE": ""}, "the Docker engine does not answer"),
        ({"ENGINE": "19.03.1"}, "Docker engine 19.03.1 is older than"),
        ({"COMPOSE": "1.29.2"}, "Docker Compose 1.29.2 is older than"),
        ({"DOMAIN": "not a host"}, "input DOMAIN does not match"),
        ({"POSTGRES_PASSWORD": "short"}, "input POSTGRES_PASSWORD does not match"),
        ({"MEMORY": "900"}, "memory 900 MiB is less than"),
        ({"DISK": "3"}, "free disk 3 GiB is less than"),
        ({"REPO": "/nonexistent"}, "REPO=/nonexistent does not hold"),
    ],
)
def test_preflight_names_what_is_missing(host: Bench, env: dict[str, str], line: str) -> None:
    done = host.run("scripts/preflight.sh", **{"REPO": str(host.place)} | env)
    assert done.returncode == 1 and "FAIL" in done.stdout and line in done.stdout, done.stdout
    assert re2.search(r"preflight: [1-9]\d* problem\(s\)", done.stdout.splitlines()[-1])


def test_preflight_lets_a_later_step_install_what_it_installs(host: Bench) -> None:
    done = host.run("scripts/preflight.sh", REPO=str(host.place), COMPOSE="")
    assert done.returncode == 0 and "later the Compose plugin is not installed yet (step install-docker)" in done.stdout, done.stdout


def test_preflight_warns_of_a_name_that_does_not_resolve_yet(host: Bench) -> None:
    done = host.run("scripts/preflight.sh", REPO=str(host.place), RESOLVES="2")
    assert done.returncode == 0 and "warn  notes-fastapi.example.com does not resolve yet" in done.stdout


@pytest.mark.loopback
def test_preflight_tells_our_port_from_a_taken_one(host: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        foreign = host.run("scripts/preflight.sh", REPO=str(host.place), TRIED=port)
        ours = host.run("scripts/preflight.sh", REPO=str(host.place), TRIED=port, PORTS=f"0.0.0.0:{port}->{port}/tcp")
    assert foreign.returncode == 1 and f"port {port} is taken by another program" in foreign.stdout
    assert ours.returncode == 0 and f"port {port} is ours" in ours.stdout


def test_preflight_asks_for_what_only_a_person_has(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "host", made("shop-express").files)
    bench.stub("docker", DOCKER)
    done = bench.run("scripts/preflight.sh", REPO=str(bench.place))
    assert "FAIL  input STRIPE_SECRET_KEY is not exported" in done.stdout and "input JWT_SECRET is optional and not set" in done.stdout
    bench.run("scripts/write-env.sh", **_given("shop-express"))
    again = bench.run("scripts/preflight.sh", REPO=str(bench.place))
    assert "ok    input STRIPE_SECRET_KEY (deploy/.env)" in again.stdout


# record-release.sh and rollback.sh


def _state(bench: Bench) -> dict[str, str]:
    return {p.name: p.read_text().strip() for p in (bench.deploy / "state").iterdir()}


def test_releases_are_remembered_in_order(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "host", made("notes-fastapi").files)
    env = bench.deploy / ".env"
    seen = []
    for release in ("one", "one", "two", "two", "three"):
        env.write_text(f"DOMAIN='x'\nAPP_RELEASE='{release}'\n")
        done = bench.run("scripts/record-release.sh")
        assert done.returncode == 0, done.stderr
        seen.append(done.stdout.strip())
    assert seen == [
        "release one, previous one",
        "release one, previous one",
        "release two, previous one",
        "release two, previous one",
        "release three, previous two",
    ]


ROLLBACK = r"""
echo "docker $* APP_RELEASE=${APP_RELEASE-}" >>"$HOME/calls"
case "$*" in
  "image inspect "*) exit "${IMAGE_RC-0}" ;;
  *" up "*) exit "${UP_RC-0}" ;;
esac
"""


@pytest.fixture
def released(tmp_path: Path) -> Bench:
    """Give a host on which release `two` runs and `one` ran before."""
    bench = Bench(tmp_path / "host", made("board-django").files)
    bench.stub("docker", ROLLBACK)
    (bench.deploy / ".env").write_text("SECRET_KEY='x/&\\1'\nAPP_RELEASE='two'\n")
    (bench.deploy / ".env").chmod(0o600)
    (bench.deploy / "state" / "current").write_text("two\n")
    (bench.deploy / "state" / "previous").write_text("one\n")
    return bench


def test_a_rollback_puts_the_previous_release_back(released: Bench) -> None:
    done = released.run("scripts/rollback.sh")
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "running release one", done.stderr
    assert (released.deploy / ".env").read_text() == "SECRET_KEY='x/&\\1'\nAPP_RELEASE='one'\n"
    assert stat.S_IMODE((released.deploy / ".env").stat().st_mode) == 0o600
    assert _state(released) == {"current": "one", "previous": "one", "rolled-back-from": "two"}
    ups = [line for line in (released.place / "calls").read_text().splitlines() if " up " in line]
    assert len(ups) == 1 and "beat web worker" in ups[0] and "--no-build --wait" in ups[0] and ups[0].endswith("APP_RELEASE=one")
    back = released.run("scripts/rollback.sh", "two")
    assert back.returncode == 0 and _state(released)["current"] == "two"


def test_a_rollback_without_its_image_changes_nothing(released: Bench) -> None:
    before = (released.deploy / ".env").read_bytes(), _state(released)
    done = released.run("scripts/rollback.sh", IMAGE_RC="1")
    assert done.returncode == 1 and "board-django:one is not on this host" in done.stderr
    assert ((released.deploy / ".env").read_bytes(), _state(released)) == before
    assert " up " not in (released.place / "calls").read_text()


def test_a_rollback_that_does_not_become_healthy_says_so(released: Bench) -> None:
    done = released.run("scripts/rollback.sh", UP_RC="1")
    assert done.returncode != 0 and "running release" not in done.stdout
    assert _state(released)["current"] == "two", "what is recorded is what ran last"


def test_a_rollback_before_any_release_fails(released: Bench) -> None:
    (released.deploy / "state" / "previous").unlink()
    assert released.run("scripts/rollback.sh").returncode != 0
    assert "APP_RELEASE='two'" in (released.deploy / ".env").read_text()
