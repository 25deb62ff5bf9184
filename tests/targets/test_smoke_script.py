"""The smoke test of a plan, run for real against servers that lie in every way: it must pass against the application and nothing else."""

from __future__ import annotations

import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from made_plans import CASES, Made, made
from stubs import Bench

pytestmark = pytest.mark.loopback

DOCKER = r"""
case " $* " in
  *" ps -q "*) [ -n "${MISSING-}" ] && [ "${*: -1}" = "$MISSING" ] || echo "${*: -1}-1" ;;
  *RestartCount*) n=0; [ -z "${RESTARTING-}" ] || { echo x >>"$HOME/restarts"; n=$(wc -l <"$HOME/restarts"); }; echo "/${*: -1} $n" ;;
  *State.Status*) echo "${STATE-running healthy}" ;;
  *" exec "*) exit "${STORE_RC-0}" ;;
  *" run "*) echo "${HEAD-8d22c1e0f4ab (head)}"; exit "${MIGRATE_RC-0}" ;;
  *) echo "unexpected: docker $*" >&2; exit 99 ;;
esac
"""
Answer = Callable[[str], int]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make one self-signed certificate for every name that the plans serve."""
    place = tmp_path_factory.mktemp("tls")
    key, chain = place / "privkey.pem", place / "fullchain.pem"
    names = ",".join(f"DNS:{c}.example.com" for c in CASES)
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=smoke -addext"
    subprocess.run(
        [*command.split(), f"subjectAltName={names}", "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True, timeout=30
    )
    return key, chain


@contextmanager
def serving(answer: Answer, certificate: tuple[Path, Path] | None, delay: float = 0) -> Iterator[int]:
    """Serve on a free loopback port; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(delay)
            status = answer(self.path)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "https://elsewhere.example.com/")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate[1], certificate[0])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _faithful(found: Made) -> Answer:
    """Answer as the application behind the proxy does."""
    known = {c.path: c.statuses[0] for c in found.blueprint.smoke if c.kind in ("http", "http-absent")}
    return lambda path: known.get(path, 404)


def _smoke(
    tmp_path: Path,
    certificate: tuple[Path, Path],
    case: str,
    https: Answer | None = None,
    http: Answer | None = None,
    delay: float = 0,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    found = made(case)
    bench = Bench(tmp_path / "host", found.files)
    bench.stub("docker", DOCKER)
    bench.stub("sleep", "exit 0")
    (bench.deploy / "tls" / "fullchain.pem").write_bytes(certificate[1].read_bytes())
    (bench.deploy / ".env").write_text(f"DOMAIN='{case}.example.com'\n")
    with serving(https or _faithful(found), certificate, delay) as secure, serving(http or (lambda path: 301), None) as plain:
        return bench.run(
            "scripts/smoke.sh", SMOKE_HTTPS_PORT=str(secure), SMOKE_HTTP_PORT=str(plain), SMOKE_TIMEOUT="1", NO_PROXY="*", **env
        )


@pytest.mark.parametrize("case", CASES)
def test_it_passes_against_the_application(tmp_path: Path, certificate: tuple[Path, Path], case: str) -> None:
    done = _smoke(tmp_path, certificate, case)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"smoke: {len(made(case).blueprint.smoke) + 1} passed, 0 failed" in done.stdout and "FAIL" not in done.stdout
    assert done.stderr == ""


LIES: dict[str, Answer] = {
    "a maintenance page that says 200 to everything": lambda path: 200,
    "nothing is found": lambda path: 404,
    "everything is broken": lambda path: 500,
    "everything is redirected": lambda path: 302,
    "too many requests": lambda path: 429,
}


@pytest.mark.parametrize("case", [c for c in CASES if c != "mailer-worker"])
@pytest.mark.parametrize("lie", LIES)
def test_it_fails_against_what_is_not_the_application(tmp_path: Path, certificate: tuple[Path, Path], case: str, lie: str) -> None:
    done = _smoke(tmp_path, certificate, case, https=LIES[lie])
    assert done.returncode == 1 and "FAIL" in done.stdout, done.stdout


def test_it_fails_when_nothing_listens(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    found = made("notes-fastapi")
    bench = Bench(tmp_path / "host", found.files)
    bench.stub("docker", DOCKER)
    bench.stub("sleep", "exit 0")
    done = bench.run("scripts/smoke.sh", SMOKE_HTTPS_PORT="1", SMOKE_HTTP_PORT="1", NO_PROXY="*")
    assert done.returncode == 1 and done.stdout.count("status 000") == 4, done.stdout


def test_it_fails_against_a_server_that_answers_too_late(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    done = _smoke(tmp_path, certificate, "echo-pair", delay=1.4)
    assert done.returncode == 1 and "status 000" in done.stdout


def test_it_fails_when_plain_http_is_served(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    done = _smoke(tmp_path, certificate, "notes-fastapi", http=lambda path: 200)
    assert done.returncode == 1 and "FAIL  plain HTTP is redirected to HTTPS: status 200" in done.stdout


def test_it_fails_when_the_certificate_is_another_one(
    tmp_path: Path, certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = made("notes-fastapi")
    bench = Bench(tmp_path / "host", found.files)
    bench.stub("docker", DOCKER)
    bench.stub("sleep", "exit 0")
    (bench.deploy / "tls" / "fullchain.pem").write_bytes(certificate[1].read_bytes())
    with serving(_faithful(found), certificate) as secure, serving(lambda path: 301, None) as plain:
        done = bench.run(
            "scripts/smoke.sh", DOMAIN="other.example.org", SMOKE_HTTPS_PORT=str(secure), SMOKE_HTTP_PORT=str(plain), NO_PROXY="*"
        )
    assert done.returncode == 1 and "status 000" in done.stdout


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({"STORE_RC": "1"}, "FAIL  db answers an authenticated query"),
        ({"HEAD": "3f1c2a7b9d10"}, "FAIL  no alembic migration is pending"),
        ({"MIGRATE_RC": "1"}, "FAIL  no alembic migration is pending"),
        ({"STATE": "running unhealthy"}, "state: running unhealthy"),
        ({"STATE": "running starting"}, "state: running starting"),
        ({"STATE": "restarting healthy"}, "state: restarting healthy"),
        ({"MISSING": "notes-fastapi"}, "state: no container"),
        ({"RESTARTING": "1"}, "FAIL  nothing restarted meanwhile"),
    ],
)
def test_it_fails_when_a_dependency_does(tmp_path: Path, certificate: tuple[Path, Path], env: dict[str, str], line: str) -> None:
    done = _smoke(tmp_path, certificate, "notes-fastapi", **env)
    assert done.returncode == 1 and line in done.stdout, done.stdout + done.stderr
