"""Apply the JSON schemas that check-jsonschema carries (compose-spec, GitHub workflows, GitLab CI)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator as SchemaValidator
from jsonschema.validators import validator_for

from ..yaml12 import YamlError, load_all
from ._model import Problem, Verdict, verdict

_MOST = 20


@cache
def schema(name: str) -> SchemaValidator:
    """Return the validator of a vendored schema (`compose-spec`, `github-workflows`, …)."""
    text = files("check_jsonschema").joinpath(f"builtin_schemas/vendor/{name}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return validator_for(loaded)(loaded)


def apply(name: str, text: str, amend: Callable[[Any], None] | None = None) -> Verdict:
    """Return the verdict of one YAML text against a schema; what does not parse as YAML fails.

    `amend` changes a document before it is judged.
    """
    try:
        documents, _ = load_all(text)
    except YamlError as error:
        return verdict([Problem(error.line, f"no YAML: {error.problem}")])
    if amend is not None:
        for document in documents:
            amend(document)
    found = [p for document in documents for p in problems(schema(name), document)]
    return verdict(found[:_MOST])


def problems(validator: SchemaValidator, document: Any) -> Iterator[Problem]:
    """Yield what a schema says against a document, with the line of each."""
    errors = sorted(validator.iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path])
    left_open = [tuple(e.absolute_path) for e in errors if _left_open(e)]
    places = [tuple(e.absolute_path) for e in errors]
    for error in errors:
        place = tuple(error.absolute_path)
        follows = error.validator == "unevaluatedProperties" and any(p[: len(place)] == place for p in places if len(p) > len(place))
        if place in left_open or follows:
            continue  # known only when the variable is filled in; the keys beside what is wrong count as unknown for that alone
        deepest = _deepest(error)
        if deepest.instance is None:
            continue  # `environment:` with nothing below it: the programs take it, the published schemas are stricter
        shown = ".".join(str(p) for p in deepest.absolute_path) or "the top level"
        yield Problem(_line(document, deepest.absolute_path), f"{shown}: {_short(deepest.message)}")


def _left_open(error: ValidationError) -> bool:
    """Say whether a complaint is about the form of a text that is a variable still (`${POLICY:-always}`)."""
    leaves = [error]
    while any(e.context for e in leaves):
        leaves = [inner for e in leaves for inner in (e.context or [e])]
    return all(isinstance(e.instance, str) and "$" in e.instance and e.validator != "type" for e in leaves) or (
        isinstance(error.instance, str) and "${" in error.instance and error.validator in ("oneOf", "anyOf", "type")
    )


def _deepest(error: ValidationError) -> ValidationError:
    """Return the complaint below `anyOf` and `oneOf` that is most to the point."""
    return best_match([error]) or error


def _line(document: Any, path: Iterable[str | int]) -> int:
    current, line = document, getattr(document, "line", 1)
    for part in path:
        if isinstance(current, dict) and str(part) in current:
            line = current.line_of(str(part)) if hasattr(current, "line_of") else line
            current = current[str(part)]
        elif isinstance(current, list) and isinstance(part, int) and part < len(current):
            lines = getattr(current, "lines", None)
            line = lines[part] if lines else line
            current = current[part]
        else:
            break
    return line


def _short(text: str) -> str:
    """Return a message without the value it quotes: a value may be long, or nobody's business."""
    for marker in (" is not valid under any of the given schemas", " is not of type ", " does not match "):
        if marker in text and len(text) > 200:
            return "the value" + marker + text.partition(marker)[2][:120]
    return text if len(text) <= 240 else text[:237] + "..."
