"""Name every way in which asking a model fails, in words of our own: a provider's own text may repeat a prompt or a key."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "refusal", "cut-short", "filtered", "misfit", "rate-limited", "no-quota", "timeout", "unreachable", "key-refused", "not-permitted",
    "unknown-model", "too-long", "rejected", "server-failed", "unreadable",
]  # fmt: skip
WORDS: dict[Kind, str] = {
    "refusal": "the model refused to answer",
    "cut-short": "its answer was cut short",
    "filtered": "a content filter stopped its answer",
    "misfit": "its answer did not fit the schema, nor did the repaired one",
    "rate-limited": "rate limited",
    "no-quota": "its quota is used up",
    "timeout": "it did not answer in time",
    "unreachable": "its server could not be reached",
    "key-refused": "the key was refused",
    "not-permitted": "the key may not use it",
    "unknown-model": "its server knows no such model or address",
    "too-long": "the question is too long for it",
    "rejected": "its server rejected the question",
    "server-failed": "its server failed",
    "unreadable": "the server's answer could not be read",
}
LASTING: frozenset[Kind] = frozenset({"no-quota", "unreachable", "key-refused", "not-permitted", "unknown-model"})
"""What will not pass while a run goes: after one of these the model is not asked again."""

_BY_STATUS: dict[int, Kind] = {
    401: "key-refused",
    403: "not-permitted",
    404: "unknown-model",
    408: "timeout",
    413: "too-long",
    429: "rate-limited",
}
_BY_CODE: dict[str, Kind] = {
    "insufficient_quota": "no-quota",
    "content_filter": "filtered",
    "content_policy_violation": "filtered",
    "context_length_exceeded": "too-long",
    "model_not_found": "unknown-model",
}


class Failure(NamedTuple):
    """Say how a question failed; `again` marks one that was not asked because an earlier one had failed for good."""

    kind: Kind
    again: bool = False

    @property
    def words(self) -> str:
        """Return what a note says of it."""
        return f"not asked, since {WORDS[self.kind]} before" if self.again else WORDS[self.kind]


def failure_of(error: Exception) -> Failure:
    """Return the failure that an exception of langchain-openai, of the openai library or of our own patience means."""
    from langchain_core import exceptions as lc
    from openai import APIConnectionError, APITimeoutError, ContentFilterFinishReasonError, LengthFinishReasonError

    by_type: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Kind], ...] = (
        (LengthFinishReasonError, "cut-short"),
        (ContentFilterFinishReasonError, "filtered"),
        (lc.ContextOverflowError, "too-long"),
        (lc.ModelRefusalError, "refusal"),
        ((TimeoutError, APITimeoutError, lc.ModelTimeoutError), "timeout"),
        ((APIConnectionError, lc.ModelConnectionError), "unreachable"),
    )
    for kinds, name in by_type:
        if isinstance(error, kinds):
            return Failure(name)
    code, status = getattr(error, "code", None), getattr(error, "status_code", None)
    if isinstance(code, str) and code in _BY_CODE:
        return Failure(_BY_CODE[code])
    if not isinstance(status, int):
        return Failure("unreadable")
    return Failure(_BY_STATUS.get(status, "server-failed" if status >= 500 else "rejected"))
