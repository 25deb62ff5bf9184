"""Declare the options that commands share, each once; `ENV` says in the help which variable means the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..settings import BY_KEY
from .completing import runs, words

INPUT, RUN, OUTPUT, MODEL = "Input", "Run", "Output", "Model (optional: everything works without)"


def _help(key: str) -> str:
    setting = BY_KEY[key]
    text = setting.help[:1].upper() + setting.help[1:]
    if setting.choices:
        text += f" ({', '.join(setting.choices)}; default: {setting.default})"
    elif setting.default not in (None, False):
        text += f" (default: {setting.default})"
    return f"{text}. [env: {setting.variable}]"


Repository = Annotated[str, typer.Argument(metavar="REPO", help="Path or git URL of the backend repository.", show_default=True)]
Revision = Annotated[str | None, typer.Option("--revision", metavar="REV", help="Branch, tag or commit.", rich_help_panel=INPUT)]
Subpath = Annotated[str, typer.Option("--subpath", metavar="DIR", help="Folder inside the repository.", rich_help_panel=INPUT)]
Answers = Annotated[Path | None, typer.Option("--answers", metavar="FILE", help=_help("answers"), rich_help_panel=INPUT)]
Given = Annotated[
    list[str] | None, typer.Option("--set", metavar="ID=VALUE", help="Answer one question; may be repeated.", rich_help_panel=INPUT)
]
NoInput = Annotated[
    bool,
    typer.Option(
        "--no-input", help=_help("no-input") + " Implied where there is no terminal.", rich_help_panel=RUN, show_default=False, metavar=""
    ),
]
Pause = Annotated[
    bool,
    typer.Option(
        "--pause", help="Stop at open questions and end: answer them later, elsewhere.", rich_help_panel=RUN, show_default=False, metavar=""
    ),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help=_help("profile"), rich_help_panel=RUN, autocompletion=words(*BY_KEY["profile"].choices)),
]
Rounds = Annotated[str | None, typer.Option("--max-rounds", metavar="N", help=_help("max-rounds"), rich_help_panel=RUN)]
Today = Annotated[str | None, typer.Option("--today", metavar="DATE", help=_help("today"), rich_help_panel=RUN)]
Out = Annotated[str | None, typer.Option("--out", metavar="DIR", help=_help("out"), rich_help_panel=OUTPUT)]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Write into a folder that holds other files, too; they are kept.",
        rich_help_panel=OUTPUT,
        show_default=False,
        metavar="",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.", rich_help_panel=OUTPUT, show_default=False, metavar="")]
ExitZero = Annotated[
    bool,
    typer.Option(
        "--exit-zero", help="Exit 0 although the plan does not pass its gates.", rich_help_panel=OUTPUT, show_default=False, metavar=""
    ),
]


def _form(*known: str) -> Any:
    text = f"{', '.join(known[:-1])} or {known[-1]}."
    return typer.Option("--format", metavar="FORM", help=text, rich_help_panel=OUTPUT, autocompletion=words(*known))


SurveyForm = Annotated[str, _form("table", "json", "md")]
ShowForm = Annotated[str, _form("md", "json", "summary")]
CheckForm = Annotated[str, _form("text", "json", "sarif", "github")]
Junit = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE", help="Write the findings as JUnit XML, too.", rich_help_panel=OUTPUT)
]
ExecuteSmoke = Annotated[
    bool,
    typer.Option(
        "--execute-smoke",
        help="Run the smoke test of a plan of ours against servers broken on purpose (doubles: nothing real is asked).",
        rich_help_panel=RUN,
        show_default=False,
        metavar="",
    ),
]
Reread = Annotated[
    str | None,
    typer.Option("--repo", metavar="REPO", help="Path or git URL: read every cited line again in this repository.", rich_help_panel=INPUT),
]
FixSafe = Annotated[
    bool,
    typer.Option("--fix", help="Apply the safe fixes to the files under PATH.", rich_help_panel=RUN, show_default=False, metavar=""),
]
FixUnsafe = Annotated[
    bool,
    typer.Option(
        "--unsafe-fixes",
        help="With --fix or --diff: the unsafe fixes as well, which may change what is deployed.",
        rich_help_panel=RUN,
        show_default=False,
        metavar="",
    ),
]
FixDiff = Annotated[
    bool,
    typer.Option(
        "--diff", help="Print what --fix would change, and write nothing.", rich_help_panel=RUN, show_default=False, metavar=""
    ),
]
Run = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run, part of it, or `last`.", autocompletion=runs)]
Again = Annotated[
    str | None,
    typer.Option("--repo", metavar="REPO", help="Where the repository is now, if it moved or needs credentials.", rich_help_panel=INPUT),
]
Model = Annotated[str | None, typer.Option("--model", metavar="NAME", help=_help("model"), rich_help_panel=MODEL)]
BaseUrl = Annotated[str | None, typer.Option("--base-url", metavar="URL", help=_help("base-url"), rich_help_panel=MODEL)]
