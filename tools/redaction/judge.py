"""Decide whether a value under a name is a secret: the one verdict that every structural layer asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from . import lexicon, looks, veto
from .families import Traits
from .keys import Key, Strength, classify


@dataclass(frozen=True, slots=True)
class Verdict:
    """A positive verdict: the kind for the marker, and whether the value may be searched for elsewhere."""

    kind: str
    spread: bool


def _harmless(value: str, quoted: bool, traits: Traits) -> bool:
    if veto.is_marker(value) or veto.is_placeholder(value, traits.example) or veto.is_reference(value):
        return True
    if not quoted and veto.is_code(value):
        return True
    return veto.is_identifier(value) or (quoted and veto.is_dotted_name(value))


def _plain_word(key: Key, value: str) -> bool:
    """Say whether a value under a non-password name is a setting or a name rather than a weak secret."""
    lowered = value.lower()
    if veto.is_resource_name(value) and not key.constant:
        return True
    if key.constant or lowered in lexicon.WEAK or all(word in lexicon.WEAK for word in looks.words_of(value)):
        return False
    return len(value) < 24 and " " not in value and looks.is_wordy(value)


def _number(key: Key, value: str) -> bool:
    """Say whether a number may be a secret: passwords from four digits on, others from ten."""
    return len(value) >= (4 if key.strength is Strength.PASSWORD else 10)


def judge(name: str, value: str, traits: Traits, *, quoted: bool = False, least: Strength = Strength.HINT) -> Verdict | None:
    """Return a verdict for the value under the name, None when it is harmless.

    `quoted` says that it stood in quotes; `least` raises the strength of the name when the place itself promises a secret.
    """
    key = classify(name)
    strength = max(key.strength, least if least > Strength.HINT else Strength.NONE)
    if strength is Strength.NONE:
        return None
    raised = key if key.strength >= strength else Key(strength, key.kind or "secret", key.words, key.constant)
    return judge_as(raised, value, traits, quoted)


@lru_cache(maxsize=32768)
def judge_as(key: Key, value: str, traits: Traits, quoted: bool = False) -> Verdict | None:
    """Return a verdict for a value under an already judged name."""
    value = value.strip()
    if len(value) < 3 or _harmless(value, quoted, traits):
        return None
    if key.strength is Strength.HINT:
        if key.words in {("key",), ("keys",)} and len(value) in {40, 64} and all(char in "0123456789abcdef" for char in value):
            return None  # a content hash used as a key
        return Verdict(key.kind, True) if looks.is_random(value, 20) and not veto.is_uuid(value) else None
    lowered = value.lower()
    if lowered in lexicon.SETTINGS or (key.strength is Strength.SECRET and not key.constant and lowered in lexicon.SECRET_SETTINGS):
        return None
    if value.isdigit() and not _number(key, value):
        return None
    if veto.is_sentence(value) or (traits.words and not looks.is_random(value)):
        return None
    if key.strength is Strength.SECRET and _plain_word(key, value):
        return None
    label = quoted and traits.family in {"code", "python", "json", "xml"} and value.istitle() and value.lower() in lexicon.WEAK
    if label:
        return None
    return Verdict(key.kind, not looks.is_weak(value))
