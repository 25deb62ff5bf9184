"""Read Markdown: fenced code by its language, inline commands, version tables, and prose that asks for the latest of something."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..guess import by_content, by_yaml, guess_language
from ..model import Context, Reference
from ..prose import code_image, inline_code, sentences, table_row

LANGUAGES = ("markdown", "md", "mdx", "gfm")

_YAML = frozenset(("yaml", "yml", "json", "jsonc"))
_KNOWN = {
    "sh": "bash", "bash": "bash", "shell": "bash", "zsh": "bash", "console": "bash", "shell-session": "bash", "shellsession": "bash",
    "terminal": "bash", "dockerfile": "dockerfile", "docker": "dockerfile", "containerfile": "dockerfile", "hcl": "terraform",
    "terraform": "terraform", "tf": "terraform", "tofu": "terraform", "env": "dotenv", "dotenv": "dotenv", "properties": "dotenv",
    "ini": "systemd", "systemd": "systemd", "service": "systemd", "unit": "systemd", "helm": "helm", "gotmpl": "helm",
    "makefile": "bash", "make": "bash", "powershell": "bash", "ps1": "bash", "pwsh": "bash", "compose": "compose", "ansible": "ansible",
    "markdown": "markdown", "md": "markdown", "crontab": "bash", "cron": "bash",
}  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Return a parser that only finds blocks: inline text is read by this package, in linear time."""
    return MarkdownIt("commonmark", {"maxNesting": 12}).enable("table").disable("inline")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield what fences, inline commands, tables and sentences of a document mention."""
    tokens = _parser().parse(text)
    header: list[str] = []
    for place, token in enumerate(tokens):
        if token.type in ("fence", "code_block"):
            yield from _code(token, context)
        elif token.type == "tr_open":
            cells, line = _cells(tokens, place)
            header = cells if tokens[place - 1].type == "thead_open" else header
            yield from table_row(cells, header, line)
        elif token.type == "inline" and not _in_table(tokens, place):
            line = token.map[0] + 1 if token.map else 1
            yield from sentences(token.content, line)
            for code, offset in inline_code(token.content):
                yield from _inline(code, line + offset, context)


def _in_table(tokens: list[Token], place: int) -> bool:
    return place > 0 and tokens[place - 1].type in ("td_open", "th_open")


def _cells(tokens: list[Token], place: int) -> tuple[list[str], int]:
    cells: list[str] = []
    for token in tokens[place + 1 :]:
        if token.type == "tr_close":
            break
        if token.type == "inline":
            cells.append(token.content)
    found = tokens[place].map
    return cells, found[0] + 1 if found else 1


def _code(token: Token, context: Context) -> Iterator[Reference]:
    language = fence_language(token.info, token.content)
    if language:
        start = (token.map[0] if token.map else 0) + (2 if token.type == "fence" else 1)
        yield from context.nested(token.content, language, start)


def fence_language(info: str, content: str) -> str | None:
    """Return the checker's language for a fence: its info string, a file name in it, or what the content looks like."""
    words = info.replace("{", " ").replace("}", " ").replace(",", " ").split()
    name = words[0].lower() if words else ""
    for word in words[1:]:
        path = word.partition("=")[2].strip("\"'") if "=" in word else word.strip("\"'()")
        if "." in path or "file" in path.lower():
            guessed = guess_language(path, content)
            if guessed:
                return guessed
    if ":" in name:
        name, _, path = name.partition(":")
        guessed = guess_language(path, content)
        if guessed:
            return guessed
    if name in _YAML:
        return by_yaml(content)
    if name in _KNOWN:
        return _KNOWN[name]
    return None if name else by_content(content) or ("bash" if content.lstrip().startswith("$ ") else None)


def _inline(code: str, line: int, context: Context) -> Iterator[Reference]:
    """Judge an inline command; the whole code span is what a reader would have to change."""
    if " " not in code:
        yield from code_image(code, line)
        return
    language = "dockerfile" if code.startswith(("FROM ", "COPY --from", "RUN ")) else "bash"
    for found in context.nested(code, language, line):
        yield Reference(
            found.kind,
            code if found.offending else found.text,
            found.version,
            found.level,
            found.line,
            found.offending,
            found.why,
            found.name,
        )
