"""Read Dockerfiles and Containerfiles with the tree-sitter grammar: instructions, stages, ARG and ENV substitution, heredocs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from .grammar import Node, line_of, tree, words
from .substitution import substitute

_ASIDE = frozenset("test tests testing dev devel development debug lint ci e2e devcontainer".split())
"""Words in the names of stages that serve a workstation or a test run."""
_FLAGGED = ("FROM", "COPY", "ADD", "RUN", "HEALTHCHECK")


@dataclass(frozen=True, slots=True)
class Instruction:
    """Be one instruction: `words` are the arguments (exec form decoded, `--flags` apart), `text` the arguments as one line."""

    name: str
    line: int
    last_line: int
    text: str
    words: tuple[str, ...]
    exec_form: bool = False
    flags: tuple[tuple[str, str], ...] = ()
    heredoc: str = ""

    def flag(self, name: str) -> str | None:
        """Return the value of `--name=value`, None without it."""
        return next((value for key, value in self.flags if key == name), None)


@dataclass(slots=True)
class Stage:
    """Be one build stage. `base` has global ARG defaults put in; `base_arg` names an ARG without default that stands in it."""

    index: int
    name: str
    base: str
    line: int
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Instruction]:
        """Yield the stage's instructions of these names in order."""
        return (i for i in self.instructions if i.name in names)


@dataclass(slots=True)
class Dockerfile:
    """Be a parsed file: its global ARGs and its stages in order (at least one)."""

    stages: list[Stage]
    arguments: dict[str, str | None]

    @property
    def final(self) -> Stage:
        """Return the stage that ships: the last one; where that is for tests or a workstation, the last before it that starts something."""
        last = self.stages[-1]
        if not _aside(last):
            return last
        return next((s for s in reversed(self.stages) if s.name and not _aside(s) and self.last(s, "CMD", "ENTRYPOINT") is not None), last)

    @property
    def target(self) -> str | None:
        """Return the name that a build must give for the stage that ships, None where it is the last one."""
        return self.final.name if self.final is not self.stages[-1] else None

    def stage(self, name: str | None) -> Stage | None:
        """Return the stage named (or numbered) `name`, None for an unknown one; the final stage for None."""
        if name is None:
            return self.final
        return next((s for s in self.stages if s.name.lower() == name.lower() or str(s.index) == name), None)

    def chain(self, stage: Stage) -> list[Stage]:
        """Return the stage and the stages it is built upon, itself first."""
        found, here = [stage], stage
        while True:
            below = next((s for s in self.stages[: here.index] if s.name and s.name.lower() == here.base.lower()), None)
            if below is None:
                return found
            found.append(below)
            here = below

    def last(self, stage: Stage, *names: str) -> Instruction | None:
        """Return the instruction of one of these names that is in force at the end of the stage, its ancestors included."""
        for one in self.chain(stage):
            for instruction in reversed(one.instructions):
                if instruction.name in names:
                    return instruction
        return None

    def inherited(self, stage: Stage, *names: str) -> list[Instruction]:
        """Return the instructions of these names in the order in which they took effect, ancestors first."""
        return [i for one in reversed(self.chain(stage)) for i in one.all(*names)]

    def variables(self, stage: Stage) -> dict[str, str]:
        """Return the ENV values (and ARG defaults) in force at the end of the stage, substituted."""
        known: dict[str, str] = {}
        for instruction in self.inherited(stage, "ENV", "ARG"):
            for key, value in pairs(instruction):
                if instruction.name == "ENV":
                    known[key] = substitute(value or "", known)
                elif value is not None:
                    known.setdefault(key, substitute(value, known))
                elif self.arguments.get(key) is not None:
                    known.setdefault(key, self.arguments[key] or "")
        return known


def _aside(stage: Stage) -> bool:
    return bool(_ASIDE & set(stage.name.lower().replace("-", " ").replace("_", " ").split()))


def pairs(instruction: Instruction) -> list[tuple[str, str | None]]:
    """Return the (name, value) pairs of an ENV, ARG or LABEL instruction; value None for an ARG without default."""
    found: list[tuple[str, str | None]] = []
    parts = instruction.words
    if instruction.name != "ARG" and parts and "=" not in parts[0]:
        return [(parts[0], " ".join(parts[1:]))]
    for part in parts:
        key, equals, value = part.partition("=")
        found.append((key, value if equals else None))
    return found


def read_dockerfile(text: str) -> Dockerfile | None:
    """Return the parsed file, None for a text without any FROM."""
    arguments: dict[str, str | None] = {}
    stages: list[Stage] = []
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            if instruction.words:
                stages.append(_stage(instruction, len(stages), arguments))
        elif stages:
            stages[-1].instructions.append(instruction)
        elif instruction.name == "ARG":
            known = {k: v for k, v in arguments.items() if v is not None}
            arguments.update({k: None if v is None else substitute(v, known) for k, v in pairs(instruction)})
    return Dockerfile(stages, arguments) if stages else None


def _stage(instruction: Instruction, index: int, arguments: dict[str, str | None]) -> Stage:
    parts = instruction.words
    named = parts[2] if len(parts) >= 3 and parts[1].lower() == "as" else ""
    known = {k: v for k, v in arguments.items() if v is not None}
    return Stage(index, named, substitute(parts[0], known), instruction.line)


def _instructions(text: str) -> Iterator[Instruction]:
    for node in tree("containerfile", text).children:
        if node.type.endswith("_instruction"):
            yield _instruction(node)


def _instruction(node: Node) -> Instruction:
    name = node.type.removesuffix("_instruction").upper()
    parts = [c for c in node.children if c.type != "comment"]
    heredoc = "\n".join(words(c) for c in node.children if c.type == "heredoc_block")
    bodies = [c for c in parts[1:] if c.type not in ("param", "heredoc_block")]
    flags = tuple(_flag(words(c)) for c in parts if c.type == "param") if name in _FLAGGED else ()
    if name == "HEALTHCHECK":
        inner = next((c for c in parts if c.type == "cmd_instruction"), None)
        bodies = list(inner.children[1:]) if inner else bodies
    array = next((c for c in bodies if c.type == "json_string_array"), None)
    raw = (node.text or b"").decode("utf-8", "replace")
    one_line = _joined(raw, name) if not heredoc else _joined(raw.split("\n", 1)[0], name)
    decoded = _array(words(array)) if array is not None else None
    if decoded is not None:
        return Instruction(name, line_of(node), _last(node), one_line, decoded, True, flags, heredoc)
    return Instruction(name, line_of(node), _last(node), one_line, _split(one_line), False, flags, heredoc)


def _last(node: Node) -> int:
    row, column = node.end_point
    return row + 1 if column else max(row, node.start_point[0] + 1)


def _flag(word: str) -> tuple[str, str]:
    key, _, value = word.lstrip("-").partition("=")
    return key, value


def _joined(raw: str, name: str) -> str:
    """Return the arguments on one line: keyword, flags, comments and continuations taken out."""
    lines = [line.strip() for line in raw.split("\n")]
    kept = [line for line in lines if line and not line.startswith("#")]
    text = " ".join(line.removesuffix("\\").removesuffix("`").strip() if line.endswith(("\\", "`")) else line for line in kept)
    _, _, rest = text.partition(" ")
    rest = rest.strip()
    while name in _FLAGGED and rest.startswith("--"):
        rest = rest.partition(" ")[2].strip()
    if name == "HEALTHCHECK" and rest[:4].upper() == "CMD ":
        rest = rest[4:].strip()
    return rest


def _array(text: str) -> tuple[str, ...] | None:
    try:
        value = json.loads(text.replace("\\\n", ""))
    except ValueError:
        return None
    return tuple(str(v) for v in value) if isinstance(value, list) else None


def _split(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
