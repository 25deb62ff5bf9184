"""Wait for a blocking call no longer than agreed, and shield it from the context that it is called in."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def within(seconds: float, function: Callable[..., T], *args: Any) -> T:
    """Return `function(*args)`; raise TimeoutError when it takes longer than `seconds`: its thread is then left to itself.

    A client's own timeout counts the pauses between bytes, so a server that trickles could hold a run for ever. The call sees no context
    variable of the caller, so neither a graph's callbacks nor its tracer hear of it.
    """
    outcome: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def work() -> None:
        try:
            outcome.put((True, contextvars.Context().run(function, *args)))
        except BaseException as error:  # every way to end is handed to the one who waits
            outcome.put((False, error))

    threading.Thread(target=work, name="model", daemon=True).start()
    try:
        well, result = outcome.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TimeoutError from None
    if well:
        return result  # type: ignore[no-any-return]
    raise result
