"""Run the smoke steps of a plan in a folder of their own, once for each state of the world, and say which states they took for good."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import re2

from .._view import PlanView, StepView
from .._view.items import ArtifactView
from .._view.shell import parse
from . import doubles
from .gate import HARMLESS, refusals

TIMEOUT_S = 30.0
# name -> (what the server does, what docker does, what a reader calls it)
SCENARIOS: dict[str, tuple[str, str, str]] = {
    "garbage": ("garbage", "up", "a server that answers 200 and a maintenance page to everything"),
    "missing": ("missing", "up", "a server that answers 404 to everything"),
    "failing": ("failing", "up", "a server that answers 500 to everything"),
    "refused": ("refused", "up", "a server that refuses connections"),
    "slow": ("slow", "up", "a server that never answers in time"),
    "redirect": ("redirect", "up", "a server that redirects everything to a maintenance page"),
    "containers": ("faithful", "down", "containers that do not run"),
    "faithful": ("faithful", "up", "a server that answers as the plan expects"),
}
_GOOD = ("ok", "(head)", "Database schema is up to date!", "No pending migrations", "PONG", "1", "healthy", "accepting connections")
_STATUS = re2.compile(r"^[1-5]\d\d(?:[ |,][1-5]\d\d)*$")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Be how the smoke test ended in one state of the world; `refused` says why it was not run."""

    step: StepView
    scenario: str
    passed: bool
    output: str = ""
    refused: str = ""


def outcomes(view: PlanView) -> Iterator[Outcome]:
    """Yield how each smoke step ends in each state of the world that it can notice."""
    scripts = {a.installed.rpartition("/")[2]: a for a in view.of_kind("shell")}
    for step in view.steps:
        if step.model.phase != "smoke" or not step.shell or step.model.human is not None:
            continue
        started = [scripts[n] for n in sorted(scripts) if any(w.template.rpartition("/")[2] == n for c in step.calls for w in c.words[:3])]
        texts = [step.model.run, *(a.text for a in started)]
        reasons = [r for text in texts for r in refusals(parse(text), frozenset(scripts))]
        if reasons:
            yield Outcome(step, "none", False, refused=reasons[0])
            continue
        uses = {c.name for c in step.calls} | {c.name for a in started for c in a.calls}
        for name, (http, docker, _) in SCENARIOS.items():
            if (docker == "up" and http != "faithful" and "curl" not in uses) or (docker == "down" and "docker" not in uses):
                continue
            yield _run(view, step, name, {"http": http, "docker": docker, **_expected(texts)})


def _expected(texts: list[str]) -> dict[str, object]:
    """Return what a faithful server must answer: the first status that the script names beside a path, the words that it looks for."""
    statuses: dict[str, int] = {}
    good = list(_GOOD)
    for text in texts:
        for command in parse(text).commands:
            words = [w.template for w in command.words]
            paths = [p for w in words[1:] for p in [_path(w)] if p]
            codes = [w for w in words[1:] if _STATUS.match(w)]
            schemes = [w for w in words[1:] if w in ("http", "https")]
            for path in paths if codes else ():
                code = int(codes[0][:3])
                for key in [f"{scheme} {path}" for scheme in schemes] or [path]:
                    statuses.setdefault(key, code)
            if command.name in ("grep", "egrep") and len(words) > 1:
                good += [_unescaped(w) for w in words[1:] if not w.startswith("-") and "/" not in w][:1]
    return {"statuses": statuses, "good": "\n".join(dict.fromkeys(good))}


def _path(word: str) -> str:
    if word.startswith("/") and not word.startswith(("/dev/", "/tmp")):
        return word
    return "/" + word.partition("://")[2].partition("/")[2] if word.startswith(("http://", "https://")) else ""


def _unescaped(pattern: str) -> str:
    """Return a text that a simple expression matches: anchors and escapes taken away, `.*` and classes emptied."""
    text = pattern.removeprefix("^").removesuffix("$").replace(".*", "").replace(".+", "x").replace("[[:space:]]*", "")
    return text.replace("\\", "")


def _run(view: PlanView, step: StepView, scenario: str, world: Mapping[str, object]) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="deploybook-smoke-") as name:
        root = Path(name)
        repo, programs = root / "repo", root / "bin"
        repo.mkdir()
        _install(view.artifacts, repo, root / "plan")
        _equip(programs, world)
        environment = {
            **{i.name: i.default or i.example or "placeholder" for i in view.plan.inputs if i.kind == "value"},
            **step.model.env,
            "PATH": str(programs),
            "HOME": str(root),
            "TMPDIR": str(root),
            "LANG": "C.UTF-8",
            "REPO": str(repo),
            "PLAN": str(root / "plan"),
        }
        cwd = root / "plan" if step.base else repo
        status, out = _started([str(programs / "bash"), "-e", "-u", "-c", step.model.run], cwd, environment)
    expect = step.model.expect
    passed = status == expect.rc
    if passed and expect.stdout_contains:
        passed = expect.stdout_contains in out
    if passed and expect.stdout_matches:
        passed = bool(re2.search(expect.stdout_matches, out))
    return Outcome(step, scenario, passed, out[-2000:])


def _install(artifacts: tuple[ArtifactView, ...], repo: Path, plan: Path) -> None:
    for artifact in artifacts:
        places = [plan / artifact.model.path] + ([repo / artifact.model.install_to] if artifact.model.install_to else [])
        for path in places:
            base = repo if path.is_relative_to(repo) else plan
            base.mkdir(exist_ok=True)
            if path.resolve().is_relative_to(base.resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(artifact.text, "utf-8")
                path.chmod(int(artifact.model.mode, 8))


def _equip(programs: Path, world: Mapping[str, object]) -> None:
    """Fill the only folder on PATH: links to harmless programs of this machine, and the doubles."""
    programs.mkdir()
    for program in sorted(HARMLESS):
        found = shutil.which(program)
        if found is not None:
            (programs / program).symlink_to(found)
    (programs / "world.json").write_text(json.dumps(world), "utf-8")
    for name, text in (("curl", doubles.CURL), ("docker", doubles.DOCKER), ("sleep", doubles.SLEEP)):
        (programs / f"{name}.py").write_text(text, "utf-8")
        double = programs / name
        double.write_text(f'#!{shutil.which("sh")}\nexec {sys.executable} -I -S {programs}/{name}.py "$@"\n', "utf-8")
        double.chmod(0o755)


def _started(argv: list[str], cwd: Path, environment: Mapping[str, str]) -> tuple[int | None, str]:
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=_bounded,
    )
    try:
        out, _ = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        return None, out
    return process.returncode, out


def _bounded() -> None:
    """Bound what the script may use: processor time and the size of a file it writes."""
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
