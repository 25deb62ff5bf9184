"""Find versions in sentences, inline code and table cells of a document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import re2

from ..catalog import load, parse_tag
from .exact import TWO_NUMBERS, is_range, judged, version_level
from .imagerefs import image, looks_like_image
from .model import Context, Reference

_CODE = re2.compile(r"(`+)([^`]+)(`+)")
_SENTENCE_END = re2.compile(r"[.!?;:]\s|\n\s*\n")
_NEGATION = re2.compile(
    r"(?i)\b(?:not|never|don'?t|doesn'?t|avoid|instead of|no longer|rather than|without|forbid(?:den|s)?|mustn'?t|cannot|refus\w+|reject\w*"
    r"|wrong|bad|unpinned)\b"
)
_KIND = r"(?:images?|versions?|releases?|tags?|builds?|charts?|packages?|binary|lts)"
_QUALIFIER = r"(?:docker|container|base|stable|official|available|lts|public|minor|major|patch)"
_LATEST_OBJECT = re2.compile(
    r"(?i)\b(?:latest|newest|most recent)\s+((?:[A-Za-z0-9][\w.+#/-]*\s+){0,4}?)(?:" + _QUALIFIER + r"\s+)*" + _KIND + r"\b"
    r"(\s+of\s+(?:the\s+)?[\w.+#/-]+(?:\s+[\w.+#/-]+)?)?"
)
_LATEST_NAME = re2.compile(
    r"(?i)\b(?:install|use|pull|run|download|deploy|get|upgrade to|update to|with|requires?|on)\s+(?:the\s+)?"
    r"((?:latest|newest|current)\s+([A-Za-z][\w.+#-]*(?:\s+[A-Z][\w.+#-]*)?))"
)
_ANY_VERSION = re2.compile(
    r"(?i)\b(?:any|an?|some)\s+(?:(?:recent|newer|current|modern|supported|up-to-date)\s+)?(?:version|release|image|build)s?\s+of\s+"
    r"(?:the\s+)?([a-z][\w.+#-]*)"
)
_ACTION = re2.compile(
    r"(?i)\b(?:install|us(?:e|ing)|pull|run|download|deploy|fetch|get|upgrade|update|choose|take|select|require[sd]?|need[sd]?|build|start|"
    r"launch|pick|apply|via|with|from|keep|stay|track|follow)\b"
)
_NAMED_VERSION = re2.compile(
    r"\b([A-Z][A-Za-z.+#]*(?:\.js)?(?:\s[A-Z][A-Za-z]+)?):?\s+(?:version\s+)?"
    r"((?:>=|<=|~>|\^|~|>|<)?\s?v?\d+(?:\.(?:\d+|x|\*))*(?:\.x)?\+?)"
    r"(?:\s+(or (?:later|newer|higher|above)|and (?:later|above|up)))?"
)
_OPERATOR = r"(?:>=|<=|=>|~>|==|=|\^|~|>|<)"
_VERSION_CELL = re2.compile(
    r"(?i)^\W*(?:" + _OPERATOR + r"\s*)?v?\d[\w.+*-]*(?:\s*(?:,|\|\||-)\s*" + _OPERATOR + r"?\s*v?[\d.x*]+)*\+?\s*"
    r"(?:\(.*\)|lts|or (?:later|newer|higher)|and above)?\W*$"
)
_VERSION_TITLE = re2.compile(r"(?i)version|tag|pin|release|required|requires|minimum|runtime|image")
_IMAGE_TITLE = re2.compile(r"(?i)image|container|reference|pin")
_VARIANTS = (("alpine",), ("slim",), ("bookworm",), ("trixie",), ("bullseye",), ("noble",), ("jammy",))
_QUALIFIERS = re2.compile(r"(?i)\(.*?\)|\b(?:version|runtime|image|server|client|cli|engine|provider|chart|lts)\b")
_MOVING_CELL = frozenset(
    (
        "latest",
        "any",
        "newest",
        "current",
        "stable",
        "lts",
        "latest stable",
        "latest lts",
        "most recent",
        "*",
        "recent",
        "edge",
        "nightly",
        "any version",
        "latest version",
    )
)
MAX_TEXT = 20_000
"""Longer paragraphs are read only so far: no sentence is that long."""


def inline_code(text: str) -> list[tuple[str, int]]:
    """Return the code spans of a paragraph, with the lines down to each, leaving out those a sentence warns of."""
    found = []
    for match in _CODE.finditer(text[:MAX_TEXT]):
        before = text[: match.start()]
        ends = [m.end() for m in _SENTENCE_END.finditer(before)]
        clause = before[ends[-1] if ends else 0 :]
        if not _NEGATION.search(clause):
            found.append((match.group(2).strip(), before.count("\n")))
    return found


def code_image(code: str, line: int) -> Iterator[Reference]:
    """Yield a code span that is itself an image with a floating tag, where the catalogue knows the image or the tag says latest."""
    if looks_like_image(code) and ":" in code:
        found = image(code, line, Context(_nothing))
        if found is not None and (_has_image_tag(code) or code.endswith(":latest")):
            yield found


def sentences(text: str, line: int) -> Iterator[Reference]:
    """Yield requests for the latest of something that has versions, and versions named beside a known product."""
    short = _CODE.sub(lambda m: " " * (m.end() - m.start()), text[:MAX_TEXT]).replace("*", "")
    taken: list[tuple[int, int]] = []
    for match in _LATEST_OBJECT.finditer(short):
        if short[match.end() :].lstrip().lower().startswith("note"):
            continue
        if _asks(short, match.start()) and _is_software(match.group(1) + (match.group(2) or ""), match.group(0)):
            taken.append(match.span())
            yield _request(match.group(0), short, match.start(), line)
    for match in _LATEST_NAME.finditer(short):
        seen = any(start <= match.start(1) < end for start, end in taken)
        if not seen and _product(match.group(2)) and not _negated(short, match.start()):
            yield _request(match.group(1), short, match.start(1), line)
    for match in _ANY_VERSION.finditer(short):
        if _product(match.group(1)) and not _negated(short, match.start()):
            yield _request(match.group(0), short, match.start(), line)
    yield from _named(short, line)


def _request(words: str, text: str, place: int, line: int) -> Reference:
    return judged("prose", words.strip(), "latest", line + text[:place].count("\n"), why="a reader cannot know which version is meant")


def _clause_start(text: str, place: int) -> int:
    return max((m.end() for m in _SENTENCE_END.finditer(text[:place])), default=0)


def _negated(text: str, place: int) -> bool:
    return _NEGATION.search(text[_clause_start(text, place) : place]) is not None


def _asks(text: str, place: int) -> bool:
    """Tell whether the sentence tells the reader to take something, and does not warn of it."""
    clause = text[_clause_start(text, place) : place]
    return _ACTION.search(clause) is not None and _NEGATION.search(clause) is None


def _is_software(middle: str, whole: str) -> bool:
    """Tell `latest PostgreSQL image` from `latest release notes`: a product, or an image, chart or package of anything."""
    words = whole.lower().split()
    if any(w.rstrip("s") in ("image", "chart", "package", "binary") for w in words):
        return True
    names = [w for w in middle.replace("of the", "").replace(" of ", " ").split() if w.lower() not in ("of", "the", "stable", "available")]
    return any(_product(name) for name in names) or any(_product(" ".join(names[i : i + 2])) for i in range(len(names))) or not names


@lru_cache(maxsize=4096)
def _product(name: str) -> str:
    plain = name.lower().strip(".")
    found = load().find(plain) or load().find(plain.replace(" ", "-"))
    return found.id if found else ""


def _named(text: str, line: int) -> Iterator[Reference]:
    for match in _NAMED_VERSION.finditer(text):
        product = _product(match.group(1)) or _product(match.group(1).rpartition(" ")[2])
        if not product or _negated(text, match.start()):
            continue
        version = match.group(2).strip()
        open_ended = bool(match.group(3)) or version.endswith("+") or ".x" in version or is_range(version)
        place = line + text[: match.start()].count("\n")
        if open_ended:
            yield judged("prose", match.group(0).strip(), version, place, name=product, level="L1")
        elif _level(product, version) in ("L2", "L3"):
            yield judged("prose", match.group(0).strip(), version, place, name=product, level="L2")


def _level(product: str, version: str) -> str:
    return version_level(version, 2 if product in TWO_NUMBERS else 3)


def table_row(cells: list[str], header: list[str], line: int) -> Iterator[Reference]:
    """Judge a row whose first cell names a product: the version beside it must be exact. Cells that are images are judged as such."""
    plain = [c.replace("`", "").replace("*", "").strip() if c.strip() != "*" else "*" for c in cells]
    product = _product(_QUALIFIERS.sub("", plain[0]).strip() or plain[0]) if plain else ""
    for place, raw in enumerate(plain[1:], 1):
        title = header[place] if place < len(header) else ""
        if _is_image_cell(raw, title):
            found = image(raw, line, Context(_nothing))
            if found is not None:
                yield found
        elif (
            product
            and (not title or header is cells or _VERSION_TITLE.search(title))
            and (raw.lower() in _MOVING_CELL or _VERSION_CELL.match(raw))
        ):
            yield _cell(product, raw, line)
            return


def _is_image_cell(raw: str, title: str) -> bool:
    """Tell an image from a host with a port or a file with a line number: the column says so, or the tag does."""
    if not looks_like_image(raw) or ":" not in raw:
        return False
    return bool(_IMAGE_TITLE.search(title)) or _has_image_tag(raw)


def _has_image_tag(text: str) -> bool:
    """Tell whether a tag reads like one: a version or channel word, and not the bare number that could be a port or a line."""
    tag = parse_tag(text.partition("@")[0].rpartition(":")[2])
    known = load().for_image(text) is not None
    if known:
        return bool(tag.version or tag.channel or tag.variant[:1] in _VARIANTS)
    return "/" in text and bool(tag.version + tag.channel) and not tag.text.isdigit()


def _cell(product: str, raw: str, line: int) -> Reference:
    lowered = raw.lower()
    version = lowered.split("(")[0].strip()
    if lowered in _MOVING_CELL:
        return judged("prose", raw, raw, line, name=product, level="L0")
    open_ended = version.endswith("+") or "or " in version or "and above" in version or is_range(version)
    return judged(
        "prose", raw, version, line, name=product, level="L1" if open_ended else version_level(version, 2 if product in TWO_NUMBERS else 3)
    )


def _nothing(text: str, language: str, context: Context) -> Iterator[Reference]:
    return iter(())
