"""What the process says about itself carries no secret: logs, tracebacks of all threads, warnings."""

from __future__ import annotations

import io
import logging
import random
import string
import sys
import threading
import warnings

import pytest
from deploybook.tools.redaction import TaintStore, guard

SECRET = "".join(random.Random(11).choices(string.ascii_letters + string.digits, k=26))


@pytest.fixture
def stream(guarded: TaintStore) -> io.StringIO:
    guarded.add(SECRET, "password")
    return io.StringIO()


def _logger(stream: io.StringIO, form: str = "%(message)s") -> logging.Logger:
    logger = logging.getLogger("deploybook.tests.guard")
    logger.handlers[:] = [logging.StreamHandler(stream)]
    logger.handlers[0].setFormatter(logging.Formatter(form))
    logger.propagate = False
    return logger


def test_messages_arguments_and_tracebacks_are_scrubbed(stream: io.StringIO) -> None:
    logger = _logger(stream)
    logger.warning("token %s and %r", SECRET, {"k": SECRET})
    try:
        raise ValueError(f"cannot connect with {SECRET}") from KeyError(SECRET)
    except ValueError:
        logger.exception("failed")
    told = stream.getvalue()
    assert SECRET not in told and "[REDACTED:password]" in told
    assert "Traceback" in told and "cannot connect with" in told and "failed" in told


def test_unknown_secrets_are_recognised_by_the_layers(stream: io.StringIO) -> None:
    fresh = SECRET[::-1].swapcase()[:18] + "9Qz"
    _logger(stream).error("connect to postgres://shop:%s@db:5432/shop", fresh)
    assert fresh not in stream.getvalue() and "@db:5432/shop" in stream.getvalue()


def test_extra_fields_are_scrubbed_by_the_filter() -> None:
    record = logging.makeLogRecord({"msg": "x", "payload": {"p": SECRET}, "note": SECRET, "count": 3, "stack_info": f"Stack {SECRET}"})
    taint = TaintStore()
    taint.add(SECRET)
    assert guard.ScrubFilter(guard.scrubber(taint)).filter(record)
    assert SECRET not in str(record.__dict__) and record.__dict__["count"] == 3


def test_broken_format_arguments_do_not_raise(stream: io.StringIO) -> None:
    _logger(stream).info("ready")
    _logger(stream).warning("%d apples", SECRET)
    assert SECRET not in stream.getvalue() and "apples" in stream.getvalue()


def test_uncaught_exceptions_are_scrubbed(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError(f"bad {SECRET}")
    error.add_note(f"note {SECRET}")
    sys.excepthook(RuntimeError, error, None)
    told = capsys.readouterr().err
    assert SECRET not in told and "RuntimeError: bad [REDACTED:password]" in told and "note [REDACTED" in told


def test_exceptions_of_threads_are_scrubbed(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise RuntimeError(SECRET)

    args = threading.ExceptHookArgs((RuntimeError, RuntimeError(SECRET), None, threading.Thread(target=work, name="worker-1")))
    threading.excepthook(args)
    told = capsys.readouterr().err
    assert SECRET not in told and "worker-1" in told


def test_warnings_are_scrubbed(taint: TaintStore, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(warnings, "showwarning", lambda *args, **_: told.append(warnings.formatwarning(*args[:4], args[5])))
    taint.add(SECRET, "password")
    guard.install(taint)
    warnings.showwarning(UserWarning(f"old {SECRET}"), UserWarning, "somewhere.py", 3, None, f"warn({SECRET!r})")
    guard.uninstall()
    assert SECRET not in told[0] and "UserWarning: old [REDACTED:password]" in told[0] and "somewhere.py:3" in told[0]


def test_scrub_exception_needs_no_installation() -> None:
    taint = TaintStore()
    taint.add(SECRET)
    told = guard.scrub_exception(RuntimeError(f"boom {SECRET}"), taint)
    assert SECRET not in told and "RuntimeError: boom [REDACTED:secret]" in told
    assert "boom" in guard.scrub_exception(RuntimeError("boom"))


def test_a_failing_scrub_withholds_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    taint = TaintStore()
    monkeypatch.setattr(TaintStore, "scrub", lambda _self, _text: 1 / 0)
    assert guard.scrubber(taint)("anything") == f"{guard.WITHHELD} (ZeroDivisionError)]"


def test_a_record_whose_arguments_do_not_fit_says_so_and_none_of_them() -> None:
    """The words of a library are kept, its arguments are not: one of them could be what may not be said."""
    taint = TaintStore()
    taint.add(SECRET)
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "read %d of %d", (SECRET,), None)
    assert guard.ScrubFilter(guard.scrubber(taint)).filter(record)
    assert record.getMessage() == "read %d of %d [its arguments are left out: TypeError]"


def test_uninstall_puts_everything_back() -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning, logging.getLogRecordFactory())
    guard.install(TaintStore())
    guard.install(TaintStore())
    assert sys.excepthook is not before[0]
    guard.uninstall()
    guard.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning, logging.getLogRecordFactory()) == before


def test_uninstall_leaves_hooks_of_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    guard.install(TaintStore())

    def other(*_args: object) -> None:
        return None

    monkeypatch.setattr(sys, "excepthook", other)
    guard.uninstall()
    assert sys.excepthook is other
