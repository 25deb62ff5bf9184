"""Find committed secrets in files that nobody quotes: one pass of RE2 over raw bytes tells which files deserve a closer look.

The redaction of what is quoted rather hides too much; a report of committed secrets names only what surely is one.
"""

from __future__ import annotations

import re2

from .document import Document, Hit
from .engine import SecretFinding
from .issuers import SHAPES
from .layers import modules
from .looks import is_random, is_weak
from .taint import TaintStore

_SHORTEST = 4  # fixed letters of an issuer's token; shorter ones begin ordinary words too
_NAMES = r"(?:passw(?:or)?d|passphrase|secret|credential|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key)"


def _issued() -> str:
    fixed = sorted({shape.partition(" ")[0] for shapes in SHAPES.values() for shape in shapes})
    return "|".join(re2.escape(letters) for letters in fixed if len(letters) >= _SHORTEST)


_CERTAIN = (
    rf"\b(?:{_issued()})[A-Za-z0-9+/=_.-]{{8}}",
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY",
    r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ",
)
_LIKELY = (
    r"[a-z]://[^\s:/@\"'`<>{}$]{1,64}:[^\s@\"'`<>{}$/]{3,64}@",
    rf"(?i){_NAMES}[a-z0-9_]{{0,16}}[\"'`]?\s?(?::=|[:=]|=>)\s?[\"'`][^\s\"'`<>{{}}$]{{8,}}[\"'`]",
    r"(?i)\b(?:basic|bearer) [A-Za-z0-9+/=_.-]{16}",
)
_ISSUED = re2.compile("|".join(_CERTAIN).encode())
_ANY = re2.compile("|".join((*_CERTAIN, *_LIKELY)).encode())


def suspicious(data: bytes, made_up: bool = False) -> bool:
    """Say whether bytes hold something of a secret's shape: an issuer's token, a key block, a URL's password, a named literal.

    `made_up` asks for tokens and key blocks only, as in tests, whose passwords open nothing.
    """
    return (_ISSUED if made_up else _ANY).search(data) is not None


def committed(path: str, text: str, taint: TaintStore, made_up: bool = False) -> tuple[SecretFinding, ...]:
    """Return where a text holds an issuer's token, a key block, a URL's password or a named literal drawn at random.

    A key block counts once, at the first line of its body. The values are remembered in `taint`, so that nothing else quotes them.
    """
    doc, layers = Document(path, text), modules()
    hits = [hit for name in ("vendor", "keyblocks") for hit in layers[name](doc, TaintStore())]
    for name in () if made_up else ("urls", "assignments"):
        hits += [hit for hit in layers[name](doc, TaintStore()) if _sure(hit, name)]
    for hit in hits:
        if hit.value:
            taint.add(hit.value, hit.kind)
    places = {(doc.line(hit.start), hit.kind) for hit in hits}
    return tuple(SecretFinding(path, n, kind) for n, kind in sorted(places) if kind != "private-key" or (n - 1, kind) not in places)


def _sure(hit: Hit, layer: str) -> bool:
    return bool(hit.value) and hit.value.isascii() and (not is_weak(hit.value) if layer == "urls" else is_random(hit.value))
