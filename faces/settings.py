"""Name every setting once: its key in a file, its environment variable, its type and whether a found file may set it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..core.errors import UsageError

Kind = Literal["text", "integer", "number", "switch", "choice", "path", "date"]
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


@dataclass(frozen=True)
class Setting:
    """Describe one setting.

    A `trusted` one decides where data goes or how much is read: a file that was merely found near the surveyed code may not set it, only a
    flag, the environment or a file named with --config may.
    """

    key: str
    kind: Kind
    help: str
    default: Any = None
    choices: tuple[str, ...] = ()
    minimum: int = 0
    trusted: bool = False

    @property
    def variable(self) -> str:
        """Return the environment variable of this setting."""
        return "DEPLOYBOOK_" + self.key.upper().replace("-", "_")

    def parse(self, raw: Any, where: str) -> Any:
        """Return raw (text of a flag or variable, or a TOML value) as a value of this kind; raise UsageError that names `where`."""
        try:
            return _PARSERS[self.kind](self, raw)
        except ValueError as error:
            raise UsageError(f"{where} is {str(raw)[:60]!r}", str(error), f"give {self.wanted()}") from error

    def wanted(self) -> str:
        """Say in words what a valid value is."""
        words = {
            "text": "a text",
            "integer": f"a whole number, at least {self.minimum}",
            "number": "a number above 0",
            "switch": "true or false",
            "path": "a path",
            "date": "a date as YYYY-MM-DD",
        }
        return "one of " + ", ".join(self.choices) if self.kind == "choice" else words[self.kind]


def _path(setting: Setting, raw: Any) -> str:
    return _text(setting, os.fspath(raw) if isinstance(raw, os.PathLike) else raw)


def _text(_: Setting, raw: Any) -> str:
    if not isinstance(raw, str) or "\0" in raw:
        raise ValueError("that is no text")
    if not raw.strip():
        raise ValueError("that is empty")
    return raw.strip()


def _integer(setting: Setting, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError("that is no whole number")
    try:
        value = int(raw)
    except ValueError:
        raise ValueError("that is no whole number") from None
    if value < setting.minimum:
        raise ValueError(f"the least is {setting.minimum}")
    return value


def _number(_: Setting, raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValueError("that is no number")
    try:
        value = float(raw)
    except ValueError:
        raise ValueError("that is no number") from None
    if not 0 < value < 1e9:
        raise ValueError("that is out of range")
    return value


def _switch(_: Setting, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError("that is neither true nor false")
    return word in _TRUE


def _choice(setting: Setting, raw: Any) -> str:
    if raw not in setting.choices:
        raise ValueError("that is none of its values")
    return str(raw)


def _date(_: Setting, raw: Any) -> str:
    from datetime import date

    if isinstance(raw, date):
        return raw.isoformat()[:10]
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise ValueError("that is no date") from None


_PARSERS: dict[Kind, Callable[[Setting, Any], Any]] = {
    "text": _text, "path": _path, "integer": _integer, "number": _number, "switch": _switch, "choice": _choice, "date": _date,
}  # fmt: skip

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "profile", "choice", "how strict the critic is; each profile extends the one before it", "review", ("draft", "review", "release")
    ),
    Setting("max-rounds", "integer", "how many times sections with blocking findings are sent back", 2),
    Setting("no-input", "switch", "ask nothing: take defaults and list them as assumptions", False),
    Setting("answers", "path", "YAML file with answers by question id"),
    Setting("today", "date", "date against which end-of-life dates are read; default: the catalogue's own"),
    Setting("color", "choice", "when to use colour", "auto", ("auto", "always", "never")),
    Setting("out", "path", "folder to write the plan into; -: print PLAN.md instead", trusted=True),
    Setting("home", "path", "folder that keeps run state; default: the platform's", trusted=True),
    Setting("model", "text", "chat model, as openai:<name>; none: offline", trusted=True),
    Setting("base-url", "text", "address of a server that speaks the OpenAI protocol", trusted=True),
    Setting("model-timeout", "number", "seconds that one model call may take", 60.0, trusted=True),
    Setting("model-retries", "integer", "how often a failed model call is repeated", 2, trusted=True),
    Setting("model-concurrency", "integer", "how many model calls run at once", 4, minimum=1, trusted=True),
    Setting("max-files", "integer", "how many files of a repository are looked at", 200_000, minimum=1, trusted=True),
    Setting("max-file-bytes", "integer", "bytes above which a file is described instead of read", 2_000_000, minimum=1, trusted=True),
    Setting("max-total-bytes", "integer", "bytes that are read of one repository", 1_000_000_000, minimum=1, trusted=True),
    Setting("max-depth", "integer", "how deep folders are followed", 40, minimum=1, trusted=True),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}
