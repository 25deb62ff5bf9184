"""Build the wheel as a release would, install it where nothing of the checkout is, and run the command line from it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

LIMIT = 180


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "DEPLOYBOOK_HOME": str(cwd / "state")}
    return subprocess.run([str(c) for c in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)


@pytest.fixture(scope="module")
def wheel(root: Path, committed: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy of what is committed: the checkout itself stays as it is."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for path in committed:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, source / path)
    built = _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source, cwd=out)
    assert built.returncode == 0, built.stderr[-2000:]
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_house_and_nothing_else(wheel: Path, house: list[Any], committed: list[Path]) -> None:
    """Top-level `agents` or `tools` in site-packages would overwrite other people's packages."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names} == {"deploybook", next(n for n in names if n.endswith("/METADATA")).split("/")[0]}
    floors = {m.floor for m in house} - {"root"}
    shipped = {p for p in committed if p.parts[0] in floors and p.suffix in (".py", ".j2", ".json", ".yaml")}
    assert sorted(str(p) for p in shipped if f"deploybook/{p.as_posix()}" not in names) == []
    assert {"deploybook/__init__.py", "deploybook/__main__.py", "deploybook/py.typed"} <= names
    assert [name for name in names if name.startswith(("deploybook/tests", "deploybook/examples", "deploybook/docs"))] == []


def test_the_command_line_runs_from_the_wheel(wheel: Path, root: Path, tmp_path: Path) -> None:
    """In an empty environment that borrows the dependencies only, `deploybook` is the installed one, with its data."""
    place = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True, timeout=LIMIT)
    site = place / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    borrowed = sysconfig.get_paths()["purelib"]
    installed = _run(
        sys.executable, "-m", "pip", "--python", place / "bin" / "python", "install", "-q", "--no-deps", "--no-index", wheel, cwd=tmp_path
    )
    assert installed.returncode == 0, installed.stderr[-2000:]
    (site / "borrowed.pth").write_text(borrowed + "\n")  # a path added this way does not run the .pth files in it, so no checkout sneaks in

    where = _run(place / "bin" / "python", "-c", "import deploybook; print(deploybook.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(site), where.stdout + where.stderr

    version = _run(place / "bin" / "deploybook", "--version", cwd=tmp_path)
    assert version.returncode == 0 and version.stdout.startswith("deploybook "), version.stderr
    schema = _run(place / "bin" / "deploybook", "schema", "plan", cwd=tmp_path)
    assert json.loads(schema.stdout)["title"] == "Plan"

    example = tmp_path / "notes-api"
    shutil.copytree(root / "examples" / "notes-api", example)
    survey = _run(place / "bin" / "deploybook", "survey", example, "--format", "json", cwd=tmp_path)
    assert survey.returncode == 0, survey.stderr
    assert json.loads(survey.stdout)["project"] == "notes-api"
    module = _run(place / "bin" / "python", "-m", "deploybook", "explain", cwd=tmp_path)
    assert module.returncode == 0, module.stderr
    assert "RED001" in module.stdout
