"""The two threads of a synchronous client: one keeps the link, the other calls the handlers."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from ifcbgui.instrument.client import AsyncIFCBClient
from ifcbgui.instrument.errors import ConnectError
from ifcbgui.instrument.handlers import Handler, await_logged, call_handler
from ifcbgui.instrument.link import LinkState

log = logging.getLogger(__name__)

Call = tuple[Handler, tuple[Any, ...]]
DueCalls = Callable[[], Iterable[Call]]


def make_call(call: Call, run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    """Call a handler and run what it returned, if it is a coroutine function, to its end.

    A handler that raises is logged and stops nothing.
    """
    handler, arguments = call
    rest = call_handler(handler, *arguments)
    if rest is not None:
        run(await_logged(handler, rest))


class HandlerThread:
    """Calls handlers on a thread of its own, where they may block as they like.

    Bounded: what finds the queue full is left out and counted. A thread serves one connection.

    Args:
        name: The thread's.
        before: The thread of the connection before, whose last handler is waited for.

    Attributes:
        dropped: How many calls were left out.
    """

    LIMIT = 100_000

    def __init__(self, name: str, before: HandlerThread | None) -> None:
        self.dropped = 0
        self._before = before
        self._calls: SimpleQueue[DueCalls | None] = SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def add(self, due: DueCalls) -> None:
        """Queue calls; which handlers they are is asked when their turn has come."""
        if self._calls.qsize() < self.LIMIT:
            self._calls.put(due)
            return
        if not self.dropped:
            log.warning(
                "The message handlers are too slow: %d messages wait, further ones are left out",
                self._calls.qsize(),
            )
        self.dropped += 1

    def stop(self) -> None:
        """Forget what is queued and let the thread end after the handler that runs."""
        self._stopped = True
        self._calls.put(None)

    def join(self) -> None:
        """Wait for the end of the thread; a handler that asks does not wait for itself."""
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        if self._before is not None:
            self._before.join()
            self._before = None
        with asyncio.Runner() as runner:
            while (due := self._calls.get()) is not None and not self._stopped:
                for call in due():
                    try:
                        make_call(call, runner.run)
                    except BaseException as exc:  # SystemExit, which ends only the main thread
                        log.error("The message handler %r raised", call[0], exc_info=exc)


class LinkThread:
    """Keeps a client connected, on an event loop on a thread of its own.

    Args:
        client: The client; connected once by each of its threads.
        name: The thread's.
        before: The thread of the connection before, whose end is waited for.

    Attributes:
        ends: True once it was told to stop.
    """

    def __init__(self, client: AsyncIFCBClient, name: str, before: LinkThread | None) -> None:
        self.ends = False
        self._client = client
        self._before = before
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._answers: set[Future[None]] = set()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def is_current(self) -> bool:
        """Tell whether this is the thread that asks."""
        return self._thread is threading.current_thread()

    def wait_ready(self) -> None:
        """Wait until it tries to connect, or has ended."""
        self._ready.wait()

    def stop(self) -> None:
        """Let it say farewell and end."""
        self.ends = True
        self.call(self._stopping.set)

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def call(self, function: Callable[..., None], *arguments: Any) -> bool:
        """Have a function called on the thread; return False if it is over."""
        with self._lock:
            if self._loop is None:
                return False
            self._loop.call_soon_threadsafe(function, *arguments)
            return True

    def begin(self, coroutine: Coroutine[Any, Any, None]) -> Future[None] | None:
        """Run a coroutine on the thread; return None if it is over.

        What has begun always comes to an end: at the latest with the connection.
        """
        with self._lock:
            if self._loop is None:
                coroutine.close()
                return None
            answer = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
            self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)
        return answer

    def _run(self) -> None:
        try:
            if self._before is not None:
                self._before.join()
                self._before = None
            asyncio.run(self._main())
        finally:
            with self._lock:
                self._loop = None
            self._ready.set()

    async def _main(self) -> None:
        with self._lock:
            if self.ends:
                return
            self._loop = asyncio.get_running_loop()
        connecting = asyncio.create_task(self._connect())
        await asyncio.sleep(0)  # from here on a command waits for the sign-on
        self._ready.set()
        await self._stopping.wait()
        if self._client.link.state is not LinkState.FAILED:  # its reason is to stay
            await self._client.disconnect()
        with self._lock:
            self._loop = None  # nothing further begins; what has begun gets its answer
        answers = [asyncio.wrap_future(answer) for answer in list(self._answers)]
        await asyncio.gather(connecting, *answers, return_exceptions=True)

    async def _connect(self) -> None:
        with suppress(ConnectError):  # the link tells it
            await self._client.connect()
