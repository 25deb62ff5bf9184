"""Read a block of a page: the commands it holds, or the file it is, or nothing that anybody runs."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import re2
from markdown_it.token import Token

from .._view.kinds import kind_of
from .transcripts import commands, prompted

_NAMED = re2.compile(r"""(?:title|file|filename|name)=["']?([^"'\s}]+)""")
_BEFORE = re2.compile(
    r"[`*]([\w./@-]+\.[\w-]+|[\w.@-]+/(?:[\w.@-]+/)*[\w.@-]+|[\w./-]*(?:Dockerfile|Caddyfile|Makefile|Procfile|\.env[\w.]*))[`*][^\n`*]{0,40}[:：]?\s*$"
)
_COMMENT = re2.compile(r"^(?:#|//|--|;)\s*(?:file(?:name)?:\s*)?([\w./@-]+\.[\w-]+|[\w./-]*(?:Dockerfile|Caddyfile))\s*$")
_LANGUAGE = re2.compile(r"^\{?\s*\.?([\w+#-]+)(?::(\S+))?")
_DIRECTIVE = re2.compile(r"^\{(?:code-block|sourcecode|code)\}\s*([\w+#-]*)")
_OUTPUT = re2.compile(r"(?i)^(?:\*\*)?(?:the |sample |example |expected |typical )*output(?: is)?(?:\*\*)?\s*[.:]?(?:\*\*)?$")
_TELLS_OUTPUT = re2.compile(
    r"(?i)\b(?:outputs?|response|results?)\b.{0,30}\b(?:look|looks|should|similar|like|following|follows|is|be|below)\b"
    r"|\b(?:should|will|might|may)\s+(?:now\s+|then\s+)?(?:see|look|get|show|print|return|output|produce|display)\b"
    r"|\b(?:example|sample|expected|possible|similar|following)\s+(?:\w+\s+)?(?:output|response|result|error|message)\b|\b(?:prints|returns|shows|outputs)\b"
)
_TELLS_ERROR = re2.compile(
    r"(?i)\b(?:the following|this|an|such an?|similar) (?:\w+ )?(?:error|exception|failure|warning)s?(?: \w+){0,3}\W*$"
)
_TELLS_COMMAND = re2.compile(r"(?i)\b(?:run|runs|running|execute|executing|type|issue|enter|use|using|with|command|commands|by)\b")
_SCRIPTS = (".sh", ".bash", ".zsh")
_NEVER_RUN = frozenset({"text", "mermaid", "markdown", "diff", "json"})


@dataclass(frozen=True, slots=True)
class Block:
    """Be one block: where its first line stands in the page (from 0), the rows it takes, and either commands or a file or neither."""

    line: int
    rows: tuple[int, int]
    language: str
    kind: str
    content: str
    path: str = ""
    run: str | None = None

    @property
    def file(self) -> bool:
        """Say whether it is a file, with or without a name."""
        return self.run is None and bool(self.path or (self.kind not in _NEVER_RUN and self.content.strip()))


def block_of(token: Token, before: str) -> Block:
    """Return what a fence or an indented block is, given the text before it."""
    start, end = token.map or (0, 0)
    info, content, line = token.info.strip(), token.content, start + (1 if token.type == "fence" else 0)
    if token.type == "code_block" and content.lstrip().startswith(("```", "~~~")):
        info, content, line = _unfenced(content, start)
    language, stated = _stated(info)
    if content.startswith(":") and info.startswith("{"):
        content = _without_options(content)
    kind = kind_of(stated, language, content)
    if stated or kind not in ("shell", "console", "text"):
        path = stated or _file_name(before, content)
        return Block(line, (start, end), language, kind_of(path, language, content), content, path)
    label = "" if kind == "text" else kind
    prints = ".no-copy" in info or _tells_output(before, label)
    run = None if prints or content.startswith("#!") else commands(content, label)
    path = _file_name(before, content)
    if path and (run is None or _is_script(path, content) or (label == "shell" and commands(content, "") is None)):
        return Block(line, (start, end), language, kind_of(path, language, content), content, path)
    script = content.startswith("#!") and kind == "shell" and not prints
    return Block(line, (start, end), language, "shell" if run is not None or script else "text", content, run=run)


def alone(token: Token) -> str:
    """Return the command of a paragraph that is nothing but one, in code style and behind a prompt; empty for any other."""
    inner = [child for child in token.children or [] if child.type not in ("softbreak", "text") or child.content.strip(" .:")]
    if len(inner) != 1 or inner[0].type != "code_inline":
        return ""
    return prompted(inner[0].content) or ""


def command_of(token: Token, command: str) -> Block:
    """Return the block that a lone command in code style is."""
    start, end = token.map or (0, 0)
    return Block(start, (start, end), "", "shell", command, run=command + "\n")


def _stated(info: str) -> tuple[str, str]:
    """Return language and file name that the line of a fence states."""
    directive = _DIRECTIVE.match(info)
    if directive:
        return str(directive.group(1)), ""
    match = _LANGUAGE.match(info)
    named = _NAMED.search(info)
    language = str(match.group(1)) if match and "=" not in info[: match.end() + 1] else ""
    path = str(match.group(2) or "") if match else ""
    return language, str(named.group(1)) if named else path


def _unfenced(content: str, start: int) -> tuple[str, str, int]:
    """Return info, content and first line of a fence that stands so far right that Markdown takes it for code."""
    lines = textwrap.dedent(content).split("\n")
    opening = next(number for number, line in enumerate(lines) if line.strip())
    mark = lines[opening][0] * 3
    closing = next((n for n in range(opening + 1, len(lines)) if lines[n].strip().startswith(mark)), len(lines))
    body = textwrap.dedent("\n".join(lines[opening + 1 : closing])) + "\n"
    return lines[opening].strip().strip("`~").strip(), body, start + opening + 1


def _without_options(content: str) -> str:
    lines = content.split("\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith(":")), len(lines))
    return "\n".join([""] * count + lines[count:])


def _tells_output(before: str, label: str) -> bool:
    """Say whether the text before a block announces what a command prints."""
    if _OUTPUT.search(before.strip().partition("\n")[0]):
        return True
    sentence = before.strip().rpartition(". ")[2].replace("\n", " ")[-200:]
    if _TELLS_ERROR.search(sentence):
        return True
    return bool(_TELLS_OUTPUT.search(sentence)) and not _TELLS_COMMAND.search(sentence) and label != "console"


def _is_script(path: str, content: str) -> bool:
    return path.endswith(_SCRIPTS) or content.startswith("#!")


def _file_name(before: str, content: str) -> str:
    if before.startswith("{% code ") and (titled := _NAMED.search(before)):
        return str(titled.group(1))
    ahead = _BEFORE.search(before.rpartition("\n")[2][-160:])
    if ahead:
        return str(ahead.group(1))
    first = _COMMENT.search(content.partition("\n")[0].strip())
    return str(first.group(1)) if first else ""
