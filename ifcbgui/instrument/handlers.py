"""Message handlers of a client: who wants which message, and calling them safely."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.pattern import matches_fields

log = logging.getLogger(__name__)

Handler = Callable[..., Any]
Call = tuple[Handler, tuple[Any, ...]]
T = TypeVar("T")


Pattern = tuple[Any, ...]
_ANY = (None,)


def _first_field(pattern: Pattern) -> str | None:
    return pattern[0] if pattern and isinstance(pattern[0], str) else None


class HandlerRegistry:
    """Handlers by the pattern of first fields they wait for; any thread may use it."""

    def __init__(self) -> None:
        self._handlers: dict[int, tuple[Pattern, Handler]] = {}
        # Candidates; without a pattern where the first field decides.
        self._by_first: dict[str | None, list[tuple[Pattern | None, Handler]]] = {None: []}
        self._ids = itertools.count()
        self._change = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._handlers)

    def add(self, pattern: Sequence[Any], handler: Handler) -> int:
        """Register a handler and return the number to unregister it by.

        Args:
            pattern: First fields of the messages wanted; None matches any value.
            handler: Plain or coroutine function, called with the fields as arguments.
        """
        handler_id = next(self._ids)
        with self._change:
            self._handlers[handler_id] = (tuple(pattern), handler)
            self._arrange()
        return handler_id

    def remove(self, handler_id: int) -> None:
        """Forget a handler.

        Raises:
            KeyError: If there is no such handler.
        """
        with self._change:
            del self._handlers[handler_id]
            self._arrange()

    def _arrange(self) -> None:
        """Make new lists, by first field, of the handlers that may want a message."""
        registered = list(self._handlers.values())
        self._by_first = {
            first: [
                (None if pattern in (_ANY, (first,)) else pattern, handler)
                for pattern, handler in registered
                if _first_field(pattern) in (None, first)
            ]
            for first in {None, *(_first_field(pattern) for pattern, _ in registered)}
        }

    def matching(self, message: Message) -> list[Handler]:
        """Return the handlers that want a message, oldest first.

        The list is a copy: a handler may register and unregister while it is walked.
        """
        return [handler for handler, _ in self.calls((message,))]

    def calls(self, messages: Iterable[Message]) -> list[Call]:
        """Return the calls of the handlers that want messages, message by message."""
        by_first, of_any_first = self._by_first, self._by_first[None]
        return [
            (handler, message.fields)
            for message in messages
            for pattern, handler in by_first.get(message.fields[0], of_any_first)
            if pattern is None or matches_fields(pattern, message.fields)
        ]


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
    return result if result is not None and inspect.isawaitable(result) else None


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
        self._calls: deque[Call] = deque()
        self._waiting = asyncio.Event()
        self._stopped = False

    def add(self, calls: Sequence[Call]) -> None:
        """Queue calls."""
        room = self.LIMIT - len(self._calls)
        if len(calls) > room:
            if not self.dropped:
                log.warning(
                    "The message handlers are too slow: %d calls wait, further ones are left out",
                    self.LIMIT,
                )
            self.dropped += len(calls) - room
            calls = calls[:room]
        self._calls.extend(calls)
        self._waiting.set()

    async def run(self) -> None:
        """Call what is queued until `stop`."""
        while not self._stopped:
            await self._waiting.wait()
            self._waiting.clear()
            while self._calls:
                handler, arguments = self._calls.popleft()
                try:
                    result = handler(*arguments)
                    if result is not None and inspect.isawaitable(result):
                        await result
                except Exception:
                    log.exception("The message handler %r raised", handler)

    def stop(self) -> None:
        """Forget what is queued and let `run` end; a handler may be the one who asks."""
        self._stopped = True
        self._calls.clear()
        self._waiting.set()
