"""Compare the explicit package list of pyproject.toml with the tree; run as a script, write it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = ROOT / "pyproject.toml"
FLOORS = ("agents", "checkpoints", "core", "faces", "graph", "prompts", "tools")


def house_files() -> list[Path]:
    """Return the files of the house, relative to the root, sorted: what git tracks, or the whole tree where there is no git."""
    git = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--", *FLOORS], capture_output=True, text=True, check=False)
    if git.returncode == 0:
        return sorted(Path(name) for name in git.stdout.split("\0") if name and (ROOT / name).exists())
    return sorted(
        p.relative_to(ROOT) for floor in FLOORS for p in (ROOT / floor).rglob("*") if p.is_file() and "__pycache__" not in p.parts
    )


def packages_in_tree() -> list[str]:
    """Return the dotted name of every package of the house, the root first, sorted."""
    return sorted({"deploybook", *(".".join(("deploybook", *p.parent.parts)) for p in house_files() if p.name == "__init__.py")})


def listed() -> list[str]:
    """Return the packages that pyproject.toml names."""
    return list(tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["setuptools"]["packages"])


def test_the_list_is_the_tree() -> None:
    """A package that is missing from the list would be missing from the wheel: `make packages` writes the list."""
    assert listed() == packages_in_tree()


def test_every_module_lies_in_a_package() -> None:
    """A folder without `__init__.py` ships no module, so it may hold none (data may lie in it: the floor ships it)."""
    orphans = [str(p) for p in house_files() if p.suffix == ".py" and not (ROOT / p.parent / "__init__.py").exists()]
    assert orphans == []


def test_every_kind_of_data_file_is_shipped() -> None:
    """A data file of a kind that package-data does not name would be missing from the wheel."""
    shipped = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    kinds = {(p.parts[0], p.suffix) for p in house_files() if p.suffix not in (".py", ".md", "")}
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
