"""Count what a model was asked and what it cost in tokens; the words of a count can be read back from a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import re2

_WORDS = re2.compile(r"\((\d+) calls?, (\d+) tokens in \((\d+) cached\), (\d+) out \((\d+) reasoning\)\)")


class Usage(NamedTuple):
    """Hold calls and tokens: `cached` is a part of `input`, `reasoning` of `output`; a call whose cost nobody told counts no tokens."""

    calls: int = 0
    input: int = 0
    output: int = 0
    cached: int = 0
    reasoning: int = 0

    def plus(self, other: Usage) -> Usage:
        """Return the sum."""
        return Usage(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def words(self) -> str:
        """Return the count as the end of a note says it."""
        calls = f"{self.calls} call{'' if self.calls == 1 else 's'}"
        return f"({calls}, {self.input} tokens in ({self.cached} cached), {self.output} out ({self.reasoning} reasoning))"


def told(note: str) -> Usage:
    """Return the count that a note ends with, zero when it tells none."""
    found = _WORDS.search(note)
    return Usage(int(found[1]), int(found[2]), int(found[4]), int(found[3]), int(found[5])) if found else Usage()


def of_message(metadata: Mapping[str, Any] | None) -> Usage:
    """Return the count of one call from a LangChain message's `usage_metadata` (langchain_core.messages.ai.UsageMetadata)."""
    given = metadata or {}
    inside, outside = given.get("input_token_details") or {}, given.get("output_token_details") or {}
    return Usage(
        1, *map(_whole, (given.get("input_tokens"), given.get("output_tokens"), inside.get("cache_read"), outside.get("reasoning")))
    )


def of_error(error: BaseException) -> Usage:
    """Return the count of a call that ended in an error: the openai library keeps the whole answer on the ones about its end."""
    usage = getattr(getattr(error, "completion", None), "usage", None)
    inside, outside = getattr(usage, "prompt_tokens_details", None), getattr(usage, "completion_tokens_details", None)
    counts = (
        getattr(usage, "prompt_tokens", 0),
        getattr(usage, "completion_tokens", 0),
        getattr(inside, "cached_tokens", 0),
        getattr(outside, "reasoning_tokens", 0),
    )
    return Usage(1, *map(_whole, counts))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
