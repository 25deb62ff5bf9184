"""Parse the house once for all of its laws."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("agents", "checkpoints", "core", "faces", "graph", "prompts", "tools")


@dataclass(frozen=True)
class Module:
    """Be one Python module of the house; `name` is dotted and starts with `deploybook`."""

    path: Path

    @cached_property
    def name(self) -> str:
        parts = self.path.with_suffix("").parts
        return ".".join(("deploybook", *(parts[:-1] if parts[-1] == "__init__" else parts)))

    @cached_property
    def package(self) -> str:
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def floor(self) -> str:
        """Return the top-level folder, or `root` for the two modules at the top."""
        return self.path.parts[0] if len(self.path.parts) > 1 else "root"

    def imports(self) -> Iterator[tuple[int, str, bool]]:
        """Yield line, absolute dotted name and whether it is written relatively, for each name imported anywhere in the module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, False) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield from ((node.lineno, f"{node.module}.{alias.name}", False) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
                prefix = ".".join([*base, *([node.module] if node.module else [])])
                yield from ((node.lineno, f"{prefix}.{alias.name}", True) for alias in node.names)


def tracked(*under: str) -> list[Path]:
    """Return the files that git tracks (or, without git, all of them), relative to the root, sorted."""
    git = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--", *under], capture_output=True, text=True, check=False)
    if git.returncode == 0:
        return sorted(Path(name) for name in git.stdout.split("\0") if name and (ROOT / name).is_file())
    starts = [ROOT / name for name in under] or [ROOT]
    return sorted(p.relative_to(ROOT) for start in starts for p in start.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def committed() -> list[Path]:
    return tracked()


@pytest.fixture(scope="session")
def house() -> list[Module]:
    return [Module(path) for path in tracked(*FLOORS, "__init__.py", "__main__.py") if path.suffix == ".py"]
