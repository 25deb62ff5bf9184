"""Stop politely: the first SIGTERM or Ctrl-C lets the current step end, the second one ends the run at once, the third the process."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from langgraph.runtime import RunControl

T = TypeVar("T")
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run_politely(make: Callable[[RunControl], Awaitable[T]], told: Callable[[str], None]) -> T:
    """Return what the coroutine of `make` returns, run on an event loop of its own; `told` hears what a signal brought about.

    Outside the main thread, and where the platform knows no such handlers, signals keep their meaning.
    """

    async def main() -> T:
        control = RunControl()
        task = asyncio.current_task()
        assert task is not None
        with _handlers(control, task, told):
            return await make(control)

    return asyncio.run(main())


@contextmanager
def _handlers(control: RunControl, task: asyncio.Task[T], told: Callable[[str], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: signal.Signals) -> None:
        if not control.drain_requested:
            control.request_drain(number.name)
            told("stopping when the current step ends; once more stops at once, and nothing that is finished is lost")
            return
        for each in _SIGNALS:
            loop.remove_signal_handler(each)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        task.cancel()

    before = {each: signal.getsignal(each) for each in _SIGNALS}
    try:
        for each in _SIGNALS:
            loop.add_signal_handler(each, stop, each)
    except NotImplementedError:
        yield
        return
    try:
        yield
    finally:
        for each in _SIGNALS:
            loop.remove_signal_handler(each)
            signal.signal(each, before[each] or signal.SIG_DFL)
