"""Take away one layer, one veto or one search at a time: at least one case must notice."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from deploybook.tools.redaction import Redactor, TaintStore, engine, judge, looks, veto
from deploybook.tools.redaction.layers import modules

HERE = Path(__file__).parent


def _cases() -> list[Any]:
    spec = importlib.util.spec_from_file_location("support_mutation_cases", HERE.parent / "support" / "redaction_cases.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    loaded: list[Any] = module.load(HERE / "cases")
    return loaded


CASES = _cases()
LAYERS = modules()
VETOES = (
    "is_code",
    "is_dotted_name",
    "is_identifier",
    "is_marker",
    "is_placeholder",
    "is_reference",
    "is_resource_name",
    "is_sentence",
    "is_uuid",
    "is_weak",
    "is_wordy",
)


def _fails(case: Any, layers: list[Any]) -> bool:
    redactor = Redactor(TaintStore(), layers)
    for path, text in case.context:
        redactor.learn(path, text)
    shown = redactor.redact(case.path, case.text).text
    return any(piece in shown for piece in case.secrets) or any(piece not in shown for piece in case.keep)


def test_with_everything_in_place_no_case_fails() -> None:
    assert [case.name for case in CASES if _fails(case, list(LAYERS.values()))] == []


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_each_layer_is_needed(name: str) -> None:
    rest = [layer for other, layer in LAYERS.items() if other != name]
    assert any(_fails(case, rest) for case in CASES), f"no case needs the layer {name}"


def test_declared_layers_are_needed_by_their_cases() -> None:
    """A case that names a layer fails without it."""
    wrong: list[tuple[str, str]] = []
    for case in CASES:
        for name in case.layers:
            rest = [layer for other, layer in LAYERS.items() if other != name]
            if not _fails(case, rest):
                wrong.append((case.name, name))
    assert wrong == []


def _forget() -> None:
    """Clear what was remembered with another veto in place."""
    for cached in (veto.is_placeholder, veto.is_reference, veto.is_identifier, looks.is_weak, looks.is_random, judge.judge_as):
        cached.cache_clear()


@pytest.mark.parametrize("name", VETOES)
def test_each_veto_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget()
    monkeypatch.setattr(looks if hasattr(looks, name) else veto, name, lambda *_args, **_kwargs: False)
    assert any(_fails(case, list(LAYERS.values())) for case in CASES), f"no case needs the veto {name}"
    monkeypatch.undo()
    _forget()


def test_the_taint_search_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TaintStore, "find", lambda _self, _data: [])
    assert any(_fails(case, list(LAYERS.values())) for case in CASES)


def test_fitting_markers_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a flow collection of YAML no longer parses."""
    import yaml

    text = "web: {url: postgres://shop:" + "k7" * 8 + "Zq@db/shop, n: 2}\n"
    assert yaml.safe_load(Redactor().redact("a.yaml", text).text)["web"]["n"] == 2
    monkeypatch.setattr(engine, "fit", lambda _doc, hits: list(hits))
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load(Redactor().redact("a.yaml", text).text)
