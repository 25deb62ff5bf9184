"""Folders that frameworks and compose files keep: which become volumes, and which say nothing of production."""

from __future__ import annotations

from typing import Any

import pytest
from deploybook.agents import clarifier
from deploybook.agents.architect import design
from deploybook.core.blueprint import Blueprint
from deploybook.core.facts import ComposeService, Datastore, Migration, Service, Survey


def _designed(service: dict[str, Any] | None = None, **survey: Any) -> Blueprint:
    fields = {"name": "api", "path": ".", "role": "web", "language": "python", "runtime": "python", "runtime_version": "3.12", "port": 8000}
    made = Survey(project="shop", commit="0" * 40, services=(Service.model_validate(fields | (service or {})),), **survey)
    target, _, assumptions = clarifier.settle(made, (), {})
    return design(made, target, assumptions)


def _kept(blueprint: Blueprint, name: str = "api") -> list[str]:
    return sorted(m.target for m in blueprint.component(name).mounts if m.kind == "volume")


def _composed(file: str, *volumes: str) -> tuple[ComposeService, ...]:
    return (ComposeService(name="api", file=file, volumes=volumes),)


def test_named_volumes_and_data_folders_of_the_compose_file_are_taken_over() -> None:
    volumes = (
        "media:/srv/media",
        "./uploads:/srv/uploads/",
        ".:/srv",
        "node_modules:/srv/node_modules",
        "./settings.ini:/srv/settings.ini",
    )
    blueprint = _designed(compose_services=_composed("compose.yaml", *volumes))
    assert _kept(blueprint) == ["/srv/media", "/srv/uploads"] and len(blueprint.state) == 2


@pytest.mark.parametrize("file", ["compose.dev.yaml", "tests/e2e/docker-compose.yml", ".devcontainer/compose.yaml", "compose.override.yml"])
def test_compose_files_of_workstations_and_tests_say_nothing_of_production(file: str) -> None:
    assert _kept(_designed(compose_services=_composed(file, "media:/srv/media"))) == []


def test_rails_keeps_its_storage_and_its_migration_sees_it() -> None:
    service = {"language": "ruby", "runtime": "ruby", "runtime_version": "4.0", "framework": "rails", "manifest": "Gemfile"}
    migration = Migration(tool="rails", path="db/migrate", command="bin/rails db:migrate")
    blueprint = _designed(service, datastores=(Datastore(kind="postgresql"),), migrations=(migration,))
    assert _kept(blueprint) == _kept(blueprint, "migrate") == ["/app/storage"]
    assert not blueprint.component("api").read_only, "Rails writes its process files beside its code"


def test_laravel_keeps_storage_and_uploads_for_apaches_user() -> None:
    service = {"language": "php", "runtime": "php", "framework": "laravel", "manifest": "composer.json"}
    blueprint = _designed(service, datastores=(Datastore(kind="mysql"),))
    assert _kept(blueprint) == ["/var/www/html/public/uploads", "/var/www/html/storage"]
    assert {v.owner for v in blueprint.state} == {"33:33"}
