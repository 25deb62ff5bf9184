"""Ask a person the open questions of a run, one after the other, on the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...core.target import Question
    from .screen import Screen


def ask(questions: tuple[Question, ...], screen: Screen, read: Callable[[], str] = input) -> dict[str, str]:
    """Return an answer for each question; the enter key takes the default, `?` says why it is asked.

    Raise EOFError or KeyboardInterrupt when the person leaves: the run then waits, and nothing is lost.
    """
    count = len(questions)
    screen.insist(f"{count} question{'s' if count != 1 else ''} that neither the repository nor your flags answer.")
    screen.insist("? explains, enter takes the default.", "dim")
    return {question.id: _one(number, count, question, screen, read) for number, question in enumerate(questions, 1)}


def _one(number: int, count: int, question: Question, screen: Screen, read: Callable[[], str]) -> str:
    screen.insist()
    screen.insist(f"{number}/{count}  {question.text}", "bold")
    for place, choice in enumerate(question.choices, 1):
        mark = "  (default)" if choice.value == question.default else ""
        screen.insist(f"  {place}  {choice.value:<14} {choice.label}{mark}")
    if not question.choices and question.default is not None:
        screen.insist(f"  default: {question.default or '(empty)'}", "dim")
    while True:
        _prompt(screen, question)
        text = read().strip()
        if text == "?":
            explain(question, screen)
            continue
        try:
            return meant(question, text)
        except UsageError as error:
            screen.insist(f"  {error.what}: {error.why}", "yellow")


def _prompt(screen: Screen, question: Question) -> None:
    sys.stderr.write(screen.styled(f"  {question.id}> ", "cyan"))
    sys.stderr.flush()


def explain(question: Question, screen: Screen) -> None:
    """Say why a question is asked and which sections its answer changes."""
    screen.insist(f"  {question.why}")
    if question.sections:
        screen.insist(f"  It changes section{'s' if len(question.sections) > 1 else ''} {', '.join(map(str, question.sections))}.", "dim")


def meant(question: Question, text: str) -> str:
    """Return the answer that typed text means: a choice by number or word, a default for nothing; raise UsageError for what is neither."""
    if not text:
        if question.default is None:
            raise UsageError("an answer is needed", "there is no sound default")
        return question.default
    if question.choices:
        values = [choice.value for choice in question.choices]
        if text.isdecimal() and 1 <= int(text) <= len(values) and text not in values:
            return values[int(text) - 1]
        if text.lower() in [value.lower() for value in values]:
            return next(value for value in values if value.lower() == text.lower())
        raise UsageError(f"{text[:40]!r} is none of the choices", "give a number or one of " + ", ".join(values))
    if question.pattern is not None:
        import re2

        if re2.fullmatch(question.pattern, text) is None:
            raise UsageError(f"{text[:40]!r} has the wrong form", f"it must match {question.pattern}")
    return text


def listed(questions: tuple[Question, ...]) -> str:
    """Return the questions as text: id, wording, choices, default, why."""
    lines: list[str] = []
    for question in questions:
        lines.append(f"{question.id}: {question.text}")
        lines += [f"    {choice.value:<14} {choice.label}" for choice in question.choices]
        lines.append(f"    default: {question.default if question.default is not None else 'none, it must be answered'}")
        lines.append(f"    why: {question.why}")
    return "\n".join(lines)
