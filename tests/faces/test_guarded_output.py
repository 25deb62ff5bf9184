"""What libraries log, warn of or raise in threads while a command runs is scrubbed like what the command says itself."""

from __future__ import annotations

import logging
import random
import string
import sys
import threading
import warnings

import pytest
from deploybook.faces.cli.session import Session


@pytest.fixture
def secret() -> str:
    """Give a value that no rule would recognise: only the session knows it for a secret."""
    return "".join(random.choices(string.ascii_lowercase, k=24))


def test_a_secret_that_a_command_met_is_in_no_log_line_warning_or_traceback(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    session = Session()
    before = (sys.excepthook, threading.excepthook, logging.getLogRecordFactory())
    session.taint.add(secret, "password")
    try:
        logging.getLogger("a.library").error("cannot log in with %s", secret)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(f"{secret} is weak", stacklevel=1)
        thread = threading.Thread(target=lambda: {}[secret])
        thread.start()
        thread.join()
        sys.excepthook(ValueError, ValueError(secret), None)
    finally:
        session.unguard()
    said = capsys.readouterr().err
    assert secret not in said and "KeyError" in said and "ValueError" in said
    assert (sys.excepthook, threading.excepthook, logging.getLogRecordFactory()) == before


def test_a_command_that_meets_no_secret_changes_nothing() -> None:
    before = sys.excepthook
    session = Session()
    session.unguard()
    assert sys.excepthook is before
