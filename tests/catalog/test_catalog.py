"""Hold the catalogue to its rules: nothing floats, nothing is invented, the repository's own version wins."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.tools import catalog as package
from deploybook.tools.catalog import (
    Catalog,
    UnknownCycle,
    UnknownProduct,
    load,
    parse_image,
    satisfies,
    tag_level,
)
from hypothesis import given
from hypothesis import strategies as st

HERE = Path(__file__).parent
TODAY = dt.date(2026, 11, 23)


def table(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((HERE / name).read_text()))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


@pytest.mark.parametrize("case", table("resolve.yaml"), ids=lambda c: str(c["ask"]))
def test_an_image_reference_is_made_exact_or_said_to_be_unknown(catalog: Catalog, case: dict[str, Any]) -> None:
    found = catalog.resolve_image(case["ask"], TODAY)
    assert (found.image, found.verified) == (case["image"], case["verified"])
    assert found.reason
    fields = {"product": "product", "version": "version", "newer": "superseded_by", "candidate": "candidate", "nearest": "nearest"}
    for field, key in fields.items():
        if field in case:
            assert getattr(found, key) == case[field]
    if "state" in case:
        assert found.eol_state.state == case["state"]


@pytest.mark.parametrize("case", table("pins.yaml"), ids=lambda c: f"{c['product']}-{c.get('hint')}")
def test_a_pin_keeps_what_is_declared_and_else_takes_the_newest_verified(catalog: Catalog, case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(getattr(package, case["error"])):
            catalog.pin(case["product"], case.get("hint"))
        return
    found = catalog.pin(case["product"], case.get("hint"))
    assert (found.version, found.verified) == (case["version"], case["verified"])
    if "image" in case:
        assert found.image == case["image"]
    if "newer" in case:
        assert found.newer_seen == case["newer"]


def test_every_recommended_line_is_alive_and_pins_exactly(catalog: Catalog) -> None:
    checked = 0
    for product in catalog.products:
        if product.default_cycle is None:
            assert product.do_not_use
            with pytest.raises(UnknownCycle):
                catalog.pin(product.id)
            continue
        pin = catalog.pin(product.id)
        state = catalog.eol_state(product, product.default_cycle, TODAY).state
        assert state != "ended" or product.accept_ended_default, product.id
        assert pin.version != "latest"
        if pin.image:
            parsed = parse_image(pin.image)
            assert parsed is not None and tag_level(parsed.repository, parsed.tag) == "L2", pin
            checked += 1
    assert checked > 100


def test_every_verified_image_resolves_to_itself(catalog: Catalog) -> None:
    checked = 0
    for product in catalog.products:
        for image in {i for c in product.cycles for i in c.verified_images()}:
            owner = catalog.for_image(image)
            assert owner is not None and (owner.id == product.id or product.kind == "database_tool")
            found = catalog.resolve_image(image, TODAY)
            assert (found.image, found.verified) == (image, True)
            checked += 1
    assert checked > 300


def test_support_agrees_with_the_status_recorded_on_the_day_the_data_was_built(catalog: Catalog) -> None:
    expected = {"eol": {"ended"}, "extended_support": {"ended"}, "security_only": {"security"}, "supported": {"supported", "unknown"}}
    for product in catalog.products:
        for cycle in product.cycles:
            state = catalog.eol_state(product, cycle.cycle, TODAY)
            assert state.cycle == cycle.cycle
            assert state.state in expected[cycle.status], (product.id, cycle.cycle)


def test_support_changes_the_day_after_its_end(catalog: Catalog) -> None:
    assert catalog.eol_state("postgresql", "14.9", dt.date(2026, 11, 12)).state == "supported"
    assert catalog.eol_state("postgresql", "14.9", dt.date(2026, 11, 13)).state == "ended"
    assert catalog.eol_state("debian", "bookworm", TODAY).extended_until == dt.date(2028, 6, 30)
    assert catalog.eol_state("nothing", "1", TODAY).state == "unknown"


def test_images_of_one_product_are_known_under_their_usual_names(catalog: Catalog) -> None:
    names = {
        "docker.io/library/postgres": "postgresql", "node": "nodejs", "python:3.12": "python", "prom/prometheus": "prometheus",
        "grafana/grafana": "grafana", "quay.io/prometheus/node-exporter:v1.0.0": "node-exporter", "ghcr.io/astral-sh/uv": "uv",
        "docker.elastic.co/elasticsearch/elasticsearch:8.19.1": "elasticsearch", "openjdk:17": "temurin",
    }
    assert {name: getattr(catalog.for_image(name), "id", None) for name in names} == names
    assert catalog.for_image("acme/api") is None


def test_tools_packages_actions_and_shifts_are_found(catalog: Catalog) -> None:
    assert catalog.tool("docker-compose").version == "5.5.0"
    assert catalog.apt("nginx", suite="bookworm").install.startswith("nginx=1.22.")
    assert catalog.apt("postgresql").install.startswith("postgresql-17=17.")
    action = catalog.for_action("actions/checkout@v4")
    assert action is not None and len(catalog.pin(action.id).sha or "") == 40
    assert "postgres-18-volume" in {s.id for s in catalog.shifts_for("postgres")}
    assert catalog.shifts_for("gin") == ()
    with pytest.raises(UnknownProduct):
        catalog.tool("django")
    with pytest.raises(UnknownProduct):
        catalog.apt("no-such-package")
    with pytest.raises(UnknownCycle):
        catalog.apt("nginx", suite="sid")


@pytest.mark.parametrize(
    ("version", "requirement", "expected"),
    [
        ("3.12.7", ">=3.11,<3.12", False), ("3.11.9", ">=3.11,<3.12", True), ("20.18.1", "^20.9.0", True), ("21.0.0", "^20.9.0", False),
        ("1.9.8", "~> 1.9.0", True), ("1.10.0", "~> 1.9.0", False), ("1.10.0", "~> 1.9", True), ("2.0.0", "~> 1.9", False),
        ("22.1.0", "18.x || 22.x", True), ("20.1.0", "18.x || 22.x", False), ("20.1.0", "18.0 - 20", True), ("21.0.0", "18.0 - 20", False),
        ("0.2.9", "^0.2.3", True), ("0.3.0", "^0.2.3", False), ("1.2.9", "~1.2", True), ("1.3.0", "~1.2", False), ("4.5.1", "~=4.5", True),
        ("5.0", "~=4.5", False), ("3.12.1", "!=3.12.*", False), ("20.18.1", "20", True), ("1.23.3", "1.23.4", False), ("9", "*", True),
        ("v1.2.3", "=1.2.3", True), ("1.0.0", "a branch", None),
    ],
)  # fmt: skip
def test_requirements_of_every_ecosystem_are_read(version: str, requirement: str, expected: bool | None) -> None:
    assert satisfies(version, requirement) is expected


@given(st.text(alphabet=st.characters(), max_size=80) | st.text(alphabet="\ud800\udfff1.v-", max_size=8))
def test_no_text_breaks_the_catalogue(text: str) -> None:
    catalog = load()
    found = catalog.resolve_image(text, TODAY)
    assert found.verified is False or found.image
    catalog.eol_state("python", text, TODAY)
    with contextlib.suppress(UnknownCycle):
        assert catalog.pin("python", text).version
