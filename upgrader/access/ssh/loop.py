"""One event loop in one daemon thread, for all pairs of this process; callers block outside it.

Not chosen: a loop a pair, which costs a thread each and does nothing better; nor an asynchronous
face, which would run through every layer above for the sake of this one.
"""

import asyncio
import atexit
import logging
import threading
import warnings
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

STOP_LIMIT_S = 2.0
"""How long the end of the process waits until lines are hung up."""


class EventThread:
    """The thread, and the way into it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        # What a connection still meets that was given up is nobody's news.
        self.loop.set_exception_handler(lambda _loop, _context: None)
        self._thread = threading.Thread(target=self._serve, name="upgrader-ssh", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it there, and wait for it; interrupted here, it is cancelled there.

        The work has limits of its own: it always ends.
        """
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result()
        except CancelledError:
            raise ConnectionAbortedError("the process is ending") from None
        except BaseException:
            future.cancel()
            raise

    def stop(self) -> None:
        """Cancel what is under way, and end the thread."""
        asyncio.run_coroutine_threadsafe(self._cancel_all(), self.loop)
        self._thread.join(STOP_LIMIT_S)
        if not self._thread.is_alive():
            self.loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def _cancel_all(self) -> None:
        """Let connections say goodbye: their own clean-up runs when their tasks are cancelled."""
        mine = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not mine]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.loop.stop()


def is_news(record: logging.LogRecord) -> bool:
    """Whether a log record of `asyncio` is more than what the login that fails tells anyway.

    A `ProxyCommand` that ended at once is looked at by the transport that closes, before the
    watcher of children gets there (both of `asyncio.unix_events`, Python 3.11, say these words).
    """
    return "will report returncode 255" not in str(record.msg)


@cache
def event_thread() -> EventThread:
    """The thread of this process, begun when it is first needed."""
    # Whoever asked for old algorithms knows that they are; the sentence would land in his report.
    warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")
    logging.getLogger("asyncio").addFilter(is_news)
    thread = EventThread()
    atexit.register(thread.stop)
    return thread
