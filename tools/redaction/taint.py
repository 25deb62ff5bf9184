"""The secrets seen so far, in memory only, and the search for any of their forms in other texts."""

from __future__ import annotations

import itertools
import struct
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NoReturn

from . import encodings, lexicon, looks, veto
from .document import Document, Hit
from .render import render

_WINDOW = 12
_SHORT_WINDOW = 8
_SHORT = 16
_QUOTES = (b'"', b"'", b"\x60")
_EDGES = b"-_.:/=@ \"'"
_FULL = 2000  # secrets that are searched for in all forms; a list of users' passwords would fill the memory with them
_MOST = 20_000  # secrets that are remembered at all
_PER_GRAM = 12  # remembered places of one gram; more would make repetitive secrets quadratic


class _Index:
    """Grams of forms: a text is probed at every `step` bytes, so that each window of `window` bytes is met once."""

    def __init__(self, window: int, gram: int) -> None:
        self.window = window
        self.gram = gram
        self.step = window - gram + 1
        self.places: dict[bytes, list[tuple[bytes, int, str]]] = {}

    def add(self, form: bytes, kind: str) -> None:
        for offset in range(len(form) - self.gram + 1):
            places = self.places.setdefault(form[offset : offset + self.gram], [])
            if len(places) < _PER_GRAM:
                places.append((form, offset, kind))

    def find(self, data: bytes) -> Iterator[tuple[int, int, str]]:
        """Yield maximal spans of data, at least a window long, that stand in some form."""
        gram, places = self.gram, self.places
        covered = 0
        for probe in self._probes(data):
            if probe + gram <= covered:
                continue
            best = max((self._grow(data, probe, place) for place in places[data[probe : probe + gram]]), key=lambda span: span[1] - span[0])
            if best[1] - best[0] >= self.window and not is_common(data[best[0] : best[1]]):
                covered = best[1]
                yield best

    def _probes(self, data: bytes) -> Iterator[int]:
        """Yield the offsets, a step apart, at which a known gram stands; made of what runs without the interpreter."""
        padded = data + b"\0" * (-len(data) % self.step)
        grams = itertools.chain.from_iterable(struct.iter_unpack(f"{self.gram}s{self.step - self.gram}x", padded))
        return itertools.compress(range(0, len(data) - self.gram + 1, self.step), map(self.places.__contains__, grams))

    def _grow(self, data: bytes, probe: int, place: tuple[bytes, int, str]) -> tuple[int, int, str]:
        form, offset, kind = place
        left, right = 0, self.gram
        while left < offset and left < probe and form[offset - left - 1] == data[probe - left - 1]:
            left += 1
        room = min(len(form) - offset, len(data) - probe)
        while right < room and form[offset + right] == data[probe + right]:
            right += 1
        return probe - left, probe + right, kind


def _segments(data: bytes, positions: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the spans of a squeezed match; quotes that close one text and open the next stay outside."""
    start = positions[0]
    for here, there in itertools.pairwise(positions):
        between = data[here + 1 : there]
        if sum(between.count(quote) for quote in _QUOTES) >= 2:
            yield start, here + 1
            start = there
    yield start, positions[-1] + 1


def is_common(piece: bytes) -> bool:
    """Say whether a piece of a secret consists of everyday words only, words cut at its ends included."""
    if piece in _CONSTANT:
        return True
    text = piece.decode("latin-1")
    words = looks.words_of(text)
    if any(not char.isalnum() and char not in "-_. :/" for char in text) or any(not word.isalpha() and len(word) > 2 for word in words):
        return False
    letters = [word for word in words if word.isalpha()]
    edges = {word for word in words[:1] + words[-1:] if word.isalpha()}
    known = any(len(word) >= 4 and _is_known(word) for word in letters)
    return known and all(_is_known(word) or (word in edges and _is_cut(word)) for word in letters)


@lru_cache(maxsize=4096)
def _is_known(word: str) -> bool:
    """Say whether a word is common, or glued from common words as `userpassword` is."""
    if word in _COMMON:
        return True
    return any(word[:cut] in _COMMON and _is_known(word[cut:]) for cut in range(3, len(word) - 2))


@lru_cache(maxsize=4096)
def _is_cut(word: str) -> bool:
    """Say whether a piece of a word begins or ends common words."""
    if any(other.startswith(word) or other.endswith(word) for other in _COMMON):
        return True
    return any(_is_known(word[:cut]) and _is_cut(word[cut:]) for cut in range(3, len(word)))


_COMMON = frozenset(word for word in lexicon.COMMON if word.isalpha())


# What all keys of a type have in common, public ones included, and the head of most JSON web tokens.
_HEADS = tuple(
    text.lower().encode()
    for text in (
        "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQ MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQ"
        " MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ MIIJQgIBADANBgkqhkiG9w0BAQEFAASCCSwwggkoAgEAAoICAQ"
        " MIIJQwIBADANBgkqhkiG9w0BAQEFAASCCS0wggkpAgEAAoICAQ MIIEowIBAAKCAQEA MIIEpAIBAAKCAQEA MIIEpQIBAAKCAQEA MIIEogIBAAKCAQEA"
        " MIIJKAIBAAKCAgEA MIIJKQIBAAKCAgEA MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA"
        " MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg oAoGCCqGSM49AwEHoUQDQgAE MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"
        " MC4CAQAwBQYDK2VwBCIEI MIGkAgEBBD AgMBAAECggEA AwEAAQKCAQ IDAQABAoIBA"
        " b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQAAACB"
        " b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAABlwAAAAdzc2gtcnNhAAAAAwEAAQAAAYEA"
        " eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9. eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9. eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."
        " eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9."
    ).split()
)


_ARMOUR = tuple(
    f"-----{edge} {label}-----\n".encode()
    for edge in ("BEGIN", "END")
    for label in ("CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY")
)
# In one text, between bytes that stand in no UTF-8: one search instead of seventy.
_CONSTANT = b"\xff".join((*_HEADS, *(core.lower() for text in _ARMOUR for core in (text, *encodings.base64_cores(text)))))


class TaintStore:
    """Hold known secrets in memory. It cannot be copied, pickled or printed; weak values are refused."""

    __slots__ = ("_indices", "_known", "_lock", "_names")

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._names: frozenset[str] = frozenset()
        self._indices = {_SHORT_WINDOW: _Index(_SHORT_WINDOW, 4), _WINDOW: _Index(_WINDOW, 6)}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "TaintStore(<hidden>)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a TaintStore is never copied or persisted: rescan the sources instead")

    def __len__(self) -> int:
        return len(self._known)

    def spare(self, names: Iterable[str]) -> None:
        """Let names stand that everything shows anyway: a sample password that is the project's own name is hidden at its place only."""
        self._names |= {name.lower() for name in names}

    def add(self, value: str, kind: str = "secret") -> bool:
        """Remember a secret; return False when it is too weak, a placeholder or a spared name and so may not be searched for.

        Beyond 2,000 secrets only the plain form is searched for, beyond 20,000 none is added.
        """
        value = value.strip()
        if value.lower() in self._names or looks.is_weak(value) or veto.is_placeholder(value) or veto.is_reference(value):
            return False
        with self._lock:
            if value in self._known:
                return True
            if len(self._known) >= _MOST:
                return False
            plain = len(self._known) >= _FULL
            self._known.add(value)
            index = self._indices[_SHORT_WINDOW if len(value) < _SHORT else _WINDOW]
            for form in sorted(encodings.forms(value, plain=plain)):
                index.add(form, kind)
                squeezed = encodings.squeeze(form)
                if squeezed != form:
                    index.add(squeezed, kind)
        return True

    def find(self, read: Document | bytes) -> list[Hit]:
        """Return the spans of a document that hold a form of a known secret, also when wrapped, quoted, split or escaped."""
        if not self._known:
            return []
        doc = Document.of(read) if isinstance(read, bytes) else read
        data, lowered = doc.data, doc.lowered
        squeezed = encodings.squeeze(lowered)
        hits: list[Hit] = []
        positions: list[int] = []
        for index in self._indices.values():
            if not index.places:
                continue
            hits.extend(Hit(start, end, kind) for start, end, kind in index.find(lowered) if not self._is_spared(lowered[start:end]))
            for start, end, kind in index.find(squeezed):
                if self._is_spared(squeezed[start:end]):
                    continue
                positions = positions or encodings.squeeze_positions(lowered)
                hits.extend(Hit(begin, stop, kind) for begin, stop in _segments(data, positions[start:end]))
        hits.extend(self._in_escapes(doc))
        return hits

    def _is_spared(self, piece: bytes) -> bool:
        """Say whether a piece of a secret is nothing but a spared name."""
        return bool(self._names) and piece.strip(_EDGES).decode("utf-8", "replace") in self._names

    def _in_escapes(self, doc: Document) -> Iterator[Hit]:
        """Yield runs of escapes, hexadecimal digits or base64 that say something with a known secret in it."""
        for start, end, text in encodings.encoded_runs(doc):
            raw = text.encode("utf-8", "surrogatepass")
            views = [raw, *(inner.encode("utf-8", "surrogatepass") for _, _, inner in encodings.base64_runs(raw))]
            found = next((span for view in views for index in self._indices.values() for span in index.find(view.lower())), None)
            if found:
                yield Hit(start, end, found[2])

    def scrub(self, text: str) -> str:
        """Return the text with every form of every known secret replaced; the number of lines is kept."""
        doc = Document("", text)
        hits = self.find(doc)
        return render(doc.data, hits) if hits else text
