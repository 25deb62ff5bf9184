"""Print how many errors on other people's folders and pages were right, by round and by rule: `python tests/precision/precision.py`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

ROUNDS = yaml.safe_load(Path(__file__).with_name("rounds.yaml").read_text("utf-8"))


def by_rule(rounds: list[dict]) -> dict[str, tuple[int, int]]:
    """Return {rule: (right, labelled)} over some rounds, by code."""
    right, labelled = Counter(), Counter()
    for one in rounds:
        for code, (good, seen) in one["rules"].items():
            right[code] += good
            labelled[code] += seen
    return {code: (right[code], labelled[code]) for code in sorted(labelled)}


def last(rounds: list[dict], code: str, least: int) -> tuple[int, int]:
    """Return (right, labelled) of a rule over as many of its last rounds as hold at least that many of its errors."""
    right = labelled = 0
    for one in reversed(rounds):
        good, seen = one["rules"].get(code, (0, 0))
        right, labelled = right + good, labelled + seen
        if labelled >= least:
            break
    return right, labelled


def main() -> None:
    """Print a line a round, then a line a rule over all of them."""
    for number, one in enumerate(ROUNDS, 1):
        right, seen = (sum(pair[index] for pair in one["rules"].values()) for index in (0, 1))
        told = f"{number:>2} {one['kind']:<18} {right:>3}/{seen:<3} {right / seen:4.0%}  {len(one['targets'])} targets"
        told += " at release" if one.get("profile") == "release" else ""
        print(told + (f", read by {one['reader']}" if "reader" in one else ""))
    for code, (right, seen) in by_rule(ROUNDS).items():
        print(f"{code} {right}/{seen} {right / seen:.0%}")
    right, seen = (sum(pair[index] for pair in by_rule(ROUNDS).values()) for index in (0, 1))
    print(f"all {right}/{seen} {right / seen:.0%}")


if __name__ == "__main__":
    main()
