"""Complete words for the shell: rules, runs, documents, forms; whatever cannot be looked up completes to nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress


def words(*known: str) -> Callable[[str], list[str]]:
    """Return the completion of a fixed set of words."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in known if word.startswith(incomplete)]

    return complete


def rules(incomplete: str) -> list[tuple[str, str]]:
    """Return the rules whose code or name begins so, with what each says."""
    found: list[tuple[str, str]] = []
    with suppress(Exception):  # a shell that asks for completions has no use for an error
        from ...tools import checks

        for rule, _ in checks.rules().values():
            found += [(word, rule.summary) for word in (rule.code, rule.name) if word.lower().startswith(incomplete.lower())]
    return found


def runs(incomplete: str) -> list[tuple[str, str]]:
    """Return the ids of runs that begin so, with where each stands, and `last`."""
    found = [("last", "the newest run")] if "last".startswith(incomplete) else []
    with suppress(Exception):
        from ...graph.listing import runs as listing

        found += [(run.id, f"{run.status}, {run.source.location}") for run in listing() if run.id.startswith(incomplete)]
    return found
