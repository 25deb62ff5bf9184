"""State the traps that only show once services are put together: development servers, migrations at start, files that are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ....core.facts import ComposeService, Evidence, Fact, Service
from ..commands import looks_like_development
from ..view import View
from .ledger import Ledger
from .meaning import followed, script_path

_DEVELOPMENT = {"django-runserver", "werkzeug", "artisan-serve", "php"}
_MIGRATIONS = (
    "alembic upgrade", "manage.py migrate", "flask db upgrade", "prisma migrate", "prisma db push", "sequelize db:migrate",
    "sequelize-cli db:migrate",
    "knex migrate", "typeorm migration:run", "artisan migrate", "rails db:migrate", "rake db:migrate", "db:prepare", "ecto.migrate",
    "flyway migrate",
    "dotnet ef database update", "goose up", "migrate -path", "diesel migration run", "sqlx migrate run", "drizzle-kit push",
    "drizzle-kit migrate",
)  # fmt: skip


def risks(ledger: Ledger, services: Iterable[Service]) -> Iterator[Fact]:
    """Yield a trap per service that starts a development server or migrates as it starts, and per Dockerfile that is cited in vain."""
    for service in services:
        if service.role in ("reverse-proxy", "third-party", "frontend"):
            continue
        yield from _development(service)
        yield from _migrating(ledger, service)
    for _, one in ledger.values("compose", ComposeService):
        if one.dockerfile and not ledger.view.exists(one.dockerfile):
            text = f"{one.file} builds `{one.name}` from {one.dockerfile}, which the repository does not hold"
            yield _trap(".", f"missing-dockerfile:{one.dockerfile}", text, ledger.view.evidence(one.file, one.line))


def _development(service: Service) -> Iterator[Fact]:
    command = service.start_command or ""
    lines = [e for e in service.evidence if e.field == "start_command"] or list(service.evidence[:1])
    if command and lines and (service.server in _DEVELOPMENT or looks_like_development(command)):
        text = f"`{command}` starts a development server: it is neither safe nor fast enough for production"
        yield _trap(service.path or ".", f"development-server:{service.name}", text, *lines[:2])


def _migrating(ledger: Ledger, service: Service) -> Iterator[Fact]:
    if service.role == "job":
        return
    for evidence in _places(ledger, service):
        text = f"`{service.name}` migrates the database as it starts: several copies do it at once, and a rollback meets the new schema"
        yield _trap(service.path or ".", f"migrate-at-start:{service.name}", text, evidence)
        return


def _places(ledger: Ledger, service: Service) -> Iterator[Evidence]:
    """Yield the lines of the start command, or of the scripts that it runs, that migrate."""
    command = service.start_command or ""
    if any(word in command for word in _MIGRATIONS):
        own = [e for e in service.evidence if any(word in e.quote for word in _MIGRATIONS)]
        yield own[0] if own else service.evidence[0]
        return
    said, text = followed(ledger, service.path, command)
    for words in {tuple(command.split()), tuple(text.split()), said.words, *_entrypoints(service)}:
        for word in words:
            if "/" in word or word.endswith(".sh"):
                path = script_path(ledger, service.path or ".", word.strip("\"'"))
                if path is not None and _is_script(ledger.view, path):
                    yield from _lines(ledger.view, path)


def _entrypoints(service: Service) -> list[tuple[str, ...]]:
    return [service.build.entrypoint, service.build.command] if service.build else []


def _is_script(view: View, path: str) -> bool:
    return path.endswith(".sh") or view.holds(path, "#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash", "#!/usr/bin/env sh")


def _lines(view: View, path: str) -> Iterator[Evidence]:
    for command in view.shell(path):
        if any(word in " ".join(command.words) for word in _MIGRATIONS):
            yield view.evidence(path, command.line)


def _trap(folder: str, name: str, text: str, *evidence: Evidence) -> Fact:
    return Fact(kind="trap", subject=folder, key=name, value=text, source=evidence[0].path, evidence=evidence, detector="assemble")
