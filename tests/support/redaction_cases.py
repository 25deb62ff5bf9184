"""Load redaction cases: YAML tables whose secrets are drawn when they are read, and the shared cases when they are at hand.

A case names its values (`pw: "{alnum:16}"`), and its text refers to them as «pw», also encoded as in «pw|base64».
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
import urllib.parse
import xml.sax.saxutils
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "digits": string.digits,
    "urlsafe": string.ascii_letters + string.digits + "-_",
    "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
_WORDS = "amber badger cactus dolphin ember falcon glacier harbour jungle kettle lantern meadow nectar orchid pebble quarry".split()
_PART = re.compile(r"\{([A-Za-z0-9]+):(\d+)\}")
_USE = re.compile(r"«(\w+)((?:\|\w+)*)»")


def _draw(rng: random.Random, name: str, size: int) -> str:
    if name == "b64":
        return base64.b64encode(rng.randbytes(size)).decode()
    if name == "words":
        return "-".join(rng.sample(_WORDS, size)) + str(rng.randrange(10, 99))
    if name == "symbols":
        body = list(_draw(rng, "alnum", size))
        for at in range(2, size - 1, 4):
            body[at] = rng.choice("!*+-_.^~?")
        return "".join(body)
    if name == "uuid":
        digits = _draw(rng, "hex", 32)
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    if name == "pem":
        body = base64.b64encode(rng.randbytes(size)).decode()
        return "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    while True:
        text = "".join(rng.choice(_ALPHABETS[name]) for _ in range(size))
        kinds = (str.isdigit, str.islower, str.isupper)
        wanted = [kind for kind in kinds if any(kind(char) for char in _ALPHABETS[name])]
        if size < 8 or name == "digits" or all(sum(kind(char) for char in text) >= 2 for kind in wanted):
            return text


def _encode(value: str, how: str) -> str:
    raw = value.encode()
    made = {
        "base64": lambda: base64.b64encode(raw).decode(),
        "base64url": lambda: base64.urlsafe_b64encode(raw).decode().rstrip("="),
        "hex": raw.hex,
        "upper": value.upper,
        "lower": value.lower,
        "reverse": lambda: value[::-1],
        "percent": lambda: urllib.parse.quote(value, safe=""),
        "percentall": lambda: "".join(f"%{byte:02X}" for byte in raw),
        "unicode": lambda: "".join(f"\\u{ord(char):04x}" for char in value),
        "entities": lambda: "".join(f"&#{ord(char)};" for char in value),
        "xml": lambda: xml.sax.saxutils.escape(value, {'"': "&quot;"}),
        "json": lambda: json.dumps(value)[1:-1],
        "oneline": lambda: value.replace("\n", "\\n"),
        "first": lambda: value[: len(value) // 2],
        "second": lambda: value[len(value) // 2 :],
        "inner": lambda: value[2:16],
    }
    return made[how]()


@dataclass(frozen=True)
class Case:
    """One case: a text with secrets that must vanish and pieces that must stay; `layers` are those without which it fails."""

    name: str
    path: str
    text: str
    secrets: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    layers: tuple[str, ...] = field(default=())


def _fill(template: str, values: dict[str, str]) -> str:
    def use(found: re.Match[str]) -> str:
        value = values[found.group(1)]
        for how in filter(None, found.group(2).split("|")):
            value = _encode(value, how)
        if "\n" in value:
            start = template.rfind("\n", 0, found.start()) + 1
            lead = template[start : found.start()]
            value = value.replace("\n", "\n" + (lead if not lead.strip(" \t#*/|") else ""))
        return value

    return _USE.sub(use, template)


def _case(entry: dict[str, Any]) -> Case:
    rng = random.Random(entry["name"])
    values: dict[str, str] = {}
    for name, spec in entry.get("values", {}).items():
        values[name] = _PART.sub(lambda part: _draw(rng, part.group(1), int(part.group(2))), _fill(spec, values))
    secrets = [piece for text in entry.get("secrets", ()) for piece in _pieces(_fill(text, values))]
    return Case(
        name=entry["name"],
        path=entry["path"],
        text=_fill(entry["text"], values),
        secrets=tuple(secrets),
        keep=tuple(_fill(text, values) for text in entry.get("keep", ())),
        context=tuple((other["path"], _fill(other["text"], values)) for other in entry.get("context", ())),
        layers=tuple(entry.get("layers", ())),
    )


def _pieces(secret: str) -> list[str]:
    """Split a secret of several lines: none of its lines may survive."""
    return [line for line in secret.split("\n") if line]


def load(folder: Path) -> list[Case]:
    """Return the cases of all YAML files of a folder, in order."""
    return [_case(entry) for path in sorted(folder.glob("*.yaml")) for entry in yaml.safe_load(path.read_text())]


def load_shared(path: Path) -> list[Case]:
    """Return the cases of a shared JSON-lines file, whose texts may be base64."""
    cases: list[Case] = []
    for line in path.read_text().splitlines():
        entry = json.loads(line)

        def plain(text: str, encoded: bool = entry.get("encoding") == "base64") -> str:
            return base64.b64decode(text).decode() if encoded else text

        context = tuple((other["filename"], plain(other["text"])) for other in entry.get("context", ()))
        secrets, keep = (tuple(map(plain, entry[name])) for name in ("secrets", "must_keep"))
        cases.append(Case(entry["id"], entry["filename"], plain(entry["text"]), secrets, keep, context))
    return cases
