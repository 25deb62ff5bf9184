"""Measure what starting the command line costs, against the two libraries that it is made of: `make bench`.

Bytecode is kept, as after an installation, in a temporary folder; the first start of each case fills it and is not counted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 11
BASE = ("-c", "import typer, rich")
CASES = {
    "deploybook --help": ("-m", "deploybook", "--help"),
    "deploybook plan --help": ("-m", "deploybook", "plan", "--help"),
    "deploybook --version": ("-m", "deploybook", "--version"),
    "deploybook runs": ("-m", "deploybook", "runs"),
}


def seconds(arguments: tuple[str, ...]) -> float:
    """Return the wall-clock seconds of one start."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def main() -> None:
    """Print the median of each case and its ratio to the base, measured in turn so that load hits all alike."""
    with tempfile.TemporaryDirectory(prefix="bench-startup-") as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        for arguments in (BASE, *CASES.values()):
            seconds(arguments)
        _compare()


def _compare() -> None:
    taken: dict[str, list[float]] = {"base": [], **{name: [] for name in CASES}}
    for _ in range(ROUNDS):
        taken["base"].append(seconds(BASE))
        for name, arguments in CASES.items():
            taken[name].append(seconds(arguments))
    base = statistics.median(taken["base"])
    print(f"{'import typer, rich':<28} {base * 1000:7.0f} ms")
    for name in CASES:
        median = statistics.median(taken[name])
        print(f"{name:<28} {median * 1000:7.0f} ms   {median / base:.2f} x")


if __name__ == "__main__":
    main()
