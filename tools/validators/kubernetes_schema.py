"""Check Kubernetes manifests against the API's strict schemas, which kubernetes-validate carries (found where installed, not required)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema.protocols import Validator as SchemaValidator
from jsonschema.validators import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ..yaml12 import Map, YamlError, load_all
from . import _schemas
from ._model import Item, Problem, Verdict, Workspace, absent, numbers, verdict

TOOL = "kubernetes-validate"
KINDS = ("kubernetes",)
OUTSIDE = True
INSTALL = "pip install kubernetes-validate"
_PACKAGE = "kubernetes_validate"
_MOST = 20


def available() -> bool:
    """Say whether the library is installed."""
    return find_spec(_PACKAGE) is not None


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each manifest; objects whose schema is not known (custom resources) and templates are left out and told."""
    if not available():
        return absent(items, INSTALL)
    return [_one(item.text) for item in items]


def _one(text: str) -> Verdict:
    if "{{" in text:
        return Verdict("absent", note="a template, not a manifest")
    try:
        documents, _ = load_all(text)
    except YamlError as error:
        return verdict([Problem(error.line, f"no YAML: {error.problem}")])
    problems: list[Problem] = []
    unknown: set[str] = set()
    judged = 0
    for document in documents:
        schema = _schema(str(document.get("apiVersion")), str(document.get("kind"))) if isinstance(document, Map) else None
        if schema is not None:
            judged += 1
            problems += _schemas.problems(schema, document)
        elif isinstance(document, Map) and document.get("kind"):
            unknown.add(str(document["kind"]))
    note = f"no schema for {', '.join(sorted(unknown))}" if unknown else ""
    return verdict(problems[:_MOST], note) if judged or not unknown else Verdict("absent", note=note)


@cache
def _folder() -> Path:
    """Return the folder of the newest strict schemas; the library itself is not imported, only what it carries is read."""
    spec = find_spec(_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    found = [f for place in places for f in (Path(place) / "kubernetes-json-schema").glob("v*-local-strict")]
    return max(found, key=lambda folder: numbers(folder.name.removeprefix("v")))


def _read(name: str) -> Any:
    return json.loads((_folder() / name).read_text("utf-8"))


@cache
def _definitions() -> Registry[Any]:
    return DRAFT202012.create_resource(_read("_definitions.json")) @ Registry()


@cache
def _schema(version: str, kind: str) -> SchemaValidator | None:
    """Return the validator of one kind of object (`rbac.authorization.k8s.io/v1` is `rbac-v1` there), null without a schema."""
    group, slash, number = version.rpartition("/")
    name = f"{kind.lower()}-{group.partition('.')[0]}{'-' if slash else ''}{number}.json"
    if not all(part.replace("-", "").isalnum() for part in name.removesuffix(".json").split(".")):
        return None
    try:
        loaded = _read(name)
    except OSError:
        return None
    return Draft202012Validator(loaded, registry=DRAFT202012.create_resource(loaded) @ _definitions())
