"""A disk that fills up in the middle of a run, or turns read-only, is a typed error; with room again the run goes on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json, os, subprocess, sys
from pathlib import Path
folder, support = Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, support)
disk = folder / "disk"
disk.mkdir()

def mount(*options):
    subprocess.run(["mount", *options], check=True)

mount("-t", "tmpfs", "-o", "size=8k", "tmpfs", str(disk))
from drive_run import main
from deploybook.core.errors import DeploybookError

(folder / "home").symlink_to(disk)
said = []

def drive(*words):
    try:
        found = main(folder, *words)
        said.append([found["status"], found["error"], found["exit"]])
    except DeploybookError as error:
        said.append(["refused", error.what, int(error.exit_code), error.hint])

def size(kilobytes):
    mount("-o", f"remount,size={kilobytes}k", str(disk))

drive("start", "--no-input")
for kilobytes in (64, 128, 192, 256, 320):
    size(kilobytes)
    drive("start", "--no-input")
size(4000)
drive("resume", "last")
mount("-o", "remount,ro", str(disk))
drive("start", "--no-input")
drive("resume", "last")
print(json.dumps(said))
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_a_full_or_read_only_disk_is_typed_and_loses_nothing(bench: Any) -> None:
    support = Path(__file__).parents[1] / "support"
    command = ["unshare", "--map-root-user", "--mount", sys.executable, "-c", PROGRAM, str(bench.folder), str(support)]
    made = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if made.returncode and ("unshare:" in made.stderr or "mount:" in made.stderr):
        pytest.skip(f"no namespaces here: {made.stderr.strip().splitlines()[-1]}")
    assert made.returncode == 0, made.stderr
    *full, resumed, frozen, again = json.loads(made.stdout)
    assert len(full) == 6
    for status, what, code, *_ in full:
        assert status in ("refused", "failed"), full
        assert "no space left" in what
        assert code == 2
    assert {status for status, *_ in full} == {"refused", "failed"}, "both before a run began and in its middle"
    assert resumed == ["done", None, 0]
    for status, what, code, *hint in (frozen, again):
        assert (status, code) == ("refused", 2)
        assert "cannot be written" in what
        assert "DEPLOYBOOK_HOME" in hint[0]
