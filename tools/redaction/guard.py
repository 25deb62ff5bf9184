"""The choke points of the process: log records, uncaught exceptions and warnings are scrubbed before anything is written.

    install(taint)    # from then on nothing that the process says carries a known or recognisable secret
    uninstall()       # puts back what was there before
"""

from __future__ import annotations

import linecache
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TextIO

from .engine import Redactor
from .taint import TaintStore

Scrub = Callable[[str], str]

WITHHELD = "[withheld: it could not be scrubbed"
_PATH = "message.log"
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


def scrubber(taint: TaintStore) -> Scrub:
    """Return a function that removes known secrets and those that the layers recognise; it withholds a text on which it fails."""
    redactor = Redactor(taint)

    def scrub(text: str) -> str:
        try:
            return redactor.redact(_PATH, taint.scrub(text), learn=False).text
        except Exception as error:  # whatever it is: what was not scrubbed is not written, and the reader sees that it was not
            return f"{WITHHELD} ({type(error).__name__})]"

    return scrub


class ScrubFilter(logging.Filter):
    """Scrub message, arguments, exception, stack and extra fields of each record that passes; none is dropped."""

    def __init__(self, scrub: Scrub) -> None:
        super().__init__()
        self._scrub = scrub

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the record in place and let it pass."""
        try:
            message = record.getMessage()
        except Exception as error:  # the words of a library whose arguments do not fit them, or have a repr that fails
            message = f"{record.msg} [its arguments are left out: {type(error).__name__}]"
        record.msg, record.args = self._scrub(message), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = self._scrub("".join(traceback.format_exception(record.exc_info[1])).rstrip("\n"))
        elif record.exc_text:
            record.exc_text = self._scrub(record.exc_text)
        record.exc_info = None
        if record.stack_info:
            record.stack_info = self._scrub(record.stack_info)
        for name in [name for name in record.__dict__ if name not in _STANDARD]:
            value = record.__dict__[name]
            if not isinstance(value, bool | int | float | None):
                record.__dict__[name] = self._scrub(value if isinstance(value, str) else repr(value))
        return True


@dataclass(frozen=True)
class _Installed:
    """What was in place before, and what stands there now."""

    taint: TaintStore
    scrub: Scrub
    filter: ScrubFilter
    before: tuple[Any, ...]
    now: tuple[Any, ...]


_lock = threading.RLock()
_current: _Installed | None = None


def _excepthook(scrub: Scrub) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(scrub("".join(traceback.format_exception(kind, error, trace))))

    return hook


def _threadhook(scrub: Scrub) -> Callable[[threading.ExceptHookArgs], None]:
    def hook(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is SystemExit:
            return
        name = args.thread.name if args.thread else "?"
        told = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
        sys.stderr.write(scrub(f"Exception in thread {name}:\n{told}"))

    return hook


def _unraisablehook(scrub: Scrub) -> Callable[[Any], None]:
    def hook(args: Any) -> None:
        told = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
        sys.stderr.write(scrub(f"{args.err_msg or 'Exception ignored in'}: {args.object!r}\n{told}"))

    return hook


def _showwarning(scrub: Scrub, before: Callable[..., None]) -> Callable[..., None]:
    def show(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None, line: str | None = None
    ) -> None:
        source = linecache.getline(filename, lineno) if line is None else line
        before(scrub(str(message)), category, filename, lineno, file, scrub(source.strip()))

    return show


def _recordfactory(taint_filter: ScrubFilter, before: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = before(*args, **kwargs)
        taint_filter.filter(record)
        return record

    return make


def _handlers() -> list[logging.Handler]:
    loggers = [logging.getLogger(name) for name in sorted(logging.root.manager.loggerDict)]
    found = [handler for logger in [logging.root, *loggers] for handler in logger.handlers]
    return [*found, logging.lastResort] if logging.lastResort else found


def install(taint: TaintStore) -> None:
    """Scrub logs, uncaught exceptions of all threads and warnings through the store from now on; a second call replaces the store."""
    global _current
    with _lock:
        uninstall()
        scrub = scrubber(taint)
        record_filter = ScrubFilter(scrub)
        before = (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning, logging.getLogRecordFactory())
        now = (
            _excepthook(scrub),
            _threadhook(scrub),
            _unraisablehook(scrub),
            _showwarning(scrub, before[3]),
            _recordfactory(record_filter, before[4]),
        )
        _put(now)
        for handler in _handlers():
            handler.addFilter(record_filter)
        _current = _Installed(taint, scrub, record_filter, before, now)


def _put(hooks: tuple[Any, ...]) -> None:
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks[:4]
    logging.setLogRecordFactory(hooks[4])


def uninstall() -> None:
    """Put back the hooks that were in place before; those that somebody replaced since stay."""
    global _current
    with _lock:
        if _current is None:
            return
        there = (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning, logging.getLogRecordFactory())
        _put(tuple(old if here is new else here for here, new, old in zip(there, _current.now, _current.before, strict=True)))
        for handler in _handlers():
            handler.removeFilter(_current.filter)
        _current = None


def scrub_exception(exc: BaseException, taint: TaintStore | None = None) -> str:
    """Return the traceback of an exception with causes and notes, scrubbed through the given store or the installed one."""
    with _lock:
        scrub = scrubber(taint) if taint is not None else _current.scrub if _current else scrubber(TaintStore())
    return scrub("".join(traceback.format_exception(exc)))
