"""Each kind of store, run as the only one of a plan: what one module says must serve every section."""

from __future__ import annotations

import pytest
import yaml
from deploybook.core.facts import Datastore, EnvVar, Queue
from deploybook.tools.targets import StoreKind, platform, platforms
from made_plans import Made, planned, surveyed, variant

KINDS = sorted(platform("compose").store_kinds())


def _with(*stores: Datastore, queues: tuple[Queue, ...] = ()) -> Made:
    """Plan the pair of greeters, which need nothing, with these stores."""
    return planned(variant(surveyed("echo-pair"), datastores=stores, queues=queues))


def _services(found: Made) -> dict[str, dict[str, object]]:
    return dict(yaml.safe_load(found.text("artifacts/compose.yaml"))["services"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_of_each_kind_makes_a_plan_that_passes(kind: str) -> None:
    found = _with(Datastore(kind=kind))
    assert [f"{f.code} {f.message}" for f in found.review.blocking()] == []
    store = found.blueprint.stores[0]
    service = _services(found)[store.component]
    assert store.kind == kind and service["healthcheck"] and service["networks"] == ["data"] and "ports" not in service
    shown = found.text("PLAN.md")
    for name in (store.component, store.volume or store.component):
        assert f"`{name}`" in shown or f"_{name}`" in shown
    assert "{" not in str(service.get("environment", "")).replace("${", "").replace("{'", "").replace("'}", "").replace("{}", "")


@pytest.mark.parametrize("kind", ["redis", "valkey"])
def test_a_store_has_no_password_where_the_code_gives_none(kind: str) -> None:
    """A server that asks for a password refuses a client that has none: the address alone is what the code reads."""
    address = EnvVar(name="REDIS_ADDRESS", default="localhost:6379")
    found = planned(variant(surveyed("echo-pair"), datastores=(Datastore(kind=kind),), queues=(), env_vars=(address,)))
    assert [f"{f.code} {f.message}" for f in found.review.blocking()] == []
    assert found.blueprint.stores[0].password_input is None and "REDIS_PASSWORD" not in {i.name for i in found.blueprint.inputs}
    files = {path: text for path, text in found.files.items() if path.startswith("artifacts/")}
    assert files and not [path for path, text in files.items() if b"REDIS_PASSWORD" in text or b"requirepass" in text]
    assert any(a.id == f"open-{kind}" and "`REDIS_ADDRESS`" in a.basis for a in found.blueprint.assumptions)
    assert f"REDIS_ADDRESS: {kind}:6379" in found.text("artifacts/compose.yaml")


def test_a_store_keeps_its_password_where_one_variable_takes_it() -> None:
    names = (EnvVar(name="REDIS_HOST", default="localhost"), EnvVar(name="REDIS_PASSWORD", secret=True))
    found = planned(variant(surveyed("echo-pair"), datastores=(Datastore(kind="redis"),), queues=(), env_vars=names))
    assert found.blueprint.stores[0].password_input == "REDIS_PASSWORD" and "requirepass" in found.text("artifacts/compose.yaml")


def test_a_store_that_no_variable_addresses_is_told_as_unverified() -> None:
    found = planned(variant(surveyed("echo-pair"), datastores=(Datastore(kind="postgresql"),), queues=(), env_vars=()))
    assert [u.subject for u in found.blueprint.unverified if u.subject.startswith("address-")] == ["address-db"]
    assert [f.code for f in found.review.findings if f.code == "LNK095"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_states_fits_together(kind: str) -> None:
    stated: StoreKind = platform("compose").store_kinds()[kind]
    assert stated.kind == kind
    assert (
        bool(stated.dump) == bool(stated.restore) == bool(stated.verify_dump) == bool(stated.dump_suffix) == bool(stated.database_variable)
    )
    assert not stated.dump or stated.client_environment
    assert bool(stated.volume) == bool(stated.data_path)
    assert stated.role in ("database", "cache", "broker") and (stated.dump or stated.role != "database")
    for text in (stated.url, *stated.environment.values(), *stated.client_environment.values()):
        assert text.count("{") == text.count("}")
    assert (stated.exporter is None) or (stated.exporter.port and stated.exporter.up)


def test_two_stores_of_one_kind_get_names_volumes_and_files_of_their_own() -> None:
    found = _with(Datastore(kind="redis", name="cache"), Datastore(kind="redis", name="queue"), queues=(Queue(kind="rq", backend="redis"),))
    assert [s.component for s in found.blueprint.stores] == ["cache", "queue"]
    paths = [a.path for a in found.plan.artifacts]
    assert len(paths) == len(set(paths))
    assert {"cache-data", "queue-data"} <= set(found.blueprint.volumes)
    assert [f.code for f in found.review.blocking()] == []


def test_the_database_that_migrations_change_is_the_one_that_is_dumped_first() -> None:
    survey = surveyed("notes-fastapi")
    found = planned(variant(survey, datastores=(*survey.datastores[::-1],), queues=(Queue(kind="rq", backend="redis"),)))
    dump = next(s for s in found.plan.steps if s.id == "dump-before-migration")
    backup = next(c for c in found.blueprint.of_kind("backup") if "db" in c.depends_on)
    assert f"exec -T {backup.name} " in dump.run
    assert {next(iter(c.depends_on)) for c in found.blueprint.of_kind("backup")} == {"db", "redis"}
    assert [f.code for f in found.review.blocking()] == []


def test_a_store_that_the_platform_does_not_run_is_asked_for() -> None:
    found = _with(Datastore(kind="elasticsearch"))
    assert found.blueprint.stores == () and any(a.id == "external-elasticsearch" for a in found.plan.assumptions)
    assert [f.code for f in found.review.blocking()] == []


@pytest.mark.parametrize(
    ("version", "path", "pgdata"),
    [("16", "/var/lib/postgresql/data", None), ("18", "/var/lib/postgresql", "/var/lib/postgresql/18/docker")],
)
def test_postgresql_keeps_its_data_where_its_image_does(version: str, path: str, pgdata: str | None) -> None:
    found = _with(Datastore(kind="postgresql", version=version))
    service = _services(found)["db"]
    assert f"db-data:{path}" in service["volumes"]  # type: ignore[operator]
    assert service["environment"].get("PGDATA") == pgdata  # type: ignore[attr-defined]


def test_every_platform_offers_the_same() -> None:
    for name, module in platforms().items():
        assert module.TITLE and module.SUMMARY and module.store_kinds(), name


@pytest.mark.parametrize(
    ("kind", "declared", "kept"),
    [
        ("mongodb", "4.2.1", False),  # its image lacks the shell
        ("mongodb", "6.0.14", True),
        ("redis", "5", False),  # no release of that line is known
        ("redis", "5.0.14", True),
        ("rabbitmq", "3.7", False),
        ("mysql", "5.7", True),
    ],
)
def test_a_line_that_cannot_run_or_be_named_is_replaced_and_told(kind: str, declared: str, kept: bool) -> None:
    found = _with(Datastore(kind=kind, version=declared))
    image = found.blueprint.component(found.blueprint.stores[0].component).image
    assert f":{declared}" in image.ref if kept else f":{declared}" not in image.ref
    assert any(a.id == f"newer-{kind}" and declared in a.basis for a in found.plan.assumptions) is not kept
    assert [f.code for f in found.review.blocking()] == []


def test_databases_whose_schema_the_code_changes_as_it_starts_are_dumped_before_each_release() -> None:
    found = planned(variant(surveyed("echo-pair"), datastores=(Datastore(kind="postgresql"),), migrations=()))
    ids = [s.id for s in found.plan.steps]
    assert ids.index("start-backup") < ids.index("dump-before-release") < ids.index("release") and "migrate" not in ids
    told = next(line for line in found.text("PLAN.md").splitlines() if line.startswith("For every later release"))
    named = [word.strip(",") for word in told.split("`")[3::2]]
    assert "dump-before-release" in named and set(named) <= set(ids) and named == sorted(named, key=ids.index)


@pytest.mark.parametrize("case", ["notes-fastapi", "shop-express", "guests-sqlite"])
def test_a_later_release_repeats_steps_of_the_plan_in_its_own_order(case: str) -> None:
    found = planned(surveyed(case))
    ids = [s.id for s in found.plan.steps]
    told = next(line for line in found.text("PLAN.md").splitlines() if line.startswith("For every later release"))
    named = [word.strip(",") for word in told.split("`")[3::2]]
    assert len(named) >= 6 and named == sorted(named, key=ids.index)
