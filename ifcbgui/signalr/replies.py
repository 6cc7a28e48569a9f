"""Where asyncio programs wait for the answers to their calls."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from ifcbgui.signalr.errors import SignalRError


class CallReply:
    """The single result of a call, as a future."""

    def __init__(self) -> None:
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def item(self, value: Any) -> None:
        """Ignore a stream item: this call has no stream."""

    def complete(self, value: Any) -> None:
        """Set the result, unless nobody waits any more."""
        if not self.future.done():
            self.future.set_result(value)

    def fail(self, error: SignalRError) -> None:
        """Set the error, unless nobody waits any more."""
        if not self.future.done():
            self.future.set_exception(error)


class StreamReply:
    """The items of a stream, kept until they are fetched, and its end."""

    def __init__(self, limit: int) -> None:
        """``limit`` bounds the items kept; a reader that falls behind further loses the stream."""
        self._items: deque[Any] = deque()
        self._limit = limit
        self._ended = False
        self._error: SignalRError | None = None
        self._news = asyncio.Event()

    def item(self, value: Any) -> None:
        """Keep an item for the reader."""
        if len(self._items) < self._limit:
            self._items.append(value)
            self._news.set()
        else:
            self.fail(SignalRError(f"More than {self._limit:,} items of a stream were not read."))

    def complete(self, _value: Any) -> None:
        """Note the end."""
        self._ended = True
        self._news.set()

    def fail(self, error: SignalRError) -> None:
        """Note an end with an error, the first one; items before it are still delivered."""
        if not self._ended:
            self._error = error
            self.complete(None)

    async def next(self) -> Any:
        """Return the next item.

        Raises:
            StopAsyncIteration: There are no more.
            SignalRError: The stream ended with an error.
        """
        while not self._items:
            if self._ended:
                raise self._error or StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._items.popleft()
