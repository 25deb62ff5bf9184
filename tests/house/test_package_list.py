"""Compare the explicit package list of pyproject.toml with the tree; run as a script, write it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = ROOT / "pyproject.toml"
FLOORS = ("agents", "checkpoints", "core", "faces", "graph", "prompts", "tools")


def packages_in_tree() -> list[str]:
    """Return the dotted name of every package of the house, the root first, sorted."""
    found = {"deploybook"}
    for floor in FLOORS:
        for init in (ROOT / floor).rglob("__init__.py"):
            found.add(".".join(("deploybook", *init.parent.relative_to(ROOT).parts)))
    return sorted(found)


def listed() -> list[str]:
    """Return the packages that pyproject.toml names."""
    return list(tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["setuptools"]["packages"])


def test_the_list_is_the_tree() -> None:
    """A package that is missing from the list would be missing from the wheel: `make packages` writes the list."""
    assert listed() == packages_in_tree()


def test_every_module_lies_in_a_package() -> None:
    """A folder without `__init__.py` ships no module, so it may hold none (data may lie in it: the floor ships it)."""
    orphans = sorted(
        str(path.relative_to(ROOT)) for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if not (path.parent / "__init__.py").exists()
    )
    assert orphans == []


def test_every_kind_of_data_file_is_shipped() -> None:
    """A data file of a kind that package-data does not name would be missing from the wheel."""
    shipped = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    kinds = {
        (floor, path.suffix)
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc", ".md", "")
    }
    assert sorted(kind for kind in kinds if f"**/*{kind[1]}" not in shipped[f"deploybook.{kind[0]}"]) == []


def write() -> None:
    """Put the tree's packages into pyproject.toml."""
    text = PYPROJECT.read_text("utf-8")
    start = text.index("packages = [\n") + len("packages = [\n")
    end = text.index("]\n", start)
    PYPROJECT.write_text(text[:start] + "".join(f'  "{name}",\n' for name in packages_in_tree()) + text[end:], "utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)
