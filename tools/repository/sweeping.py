"""Look through the files that nobody asked for, for what may be a committed secret: small, plain text, read once and not kept."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator

from ..redaction.suspects import suspicious
from .reading import Unread, decode
from .walking import open_folder

SMALL = 64_000  # bytes; what people write by hand is smaller, what is generated is no place for a password
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_NEVER = frozenset(
    "7z ai avi avif bin bmp bz2 class csv db dll dylib eot eps exe flac gif gz icns ico jar jpeg jpg lock lockb log map mid mo mov mp3 mp4"
    " mpg o ogg otf parquet pdf png po pot psd pyc rar rlib scss css less so snap sqlite sum svg tar tgz tif tiff ttf wasm wav webm webp"
    " woff woff2 xls xlsx xz zip zst".split()
)  # suffixes of what holds no text, or text that no person writes a password into


def suspects(root: int, sizes: dict[str, int], known: Iterable[str], aside: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Yield (path, text), in order, of small files not yet `known` that may hold a secret; what cannot be read is passed over.

    Of what stands `aside` (tests, documents) only an issuer's tokens and key blocks are looked for: passwords there are made up.
    """
    seen = set(known)
    folder: str | None = None
    descriptor = -1
    try:
        for path in sorted(p for p, size in sizes.items() if 0 < size <= SMALL and p not in seen and _text(p)):
            above, name = posixpath.split(path)
            if above != folder:
                if descriptor >= 0:
                    os.close(descriptor)
                folder, descriptor = above, _opened(root, above)
            data = _read(descriptor, name) if descriptor >= 0 else b""
            if data and suspicious(data, aside(path)):
                try:
                    yield path, decode(data)
                except Unread:
                    continue
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _text(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() not in _NEVER and ".min." not in name


def _opened(root: int, folder: str) -> int:
    try:
        return open_folder(root, folder or ".")
    except OSError:
        return -1


def _read(folder: int, name: str) -> bytes:
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=folder)
    except OSError:
        return b""
    try:
        return os.read(descriptor, SMALL)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
