"""Runs the application's handlers and sends their answers, away from the task that reads."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from ifcbgui.signalr.errors import EncodingError, MessageTooLargeError, SignalRError
from ifcbgui.signalr.messages import Completion, Invocation

logger = logging.getLogger(__name__)

Handler: TypeAlias = Callable[..., Any]
Post: TypeAlias = Callable[[Completion], None]

_NO_RESULT = "Client didn't provide a result."
_BREATH = 64
_MOST_UNHEARD = 100


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
        self._answers: set[asyncio.Task[None]] = set()
        self._unheard: set[str] = set()

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

    def take(self, invocations: Sequence[Invocation], post: Post, *, heard: bool) -> None:
        """Queue invocations for the worker, and begin to answer those that want a result.

        Args:
            invocations: In the order in which they came.
            post: Sends an answer; raises `SignalRError` if it cannot.
            heard: True when somebody listens who needs no handlers.
        """
        if heard and not self._exact:
            invocations = [invocation for invocation in invocations if invocation.invocation_id]
        for invocation in invocations:
            if invocation.invocation_id:
                self._answer_soon(invocation, post)
            elif self.handlers(invocation.target):
                self._put(invocation)
            elif not heard:
                self._note_unheard(invocation.target)

    def _note_unheard(self, target: str) -> None:
        if target not in self._unheard and len(self._unheard) < _MOST_UNHEARD:
            self._unheard.add(target)
            logger.warning("The hub calls %r, for which there is no handler", target)

    def _put(self, invocation: Invocation) -> None:
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
        """End all work; that from which this is called ends as soon as its handler returns."""
        answers = self._answers - {asyncio.current_task()}
        for answer in answers:
            answer.cancel()
        await asyncio.gather(*answers, return_exceptions=True)
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

    def _answer_soon(self, invocation: Invocation, post: Post) -> None:
        task = asyncio.create_task(self._answer(invocation, post))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, invocation: Invocation, post: Post) -> None:
        answer = await self._work_out(invocation)
        try:
            try:
                post(answer)
            except (EncodingError, MessageTooLargeError) as error:
                post(Completion(answer.invocation_id, error=str(error)))
        except SignalRError as error:
            logger.info("The answer to %s could not be sent: %s", invocation.target, error)

    async def _work_out(self, invocation: Invocation) -> Completion:
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
