"""What is to be sent, in order, by a single task."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from ifcbgui.signalr.errors import ConnectionLostError, SendQueueFullError

MAX_WAITING: Final = 1024 * 1024


class Outbox:
    """A bounded queue before the socket.

    Whoever sends only puts data here, so that no caller, and neither reader nor watchdog, hangs
    on a server that has stopped reading.
    """

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._closed = False
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()

    def put(self, data: bytes) -> None:
        """Queue ``data``.

        Raises:
            ConnectionLostError: The connection is over.
            SendQueueFullError: More than 1 MiB waits already.
        """
        if self._closed:
            raise ConnectionLostError("The connection ended before the message was sent.")
        if self._size > MAX_WAITING:
            raise SendQueueFullError("The server has stopped taking what is sent to it.")
        self._waiting.append(data)
        self._size += len(data)
        self._emptied.clear()
        self._filled.set()

    async def flush(self) -> None:
        """Wait until everything has been handed to the socket.

        Raises:
            ConnectionLostError: The connection ended before that.
        """
        if self._waiting:
            await self._emptied.wait()
        if self._waiting:
            raise ConnectionLostError("The connection ended before the message was sent.")

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send what is put here until cancelled, or until ``send`` raises."""
        while True:
            await self._filled.wait()
            while self._waiting:
                await send(self._waiting[0])
                self._size -= len(self._waiting.popleft())
            self._filled.clear()
            self._emptied.set()

    def close(self) -> None:
        """Refuse everything from now on and wake those who wait."""
        self._closed = True
        self._emptied.set()
