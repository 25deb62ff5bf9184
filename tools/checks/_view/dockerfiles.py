"""Read a Dockerfile into instructions and stages (grammar: tree-sitter-containerfile)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import tree_sitter_containerfile
from tree_sitter import Language, Parser
from tree_sitter import Node as Tree

from .words import line_of, text_of

MAX_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Instruction:
    """Be one instruction: `flags` are its leading `--x=y`, `text` the rest with continuations joined, `heredocs` the bodies it carries."""

    name: str
    text: str
    line: int
    flags: tuple[str, ...] = ()
    heredocs: tuple[str, ...] = ()

    def flag(self, name: str) -> str | None:
        """Return the value of a flag, or null."""
        return next((f.partition("=")[2] for f in self.flags if f.startswith(f"--{name}=")), None)


@dataclass(frozen=True, slots=True)
class Stage:
    """Be one build stage: its name (or number), base image as written, and its instructions."""

    name: str
    base: str
    line: int
    instructions: tuple[Instruction, ...]

    def last(self, name: str) -> Instruction | None:
        """Return the last instruction of that name, or null."""
        return next((i for i in reversed(self.instructions) if i.name == name), None)


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """Be one Dockerfile; `errors` are lines that the grammar could not read."""

    stages: tuple[Stage, ...]
    arguments: tuple[Instruction, ...]  # ARG before the first FROM
    errors: tuple[int, ...] = ()

    @property
    def final(self) -> Stage | None:
        """Return the stage that becomes the image."""
        return self.stages[-1] if self.stages else None

    def stage(self, name: str | None) -> Stage | None:
        """Return a stage by name, the final one for null."""
        if name is None:
            return self.final
        return next((s for s in self.stages if s.name == name.lower()), None)

    def chain(self, stage: Stage) -> tuple[Stage, ...]:
        """Return the stage and the stages it is built from, itself first."""
        found = [stage]
        while True:
            parent = next((s for s in self.stages if s.name == found[-1].base.lower() and s not in found), None)
            if parent is None:
                return tuple(found)
            found.append(parent)


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_containerfile.language()))


@lru_cache(maxsize=512)
def read(text: str) -> Dockerfile:
    """Return the parsed Dockerfile; one that is too large comes back empty with line 1 as its error."""
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        return Dockerfile((), (), (1,))
    root = _parser().parse(data if data.endswith(b"\n") else data + b"\n").root_node
    instructions = [_instruction(child) for child in root.children if child.type.endswith("_instruction")]
    errors = tuple(sorted({line_of(c) for c in root.children if c.is_error or c.has_error}))
    before = [i for i in instructions[: _first_from(instructions)] if i.name == "ARG"]
    return Dockerfile(tuple(_stages(instructions)), tuple(before), errors)


def _first_from(instructions: list[Instruction]) -> int:
    return next((n for n, i in enumerate(instructions) if i.name == "FROM"), len(instructions))


def _stages(instructions: list[Instruction]) -> list[Stage]:
    starts = [n for n, i in enumerate(instructions) if i.name == "FROM"]
    found = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(instructions)
        words = instructions[start].text.split()
        named = len(words) >= 3 and words[1].lower() == "as"
        found.append(
            Stage(
                words[2].lower() if named else str(number),
                words[0] if words else "",
                instructions[start].line,
                tuple(instructions[start + 1 : end]),
            )
        )
    return found


def _instruction(tree: Tree) -> Instruction:
    heredocs = tuple(
        text_of(c) for block in tree.children if block.type == "heredoc_block" for c in block.children if c.type == "heredoc_content"
    )
    end = min((b.start_byte for b in tree.children if b.type == "heredoc_block"), default=tree.end_byte)
    source = (tree.text or b"")[: end - tree.start_byte].decode("utf-8", "replace")
    words = _joined(source).split(None, 1)
    rest = words[1] if len(words) > 1 else ""
    flags = []
    while rest.startswith("--"):
        flag, _, rest = rest.partition(" ")
        flags.append(flag)
        rest = rest.lstrip()
    return Instruction(words[0].upper() if words else "", rest.strip(), line_of(tree), tuple(flags), heredocs)


def _joined(text: str) -> str:
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    return " ".join(line.rstrip().removesuffix("\\") for line in lines).strip()
