"""Where the value of each environment variable comes from: dozens of real names, each with what the plan must do (environment.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.agents import clarifier
from deploybook.agents.architect import design
from deploybook.core.blueprint import Blueprint
from deploybook.core.facts import ComposeService, Datastore, EnvVar, Evidence, Queue, Service, Survey

CONTEXTS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "environment.yaml").read_text("utf-8"))
VARIABLES = [(n, name) for n, context in enumerate(CONTEXTS) for name in context["variables"]]
EXPECTED = {"is", "hidden"}


@cache
def designed(number: int) -> Blueprint:
    """Return the blueprint of one context: a shop with one web service."""
    context = CONTEXTS[number]
    runtime = context.get("runtime", "python")
    service = Service(
        name="api",
        path=".",
        role="web",
        language=runtime,
        runtime=runtime,
        runtime_version={"python": "3.12", "node": "22"}[runtime],
        port=8000,
        start_command="gunicorn shop:app" if runtime == "python" else "node server.js",
        libraries=dict.fromkeys(context["libraries"], ""),
        orm=context.get("orm"),
    )
    variables = tuple(
        EnvVar(name=name, services=("api",), **{k: v for k, v in fields.items() if k not in EXPECTED})
        for name, fields in context["variables"].items()
    )
    survey = Survey(
        project="shop",
        commit="0" * 40,
        services=(service,),
        datastores=tuple(Datastore(kind=kind) for kind in context.get("stores", [])),
        queues=tuple(Queue(kind=kind, backend=backend) for kind, backend in context.get("queues", {}).items()),
        env_vars=variables,
        compose_services=tuple(ComposeService.model_validate(c) for c in context.get("compose", [])),
    )
    target, _, assumptions = clarifier.settle(survey, (), {})
    return design(survey, target, assumptions)


def _done(blueprint: Blueprint, name: str) -> str:
    """Say in the words of the table what the plan does with a variable."""
    binding = next(b for b in blueprint.env if b.name == name)
    if binding.source in ("unset", "literal", "derived"):
        return f"{binding.source} {binding.value}" if binding.source != "unset" else "unset"
    wanted = next(i for i in blueprint.inputs if i.name == binding.value)
    if wanted.generate:
        return "made"
    return f"offered {wanted.default}" if wanted.default is not None else "asked"


@pytest.mark.parametrize(("number", "name"), VARIABLES, ids=[f"{CONTEXTS[n]['context']}: {name}" for n, name in VARIABLES])
def test_a_variable_gets_its_value_from_where_it_must(number: int, name: str) -> None:
    wanted = CONTEXTS[number]["variables"][name]
    assert _done(designed(number), name) == wanted["is"]
    binding = next(b for b in designed(number).env if b.name == name)
    if wanted.get("hidden"):
        assert binding.secret
    assert not (binding.source == "literal" and binding.secret), "a value that is written out is no secret"
    assert binding.why and binding.components


@pytest.mark.parametrize("number", range(len(CONTEXTS)), ids=[c["context"] for c in CONTEXTS])
def test_every_input_that_a_value_names_exists(number: int) -> None:
    blueprint = designed(number)
    names = {i.name for i in blueprint.inputs}
    for binding in blueprint.env:
        if binding.source in ("input", "secret"):
            assert binding.value in names
        if binding.source == "derived":
            used = {part.split("}")[0] for part in str(binding.value).split("${")[1:]}
            assert used <= names, binding.name


def test_made_secrets_have_the_form_that_their_reader_demands() -> None:
    commands = {i.name: i.generate for number in range(len(CONTEXTS)) for i in designed(number).inputs if i.generate}
    assert "base64" in str(commands["FERNET_KEY"]) and commands["SECRET_KEY"] == "openssl rand -hex 32"
    assert commands["ADMIN_PASSWORD"] == "openssl rand -hex 16", "bcrypt reads 72 bytes, some applications allow 40"
    laravel = next(n for n, c in enumerate(CONTEXTS) if c["context"] == "Laravel")
    assert "base64:" in str(next(i.generate for i in designed(laravel).inputs if i.name == "APP_KEY"))


def _survey(*variables: EnvVar, role: str = "web") -> Survey:
    service = Service(name="api", path=".", role=role, language="python", runtime="python", runtime_version="3.12", port=8000)  # type: ignore[arg-type]
    return Survey(project="shop", services=(service,), env_vars=variables)


def _design(survey: Survey, **answers: str) -> Blueprint:
    target, _, assumptions = clarifier.settle(survey, (), answers)
    return design(survey, target, assumptions)


def test_the_answers_shape_the_environment() -> None:
    survey = _survey(EnvVar(name="ENVIRONMENT", choices=("dev", "staging", "production")), EnvVar(name="NODE_ENV"), EnvVar(name="DOMAIN"))
    blueprint = _design(survey, environment="staging", domain="api.shop.org")
    values = {b.name: b.value for b in blueprint.env}
    assert values["ENVIRONMENT"] == "staging" and values["NODE_ENV"] == "production", "Node knows no other optimised mode"
    assert next(i.default for i in blueprint.inputs if i.name == "DOMAIN") == "api.shop.org"


def test_a_worker_that_names_the_public_address_still_asks_for_it() -> None:
    blueprint = _design(_survey(EnvVar(name="PUBLIC_URL", required=True), role="worker"))
    assert blueprint.main_web is None and any(i.name == "DOMAIN" and i.default for i in blueprint.inputs)


def test_a_file_that_reads_many_names_bare_asks_for_none_of_them() -> None:
    crowd = tuple(
        EnvVar(name=f"OPTION_{n}", required=True, evidence=(Evidence(path="config.js", line=n + 1, quote="x"),)) for n in range(14)
    )
    blueprint = _design(_survey(*crowd))
    assert {b.source for b in blueprint.env} == {"unset"} and not [i for i in blueprint.inputs if i.name.startswith("OPTION")]
