"""Break every plan of tests/repos in every way at every place, and print how many defects are errors: `python tests/benchmarks/mutants.py`.

Arguments name plans (default: all) and, behind `--kind`, a part of a kind's name.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("support", "checks")]


def main(arguments: list[str]) -> int:
    """Print caught of tried for each kind, and each place that no error tells of; end with 1 when there is one."""
    from break_plan import BREAKERS, every
    from test_mutants import CASES, errors, whole

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", nargs="*", default=CASES)
    parser.add_argument("--kind", default="")
    wanted = parser.parse_args(arguments)
    tried: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    missed: dict[str, list[str]] = {}
    started = time.monotonic()
    for case in wanted.plans:
        before = errors(case, whole(case))
        for kind in (k for k in BREAKERS if wanted.kind in k):
            for broken in every(whole(case), kind):
                tried[kind] += 1
                if errors(case, broken.plan) - before:
                    caught[kind] += 1
                else:
                    missed.setdefault(kind, []).append(f"{case}: {broken.where}")
    for kind in sorted(tried):
        print(f"{caught[kind]:5d} of {tried[kind]:5d}  {kind}")
        for place in missed.get(kind, []):
            print(f"{'':16}missed {place}")
    total = sum(tried.values())
    print(f"{sum(caught.values())} of {total} defects of {len(tried)} kinds are errors ({time.monotonic() - started:.0f} s)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
