"""Write the generated pages of this folder, or (with --check) say which ones are out of date: `make docs`."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOTE = "<!-- written by docs/generate.py; `make docs` writes it again -->\n\n"


def help_of(*words: str) -> str:
    """Return the help of the program, or of one of its commands, at a fixed width."""
    from deploybook.faces import cli

    os.environ["COLUMNS"] = "110"
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        cli.run([*words, "--help"])
    return text.getvalue().rstrip()


def commands() -> list[str]:
    """Return the commands in the order of the help."""
    import typer.main
    from deploybook.faces.cli.app import application

    return list(typer.main.get_command(application()).commands)  # type: ignore[attr-defined]


def cli_page() -> str:
    """Return the page about the command line: the help of each command, word for word."""
    parts = ["# The command line\n", f"```text\n{help_of()}\n```\n"]
    parts += [f"## {name}\n\n```text\n{help_of(name)}\n```\n" for name in commands()]
    return NOTE + "\n".join(parts)


def settings_page() -> str:
    """Return the page about settings: key, variable, default, meaning, and who may set it."""
    from deploybook.faces.settings import SETTINGS

    lines = [
        "# Settings\n",
        "A flag wins over the environment, the environment over the file. The file is the nearest `deploybook.toml`, or `pyproject.toml`",
        "with a `[tool.deploybook]` table, from the working folder upward to the folder that holds `.git`; files are never merged.",
        "`deploybook doctor` shows each setting with its source.\n",
        "A setting marked *named file only* decides where data goes or how much is read. A file that is merely found may have come with",
        "the code that is surveyed, so it may not set these; a file named with `--config` may.\n",
        "| Key | Variable | Default | Meaning | |",
        "| --- | --- | --- | --- | --- |",
    ]
    for s in SETTINGS:
        default = "" if s.default is None else f"`{str(s.default).lower() if isinstance(s.default, bool) else s.default}`"
        meaning = s.help + (f" ({', '.join(s.choices)})" if s.choices else "")
        lines.append(f"| `{s.key}` | `{s.variable}` | {default} | {meaning} | {'named file only' if s.trusted else ''} |")
    return NOTE + "\n".join(lines) + "\n"


def rules_page() -> str:
    """Return the page about rules: the documentation of each check module, with its rules."""
    from deploybook.tools import checks

    table = ["# Rules\n", "`deploybook explain CODE` prints the same offline.\n"]
    table += ["| Code | Rule | Severity | From profile | Says |", "| --- | --- | --- | --- | --- |"]
    rules = checks.rules()
    for rule, _ in rules.values():
        table.append(f"| {rule.code} | `{rule.name}` | {'gate' if rule.gate else rule.severity} | {rule.profile} | {rule.summary} |")
    seen: set[str] = set()
    pages = []
    for code, (_, module) in rules.items():
        if module not in seen:
            seen.add(module)
            codes = ", ".join(c for c, (_, m) in rules.items() if m == module)
            text = checks.explain(code)
            body = text[text.index("\n## ") :].replace("\n## ", "\n### ").strip()
            pages.append(f"## {module}\n\n{codes}\n\n{body}\n")
    return NOTE + "\n".join(table) + "\n\n" + "\n".join(pages)


PAGES = {"cli.md": cli_page, "rules.md": rules_page, "settings.md": settings_page}


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them; return 1 when one is out of date."""
    stale = []
    for name, make in PAGES.items():
        text, path = make(), HERE / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, "utf-8")
    if stale and "--check" in arguments:
        sys.stderr.write(f"out of date: {', '.join(stale)}; `make docs` writes them\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
