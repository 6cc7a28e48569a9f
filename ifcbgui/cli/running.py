"""What every command shares: ending on a signal, and failing in plain words."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from types import FrameType
from typing import Any, Protocol

from ifcbgui.instrument.link import LinkState, LinkStatus


class JobError(Exception):
    """The job failed: what happened, and what to try.

    Attributes:
        hint: What to try, one sentence, or "".
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def tell(text: str) -> None:
    """Say something to the person at the terminal, apart from the output."""
    print(f"ifcbgui: {text}", file=sys.stderr, flush=True)


def run_async(job: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end; Ctrl-C and SIGTERM cancel it, and its clean-up is awaited.

    Raises:
        KeyboardInterrupt: If it was cancelled.
    """
    task: asyncio.Task[None] | None = None
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        if task is not None:
            task.get_loop().call_soon_threadsafe(task.cancel)

    async def run() -> None:
        nonlocal task
        task = asyncio.ensure_future(job)
        if stopped:  # before there was a task to cancel
            task.cancel()
        try:
            await task
        finally:
            task = None

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def run_until_stopped(job: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that has no end of its own: Ctrl-C and SIGTERM are its proper end."""
    with contextlib.suppress(KeyboardInterrupt):
        run_async(job)


class Server(Protocol):
    """What can be served: it listens between the two."""

    async def start(self) -> None:
        """Listen; raises `OSError` if the address cannot be used."""

    async def stop(self) -> None:
        """End it; harmless where it has not started."""


@contextlib.asynccontextmanager
async def serving(server: Server, host: str, port: int) -> AsyncIterator[None]:
    """Let a server listen as long as this lasts.

    Raises:
        JobError: If it cannot listen there.
    """
    try:
        try:
            await server.start()
        except OSError as exc:
            raise JobError(
                f"Nothing can listen at {host}, port {port}: {exc.strerror}.",
                "Choose another port with --port, or 0 for any free one.",
            ) from exc
        yield
    finally:
        await server.stop()


class LinkWatch:
    """Tells of a connection that is lost and found, and waits for one that ends for good.

    Register it with the client's `add_link_listener` once the client is connected.
    """

    def __init__(self) -> None:
        self._lost = False
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __call__(self, status: LinkStatus) -> None:
        """Take the new status."""
        if status.state is LinkState.FAILED:
            self.end(JobError(status.error or "The connection has ended.", status.hint or ""))
        elif status.state is LinkState.RECONNECTING and not self._lost:
            self._lost = True
            tell(f"{status.error or 'The connection was lost.'} Trying until it is back.")
        elif status.state is LinkState.ONLINE and self._lost:
            self._lost = False
            tell("Connected again.")

    def end(self, error: Exception) -> None:
        """Let `ended` raise this error."""
        if not self._ended.done():
            self._ended.set_exception(error)

    async def ended(self) -> None:
        """Wait for ever, or until `end` is called or the connection ends for good.

        Raises:
            Exception: The error given to `end`.
            JobError: Why the connection ended.
        """
        await self._ended
