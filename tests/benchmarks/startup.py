"""Measure what starting the command line costs, against the two libraries that it is made of: `make bench`."""

from __future__ import annotations

import statistics
import subprocess
import sys
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
