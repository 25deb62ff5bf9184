"""When a repository's own Dockerfile builds the image, when a recipe does, and what probes and migrations follow from that."""

from __future__ import annotations

from typing import Any

import pytest
from deploybook.agents import clarifier
from deploybook.agents.architect import design
from deploybook.agents.architect.probes import web_probe
from deploybook.core.blueprint import Blueprint
from deploybook.core.errors import NothingDetected
from deploybook.core.facts import Build, Datastore, EnvVar, Evidence, Migration, Service, Survey
from deploybook.tools.dockerfile import patched

EXACT = "python:3.12.14-slim-trixie"
GOOD = f'FROM {EXACT}\nCOPY . /srv\nUSER 1000\nCMD ["serve"]\n'


def _service(runtime: str = "python", **fields: Any) -> Service:
    base = {"name": "api", "path": ".", "role": "web", "language": runtime, "runtime": runtime, "port": 8000}
    return Service.model_validate(base | fields)


def _build(text: str, path: str = "Dockerfile", base: str = EXACT, **fields: Any) -> Build:
    return Build(dockerfile=path, text=text, stages=("",), base_images=(base,), user="1000", command=("serve",), **fields)


def _designed(service: Service, **survey: Any) -> Blueprint:
    made = Survey(project="shop", commit="0" * 40, services=(service,), **survey)
    target, _, assumptions = clarifier.settle(made, (), {})
    return design(made, target, assumptions)


def _origin(service: Service) -> tuple[str, str]:
    spec = _designed(service).component("api").build
    assert spec is not None
    return spec.origin, "; ".join(spec.changes)


def test_a_good_dockerfile_is_used_as_it_is() -> None:
    assert _origin(_service(build=_build(GOOD))) == ("repository", "")


@pytest.mark.parametrize("path", ["Dockerfile.dev", "dev/docker/Dockerfile", ".gitpod.Dockerfile", ".devcontainer/Dockerfile"])
def test_a_dockerfile_of_a_workstation_stands_back_for_a_recipe(path: str) -> None:
    origin, why = _origin(_service(build=_build(GOOD, path)))
    assert origin == "generated" and path in why and "development" in why


def test_a_dockerfile_that_runs_what_the_network_sends_stands_back_and_leaves_no_doubt_behind() -> None:
    text = GOOD.replace("COPY", "RUN curl -sSL https://install.example.org/get.sh | sh\nCOPY")
    origin, why = _origin(_service(build=_build(text)))
    assert origin == "generated" and "changes unseen" in why and "compare the two" in why
    unknown = _service(build=_build("FROM acme/base\nCOPY . .\n", base="acme/base"))
    assert not any("acme" in u.claim for u in _designed(unknown).unverified), "nothing of the refused file is used"


def test_without_a_recipe_the_repositorys_own_file_is_all_there_is() -> None:
    file = _build(GOOD.replace(EXACT, "haskell:9.10"), "Dockerfile.dev", base="haskell:9.10")
    spec = _designed(_service("haskell", build=file)).component("api").build
    assert spec is not None and spec.origin != "generated"
    with pytest.raises(NothingDetected) as caught:
        _designed(_service("haskell"))
    assert "api" in caught.value.what and "haskell" in caught.value.why and "Dockerfile" in caught.value.hint


def test_an_argument_that_only_named_the_base_goes_with_it() -> None:
    text = 'ARG LINE=3.12\nFROM python:${LINE}-slim\nCOPY . .\nUSER 1000\nCMD ["serve"]\n'
    build = _build(text, base="python:3.12-slim", args={"LINE": "3.12", "COLOUR": "red"})
    spec = _designed(_service(build=build)).component("api").build
    assert spec is not None and spec.args == {"COLOUR": "red"} and spec.bases[0] is not None


@pytest.mark.parametrize(
    ("runtime", "base", "wanted"),
    [
        ("python", None, "python"),
        ("node", None, "node"),
        ("bun", None, "bun"),
        ("go", "debian:trixie-20260918-slim", "bash"),
        ("java", "eclipse-temurin:17.0.20_8-jre-noble", "bash"),
        ("ruby", "ruby:4.0.6-slim-trixie", "bash"),
        ("go", "alpine:3.24.1", "wget"),
        ("dotnet", "mcr.microsoft.com/dotnet/aspnet:8.0.30-alpine3.24", "wget"),
        ("go", "gcr.io/distroless/static-debian12:nonroot", None),
        ("go", "scratch", None),
        ("go", "acme/own:1.0.0", None),
        ("rust", None, None),
    ],
)
def test_a_probe_asks_with_what_the_image_holds(runtime: str, base: str | None, wanted: str | None) -> None:
    probe = web_probe(_service(runtime, health_path="/healthz"), base)
    assert (wanted is None) == (probe is None)
    if probe is not None:
        assert wanted in " ".join(probe.test) and "/healthz" in " ".join(probe.test) and "curl" not in " ".join(probe.test)


def test_a_health_path_must_answer_well_and_another_path_only_without_a_fault() -> None:
    for base, mark in (("debian:13.7-slim", "4[0-9][0-9]"), ("alpine:3.24.1", "4[0-9][0-9]")):
        told, guessed = (web_probe(_service("go", health_path=p), base) for p in ("/up", None))
        assert told is not None and guessed is not None
        assert mark not in " ".join(told.test) and mark in " ".join(guessed.test)
    assert web_probe(_service("go", port=None), "alpine:3.24.1") is None


def _migrated(runtime: str, tool: str, command: str | None, **fields: Any) -> Blueprint:
    migration = Migration(tool=tool, path="db/migrations", command=command)
    stores = (Datastore(kind="postgresql"),)
    return _designed(_service(runtime, start_command="./api", **fields), datastores=stores, migrations=(migration,))


def test_golang_migrate_comes_with_the_recipe_and_reads_the_database_that_the_plan_runs() -> None:
    command = 'migrate -path db/migrations -database "$DATABASE_URL" up'
    blueprint = _migrated("go", "golang-migrate", command, runtime_version="1.26")
    assert blueprint.component("migrate").command == ("sh", "-c", command)
    bound = next(b for b in blueprint.env if b.name == "DATABASE_URL")
    assert bound.components == ("migrate",) and str(bound.value).startswith("postgres://") and str(bound.value).endswith("sslmode=disable")


def test_sqlx_needs_its_own_version() -> None:
    assert _migrated("rust", "sqlx", "sqlx migrate run", libraries={"sqlx": "0.8.2"}).migration is not None
    assert _migrated("rust", "sqlx", "sqlx migrate run", libraries={"sqlx": ""}).migration is None


def test_a_tool_that_no_image_holds_is_left_to_the_application_or_a_person_and_said() -> None:
    blueprint = _migrated("dotnet", "ef-core", "dotnet ef database update", manifest="api.csproj")
    assert blueprint.migration is None
    assert "does not hold the tool" in next(a.basis for a in blueprint.assumptions if a.id == "migrations-by-hand")
    spring = _migrated("java", "flyway", "flyway migrate", framework="spring-boot", manifest="pom.xml")
    assert spring.migration is None and any(a.id == "migrations-at-start" for a in spring.assumptions)


@pytest.mark.parametrize(("library", "ending"), [("github.com/lib/pq", "?sslmode=disable"), ("github.com/jackc/pgx/v5", "")])
def test_go_clients_that_insist_on_tls_are_told_that_there_is_none(library: str, ending: str) -> None:
    variable = EnvVar(name="DATABASE_URL", required=True, services=("api",), read_by_code=True)
    service = _service("go", runtime_version="1.26", start_command="./api", libraries={library: "v1"})
    blueprint = _designed(service, datastores=(Datastore(kind="postgresql"),), env_vars=(variable,))
    value = str(next(b.value for b in blueprint.env if b.name == "DATABASE_URL"))
    assert value.partition("?")[1] + value.partition("?")[2] == ending


def test_one_command_applies_the_migrations_of_every_folder() -> None:
    folders = tuple(Migration(tool="django", path=f"shop/{n}/migrations", command="python manage.py migrate") for n in ("a", "b"))
    other = Migration(tool="alembic", path="alembic", command="alembic upgrade head")
    service = _service(start_command="gunicorn shop.wsgi")
    blueprint = _designed(service, datastores=(Datastore(kind="postgresql"),), migrations=(*folders, other))
    left = [a.id for a in blueprint.assumptions if a.id.startswith("migrations-beside")]
    assert left == ["migrations-beside-alembic-alembic"]


def _databases(blueprint: Blueprint) -> list[str]:
    return [s.kind for s in blueprint.stores]


@pytest.mark.parametrize(
    ("variables", "migrations", "wanted"),
    [
        ([EnvVar(name="DATABASE_TYPE")], (), ["mongodb"]),
        ([EnvVar(name="DATABASE_TYPE", default="postgres")], (), ["postgresql"]),
        ([EnvVar(name="DATABASE_TYPE"), EnvVar(name="DATABASE_PORT", default="5432")], (), ["postgresql"]),
        ([EnvVar(name="DATABASE_TYPE")], (Migration(tool="typeorm", path="m", command="npm run migration:run"),), ["postgresql"]),
        ([], (), ["mongodb", "postgresql"]),
    ],
)
def test_code_that_chooses_its_database_gets_one(variables: list[EnvVar], migrations: tuple[Migration, ...], wanted: list[str]) -> None:
    service = _service("node", runtime_version="22", start_command="node a.js")
    both = (Datastore(kind="mongodb"), Datastore(kind="postgresql"))
    blueprint = _designed(service, datastores=both, env_vars=tuple(variables), migrations=migrations)
    assert _databases(blueprint) == wanted
    assert any(a.id == "database-chosen" for a in blueprint.assumptions) == (len(wanted) == 1)


def test_tools_of_developers_are_not_deployed() -> None:
    mail = Service(name="maildev", path=None, role="third-party", image="maildev/maildev:2.1.0")
    made = Survey(project="shop", commit="0" * 40, services=(_service(start_command="serve"), mail))
    target, _, assumptions = clarifier.settle(made, (), {})
    assert [c.name for c in design(made, target, assumptions).of_kind("app")] == ["api"]


def test_a_store_that_the_host_does_not_run_is_not_said_to_be_checked() -> None:
    blueprint = _designed(
        _service(start_command="serve"), datastores=(Datastore(kind="elasticsearch"),), env_vars=(EnvVar(name="ELASTICSEARCH_URL"),)
    )
    told = next(a for a in blueprint.assumptions if a.id == "external-elasticsearch")
    assert "`ELASTICSEARCH_URL`" in told.confirm and "preflight" not in told.confirm


def test_rails_gets_the_secret_that_no_line_of_it_reads() -> None:
    service = _service("ruby", framework="rails", manifest="Gemfile", start_command="bin/rails server -b 0.0.0.0")
    bound = next(b for b in _designed(service).env if b.name == "SECRET_KEY_BASE")
    assert bound.source == "secret" and bound.components == ("api",)
    assert next(i.generate for i in _designed(service).inputs if i.name == "SECRET_KEY_BASE") == "openssl rand -hex 32"
    assert not any(b.name == "SECRET_KEY_BASE" for b in _designed(_service(start_command="serve")).env)


def test_symfony_calls_production_by_its_own_name() -> None:
    service = _service("php", framework="symfony", manifest="composer.json")
    env = {b.name: b.value for b in _designed(service, env_vars=(EnvVar(name="APP_ENV", default="dev"),)).env}
    assert env["APP_ENV"] == "prod"


def test_springs_own_settings_hold_jdbc_addresses() -> None:
    at = Evidence(path="src/main/resources/application-postgres.properties", line=3, quote="spring.datasource.url=${POSTGRES_URL}")
    variable = EnvVar(name="POSTGRES_URL", services=("api",), evidence=(at,))
    service = _service("java", framework="spring-boot", manifest="pom.xml", runtime_version="17")
    env = {b.name: b.value for b in _designed(service, datastores=(Datastore(kind="postgresql"),), env_vars=(variable,)).env}
    assert env["POSTGRES_URL"] == "jdbc:postgresql://db:5432/shop"


def test_a_build_tool_that_no_recipe_knows_is_refused_not_guessed() -> None:
    with pytest.raises(NothingDetected) as caught:
        _designed(_service("jvm", language="scala", package_manager="sbt", manifest="build.sbt"))
    assert "scala" in caught.value.why


@pytest.mark.parametrize(
    ("folder", "others", "wanted"),
    [
        ("api", {"api": "20.12.2"}, "node:20.12.2"),
        ("api", {"api": "20.12.2", "web": "22.11.0"}, "node:20.12.2"),
        ("api", {"web": "20.12.2", "jobs": "20.12.2"}, "node:20.12.2"),
        ("api", {"web": "20.12.2", "jobs": "22.11.0"}, "node:2"),
    ],
)
def test_an_image_takes_the_version_that_its_folder_or_the_repository_declares(folder: str, others: dict[str, str], wanted: str) -> None:
    mine = _service("node", path=folder, manifest=f"{folder}/package.json", start_command="node main.js")
    declared = tuple(
        _service(
            "node",
            name=f"old-{path}",
            path=path,
            manifest=f"{path}/package.json",
            start_command="node old.js",
            runtime_version=version,
            runtime_version_declared=({"source": f"{path}/Dockerfile#FROM", "value": version},),
        )
        for path, version in others.items()
    )
    made = Survey(project="shop", commit="0" * 40, services=(mine, *declared))
    target, _, assumptions = clarifier.settle(made, (), {})
    base = str(design(made, target, assumptions).decisions[f"base:{folder}"].value)
    assert base.startswith(wanted) and (wanted == "node:20.12.2") == base.startswith("node:20.12.2")


def test_a_recipe_never_builds_on_a_distribution_that_brings_no_runtime() -> None:
    text = "FROM ubuntu:22.04\nRUN curl -sSL https://install.example.org/get.sh | sh\nCMD gunicorn wsgi:app\n"
    service = _service(runtime_version="3.12.8", start_command="gunicorn wsgi:app", build=_build(text, base="ubuntu:22.04"))
    decided = _designed(service).decisions["base:."]
    assert str(decided.value).startswith("python:3.12.8")


def test_an_image_that_lives_in_roots_home_lets_its_user_through() -> None:
    text = "FROM ubuntu:22.04\nRUN uv python install 3.12.8\nCMD gunicorn wsgi:app\n"
    file = Build(dockerfile="Dockerfile", text=text, stages=("",), base_images=("ubuntu:22.04",), command=("gunicorn", "wsgi:app"))
    spec = _designed(_service(runtime_version="3.12.8", start_command="gunicorn wsgi:app", build=file)).component("api").build
    assert spec is not None and spec.run_as == "10001:10001" and any("`/root`" in c for c in spec.changes)
    made = patched(text, "Dockerfile", [None], spec.run_as, None).text
    assert made.index("chmod 0711 /root") < made.index("USER 10001:10001") < made.index("CMD gunicorn")


def test_a_process_that_nothing_builds_is_left_out_where_another_one_serves() -> None:
    api = _service(start_command="gunicorn shop:app")
    packed = _service("cobol", name="packed", path="packed", build=_build("FROM a:1.0.0\nCOPY dist /app\n", "packed/Dockerfile", "a:1.0.0"))
    packed = packed.model_copy(update={"build": packed.build.model_copy(update={"missing_sources": ("dist",)}) if packed.build else None})
    made = Survey(project="shop", commit="0" * 40, services=(packed, api))
    target, _, assumptions = clarifier.settle(made, (), {})
    blueprint = design(made, target, assumptions)
    assert [c.name for c in blueprint.components if c.kind == "app"] == ["api"]
    assert any(a.id == "left-out-packed" and "clean checkout" in a.basis for a in blueprint.assumptions)
    with pytest.raises(NothingDetected):
        _designed(packed)


@pytest.mark.parametrize(
    ("base", "declared", "wanted"),
    [
        ("rust:alpine3.21", "1.91.0", "rust:1.91.0-alpine3.21"),
        ("rust:slim", "1.91.0", "rust:1.91.0-slim"),
        ("rust:1.90.0-slim", "1.91.0", "rust:1.90.0-slim"),
    ],
)
def test_a_base_without_a_version_takes_the_one_that_the_repository_declares(base: str, declared: str, wanted: str) -> None:
    text = f'FROM {base}\nCOPY . /srv\nUSER 1000\nCMD ["serve"]\n'
    service = _service("rust", runtime_version=declared, build=_build(text, base=base))
    spec = _designed(service).component("api").build
    assert spec is not None and (spec.bases[0] or base) == wanted


def test_another_line_than_the_declared_one_is_an_assumption_and_a_least_version_is_none() -> None:
    old = _service("php", runtime_version="8.1", runtime_version_declared=({"source": "Dockerfile#FROM", "value": "8.1"},))
    least = _service("php", runtime_version="8.1", runtime_version_declared=({"source": "composer.json#require.php", "value": "8.1"},))
    assert [[a.id for a in _designed(s).assumptions if a.id.startswith("newer-")] for s in (old, least)] == [["newer-php"], []]


def test_an_image_that_files_are_copied_from_is_named_exactly() -> None:
    text = GOOD.replace("COPY .", "COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/\nCOPY .")
    spec = _designed(_service(build=_build(text))).component("api").build
    assert spec is not None and spec.origin == "patched"
    assert spec.copied["ghcr.io/astral-sh/uv:latest"].startswith("ghcr.io/astral-sh/uv:0.")


@pytest.mark.parametrize(
    ("path", "auth", "wanted"),
    [("/about", True, (200, 204, 302, 303, 401, 403)), ("/about", False, (200, 204, 401, 403)), ("/api/items", True, (200, 204, 401, 403))],
)
def test_a_page_of_an_application_with_users_may_send_a_stranger_to_its_login(path: str, auth: bool, wanted: tuple[int, ...]) -> None:
    service = _service(start_command="gunicorn shop:app", health_path="/up", routes=({"method": "GET", "path": path},))
    blueprint = _designed(service, auth=({"kind": "session"},) if auth else ())
    assert next(c.statuses for c in blueprint.smoke if c.id == "read") == wanted
