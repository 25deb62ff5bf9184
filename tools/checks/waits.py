"""Find waits that cannot see a failure: a command that waits for success only, while the thing it waits for has failed.

What:
    `kubectl wait --for=condition=complete` on a Job does not end when the Job fails; the script also watches for `condition=failed`, or
    the Job's state is read in a loop that stops for both.

Why it matters in production:
    The migration fails in the first second, and the pipeline waits ten minutes before it says "timed out". The message is about a wait,
    not about the migration, and the old release serves half-migrated data meanwhile.

Example:
    kubectl -n shop wait --for=condition=complete job/migrate --timeout=600s

Instead:
    kubectl -n shop wait --for=condition=failed job/migrate --timeout=600s && exit 1 &
    kubectl -n shop wait --for=condition=complete job/migrate --timeout=600s

When to ignore:
    When the timeout is short enough to be the answer: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.kubectl import read_kubectl

BLIND = Rule(
    "NET008", "wait-blind-to-failure", "warning", "A wait for a Job's completion does not end when the Job fails.", profile="review"
)
RULES = (BLIND,)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield waits that only see success."""
    for script in view.scripts:
        if "condition=complete" not in script.text.lower():
            continue
        failing = "condition=failed" in script.text.lower() or ".status.failed" in script.text or '"Failed"' in script.text
        for call in script.calls:
            read = read_kubectl(call)
            if read is None or read.verb != "wait" or failing or _short(call.texts):
                continue
            wanted = " ".join(w.template for w in read.arguments.values("--for")).lower()
            if wanted == "condition=complete":
                yield BLIND.at(
                    script,
                    "The wait sees the Job's completion only: when the Job fails it goes on to its timeout.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Watch for condition=failed as well, and print the Job's log.",
                )


def _short(texts: tuple[str, ...]) -> bool:
    for number, text in enumerate(texts):
        value = (
            text.partition("=")[2]
            if text.startswith("--timeout=")
            else texts[number + 1]
            if text == "--timeout" and number + 1 < len(texts)
            else ""
        )
        if value.endswith("s") and value[:-1].isdigit():
            return int(value[:-1]) <= 60
    return False
