"""State how the terminal is spoken to: colour by rule, nothing that steers it, tables that fit, progress line by line."""

from __future__ import annotations

import io

import pytest
from deploybook.core.errors import UsageError
from deploybook.core.events import Event
from deploybook.core.target import Choice, Question
from deploybook.faces.terminal.asking import ask, listed, meant
from deploybook.faces.terminal.progress import Line, Progress, in_order
from deploybook.faces.terminal.screen import Screen, colored, harmless, table


class Terminal(io.StringIO):
    """Pretend to be a terminal."""

    def isatty(self) -> bool:
        return True


TTY, PIPE = Terminal(), io.StringIO()


@pytest.mark.parametrize(
    ("flag", "environment", "stream", "expected"),
    [
        ("auto", {}, TTY, True),
        ("auto", {}, PIPE, False),
        ("auto", {"NO_COLOR": "1"}, TTY, False),
        ("auto", {"NO_COLOR": ""}, TTY, True),
        ("auto", {"FORCE_COLOR": "1"}, PIPE, True),
        ("auto", {"FORCE_COLOR": "0"}, PIPE, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, TTY, False),
        ("auto", {"TERM": "dumb"}, TTY, False),
        ("always", {"NO_COLOR": "1"}, PIPE, True),
        ("never", {"FORCE_COLOR": "1"}, TTY, False),
    ],
)
def test_when_colour_is_used(flag: str, environment: dict[str, str], stream: io.StringIO, expected: bool) -> None:
    """The flag decides; then NO_COLOR, FORCE_COLOR, TERM=dumb; then whether it is a terminal."""
    assert colored(stream, flag, environment) is expected  # type: ignore[arg-type]


def test_repository_text_cannot_steer_the_terminal() -> None:
    """Escape sequences, other control characters and direction marks are replaced; line breaks and letters stay."""
    assert harmless("a\x1b[2Jb\x9b31mc\u202ed\te\nä") == "a�[2Jb�31mc�d\te\nä"


def test_a_table_keeps_to_its_width() -> None:
    """The widest column gives way first, and what is cut ends with an ellipsis; without a width nothing is cut."""
    rows = [("short", "x" * 200), ("a\nb", "y")]
    assert all(len(line) <= 60 for line in table(("A", "B"), rows, 60).splitlines())
    assert "x…" in table(("A", "B"), rows, 60)
    assert "x" * 200 in table(("A", "B"), rows)
    assert "a b" in table(("A", "B"), rows)


def events() -> list[Event]:
    return [
        Event(kind="started", node="analyst", title="Repository analysis"),
        Event(kind="note", node="analyst", title="Repository analysis", detail="2 services"),
        Event(kind="finished", node="analyst", title="Repository analysis", seconds=1.25),
        Event(kind="started", node="plan_b", title="2. B"),
        Event(kind="started", node="plan_a", title="1. A"),
        Event(kind="retry", node="plan_a", title="1. A"),
        Event(kind="failed", node="plan_a", title="1. A", seconds=0.5, detail="timed out"),
        Event(kind="finished", node="plan_b", title="2. B", seconds=0.5),
        Event(kind="note", node="run", detail="stopping when the current step ends"),
        Event(kind="waiting", node="clarifier", title="Questions", seconds=0.1),
    ]


def test_progress_without_a_terminal_is_one_line_per_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Plain lines on stderr, nothing on stdout; the mark says how it ended, so colour is never needed."""
    with Progress(Screen()) as progress:
        for event in events():
            progress(event)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.splitlines() == [
        "+    1.2 s  Repository analysis  2 services",
        "~    0.0 s  1. A  tries again",
        "x    0.5 s  1. A  timed out",
        "+    0.5 s  2. B",
        "stopping when the current step ends",
        "?    0.1 s  Questions  waits for answers",
    ]


def test_progress_of_a_quiet_run_says_nothing_but_what_a_person_must_know(capsys: pytest.CaptureFixture[str]) -> None:
    """Quiet keeps what was insisted on: that a run is being stopped."""
    with Progress(Screen(quiet=True)) as progress:
        for event in events():
            progress(event)
    assert capsys.readouterr().err == "stopping when the current step ends\n"


def test_progress_on_a_terminal_is_drawn_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line per node at the end, sections by number whatever order they began in."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with Progress(Screen(color="never")) as progress:
        for event in events():
            progress(event)
    last = terminal.getvalue().split("\x1b[2K")[-1] + terminal.getvalue()
    for title in ("Repository analysis", "1. A", "2. B", "Questions"):
        assert title in last
    assert [line.title for _, line in in_order(progress.lines)] == ["Repository analysis", "1. A", "2. B", "Questions"]


def test_a_section_that_begins_again_counts_its_time_anew() -> None:
    """A revised section shows the time of its last attempt."""
    progress = Progress(Screen(quiet=True))
    progress(Event(kind="started", node="n", title="1. N"))
    progress(Event(kind="finished", node="n", title="1. N", seconds=9.0))
    progress(Event(kind="started", node="n", title="1. N"))
    assert progress.lines["n"].seconds is None
    assert Line("10. Ten").number() == 10


CHOICE = Question(
    id="environment", field="environment", text="Which one?", why="it matters", default="production", sections=(4,),
    choices=(Choice(value="production", label="real users"), Choice(value="staging", label="a rehearsal")),
)  # fmt: skip
FREE = Question(id="domain", field="domain", text="Which name?", why="links carry it", pattern=r"[a-z.]+")


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [(CHOICE, "", "production"), (CHOICE, "2", "staging"), (CHOICE, "Staging", "staging"), (FREE, "api.example.org", "api.example.org")],
)
def test_what_typed_text_means(question: Question, text: str, expected: str) -> None:
    """Enter is the default, a number or a word is a choice, anything of the right form is a free answer."""
    assert meant(question, text) == expected


@pytest.mark.parametrize(("question", "text"), [(CHOICE, "3"), (CHOICE, "prod"), (FREE, ""), (FREE, "NO SPACES")])
def test_what_typed_text_cannot_mean(question: Question, text: str) -> None:
    """A number without a choice, half a word, nothing where there is no default, the wrong form."""
    with pytest.raises(UsageError):
        meant(question, text)


def test_a_person_is_asked_until_each_answer_fits(capsys: pytest.CaptureFixture[str]) -> None:
    """`?` explains, a wrong answer is told and asked again, and stdout stays clean for the product."""
    typed = iter(["?", "moon", "2", "", "api.example.org"])
    assert ask((CHOICE, FREE), Screen(), read=lambda: next(typed)) == {"environment": "staging", "domain": "api.example.org"}
    seen = capsys.readouterr()
    assert seen.out == ""
    assert "it matters" in seen.err and "'moon' is none of the choices" in seen.err and "there is no sound default" in seen.err


def test_leaving_in_the_middle_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    """The end of input is not an answer."""

    def read() -> str:
        raise EOFError

    with pytest.raises(EOFError):
        ask((CHOICE,), Screen(), read=read)


def test_listed_questions_say_all_that_a_script_needs() -> None:
    """Id, wording, each choice, the default or that there is none, and why."""
    text = listed((CHOICE, FREE))
    for phrase in (
        "environment: Which one?",
        "staging",
        "default: production",
        "default: none, it must be answered",
        "why: links carry it",
    ):
        assert phrase in text


def test_marks_tell_states_apart_without_colour() -> None:
    """No two states share a mark."""
    assert len(set(progress_marks().values())) == len(progress_marks())


def progress_marks() -> dict[str, str]:
    from deploybook.faces.terminal import progress

    return progress._MARKS
