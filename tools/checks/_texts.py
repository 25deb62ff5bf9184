"""Read a file as text: bounded, regular, UTF-8 without its byte order mark, lines of one ending; what is none of that says why."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

_LOOKED_AT = 4096  # bytes in which a file that is no text shows a NUL


class Unread(Exception):
    """Say in words why a file was not read as text."""


def text_of(path: Path, most: int, *, follow: bool = True) -> str:
    """Return the text of a file of at most `most` bytes, what is no UTF-8 replaced; raise Unread, without `follow` for a link, too."""
    try:
        status = path.stat() if follow else path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Unread("it is no file")
        if status.st_size > most:
            raise Unread(f"it is larger than {most} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise Unread(f"it cannot be read: {error.strerror or type(error).__name__}") from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unread("it is UTF-16, which the programs that it is for do not read; save it as UTF-8")
    if b"\0" in data[:_LOOKED_AT]:
        raise Unread("it is no text")
    return plain_lines(data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace"))


def plain_lines(text: str) -> str:
    """Return a text whose lines all end in one line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
