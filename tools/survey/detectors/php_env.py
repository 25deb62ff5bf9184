"""Detect the environment variables that PHP programs and Symfony settings read; a committed `.env` of Symfony holds their defaults."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View
from ..envfacts import Read, variables
from ..php.composer import projects
from ..php.dotenv import committed
from ..php.env import reads
from ..php.frameworks import loaded

_RUNTIME = ("APP_ENV", "APP_DEBUG", "TRUSTED_PROXIES", "TRUSTED_HOSTS")  # read by Symfony's runtime itself


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and code base."""
    for folder, project in projects(view).items():
        found = list(reads(view, project))
        framework = loaded(view, project)
        if framework is not None and framework.framework.name in ("symfony", "api-platform"):
            known = committed(view, folder)
            found = [_defaulted(r, known) for r in found]
            found.extend(Read(name, known[name][1], known[name][0]) for name in _RUNTIME if name in known)
        yield from variables(view, folder, found)


def _defaulted(read: Read, known: dict[str, tuple[str, tuple[str, int]]]) -> Read:
    """Return a read with the value that the committed settings file gives it where the code names none."""
    if read.default is not None or read.name not in known:
        return read
    value, place = known[read.name]
    return Read(read.name, read.at, value, place, False, read.kind)
