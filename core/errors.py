"""Name every way to fail with what happened, why, a hint and an exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """List the exit codes of the command line, one meaning each."""

    OK = 0
    GATE_NOT_MET = 1
    USAGE = 2
    NOTHING_DETECTED = 3
    KEY = 4
    WAITING = 5
    INTERNAL = 70
    TRANSIENT = 75
    INTERRUPTED = 130


class DeploybookError(Exception):
    """Say what went wrong, why, and what to do next; never carry a secret or a file's content."""

    exit_code = ExitCode.INTERNAL
    docs = "errors"

    def __init__(self, what: str, why: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.hint = what, why, hint


class UsageError(DeploybookError):
    """Refuse a wrong call, option, configuration or answer."""

    exit_code = ExitCode.USAGE


class SourceError(DeploybookError):
    """Refuse a source that cannot be read: no such path, unreachable URL, unreadable file."""

    exit_code = ExitCode.USAGE


class LimitError(SourceError):
    """Refuse a source beyond a limit of the in-door (files, bytes, depth)."""


class NothingDetected(DeploybookError):
    """Report that a source holds nothing this tool plans for; the hint refers to what fits."""

    exit_code = ExitCode.NOTHING_DETECTED


class StateError(DeploybookError):
    """Report run state that is missing, corrupted, foreign or of another version."""

    exit_code = ExitCode.USAGE


class RunLocked(DeploybookError):
    """Report that another process holds this run."""

    exit_code = ExitCode.TRANSIENT


class OutputError(DeploybookError):
    """Report output that cannot be written: read-only folder, full disk, a folder that is not ours."""

    exit_code = ExitCode.USAGE


class ModelError(DeploybookError):
    """Report a model that could not be used (no key, refused, unreachable) where the caller insisted on it."""

    exit_code = ExitCode.KEY


class Transient(DeploybookError):
    """Report a failure that may pass by itself: try again."""

    exit_code = ExitCode.TRANSIENT


class Internal(DeploybookError):
    """Report a defect of deploybook itself."""

    exit_code = ExitCode.INTERNAL
