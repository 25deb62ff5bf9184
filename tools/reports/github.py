"""Write GitHub's workflow commands: `::error file=…,line=…,title=…::message`, which show up beside the line in a pull request."""

from __future__ import annotations

from ._model import Placed, Report

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Return one command a line; ignored findings are left out, notes come last."""
    lines = [_command(placed) for placed in report.placed if placed.finding.ignored is None]
    lines += [f"::notice title=deploybook::{_text(note)}" for note in report.notes]
    return "\n".join(lines)


def _command(placed: Placed) -> str:
    finding = placed.finding
    properties = [f"title={_property(f'{finding.code} {finding.rule}')}"]
    if placed.path is not None:
        properties = [f"file={_property(placed.path)}", f"line={max(placed.line or 1, 1)}", *properties]
    message = f"{finding.message} {finding.hint}".strip()
    return f"::{_COMMANDS[finding.severity]} {','.join(properties)}::{_text(message)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
