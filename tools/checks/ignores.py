"""Keep inline ignores honest.

What:
    An inline ignore `# deploybook: ignore[CODE] reason` must name rules that exist, give a reason, spare the gates, and silence something.

Why it matters in production:
    An ignore without a reason is a switched-off alarm that nobody can judge a year later. One that covers nothing hides the next real
    finding on that line. Redaction and version pinning are gates: a leaked credential or a floating tag does not become safe by a
    comment.

Example:
    # deploybook: ignore[NET002]
    curl -s http://127.0.0.1/health

Instead:
    # deploybook: ignore[NET002] the next line compares the status code itself
    curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/health | grep -qx 200

When to ignore:
    Never: mend or remove the ignore.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._ignores import ignores
from ._registry import rules
from ._rule import Rule
from ._view import PlanView

REASONLESS = Rule("IGN001", "ignore-without-reason", "error", "An inline ignore gives no reason.")
UNKNOWN = Rule("IGN002", "ignore-of-nothing-known", "error", "An inline ignore names no rule, an unknown rule, or a gate.")
UNUSED = Rule("IGN003", "ignore-unused", "warning", "An inline ignore covers no finding.")
RULES = (REASONLESS, UNKNOWN, UNUSED)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield ignores without a reason, of unknown rules and of gates; unused ones are found after all checks ran."""
    known = {key: rule for rule, _ in rules().values() for key in (rule.code, rule.name)}
    for ignore in ignores(view):
        if not ignore.reason:
            yield REASONLESS.at(ignore, "An inline ignore gives no reason.", line=ignore.line, hint="Write the reason behind the bracket.")
        if not ignore.codes:
            yield UNKNOWN.at(ignore, "An inline ignore names no rule.", line=ignore.line)
        for code in ignore.codes:
            if code not in known:
                yield UNKNOWN.at(ignore, f"An inline ignore names {code}, which is no rule.", line=ignore.line)
            elif known[code].gate:
                yield UNKNOWN.at(ignore, f"{code} is a gate and cannot be ignored.", line=ignore.line)
