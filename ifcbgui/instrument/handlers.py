"""Message handlers of a client: who wants which message, and calling them safely."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.pattern import matches_fields

log = logging.getLogger(__name__)

Handler = Callable[..., Any]
T = TypeVar("T")


class HandlerRegistry:
    """Handlers by the pattern of first fields they wait for; any thread may use it."""

    def __init__(self) -> None:
        self._handlers: dict[int, tuple[tuple[Any, ...], Handler]] = {}
        self._ids = itertools.count()

    def __bool__(self) -> bool:
        return bool(self._handlers)

    def add(self, pattern: Sequence[Any], handler: Handler) -> int:
        """Register a handler and return the number to unregister it by.

        Args:
            pattern: First fields of the messages wanted; None matches any value.
            handler: Plain or coroutine function, called with the fields as arguments.
        """
        handler_id = next(self._ids)
        self._handlers[handler_id] = (tuple(pattern), handler)
        return handler_id

    def remove(self, handler_id: int) -> None:
        """Forget a handler.

        Raises:
            KeyError: If there is no such handler.
        """
        del self._handlers[handler_id]

    def matching(self, message: Message) -> list[Handler]:
        """Return the handlers that want a message, oldest first.

        The list is a copy: a handler may register and unregister while it is walked.
        """
        fields = message.fields
        registered = list(self._handlers.values())  # other threads change the dictionary
        return [handler for pattern, handler in registered if matches_fields(pattern, fields)]


def call_listeners(listeners: Iterable[Callable[[T], None]], news: T) -> None:
    """Call every listener with the same news; one that raises is logged and stops nothing."""
    for listener in tuple(listeners):
        try:
            listener(news)
        except Exception:
            log.exception("The listener %r raised", listener)


def call_handler(handler: Handler, *arguments: Any) -> Awaitable[Any] | None:
    """Call a handler; return what is left to await, or None.

    A handler that raises is logged and stops nothing.
    """
    try:
        result = handler(*arguments)
    except Exception:
        log.exception("The message handler %r raised", handler)
        return None
    return result if inspect.isawaitable(result) else None


async def await_logged(handler: Handler, rest: Awaitable[Any]) -> None:
    """Await what a coroutine handler returned; one that raises is logged."""
    try:
        await rest
    except Exception:
        log.exception("The message handler %r raised", handler)


class HandlerQueue:
    """Calls handlers one after the other, in a task of their own, off the reader.

    Bounded: a call that finds the queue full is left out and counted in ``dropped``. A queue
    serves one connection; the next one gets a new queue.

    Attributes:
        dropped: Calls that were left out.
    """

    LIMIT = 100_000

    def __init__(self) -> None:
        self.dropped = 0
        self._calls: deque[tuple[Handler, tuple[Any, ...]]] = deque()
        self._waiting = asyncio.Event()
        self._stopped = False

    def add(self, handlers: Sequence[Handler], arguments: tuple[Any, ...]) -> None:
        """Queue one call of each handler."""
        if len(self._calls) + len(handlers) > self.LIMIT:
            if not self.dropped:
                log.warning(
                    "The message handlers are too slow: %d calls wait, further ones are left out",
                    len(self._calls),
                )
            self.dropped += len(handlers)
            return
        for handler in handlers:
            self._calls.append((handler, arguments))
        if handlers:
            self._waiting.set()

    async def run(self) -> None:
        """Call what is queued until `stop`."""
        while not self._stopped:
            await self._waiting.wait()
            self._waiting.clear()
            while self._calls:
                handler, arguments = self._calls.popleft()
                rest = call_handler(handler, *arguments)
                if rest is not None:
                    await await_logged(handler, rest)

    def stop(self) -> None:
        """Forget what is queued and let `run` end; a handler may be the one who asks."""
        self._stopped = True
        self._calls.clear()
        self._waiting.set()
