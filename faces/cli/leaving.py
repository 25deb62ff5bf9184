"""End the process without taking it apart: a survey leaves millions of objects, and freeing them one by one takes a sixth of its time."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End the process with an exit code: at once when everything is written and no thread is left, else in the usual way.

    What was registered to be done at the end is done first.
    """
    if threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)  # the interpreter knows how to tell it
    os._exit(code)
