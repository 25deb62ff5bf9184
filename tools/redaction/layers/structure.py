"""What only the structure of YAML and JSON tells: Kubernetes Secrets, lists under secret names, values one level below a secret name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

import yaml

from .. import looks
from ..document import Document, Hit, pattern
from ..judge import judge_as
from ..keys import NOTHING, Key, Strength, classify
from ..taint import TaintStore
from .assignments import STEMS

ORDER = 57

LIMIT = 1 << 20
_WANTED = pattern(
    rf"(?i)kind[\"']?[ \t]*:[ \t]*[\"']?Secret\b|securejsondata|sensitive[\"']?[ \t]*:|random_password|"
    rf"(?:{STEMS})[\w.-]*[\"']?[ \t]*:[ \t]*(?:&\S+[ \t]*)?(?:#[^\n]*)?(?:\[|\{{|\r?\n)"
)
_PLAIN = frozenset({"value", "default", "content", "data", "literal", "plain", "raw", "text", "plaintext", "result", "current", "fallback"})
_HOLDERS = frozenset({"securejsondata", "stringdata", "secretdata", "secretvalues", "secretenv", "env_secrets", "envsecrets"})
_ENTRY = pattern(r"(?m)^([ \t]+)([\w.-]+):[ \t]*([\"']?)([^\s\"'#{][^\r\n\"']*)")
_PLURALS = ("secrets", "credentials", "passwords")
_HOLDER = Key(Strength.SECRET, "secret", (), True)


class _Walk:
    """Collect the hits of one node tree; offsets are turned from characters into bytes."""

    def __init__(self, doc: Document, text: str) -> None:
        self.doc = doc
        self.text = text
        self.hits: list[Hit] = []
        self._ascii = text.isascii()
        self._seen: set[int] = set()  # an alias repeats a node: walking it again would grow without bound

    def _offset(self, index: int) -> int:
        return index if self._ascii else len(self.text[:index].encode("utf-8", "surrogatepass"))

    def scalar(self, node: yaml.ScalarNode, key: Key, encoded: bool = False) -> None:
        start, end = self._offset(node.start_mark.index), self._offset(node.end_mark.index)
        bare = node.style is None
        if node.style in {"'", '"'}:
            start, end = start + 1, end - 1
        if node.style in {"|", ">"}:
            start, end = self._block(start, end)
        value = str(node.value)
        plain = _unbase64(value) if encoded else value
        verdict = judge_as(key, plain or value, self.doc.traits, not bare)
        if verdict and start < end:
            self.hits.append(Hit(start, end, verdict.kind, value if verdict.spread else "", bare))
            if plain and plain != value:
                self.hits.append(Hit(start, start, verdict.kind, plain))

    def _block(self, start: int, end: int) -> tuple[int, int]:
        start = self.doc.data.find(b"\n", start) + 1
        body = self.doc.data[start:end].rstrip()
        return start + len(body) - len(body.lstrip()), start + len(body)

    def node(self, node: yaml.Node, key: Key, path: str) -> None:
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            if key.strength >= Strength.SECRET:
                self.scalar(node, key)
        elif isinstance(node, yaml.SequenceNode):
            for child in node.value:
                nested = isinstance(child, yaml.ScalarNode) and key.strength >= Strength.SECRET
                if not nested or _looks_secret(str(child.value)):
                    self.node(child, key if nested else NOTHING, path)
        elif isinstance(node, yaml.MappingNode):
            self.mapping(node, key, path)

    def mapping(self, node: yaml.MappingNode, key: Key, path: str) -> None:
        entries = {str(name.value).lower(): value for name, value in node.value if isinstance(name, yaml.ScalarNode)}
        kind = entries.get("kind")
        secret = isinstance(kind, yaml.ScalarNode) and kind.value == "Secret"
        sensitive = isinstance(mark := entries.get("sensitive"), yaml.ScalarNode) and mark.value == "true"
        random = isinstance(made := entries.get("type"), yaml.ScalarNode) and made.value == "random_password"
        for name, value in node.value:
            label = str(name.value) if isinstance(name, yaml.ScalarNode) else ""
            if secret and label in {"data", "stringData"} and isinstance(value, yaml.MappingNode):
                self.secret(value, label == "data")
            elif isinstance(value, yaml.ScalarNode):
                own = label.lower() in _PLAIN
                holder = path in _HOLDERS or path.endswith(_PLURALS)
                if (own and (key.strength >= Strength.SECRET or sensitive)) or (label == "result" and path == "random"):
                    self.scalar(value, key if key.strength >= Strength.SECRET else _HOLDER)
                elif path in _HOLDERS or (holder and _looks_secret(str(value.value))):
                    self.scalar(value, _HOLDER)
            else:
                listed = isinstance(value, yaml.SequenceNode) and path.endswith(_PLURALS)
                self.node(value, _HOLDER if listed else classify(label), "random" if random or path == "random" else label.lower())

    def secret(self, node: yaml.MappingNode, encoded: bool) -> None:
        for name, value in node.value:
            if not isinstance(value, yaml.ScalarNode):
                continue
            label = str(name.value)
            plain = (_unbase64(str(value.value)) if encoded else str(value.value)) or ""
            if any(word in label.lower() for word in ("username", "host", "port", "tls.crt", "ca.crt", "database")) or _is_document(plain):
                continue
            key = classify(label)
            named = key if key.strength >= Strength.SECRET else _HOLDER
            if key.strength >= Strength.SECRET or not looks.is_weak(plain):
                self.scalar(value, named, encoded)


def _is_document(plain: str) -> bool:
    """Say whether an entry holds a file of its own, which the other layers read."""
    return "\n" in plain.strip() or "://" in plain or plain.lstrip().startswith(("{", "[", "<"))


def _looks_secret(value: str) -> bool:
    return not looks.is_weak(value) and any(char.isdigit() for char in value) and any(char.isalpha() for char in value)


def _unbase64(value: str) -> str:
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _lines(doc: Document) -> Iterator[Hit]:
    """Read the data of Secret templates that do not parse line by line."""
    for part in pattern(r"(?s)(?:^|\n)kind:[ \t]*Secret\b.*?(?:\n---|\z)").find(doc.data):
        begin = pattern(r"(?m)^(?:data|stringData):[ \t]*\r?$").search(doc.data, part.start(), part.end())
        for entry in _ENTRY.find(doc.data, begin.end(), part.end()) if begin else ():
            value = doc.text(entry.start(4), entry.end(4)).strip()
            verdict = judge_as(_HOLDER, _unbase64(value) or value, doc.traits, True)
            if verdict and verdict.spread:
                yield Hit(entry.start(4), entry.start(4) + len(value.encode()), verdict.kind, value, not entry.group(3))


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield what the tree of a YAML or JSON document shows to be secret."""
    if doc.traits.family not in {"yaml", "json"} or len(doc.data) > LIMIT or not _WANTED.search(doc.data):
        return
    text = doc.data.decode("utf-8", "replace")
    walk = _Walk(doc, text)
    try:
        for node in yaml.compose_all(text, Loader=yaml.CSafeLoader):
            if node is not None:
                walk.node(node, NOTHING, "")
    except (yaml.YAMLError, RecursionError, ValueError):
        yield from _lines(doc)
    yield from walk.hits
