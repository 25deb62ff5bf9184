"""Find the configuration file and settle every setting: flag over environment over file over default, and remember which one won."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from .settings import BY_KEY, SETTINGS

if TYPE_CHECKING:
    from ..core.settings import Limits, Settings

FILE = "deploybook.toml"
LARGEST = 1_000_000


@dataclass(frozen=True)
class Value:
    """Be one settled value with where it came from: `flag`, the variable's name, the file's path or `default`."""

    value: Any
    source: str


@dataclass(frozen=True)
class Configuration:
    """Hold every setting, settled."""

    values: Mapping[str, Value]
    file: Path | None = None

    def __getitem__(self, key: str) -> Any:
        """Return the value of a setting."""
        return self.values[key].value

    def limits(self) -> Limits:
        """Return the bounds of the in-door."""
        from ..core.settings import Limits

        return Limits(
            files=self["max-files"], file_bytes=self["max-file-bytes"], total_bytes=self["max-total-bytes"], depth=self["max-depth"]
        )

    def settings(self, *, no_input: bool | None = None) -> Settings:
        """Return the settings of a run; `no_input` overrides the settled one (a run without a terminal cannot ask)."""
        from ..core.settings import ModelSettings, Settings

        return Settings(
            profile=self["profile"],
            max_rounds=self["max-rounds"],
            no_input=self["no-input"] if no_input is None else no_input,
            limits=self.limits(),
            model=ModelSettings(
                name=self["model"],
                base_url=self["base-url"],
                timeout_s=self["model-timeout"],
                max_retries=self["model-retries"],
                max_concurrency=self["model-concurrency"],
            ),
            today=self["today"],
        )


def settle(
    flags: Mapping[str, Any],
    *,
    start: Path | None = None,
    config: Path | None = None,
    discover: bool = True,
    environ: Mapping[str, str] | None = None,
) -> Configuration:
    """Return the configuration for flags (null means: not given); raise UsageError for a bad value, an unknown key or an unreadable file.

    Without `config`, the nearest `deploybook.toml`, or `pyproject.toml` with a `[tool.deploybook]` table, from `start` upward counts; the
    search ends at the first folder that holds `.git`. Files are never merged.
    """
    env = os.environ if environ is None else environ
    found = config if config is not None else find(start or Path.cwd()) if discover else None
    table = _table(found, named=config is not None) if found else {}
    values: dict[str, Value] = {}
    for setting in SETTINGS:
        if flags.get(setting.key) is not None:
            values[setting.key] = Value(setting.parse(flags[setting.key], f"--{setting.key}"), "flag")
        elif env.get(setting.variable):
            values[setting.key] = Value(setting.parse(env[setting.variable], setting.variable), setting.variable)
        elif setting.key in table:
            values[setting.key] = Value(_from_file(setting.key, table[setting.key], found), str(found))
        else:
            values[setting.key] = Value(setting.default, "default")
    return Configuration(values, found)


def find(start: Path) -> Path | None:
    """Return the configuration file that counts for a folder, or null."""
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FILE).is_file():
            return folder / FILE
        if (folder / "pyproject.toml").is_file() and "deploybook" in _read(folder / "pyproject.toml").get("tool", {}):
            return folder / "pyproject.toml"
        if (folder / ".git").exists():
            return None
    return None


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        if not path.is_file():
            raise UsageError(
                f"no such configuration file: {path}", "it is missing, or it is no regular file", "name an existing file with --config"
            )
        if path.stat().st_size > LARGEST:
            raise UsageError(
                f"{path} is too large for a configuration file", f"more than {LARGEST} bytes", "use --no-config, or mend the file"
            )
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if path.name == "pyproject.toml" and not isinstance(error, UnicodeDecodeError) and "tool.deploybook" not in path.read_text("utf-8"):
            return {}
        raise UsageError(f"{path} is no valid TOML", str(error), "mend the file, or use --no-config") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read", str(error.strerror), "mend its permissions, or use --no-config") from error


def _table(path: Path, *, named: bool) -> dict[str, Any]:
    content = _read(path)
    table = content.get("tool", {}).get("deploybook", {}) if path.name == "pyproject.toml" else content
    if not isinstance(table, dict):
        raise UsageError(f"{path}: tool.deploybook is no table", "", "write [tool.deploybook] and settings below it")
    for key in table:
        if key not in BY_KEY:
            near = get_close_matches(key.replace("_", "-"), BY_KEY, n=1)
            hint = f"did you mean {near[0]}?" if near else "`deploybook doctor` lists the settings"
            raise UsageError(f"{path} sets {key!r}", "there is no such setting", hint)
        if BY_KEY[key].trusted and not named:
            raise UsageError(
                f"{path} sets {key!r}",
                "a file that is merely found may come with the surveyed code, and this setting decides where data goes or how much is read",
                f"use --config {path.name} to trust the file, or the variable {BY_KEY[key].variable}",
            )
    return dict(table)


def _from_file(key: str, raw: Any, path: Path | None) -> Any:
    setting = BY_KEY[key]
    value = setting.parse(raw, f"{key} in {path}")
    if setting.kind == "path" and path is not None:
        return str((path.parent / Path(value).expanduser()).absolute())
    return value
