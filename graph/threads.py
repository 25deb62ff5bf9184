"""Run blocking work beside the event loop in daemon threads, so that work which hangs can neither block a run nor its end."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Return `function(*args)`, called in a thread of its own; a cancelled or timed-out call is abandoned and its result dropped.

    `asyncio.to_thread` would do the same with few threads for many slow model calls, and would wait for a hanging one at exit.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(RuntimeError(repr(error)) if isinstance(error, StopIteration) else error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, error = None, None
        try:
            result = context.run(function, *args)
        except BaseException as caught:  # every way to end is handed to the waiting coroutine
            error = caught
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, name=getattr(function, "__qualname__", "work"), daemon=True).start()
    return await future
