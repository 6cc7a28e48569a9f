"""Runs the application's handlers, away from the task that reads the socket."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, TypeAlias

from ifcbgui.signalr.messages import Completion, Invocation

logger = logging.getLogger(__name__)

Handler: TypeAlias = Callable[..., Any]

_NO_RESULT = "Client didn't provide a result."
_BREATH = 64


class Dispatcher:
    """Handlers by name, and one worker that calls them first in, first out.

    At most ``limit`` invocations wait; then the oldest is dropped for the newest and counted in
    ``dropped``: handlers that are too slow cost their own messages, never the connection.
    """

    def __init__(self, limit: int) -> None:
        self.dropped = 0
        self._limit = limit
        self._exact: defaultdict[str, list[Handler]] = defaultdict(list)
        self._folded: defaultdict[str, list[Handler]] = defaultdict(list)
        self._queue: deque[Invocation] = deque()
        self._filled: asyncio.Event
        self._worker: asyncio.Task[None] | None = None

    def __bool__(self) -> bool:
        return bool(self._exact)

    def on(self, target: str, handler: Handler) -> None:
        """Call ``handler(*arguments)`` for every invocation of ``target``."""
        self._exact[target].append(handler)
        self._folded[target.casefold()].append(handler)

    def off(self, target: str, handler: Handler) -> None:
        """Stop calling ``handler``; nothing happens if it was not registered."""
        if handler in self._exact.get(target, ()):
            self._exact[target].remove(handler)
            self._folded[target.casefold()].remove(handler)

    def handlers(self, target: str) -> list[Handler]:
        """Return the handlers of exactly this name, else those of the name in any case."""
        return self._exact.get(target) or self._folded.get(target.casefold()) or []

    def put(self, invocation: Invocation) -> None:
        """Queue an invocation for the worker."""
        if len(self._queue) >= self._limit:
            self._queue.popleft()
            self.dropped += 1
            if self.dropped == 1:
                logger.warning("Handlers are too slow: the oldest waiting messages are dropped")
        self._queue.append(invocation)
        self._filled.set()

    def start(self) -> None:
        """Start the worker, if none is left from the connection before."""
        if self._worker is None:
            self._filled = asyncio.Event()
            self._worker = asyncio.create_task(self._work(), name="hub handlers")

    async def stop(self) -> None:
        """End the worker; from inside a handler, it ends as soon as that handler returns."""
        worker, self._worker = self._worker, None
        self._queue.clear()
        if worker is not None and worker is not asyncio.current_task():
            worker.cancel()
            await asyncio.wait((worker,))

    async def _work(self) -> None:
        me = asyncio.current_task()
        done = 0
        while self._worker is me:
            if not self._queue:
                self._filled.clear()
                await self._filled.wait()
                continue
            invocation = self._queue.popleft()
            for handler in tuple(self.handlers(invocation.target)):
                await _call(handler, invocation)
            done += 1
            if done % _BREATH == 0:
                await asyncio.sleep(0)  # a long queue must not starve the rest of the program

    async def answer(self, invocation: Invocation) -> Completion:
        """Run the handlers of an invocation that wants a result; return the answer to send.

        The result is that of the last handler; None becomes null.
        """
        call_id = invocation.invocation_id or ""
        handlers = tuple(self.handlers(invocation.target))
        if not handlers:
            return Completion(call_id, error=_NO_RESULT)
        result = None
        for handler in handlers:
            try:
                result = handler(*invocation.arguments)
                if inspect.isawaitable(result):
                    result = await result
            except Exception as error:
                logger.exception("A handler of %s failed", invocation.target)
                return Completion(call_id, error=f"{type(error).__name__}: {error}")
        return Completion(call_id, result)


async def _call(handler: Handler, invocation: Invocation) -> None:
    try:
        outcome = handler(*invocation.arguments)
        if inspect.isawaitable(outcome):
            await outcome
    except Exception:
        logger.exception("A handler of %s failed", invocation.target)
