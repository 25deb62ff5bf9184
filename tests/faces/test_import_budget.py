"""Hold the price of help: what `--help` does not show, it does not load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = set(
    "asyncio git hcl2 jinja2 langchain_core langchain_openai langgraph langsmith lxml markdown_it openai platformdirs pydantic re2 sqlglot "
    "sqlite_utils sqlite3 tomllib tree_sitter yaml".split()
)
PROBE = "import sys, json; from deploybook.faces.cli import run; run(sys.argv[1:]); print(json.dumps(sorted(sys.modules)), file=sys.stderr)"


def loaded(*arguments: str) -> set[str]:
    """Return the top-level names of the modules that a call has loaded."""
    done = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, timeout=60, check=True)
    return {name.split(".")[0] for name in json.loads(done.stderr.splitlines()[-1])} | {
        name for name in json.loads(done.stderr.splitlines()[-1]) if name.startswith("deploybook.")
    }


TYPER_PARSES_WITH = {"pydantic", "asyncio"}  # typer reads a command's own parameters through pydantic, help or not


@pytest.mark.parametrize("arguments", [("--help",), (), ("plan", "--help"), ("survey", "-h")], ids=" ".join)
def test_help_loads_nothing_that_works(arguments: tuple[str, ...]) -> None:
    """Help needs typer and the declarations: no floor below the faces but the errors."""
    names = loaded(*arguments)
    assert names & (HEAVY - TYPER_PARSES_WITH if arguments[:1] in (("plan",), ("survey",)) else HEAVY) == set()
    below = {n for n in names if n.startswith(("deploybook.graph", "deploybook.agents", "deploybook.tools", "deploybook.checkpoints"))}
    assert below == set()


def test_importing_the_package_loads_nothing_at_all() -> None:
    """`import deploybook` is free: each function loads what it needs."""
    code = "import sys, json; before = set(sys.modules); import deploybook; print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    names = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert names & HEAVY == set()


def test_a_survey_does_not_load_the_graph() -> None:
    """Reading a repository needs no LangGraph, which takes longer to load than most surveys to make."""
    names = loaded("survey", str(Path(__file__).parents[2] / "examples" / "notes-api"))
    assert not names & {"langgraph", "langchain_core", "openai"}
