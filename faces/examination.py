"""Examine an installation: each thing that a run needs, whether it is there, and the command that mends it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import DeploybookError

if TYPE_CHECKING:
    from .configuration import Configuration

Status = Literal["passed", "failed", "absent", "note"]
_STALE_DAYS = 180
_ROOM_MB = 200


@dataclass(frozen=True)
class Result:
    """Be the result of one check; `absent` is something optional that is not there, `note` only tells."""

    status: Status
    subject: str
    detail: str
    mend: str = ""

    def plain(self) -> dict[str, str]:
        """Return the result as plain JSON."""
        return asdict(self)


def examine(configuration: Configuration) -> tuple[Result, ...]:
    """Return the result of every check in a fixed order; a check that breaks has failed."""
    found: list[Result] = []
    for check in CHECKS:
        try:
            found += check(configuration)
        except DeploybookError as error:
            found.append(Result("failed", check.__name__.strip("_"), f"{error.what}: {error.why}" if error.why else error.what, error.hint))
        except Exception as error:  # an examination never breaks off at its first patient
            found.append(Result("failed", check.__name__.strip("_"), f"{type(error).__name__}: {error}"[:200], "install deploybook again"))
    return tuple(found)


def _python(_: Configuration) -> Iterator[Result]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Result("passed" if good else "failed", "python", f"{version} at {sys.executable}", "" if good else "use Python 3.11 or newer")


def _packages(_: Configuration) -> Iterator[Result]:
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(text) for text in requires("deploybook") or ()]
    except PackageNotFoundError:
        yield Result("failed", "packages", "deploybook itself is not installed", "pip install deploybook, or `make test` in a checkout")
        return
    wrong = []
    needed = [requirement for requirement in wanted if requirement.marker is None or requirement.marker.evaluate({"extra": ""})]
    for requirement in needed:
        try:
            there = version(requirement.name)
        except PackageNotFoundError:
            there = "missing"
        if there == "missing" or not requirement.specifier.contains(there, prereleases=True):
            wrong.append(f"{requirement.name} {there}, wanted {requirement.specifier or 'any'}")
    if wrong:
        yield Result("failed", "packages", "; ".join(wrong), "pip install --upgrade deploybook")
    else:
        yield Result("passed", "packages", f"{len(needed)} required packages, versions as declared")


def _git(_: Configuration) -> Iterator[Result]:
    path = shutil.which("git")
    if path:
        yield Result("passed", "git", path)
    else:
        yield Result("failed", "git", "the program git is not on PATH: commits cannot be read, URLs cannot be cloned", "install git")


def _state(configuration: Configuration) -> Iterator[Result]:
    from ..checkpoints.home import locate
    from ..checkpoints.ledger import Ledger

    home = locate(configuration["home"]).ready()
    count = len(Ledger.of(home).runs())
    room = shutil.disk_usage(home.root).free // 2**20
    enough = room >= _ROOM_MB
    detail = f"{home.root}: {count} run{'s' if count != 1 else ''}, {room} MB free"
    yield Result("passed" if enough else "failed", "state", detail, "" if enough else "free some space, or set DEPLOYBOOK_HOME")


def _catalogue(_: Configuration) -> Iterator[Result]:
    from datetime import UTC, date, datetime

    from ..tools.catalog import load

    as_of = load().as_of
    age = (datetime.now(UTC).date() - date.fromisoformat(str(as_of))).days
    old = age > _STALE_DAYS
    yield Result("note" if old else "passed", "catalogue", f"versions as of {as_of}", "upgrade deploybook for newer ones" if old else "")


def _registries(_: Configuration) -> Iterator[Result]:
    from ..core.registry import discover
    from ..core.sections import sections
    from ..tools import checks, validators

    package = __package__.rpartition(".")[0]
    detectors = len(discover(f"{package}.tools.survey.detectors"))
    planners = set(discover(f"{package}.agents.planners", required=("plan",)))
    missing = sorted({section.id for section in sections()} - planners)
    detail = f"{detectors} detectors, {len(checks.rules())} rules, {len(validators.validators())} validators, {len(planners)} planners"
    yield Result("failed" if missing else "passed", "registries", detail, f"missing planners: {', '.join(missing)}" if missing else "")


def _validators(_: Configuration) -> Iterator[Result]:
    from ..tools.validators import inventory

    for tool, there, install in inventory():
        yield Result(
            "passed" if there else "absent", f"validator {tool}", "available" if there else "what only it checks stays unchecked", install
        )


def _model(configuration: Configuration) -> Iterator[Result]:
    name = configuration["model"]
    if name is None:
        yield Result("note", "model", "none: everything is planned offline")
        return
    key = "OPENAI_API_KEY"
    there = bool(os.environ.get(key))
    own = configuration["base-url"] is not None
    detail = f"{name}{' at a server of your own' if own else ''}; {key} is {'set' if there else 'not set'}"
    mend = f"export {key}=…" + ("; a server of your own that wants none takes any text" if own else "")
    yield Result("passed" if there else "failed", "model", detail, "" if there else mend)


def _terminal(configuration: Configuration) -> Iterator[Result]:
    from .terminal.screen import Screen, colored

    color = "colour" if colored(sys.stderr, configuration["color"]) else "no colour"
    asks = "asks questions" if Screen().asks() else "asks nothing (no terminal)"
    yield Result("note", "terminal", f"{color}, {asks}, {sys.stdout.encoding}, TERM={os.environ.get('TERM', '')}")


def _configuration(configuration: Configuration) -> Iterator[Result]:
    yield Result("note", "configuration", str(configuration.file) if configuration.file else f"no file found from {Path.cwd()} upward")


CHECKS: tuple[Callable[[Configuration], Iterator[Result]], ...] = (
    _python, _packages, _git, _state, _catalogue, _registries, _validators, _model, _terminal, _configuration,
)  # fmt: skip


def settings(configuration: Configuration) -> tuple[dict[str, Any], ...]:
    """Return every setting with its value (credentials in an address left out) and where it came from."""
    from urllib.parse import urlsplit

    from .settings import BY_KEY

    found = []
    for key, value in configuration.values.items():
        shown = value.value
        if key == "base-url" and shown and "@" in urlsplit(shown).netloc:
            parts = urlsplit(shown)
            shown = parts._replace(netloc=f"[REDACTED]@{parts.netloc.rpartition('@')[2]}").geturl()
        found.append({"setting": key, "value": shown, "source": value.source, "variable": BY_KEY[key].variable})
    return tuple(found)
