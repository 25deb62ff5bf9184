"""Keep the repository portable: nothing committed names a machine, a package index or a credential."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PLACES = tuple("/".join(parts) for parts in (("", "work", ""), ("", "opt", "pypi"), ("", "opt", "wheels")))
SCRATCH = "/tmp/"
INDEXES = tuple(".".join(parts) for parts in (("files", "pythonhosted", "org"), ("test", "pypi", "org"), ("pypi", "org/simple")))
INDEX_OPTIONS = ("index-url", "find-links", "trusted-host")
TEXT = {".cfg", ".in", ".ini", ".j2", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}


def _lines(root: Path, paths: list[Path]) -> list[tuple[str, str]]:
    return [
        (f"{path}:{number}", line)
        for path in paths
        if path.suffix in TEXT
        for number, line in enumerate((root / path).read_text("utf-8", errors="replace").splitlines(), 1)
    ]


def test_no_path_of_a_machine_and_no_package_index(committed: list[Path], root: Path) -> None:
    """What is committed works on any machine, from whichever index that machine uses."""
    wrong = [spot for spot, line in _lines(root, committed) if any(word in line for word in PLACES + INDEXES)]
    assert wrong == []


def test_scratch_folders_stand_in_containers_only(committed: list[Path], root: Path) -> None:
    """Files about this checkout itself name no scratch folder; generated scripts may, inside their container or through mktemp."""
    own = [
        p for p in committed if p.parts[0] in {".ci", "docs", "requirements", "Makefile", "README.md", "CONTRIBUTING.md", "pyproject.toml"}
    ]
    assert [spot for spot, line in _lines(root, own) if SCRATCH in line] == []


def test_lock_files_are_hashed_and_name_no_host(root: Path) -> None:
    """Every requirement is one exact version with its hashes; where it is fetched from is the machine's business."""
    for path in sorted((root / "requirements").glob("*.txt")):
        text = path.read_text("utf-8")
        assert "://" not in text and not any(option in text for option in INDEX_OPTIONS), path.name
        blocks = [b for b in re.split(r"\n(?=[a-z0-9])", text) if "==" in b]
        assert blocks and all("--hash=sha256:" in block for block in blocks), path.name


def _locked(root: Path, name: str) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", (root / "requirements" / name).read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def test_lock_files_hold_what_pyproject_asks_for(root: Path) -> None:
    """A dependency that is declared but not locked would be missing on a fresh machine: `make lock` writes the files."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    runtime = [Requirement(r) for r in project["project"]["dependencies"]]
    extras = [Requirement(r) for extra in ("server", "validate") for r in project["project"]["optional-dependencies"][extra]]
    groups = [Requirement(r) for r in project["dependency-groups"]["dev"]]
    for name, wanted in (("runtime.txt", runtime), ("dev.txt", runtime + extras + groups)):
        locked = _locked(root, name)
        missing = [str(r) for r in wanted if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"), prereleases=True)]
        assert missing == [], name


def test_the_lock_files_agree(root: Path) -> None:
    """What a developer tests is what a user runs."""
    dev = _locked(root, "dev.txt")
    for name in ("runtime.txt", "build.txt"):
        assert {p: v for p, v in _locked(root, name).items() if dev.get(p) != v} == {}, name
