"""Hold the words for a model: Jinja templates, rendered the same way for the same values; what a repository says goes in as data only.

    exists("planners/rollout")                       # whether a section has words of its own
    render("planners/rollout", section=…, facts=…)   # strict: a name that the template wants and nobody gave is an error

A template writes a value with the filter `data`, which closes it in between two marks that the value itself cannot contain.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from ..core.base import plain, sha256

__all__ = ["data", "exists", "render"]

_SUFFIX = ".md.j2"


def render(name: str, **values: Any) -> str:
    """Return the words of one template with its values.

    Raise jinja2.UndefinedError for a value that is missing, jinja2.TemplateNotFound for an unknown name.
    """
    return _environment().get_template(name + _SUFFIX).render(**values).strip() + "\n"


def exists(name: str) -> bool:
    """Say whether there are words under this name."""
    try:
        _environment().get_template(name + _SUFFIX)
    except TemplateNotFound:
        return False
    return True


def data(value: Any, title: str) -> str:
    """Return a value as JSON between two marks that carry its own sha256: no text inside can end the block or open another."""
    body = json.dumps(plain(value), indent=1, ensure_ascii=False)
    mark = f"{title} {sha256(body)[:16]}"
    return f"<<<DATA {mark}\n{body}\nDATA {mark}>>>"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the reader is a model, and data is closed in by marks instead
    )
    made.filters["data"] = data
    return made
