"""Read answers from a YAML file and from `id=value` words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..core.errors import UsageError

LARGEST = 1_000_000
_SHAPE = "write one `question-id: answer` a line; a list of words is joined with commas"


def load(path: Path) -> dict[str, str]:
    """Return the answers of a file by question id; raise UsageError for anything but a flat mapping of ids to short values."""
    import yaml

    text = _text(path)
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise UsageError(f"{path} is no valid YAML", f"{where}{getattr(error, 'problem', '') or 'it cannot be parsed'}", _SHAPE) from error
    except (RecursionError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read as answers", "it is nested too deeply or holds a value that YAML cannot mean", _SHAPE
        ) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UsageError(f"{path} holds no answers", "it is not a mapping of question ids to answers", _SHAPE)
    return {_key(key, path): _value(key, value, path) for key, value in content.items() if value is not None}


def words(pairs: Iterable[str]) -> dict[str, str]:
    """Return the answers of `id=value` words; raise UsageError for a word of another form or an id that is given twice."""
    given: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"{pair[:40]!r} is no answer", "an answer has the form id=value", "for example: environment=production")
        if key.strip() in given:
            raise UsageError(f"{key.strip()} is answered twice", "", "give it once")
        given[key.strip()] = value.strip()
    return given


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise UsageError(f"no such answers file: {path}", "it is missing, or it is no regular file", "check the path after --answers")
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} is too large for answers", f"more than {LARGEST} bytes", _SHAPE)
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no text", "it is not UTF-8", _SHAPE) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read", str(error.strerror), "check its permissions") from error


def _key(key: Any, path: Path) -> str:
    if not isinstance(key, str):
        raise UsageError(f"{path} answers something that is no question id", f"a key of type {type(key).__name__}", _SHAPE)
    return key.strip()


def _value(key: Any, value: Any, path: Path) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in value):
        return ",".join(str(item) for item in value)
    if isinstance(value, str | int | float) or hasattr(value, "isoformat"):
        return str(value).strip()
    raise UsageError(f"{path}: the answer to {key} is no plain value", f"it is a {type(value).__name__}", _SHAPE)
