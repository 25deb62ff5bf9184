"""Measure what checking a plan costs, warm, and how it grows: `python tests/benchmarks/check.py [times …]` (default 1 10 100)."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path


def _plans() -> object:
    """Return the module that makes plans of any size, from the tests beside this folder."""
    path = Path(__file__).resolve().parents[1] / "checks" / "test_speed_and_hostility.py"
    spec = importlib.util.spec_from_file_location("speed", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments: list[str]) -> int:
    """Print seconds of processor time for plans of 80 steps and 40 files times each argument, and the slowest checks of the largest."""
    from deploybook.tools.checks import run

    full_plan = _plans().full_plan  # type: ignore[attr-defined]
    run(full_plan(1))
    slowest: list[tuple[float, str]] = []
    base = 0.0
    for times in [int(a) for a in arguments] or [1, 10, 100]:
        view = full_plan(times)
        started = time.process_time()
        outcome = run(view)
        spent = time.process_time() - started
        base = base or spent / times
        slowest = sorted(((s, n) for n, s in outcome.seconds.items()), reverse=True)[:6]
        print(f"{times:5d} x  {len(view.steps):6d} steps  {spent:8.2f} s  {spent / times / base:5.2f} x the first, for each plan's worth")
    print("slowest: " + ", ".join(f"{name} {seconds:.2f} s" for seconds, name in slowest))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
