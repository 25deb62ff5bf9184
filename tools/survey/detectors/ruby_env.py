"""Detect the environment variables that Ruby programs and ERB settings read, and those that Rails reads for them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View
from ..envfacts import Read, variables
from ..ruby.bundle import bundles
from ..ruby.env import reads
from ..ruby.rails import application, setting
from ..view import join

_PUMA = ("WEB_CONCURRENCY", "PUMA_MIN_THREADS", "PUMA_MAX_THREADS", "MIN_THREADS", "MAX_THREADS")  # read by Puma itself
_RAILS = ("RAILS_MASTER_KEY", "SECRET_KEY_BASE", "DATABASE_URL", "RAILS_ENV", "RAILS_LOG_LEVEL")


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and code base."""
    for folder, bundle in bundles(view).items():
        found = list(reads(view, folder))
        if bundle.gem("puma"):
            found.extend(_named(view, join(folder, "config/puma.rb"), _PUMA))
        if application(view, folder) is not None:
            found.extend(_framework(view, folder, {r.name for r in found}))
        yield from variables(view, folder, found)


def _named(view: View, path: str, names: tuple[str, ...]) -> Iterator[Read]:
    for name in names if view.repository.size(path) else ():
        line = view.find(path, f'"{name}"') if view.holds(path, name) else None
        if line:
            yield Read(name, (path, line))


def _framework(view: View, folder: str, known: set[str]) -> Iterator[Read]:
    """Yield the names that Rails itself reads, as far as this repository's own settings write them."""
    demanded = setting(view, folder, "require_master_key")
    places = [join(folder, "config/environments/production.rb"), join(folder, "config/database.yml"), join(folder, "Dockerfile")]
    for name in _RAILS:
        if name in known:
            continue
        for path in places:
            line = view.find(path, name) if view.repository.size(path) and view.holds(path, name) else None
            needed = name == "RAILS_MASTER_KEY" and demanded is not None and demanded.text == "true"
            if line:
                yield Read(name, (path, line), needed=needed)
                break
