"""State how settings are settled: flag over environment over the nearest file over default, never merged, never trusted by chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deploybook.core.errors import UsageError
from deploybook.faces.configuration import find, settle
from deploybook.faces.settings import SETTINGS


def test_the_order_is_flag_environment_file_default(tmp_path: Path) -> None:
    """Each source wins over the ones after it, and the winner is remembered."""
    file = tmp_path / "deploybook.toml"
    file.write_text('profile = "release"\n')
    flags, env = {"profile": "draft"}, {"DEPLOYBOOK_PROFILE": "review"}

    def winner(flags: dict[str, Any], env: dict[str, str], *, discover: bool = True) -> tuple[Any, str]:
        value = settle(flags, start=tmp_path, environ=env, discover=discover).values["profile"]
        return value.value, value.source

    assert winner(flags, env) == ("draft", "flag")
    assert winner({}, env) == ("review", "DEPLOYBOOK_PROFILE")
    assert winner({"profile": None}, {}) == ("release", str(file))
    assert winner({}, {}, discover=False) == ("review", "default")


def test_every_setting_has_its_own_variable() -> None:
    """The variable is the key in capitals behind DEPLOYBOOK_; no two settings share one."""
    variables = [setting.variable for setting in SETTINGS]
    assert len(set(variables)) == len(variables)
    assert {s.key: s.variable for s in SETTINGS}["model-timeout"] == "DEPLOYBOOK_MODEL_TIMEOUT"


def test_the_nearest_file_counts_and_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    """Files are never merged; a file outside of the repository around the working folder is not looked at."""
    inner = tmp_path / "repo" / "service" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / "deploybook.toml").write_text('profile = "draft"\n')
    assert find(inner) == tmp_path / "deploybook.toml"
    (tmp_path / "repo" / ".git").mkdir()
    assert find(inner) is None
    (tmp_path / "repo" / "pyproject.toml").write_text("[tool.deploybook]\nmax-rounds = 5\n")
    assert find(inner) == tmp_path / "repo" / "pyproject.toml"
    (tmp_path / "repo" / "service" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert find(inner) == tmp_path / "repo" / "pyproject.toml"
    (tmp_path / "repo" / "service" / "deploybook.toml").write_text('profile = "release"\n')
    configuration = settle({}, start=inner, environ={})
    assert (configuration["profile"], configuration["max-rounds"]) == ("release", 2)


def test_a_found_file_may_not_decide_where_data_goes(tmp_path: Path) -> None:
    """A hostile repository could name a server for the model's key, or a folder to write to; a file named on purpose may."""
    file = tmp_path / "deploybook.toml"
    for setting in (s for s in SETTINGS if s.trusted):
        file.write_text(f"{setting.key} = {_valid(setting)}\n")
        with pytest.raises(UsageError, match=setting.key) as caught:
            settle({}, start=tmp_path, environ={})
        assert "--config" in caught.value.hint
        assert settle({}, config=file, environ={}).values[setting.key].source == str(file)
    assert {s.key for s in SETTINGS if s.trusted} >= {"base-url", "model", "out", "home"}


def _valid(setting: Any) -> str:
    return {"text": '"x"', "path": '"x"', "integer": "7", "number": "1.5"}[setting.kind]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("profil = 'draft'\n", "did you mean profile"),
        ("profile = 3\n", "one of draft, review, release"),
        ("max-rounds = true\n", "a whole number"),
        ("no-input = 'perhaps'\n", "true or false"),
        ("today = 'soon'\n", "a date"),
        ("profile = \n", "no valid TOML"),
        ("\x00\xff", "no valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, text: str, phrase: str) -> None:
    """The file is named, the key is named, and what would be right."""
    (tmp_path / "deploybook.toml").write_text(text, "latin-1")
    with pytest.raises(UsageError) as caught:
        settle({}, start=tmp_path, environ={})
    whole = f"{caught.value.what} {caught.value.why} {caught.value.hint}"
    assert "deploybook.toml" in whole
    assert phrase in whole


def test_a_broken_pyproject_of_somebody_else_does_not_matter(tmp_path: Path) -> None:
    """Only a file that configures deploybook has to be right."""
    (tmp_path / "pyproject.toml").write_text("[project\n")
    assert settle({}, start=tmp_path, environ={}).file is None


def test_paths_in_a_file_are_relative_to_it(tmp_path: Path) -> None:
    """A configured answers file is found from every folder below."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "deploybook.toml").write_text('answers = "a.yaml"\n')
    assert settle({}, start=tmp_path / "sub", environ={})["answers"] == str(tmp_path / "a.yaml")


def test_settings_reach_the_run() -> None:
    """What is settled is what the run is told, field by field."""
    flags = {"profile": "release", "max-rounds": 4, "model": "openai:small", "base-url": "http://localhost:1", "today": "2026-01-02"}
    flags |= {"model-timeout": "2.5", "max-files": 10, "model-concurrency": 1}
    configuration = settle(flags, discover=False, environ={})
    settings = configuration.settings(no_input=True)
    assert (settings.profile, settings.max_rounds, settings.no_input, settings.today) == ("release", 4, True, "2026-01-02")
    assert (settings.model.name, settings.model.base_url, settings.model.timeout_s) == ("openai:small", "http://localhost:1", 2.5)
    assert (settings.limits.files, settings.limits.depth, settings.model.max_concurrency) == (10, 40, 1)
