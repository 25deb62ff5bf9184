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


def still(rounds: list[dict]) -> dict[str, tuple[int, int]]:
    """Return {rule: (right, labelled)} without the wrong ones that are no errors any more, since what made them so was mended."""
    gone = Counter()
    for one in rounds:
        gone.update(one.get("mended", {}))
    return {code: (right, labelled - gone[code]) for code, (right, labelled) in by_rule(rounds).items()}


def main() -> None:
    """Print a line a round, then a line a rule over all of them."""
    for number, one in enumerate(ROUNDS, 1):
        right, seen = (sum(pair[index] for pair in one["rules"].values()) for index in (0, 1))
        told = f"{number:>2} {one['kind']:<18} {right:>3}/{seen:<3} {right / seen:4.0%}  {len(one['targets'])} targets"
        print(told + (f", read by {one['reader']}" if "reader" in one else ""))
    for code, (right, seen) in by_rule(ROUNDS).items():
        print(f"{code} {right}/{seen} {right / seen:.0%}")
    right, seen = (sum(pair[index] for pair in by_rule(ROUNDS).values()) for index in (0, 1))
    print(f"all {right}/{seen} {right / seen:.0%}")


if __name__ == "__main__":
    main()
