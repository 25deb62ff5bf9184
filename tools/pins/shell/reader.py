"""Parse shell scripts with tree-sitter into assignments, commands and heredocs, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import re2
import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from .pieces import Piece, pieces
from .plain import commands as plain_commands
from .words import LITERAL_DOLLAR, SUBSTITUTION, Assignment, Command, Heredoc, Item, Raw, Unreadable

MAX_BROKEN = 24_000
"""Bytes of unparsable script after which the rest is split without a grammar: recovery from errors takes quadratic time."""

_SHELLS = frozenset(("sh", "bash", "zsh", "dash", "ksh", "ash", "eval", "source", "."))
_GIVEN_PROGRAM = frozenset(("python", "python3", "perl", "ruby", "node", "php"))
_WRAPPERS = frozenset(("sudo", "doas", "env", "exec", "command", "nohup", "time", "builtin"))
_ESCAPE = re2.compile(r"\\(\n|.)")

MAX_SPLIT = 100_000
"""Characters that are split without a grammar before the rest of a script counts as unreadable."""


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def read(script: str) -> Iterator[Item]:
    """Yield the items of a script; lines count from 1. Broken parts are split without a grammar rather than skipped."""
    broken = split = 0
    for piece in pieces(script):
        if piece.simple or broken > MAX_BROKEN:
            split += len(piece.text)
            if split > MAX_SPLIT:
                yield Unreadable(piece.line)
                return
            yield from plain_commands(piece.text, piece.line)
            continue
        source = piece.text.encode("utf-8", "replace")
        root = _parser().parse(source).root_node
        if root.has_error:
            broken += len(source)
        yield from _Walk(source, piece).items(root)


class _Walk:
    """Walk one parsed piece without recursion, so that nesting cannot exhaust the stack."""

    def __init__(self, source: bytes, piece: Piece) -> None:
        self._source = source
        self._line = piece.line

    def items(self, root: Node) -> Iterator[Item]:
        stack: list[tuple[Node, tuple[str, ...], str]] = [(root, (), "")]
        while stack:
            node, downstream, feeds = stack.pop()
            following: list[tuple[Node, tuple[str, ...], str]] = []
            match node.type:
                case "command":
                    yield from self._command(node, downstream, feeds)
                    following = self._inside(node)
                case "variable_assignment":
                    yield from self._assignment(node)
                    following = [(n, (), "") for n in _substitutions(node)]
                case "pipeline":
                    following = self._pipeline(node, downstream, feeds)
                case "for_statement":
                    yield from self._loop(node)
                    following = [(n, downstream, "") for n in node.named_children]
                case "redirected_statement":
                    yield from self._heredocs(node, downstream)
                    following = self._redirected(node, downstream, feeds)
                case "comment" | "heredoc_body" | "raw_string":
                    following = []
                case _:
                    following = [(n, downstream, feeds) for n in node.named_children]
            stack.extend(reversed(following))

    def text(self, node: Node) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def line(self, node: Node) -> int:
        return self._line + node.start_point[0]

    def _command(self, node: Node, downstream: tuple[str, ...], feeds: str) -> Iterator[Item]:
        words: list[Raw] = []
        for child in node.children:
            if child.type == "variable_assignment":
                yield from self._assignment(child)
            elif child.type == "command_name":
                words.extend(self._word(part) for part in child.named_children[:1])
            elif child.is_named and child.type not in ("herestring_redirect", "file_redirect", "heredoc_redirect", "comment"):
                words.append(self._word(child))
        if words:
            yield Command(tuple(words), self.line(node), downstream, feeds)

    def _inside(self, node: Node) -> list[tuple[Node, tuple[str, ...], str]]:
        """Return the commands whose output a command reads; a shell runs that output."""
        name = self._name(node)
        feeds = name if name in _SHELLS else ""
        return [(inner, (), feeds) for inner in _substitutions(node)]

    def _assignment(self, node: Node) -> Iterator[Item]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None:
            raw = self._word(value) if value is not None else Raw("", self.line(node))
            if value is not None and value.type == "array":  # unquoted, it stands for each of its words
                raw = Raw(" ".join(self._word(word).source for word in value.named_children), self.line(node))
            yield Assignment(self.text(name), raw, self.text(node), self.line(node))

    def _loop(self, node: Node) -> Iterator[Item]:
        """Treat `for x in a b` as `x="a b"`: an unquoted `$x` then stands for each value."""
        variable = node.child_by_field_name("variable")
        values = node.children_by_field_name("value")
        if variable is not None and values:
            joined = " ".join(self._word(v).source for v in values)
            yield Assignment(self.text(variable), Raw(joined, self.line(node)), "", self.line(node))

    def _pipeline(self, node: Node, downstream: tuple[str, ...], feeds: str) -> list[tuple[Node, tuple[str, ...], str]]:
        stages = list(node.named_children)
        names = ["" if self._has_program(stage) else self._name(stage) for stage in stages]
        return [(stage, (*names[place + 1 :], *downstream), feeds) for place, stage in enumerate(stages)]

    def _has_program(self, node: Node) -> bool:
        """Say whether an interpreter is given its program (`python3 -c`, `perl -ne`): what it reads is data then."""
        words = [w.source for w in self._words_of(node)] if self._name(node) in _GIVEN_PROGRAM else []
        return any(w in ("-c", "-e", "-m", "-ne", "-pe", "-E") for w in words)

    def _redirected(self, node: Node, downstream: tuple[str, ...], feeds: str) -> list[tuple[Node, tuple[str, ...], str]]:
        following: list[tuple[Node, tuple[str, ...], str]] = []
        body = node.child_by_field_name("body")
        name = self._name(node)
        for child in node.named_children:
            if child == body:
                following.append((child, downstream, feeds))
            elif child.type == "heredoc_redirect":
                following.extend((n, (), "") for n in child.named_children if n.type in ("pipeline", "command", "list"))
            elif child.type == "file_redirect":
                following.extend((n, (), name if name in _SHELLS else "") for n in _substitutions(child))
        return following

    def _heredocs(self, node: Node, downstream: tuple[str, ...]) -> Iterator[Item]:
        body = node.child_by_field_name("body")
        words = self._words_of(body) if body is not None else ()
        target = next((self.text(c.named_children[-1]) for c in node.named_children if c.type == "file_redirect" and c.named_children), "")
        for redirect in (c for c in node.named_children if c.type == "heredoc_redirect"):
            piped = tuple(self._name(n) for c in redirect.named_children if c.type == "pipeline" for n in c.named_children)
            inner = next(
                (self.text(c.named_children[-1]) for c in redirect.named_children if c.type == "file_redirect" and c.named_children), ""
            )
            for content in (c for c in redirect.named_children if c.type == "heredoc_body"):
                yield Heredoc(self.text(content), self.line(content), words, (inner or target).strip("\"'"), (*piped, *downstream))

    def _words_of(self, node: Node) -> tuple[Raw, ...]:
        if node.type == "command":
            return tuple(i for c in self._command(node, (), "") if isinstance(c, Command) for i in c.words)
        inner = next((n for n in reversed(node.named_children) if n.type in ("command", "list", "pipeline")), None)
        return self._words_of(inner) if inner is not None else ()

    def _name(self, node: Node) -> str:
        """Return the program that a node starts, behind sudo and the like; "" for anything else."""
        while node.type not in ("command", "program") and node.named_children:
            node = node.child_by_field_name("body") or node.named_children[0]
        if node.type != "command":
            return ""
        texts = [self.text(c).strip("\"'") for c in node.named_children if c.type != "variable_assignment"]
        while len(texts) > 1 and texts[0].rpartition("/")[2] in _WRAPPERS:
            texts = texts[1:]
            while len(texts) > 1 and (texts[0].startswith("-") or "=" in texts[0]):
                texts = texts[1:]
        return texts[0].rpartition("/")[2] if texts else ""

    def _word(self, node: Node) -> Raw:
        parts = node.children if node.type == "concatenation" else (node,)
        bare = any(part.type in ("simple_expansion", "expansion") for part in parts)  # what stands in quotes stays one word
        return Raw(self._value(node), self.line(node), bare)

    def _value(self, node: Node) -> str:
        parts: list[str] = []
        stack = [node]
        while stack:
            current = stack.pop()
            match current.type:
                case "raw_string":
                    parts.append(self.text(current)[1:-1].replace("$", LITERAL_DOLLAR))
                case "ansi_c_string":
                    parts.append(self.text(current)[2:-1].replace("$", LITERAL_DOLLAR))
                case "command_substitution" | "process_substitution":
                    parts.append(SUBSTITUTION)
                case "string" | "concatenation" | "translated_string":
                    stack.extend(reversed(self._spans(current)))
                case "word" | "string_content" | "number":
                    parts.append(_unescape(self.text(current)))
                case '"' | "$":
                    pass
                case _:
                    parts.append(self.text(current))
        return "".join(parts)

    def _spans(self, node: Node) -> list[Node]:
        return [c for c in node.children if c.type != '"']


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return str(_ESCAPE.sub(lambda m: "" if m.group(1) == "\n" else LITERAL_DOLLAR if m.group(1) == "$" else m.group(1), text))


def _substitutions(node: Node) -> list[Node]:
    """Return the command and process substitutions below a node, outermost first, not looking inside them."""
    found: list[Node] = []
    stack = list(reversed(node.named_children))
    while stack:
        current = stack.pop()
        if current.type in ("command_substitution", "process_substitution"):
            found.append(current)
        elif current.type != "heredoc_body":
            stack.extend(reversed(current.named_children))
    return found
