"""Render file templates of this platform: strict about unknown names, deterministic, one newline at the end."""

from __future__ import annotations

import shlex
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ....tools.markdown import code


@cache
def environment() -> Environment:
    """Return the Jinja environment over this platform's templates; its `[= =]` and `[% %]` marks keep `{{ }}` free for Go templates."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        variable_start_string="[=",
        variable_end_string="=]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    env.filters["sh"] = shlex.quote
    env.filters["argv"] = shlex.join
    env.filters["g"] = lambda value: f"{value:g}"
    env.filters["code"] = code
    env.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    env.tests["contains"] = lambda items, item: item in items
    return env


def render(template: str, **values: Any) -> str:
    """Return one template of `files/` or `templates/` rendered; raise jinja2.UndefinedError for a name that the caller did not pass."""
    return environment().get_template(template).render(**values)
