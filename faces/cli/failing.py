"""Turn whatever ends a command into an exit code, and into words: error, why, hint; a traceback is shown on request only, scrubbed."""

from __future__ import annotations

import errno
import signal
import sys
import threading
from types import FrameType

from ...core.errors import DeploybookError, ExitCode
from ..terminal.screen import silence, unwritable
from .session import Interrupted, ReaderLeft, Session

_current: list[Session] = []


def guarded(arguments: list[str]) -> int:
    """Run the application and return its exit code."""
    import typer

    from .app import application

    session = Session(debug="--debug" in arguments)
    _current[:] = [session]
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)
    try:
        code = application()(args=arguments or ["--help"], prog_name="deploybook", standalone_mode=False, obj=session)
        return int(code) if isinstance(code, int) else int(ExitCode.OK)
    except DeploybookError as error:
        return _told(session, error)
    except typer.Exit as ended:
        return int(ended.exit_code)
    except (Interrupted, KeyboardInterrupt, typer.Abort):
        return _interrupted(session)
    except ReaderLeft:
        silence(sys.stdout)  # the reader has what it wanted
        return int(ExitCode.OK)
    except MemoryError:
        return _told(
            session, DeploybookError("out of memory", "the machine has no more to give", "survey a --subpath, or lower --max-total-bytes")
        )
    except OSError as error:
        return _unprinted(session, error)
    except Exception as error:  # the last door: a defect is told like every other failure
        # typer raises its own copy of click's UsageError, which it does not export; BadParameter is its public child.
        return _misused(session, error, arguments) if isinstance(error, typer.BadParameter.__mro__[1]) else _defect(session, error)
    finally:
        session.unguard()


def _unprinted(session: Session, error: OSError) -> int:
    """Tell help that could not be printed, which the parser writes by itself, from a defect."""
    if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT):
        return _defect(session, error)
    return _told(session, unwritable(sys.stdout, error))


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _told(session: Session, error: DeploybookError) -> int:
    say(session, error.what, error.why, error.hint)
    if session.debug:
        trace(session, error)
    return int(error.exit_code)


def say(session: Session, what: str, why: str = "", hint: str = "") -> None:
    """Write one error to stderr: what went wrong, why, and what to do next."""
    screen = session.screen
    screen.insist(session.scrub(what), mark="error:")
    if why:
        screen.insist(f"  why: {session.scrub(why)}")
    if hint:
        screen.insist(f"  hint: {session.scrub(hint)}")


def _misused(session: Session, error: Exception, arguments: list[str]) -> int:
    from .app import called

    context = getattr(error, "ctx", None)  # missing for an option without its value
    command = getattr(context, "command_path", None) or " ".join(("deploybook", *called(arguments)))
    message = str(getattr(error, "format_message", lambda: str(error))()).strip()
    what, _, why = message.partition("\n")
    say(session, what or "wrong call", why.strip(), f"{command} --help")
    return int(ExitCode.USAGE)


def _interrupted(session: Session) -> int:
    screen = session.screen
    screen.insist()
    screen.insist("interrupted", "yellow")
    if session.run_id is not None:
        screen.insist("  what is finished is kept; go on with:")
        screen.insist(f"  {session.program} resume {session.run_id}", "bold")
    return int(ExitCode.INTERRUPTED)


def _defect(session: Session, error: Exception) -> int:
    again = f"; go on with: {session.program} resume {session.run_id}" if session.run_id else ""
    say(
        session,
        f"deploybook failed unexpectedly: {type(error).__name__}",
        str(error).strip().split("\n")[0][:300] or "no message",
        f"`deploybook doctor` checks the installation; --debug shows where it happened{again}",
    )
    if session.debug:
        trace(session, error)
    return int(ExitCode.INTERNAL)


def trace(session: Session, error: BaseException) -> None:
    """Write the traceback of an error, with those that caused it, scrubbed, to stderr."""
    from ...tools.redaction.guard import scrub_exception

    session.screen.insist(scrub_exception(error, session.taint).rstrip())
