"""Find placeholders that a person must replace: `<ACCOUNT_ID>`, `<your domain>`, `YOUR_TOKEN`, `CHANGE_ME`."""

from __future__ import annotations

from collections.abc import Iterator

import re2

_CAPITAL = re2.compile(r"<[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+)*>")
_WORDED = re2.compile(
    "<(?:your|my|the|a|an|insert|replace|change|enter|put|new|old|some|target|actual|real|previous|current)[ _-][a-z0-9"
    " _-]{1,40}>|<[a-z]+(?:-[a-z0-9]+)+>"
)
_YOURS = re2.compile(
    r"\b(?:YOUR|MY|INSERT|REPLACE|CHANGE)[_-](?:[A-Z]+[_-]?)+\b|\bCHANGE_?ME\b|\bREPLACE_?ME\b|\bchangeme\b|\byour-(?:domain|org|bucket|registry|account|project|region|app)\b"
)
_BRACKETED = re2.compile(r"\[[a-z]+(?:[_ -][a-z]+)*\]")
_ANY = re2.compile(r"<[A-Za-z][^<>|&;$`\n]{0,80}>")
_BRACED = re2.compile(r"([:/@=])\{[A-Za-z][A-Za-z _-]{0,40}\}|([:/@=])\[[A-Za-z][A-Za-z _-]{0,40}\]")
_DOUBLED = re2.compile(r"\[\[[^\]\n]{1,80}\]\]")
_OWN_WORD = re2.compile(r"(\s)\[[A-Z][A-Z0-9]*(?:[_ -][A-Z0-9]+)*\]")
# a version that is not one yet: `x.y.z`, `vX.Y.Z`, `1.x.x`, `VERSION`
_LETTERED = re2.compile(
    r"([:/@=-])(?:v?[xX]\.[xXyY](?:\.[xXzZ])?|v?\d+\.[xXyY](?:\.[xXzZ])?|v?\d+\.\d+\.[xXzZ]|[vV]?VERSION|TAG|VERSION_NUMBER)\b"
)
_NONE = ("<EOF", "<DOCTYPE")


FILLED = "FILL_ME_IN"


def filled(text: str) -> str:
    """Return a command as it is once a reader has put something in place of what stands in brackets: a variable stands for it."""
    if "[[" in text:
        text = _DOUBLED.sub(f"${{{FILLED}}}", text)
    if "[" in text:
        text = _OWN_WORD.sub(lambda m: f"{m.group(1)}${{{FILLED}}}", text)
    text = _LETTERED.sub(lambda m: f"{m.group(1)}${{{FILLED}}}", text)
    if "<" in text:
        text = _ANY.sub(lambda m: str(m.group(0)) if str(m.group(0)).startswith(_NONE) else f"${{{FILLED}}}", text)
    return _BRACED.sub(lambda m: f"{m.group(1) or m.group(2)}${{{FILLED}}}", text) if "{" in text or "[" in text else text


def placeholders(text: str, tags: bool = True, brackets: bool = False) -> Iterator[str]:
    """Yield the placeholders of a text; without `tags` one in angle brackets counts only when it is all of the text.

    With `brackets` a word that is `[service_name]` as a whole counts too: in a command it is one, in a file it may be a section's head.
    """
    if "<" in text and (tags or _CAPITAL.fullmatch(text)):
        for match in _CAPITAL.finditer(text):
            if not str(match.group(0)).startswith(_NONE):
                yield str(match.group(0))
        for match in _WORDED.finditer(text):
            yield str(match.group(0))
    if brackets and text.startswith("[") and (whole := _BRACKETED.fullmatch(text)) is not None:
        yield str(whole.group(0))
    for match in _YOURS.finditer(text):
        if text[max(match.start() - 1, 0)] != "<":  # the whole tag was named above
            yield str(match.group(0))
