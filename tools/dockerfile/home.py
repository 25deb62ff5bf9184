"""Tell whether an image keeps what it runs in root's own home, where no other user may look."""

from __future__ import annotations

import re2

from ..survey.parsers.dockerfile import read_dockerfile

_HOMES = re2.compile(r"(?:/root|~|\$HOME|\$\{HOME\})/\.?[\w.-]+[\w./-]*(?:/bin|/shims)\b")
"""A folder of programs below root's home, as `PATH` names it."""
_INTO_HOME = re2.compile(r"\b(?:uv python install|uv sync --managed-python|rustup-init|nvm install|pyenv install)\b")
"""What installs a runtime below the home of whoever runs it."""


def lives_with_root(text: str, target: str | None = None) -> bool:
    """Say whether the stage that ships runs programs out of root's home: a `PATH` into it, or a runtime installed there."""
    parsed = read_dockerfile(text)
    stage = (parsed.stage(target) or parsed.final) if parsed is not None else None
    if parsed is None or stage is None or parsed.last(stage, "USER") is not None:
        return False
    if "UV_PYTHON_INSTALL_DIR" in text:
        return False
    told = [i for i in parsed.inherited(stage, "ENV") if "PATH" in i.text and _HOMES.search(i.text)]
    return bool(told) or any(_INTO_HOME.search(i.text) for i in parsed.inherited(stage, "RUN"))
