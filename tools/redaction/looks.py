"""How a text looks: made of words, drawn at random, or too weak to be searched for."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from functools import lru_cache

from . import lexicon


def words_of(value: str) -> list[str]:
    """Split a value into lower-case words and numbers at everything else."""
    words: list[str] = []
    current = ""
    for char in value:
        if current and (not char.isalnum() or char.isdigit() != current[-1].isdigit()):
            words.append(current)
            current = ""
        if char.isalnum():
            current += char
    if current:
        words.append(current)
    return [word.lower() for word in words]


def is_wordy(value: str) -> bool:
    """Say whether a value is made of pronounceable lower-case or capitalised words without a digit, as names are."""
    words = words_of(value)
    if not words or any(not char.isalpha() and char not in "-_. :" for char in value) or not all(word.isascii() for word in words):
        return False
    humps = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(value))
    return humps <= len(value) // 5 and all(_pronounceable(word) for word in words)


@lru_cache(maxsize=16384)
def _pronounceable(word: str) -> bool:
    """Say whether a word could be one of a language: vowels among consonants, and mostly usual pairs of letters."""
    if len(word) < 4 or word in lexicon.WEAK:
        return True
    longest = max(len(run) for run in "".join(" " if char in "aeiouy" else char for char in word).split(" "))
    vowels = sum(char in "aeiouy" for char in word)
    return longest <= 4 and 0.15 <= vowels / len(word) <= 0.7 and _usual(word) >= 0.55


def _usual(word: str) -> float:
    """Return the share of usual pairs among the neighbouring letters of a lower-case word."""
    return sum(a + b in lexicon.PAIRS for a, b in itertools.pairwise(word)) / max(1, len(word) - 1)


@lru_cache(maxsize=16384)
def is_weak(value: str) -> bool:
    """Say whether a value is too common or short to be searched for in other places without destroying ordinary text."""
    if len(value) < 8 or len(set(value)) < 4:
        return True
    if value.lower() in lexicon.WEAK or (value.isdigit() and len(value) <= 12):
        return True
    if len(value) < 16 and value.isascii() and value.isalpha() and (value.islower() or value.isupper()):
        return True  # a single word, whatever it is
    words = words_of(value)
    if all(word in lexicon.COMMON or (word.isdigit() and len(word) <= 4) for word in words):
        return True
    if len(words) > 1 and len(set(words)) == 1:
        return True
    return is_wordy(value) and (len(value) < 16 or len(words) < 3)


def entropy(value: str) -> float:
    """Return the Shannon entropy in bits per character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values()) if value else 0.0


def _changes(value: str) -> int:
    """Count the changes of character class between neighbours; a capital that opens a word is one change, not two."""
    classes = [0 if c.isdigit() else 1 if c.islower() else 2 if c.isupper() else 3 for c in value]
    return sum(a != b and 3 not in (a, b) and (a, b) != (2, 1) for a, b in itertools.pairwise(classes))


def _is_camel(value: str) -> bool:
    """Say whether a value without digits is glued from pronounceable words at capitals and separators."""
    spaced = "".join(f" {char.lower()}" if char.isupper() else char if char.isalpha() else " " for char in value).split()
    known = sum(len(word) for word in spaced if _pronounceable(word))
    return bool(spaced) and sum(map(len, spaced)) / len(spaced) >= 3 and known >= 0.75 * sum(map(len, spaced))


@lru_cache(maxsize=16384)
def is_random(value: str, least: int = 16) -> bool:
    """Say whether a value looks drawn at random: long enough, of mixed classes that change more often than in names."""
    if len(value) < least:
        return False
    if any(char.isspace() for char in value):
        return len(value) >= 32 and sum(not char.isalnum() for char in value) >= len(value) / 6 and entropy(value) >= 4.5
    if all(char in "0123456789abcdefABCDEF" for char in value):
        return len(value) >= max(least, 20) and not value.isdigit() and entropy(value) > 2.5
    digits = sum(char.isdigit() for char in value)
    lower = any(char.islower() for char in value)
    upper = any(char.isupper() for char in value)
    symbols = sum(not char.isalnum() and char not in "-_./:" for char in value)
    if value.isalpha() and (lower != upper or _is_camel(value)):
        return lower != upper and len(value) >= max(least, 20) and _usual(value.lower()) < 0.4
    mixed = (digits >= 2 and (lower or upper)) or (lower and upper) or symbols >= 2
    per_change = 7 if not digits else 5 if len(value) < 20 else 6
    spread = entropy(value) >= min(3.0, 0.8 * math.log2(len(value)))
    return mixed and spread and _changes(value) + symbols >= len(value) / per_change
