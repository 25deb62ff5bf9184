"""Declare the commands; each one is carried out by the module of its name in `faces.commands`, imported only then."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated, Any

import typer

from . import completing
from . import options as o
from .helping import Command, Group
from .session import Interrupted, ReaderLeft, Session

EPILOG = """\b
Exit codes
  0    done
  1    a gate is not met
  2    wrong call, source, state or output
  3    nothing to plan for
  4    model key missing or refused
  5    waiting for answers
  70   a defect of deploybook
  75   try again later
  130  interrupted

Every setting has an environment variable DEPLOYBOOK_<NAME> and a key in deploybook.toml or [tool.deploybook]; a flag wins over the
environment, the environment over the file. `deploybook doctor` shows which one won. Global options may stand anywhere.
"""
PLAN, RUNS, KNOW = "Read and plan", "Runs", "Look things up"

HELP = """Read a backend repository and write a deployment playbook that runs. deploybook only reads; it never deploys.

\b
deploybook survey .                     what the repository says, with the line that says so
deploybook plan . --out playbook        write the playbook
deploybook plan . --pause; deploybook answer last domain=api.example.org
"""

app = typer.Typer(
    cls=Group,
    name="deploybook",
    help=HELP,
    epilog=EPILOG,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def application() -> typer.Typer:
    """Return the application with all of its commands."""
    return app


def called(arguments: list[str]) -> tuple[str, ...]:
    """Return the command that stands first among arguments, in a tuple that is empty when none does."""
    known = {info.callback.__name__ for info in app.registered_commands if info.callback is not None}
    return tuple(word for word in arguments if word in known)[:1]


def _carry_out(command: str, context: typer.Context, **arguments: Any) -> None:
    module = importlib.import_module(f"...commands.{command}", __name__)
    session = context.ensure_object(Session)
    try:
        code = int(module.carry_out(session, **arguments))
    except KeyboardInterrupt as error:
        raise Interrupted from error
    except BrokenPipeError as error:
        raise ReaderLeft from error
    raise typer.Exit(code)


def _version(wanted: bool) -> None:
    if wanted:
        module = importlib.import_module("...commands.version", __name__)
        typer.echo(module.line())
        raise typer.Exit


@app.callback()
def settings(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Trust and use this file. [env: DEPLOYBOOK_CONFIG]")
    ] = None,
    no_config: Annotated[bool, typer.Option("--no-config", help="Look for no configuration file.", show_default=False, metavar="")] = False,
    color: Annotated[
        str | None, typer.Option("--color", metavar="WHEN", help="Use colour: auto, always, never. [env: DEPLOYBOOK_COLOR]")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.", show_default=False, metavar="")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.", show_default=False, metavar="")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.", show_default=False, metavar="")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the versions of deploybook and its catalogue.",
            show_default=False,
            metavar="",
        ),
    ] = False,
) -> None:
    """Take the global options."""
    import os

    session = context.ensure_object(Session)
    named = os.environ.get("DEPLOYBOOK_CONFIG")
    session.config = config or (Path(named) if named and not no_config else None)
    session.discover, session.debug = not no_config, debug
    session.screen.quiet, session.screen.verbose = quiet, verbose
    if color is not None:
        session.given["color"] = color


@app.command(cls=Command, rich_help_panel=PLAN)
def survey(
    context: typer.Context,
    repo: o.Repository = ".",
    form: o.SurveyForm = "table",
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="FACT", help="Show one fact with all of its evidence.", rich_help_panel=o.OUTPUT)
    ] = None,
    revision: o.Revision = None,
    subpath: o.Subpath = ".",
) -> None:
    """Say what a repository is, with the line that says so: services, versions, stores, settings, secrets."""
    _carry_out("survey", context, repo=repo, form=form, explain=explain, revision=revision, subpath=subpath)


@app.command(cls=Command, rich_help_panel=PLAN)
def plan(
    context: typer.Context,
    repo: o.Repository = ".",
    revision: o.Revision = None,
    subpath: o.Subpath = ".",
    answers: o.Answers = None,
    given: o.Given = None,
    out: o.Out = None,
    force: o.Force = False,
    json: o.AsJson = False,
    exit_zero: o.ExitZero = False,
    no_input: o.NoInput = False,
    pause: o.Pause = False,
    profile: o.Profile = None,
    max_rounds: o.Rounds = None,
    today: o.Today = None,
    model: o.Model = None,
    base_url: o.BaseUrl = None,
) -> None:
    """Write the deployment playbook of a repository: PLAN.md, plan.json, artifacts and what was checked."""
    flags = {"answers": answers, "no_input": no_input or None, "profile": profile, "max_rounds": max_rounds, "today": today}
    flags |= {"out": out, "model": model, "base_url": base_url}
    source = {"repo": repo, "revision": revision, "subpath": subpath}
    _carry_out("plan", context, source=source, flags=flags, given=given or [], pause=pause, force=force, as_json=json, exit_zero=exit_zero)


@app.command(cls=Command, rich_help_panel=RUNS)
def answer(
    context: typer.Context,
    run: o.Run = "last",
    given: Annotated[
        list[str] | None, typer.Argument(metavar="[ID=VALUE]...", help="Answers; without any, you are asked.", show_default=False)
    ] = None,
    answers: o.Answers = None,
    repo: o.Again = None,
    force: o.Force = False,
    json: o.AsJson = False,
    exit_zero: o.ExitZero = False,
) -> None:
    """Answer the questions that a run waits for, and let it go on."""
    _carry_out(
        "answer", context, run=run, given=given or [], flags={"answers": answers}, repo=repo, force=force, as_json=json, exit_zero=exit_zero
    )


@app.command(cls=Command, rich_help_panel=RUNS)
def resume(
    context: typer.Context,
    run: o.Run = "last",
    repo: o.Again = None,
    out: o.Out = None,
    force: o.Force = False,
    json: o.AsJson = False,
    exit_zero: o.ExitZero = False,
    no_input: o.NoInput = False,
) -> None:
    """Go on with a run that was interrupted or waits; what is finished is not done again."""
    flags = {"out": out, "no_input": no_input or None}
    _carry_out("resume", context, run=run, flags=flags, repo=repo, force=force, as_json=json, exit_zero=exit_zero)


@app.command(cls=Command, rich_help_panel=RUNS)
def runs(context: typer.Context, json: o.AsJson = False) -> None:
    """List the runs, the newest first."""
    _carry_out("runs", context, as_json=json)


@app.command(cls=Command, rich_help_panel=RUNS)
def show(
    context: typer.Context,
    run: o.Run = "last",
    form: o.ShowForm = "md",
) -> None:
    """Print the plan of a run, or what the run waits for."""
    _carry_out("show", context, run=run, form=form)


@app.command(cls=Command, rich_help_panel=PLAN)
def check(
    context: typer.Context,
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="A plan, a Markdown runbook, or a repository's deployment files.", show_default=False)
    ] = ".",
    form: o.CheckForm = "text",
    junit: o.Junit = None,
    profile: o.Profile = None,
    repository: o.Reread = None,
    execute_smoke: o.ExecuteSmoke = False,
    fix: o.FixSafe = False,
    unsafe_fixes: o.FixUnsafe = False,
    diff: o.FixDiff = False,
    exit_zero: o.ExitZero = False,
) -> None:
    """Run every check over a plan, a runbook, or a repository's own deployment files."""
    flags = {"profile": profile}
    given = {"repository": repository, "junit": junit, "execute": execute_smoke, "fix": fix, "unsafe": unsafe_fixes, "diff": diff}
    _carry_out("check", context, named=path, form=form, flags=flags, exit_zero=exit_zero, **given)


@app.command(cls=Command, rich_help_panel=KNOW)
def explain(
    context: typer.Context,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[RULE]", help="Code or name of a rule; none: list them.", show_default=False, autocompletion=completing.rules
        ),
    ] = None,
) -> None:
    """Explain a rule: what it sees, why it matters, how to mend it."""
    _carry_out("explain", context, subject=subject)


@app.command(cls=Command, rich_help_panel=KNOW)
def doctor(context: typer.Context, json: o.AsJson = False) -> None:
    """Check this installation: versions, state, validators, settings and where each one comes from."""
    _carry_out("doctor", context, as_json=json)


@app.command(cls=Command, rich_help_panel=KNOW)
def schema(
    context: typer.Context,
    document: Annotated[
        str,
        typer.Argument(metavar="DOCUMENT", help="survey, plan or findings.", autocompletion=completing.words("survey", "plan", "findings")),
    ],
) -> None:
    """Print the JSON Schema of a document that deploybook writes."""
    _carry_out("schema", context, document=document)
