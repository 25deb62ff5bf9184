"""Keep the documentation true: generated pages are up to date, commands in the README exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from deploybook.core.errors import ExitCode


def test_generated_pages_are_up_to_date(root: Path) -> None:
    """`make docs` writes them; help, settings and rules are documented by their own code."""
    done = subprocess.run(
        [sys.executable, root / "docs" / "generate.py", "--check"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_links_lead_to_files(root: Path, page: str) -> None:
    """A relative link names a file or folder of this repository."""
    text = (root / page).read_text("utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text) if "://" not in t]
    assert targets
    assert [t for t in targets if not ((root / page).parent / t).exists()] == []


def test_the_readme_names_commands_that_exist(root: Path) -> None:
    """Each `deploybook <command>` and each `make <target>` of the README is one."""
    text = (root / "README.md").read_text("utf-8")
    commands = set(re.findall(r"^@app\.command\(.*\)\ndef (\w+)", (root / "faces" / "cli" / "app.py").read_text("utf-8"), re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`(?:\$ )?deploybook ([a-z]+)", text)) <= commands
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets


def test_the_readme_has_the_exit_code_table(root: Path) -> None:
    """Every exit code of the program stands in the README's table, and no other."""
    rows = re.findall(r"^\| (\d+) \|", (root / "README.md").read_text("utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == [int(code) for code in ExitCode]
