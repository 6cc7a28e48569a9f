"""One established connection: a socket and the three tasks that serve it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeAlias

from websockets.exceptions import ConnectionClosed

from ifcbgui.signalr.core import HubCore
from ifcbgui.signalr.errors import ConnectionLostError, NotConnectedError, SignalRError
from ifcbgui.signalr.failures import closing_failure
from ifcbgui.signalr.hub_socket import HubSocket
from ifcbgui.signalr.messages import Close, HubMessage, Invocation
from ifcbgui.signalr.options import HubOptions
from ifcbgui.signalr.outbox import Outbox
from ifcbgui.signalr.replies import CallReply, StreamReply

logger = logging.getLogger(__name__)

Deliver: TypeAlias = Callable[[list[Invocation], int, int], None]
"""Takes invocations with their time of arrival: UTC and monotonic, in nanoseconds."""

_TICK_S = 0.25


class Link:
    """Reads, writes and watches one connection until it ends.

    The reader only decodes and delivers, the writer only sends, the watchdog only looks at the
    clock; none of them ever waits for the application or for another.
    """

    def __init__(
        self, socket: HubSocket, core: HubCore, options: HubOptions, deliver: Deliver
    ) -> None:
        self._socket = socket
        self._core = core
        self._options = options
        self._deliver = deliver
        self._outbox = Outbox()
        self._ended: asyncio.Future[SignalRError | None]
        self._ended = asyncio.get_running_loop().create_future()
        self._outbox.put(core.first_ping())
        self._receivers: list[asyncio.Task[None]] = []
        self._writer: asyncio.Task[None]

    @property
    def last_heard(self) -> float:
        """``time.monotonic()`` of the last whole frame from the server."""
        return self._core.last_heard

    @property
    def open(self) -> bool:
        """True until the connection is lost or being closed."""
        return not self._ended.done()

    async def __aenter__(self) -> Link:
        self._receivers = [self._spawn(self._read()), self._spawn(self._watch())]
        self._writer = self._spawn(self._write())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Close the socket, in good order where that is quick, and end the tasks."""
        for task in self._receivers:
            task.cancel()
        try:
            with contextlib.suppress(TimeoutError, ConnectionLostError):
                async with asyncio.timeout(self._options.close_timeout_s):
                    await self._outbox.flush()
                    await self._socket.close()
        finally:
            self.end(ConnectionLostError("The connection was given up."))
            self._outbox.close()
            self._socket.transport.abort()
            self._writer.cancel()
            await asyncio.wait((*self._receivers, self._writer))

    async def ended(self) -> SignalRError | None:
        """Wait for the end of the connection; return its reason, None for `close`."""
        return await asyncio.shield(self._ended)

    def end(self, error: SignalRError) -> None:
        """Give the connection up because of ``error``; every pending call fails at once."""
        if self.open:
            self._ended.set_result(error)
            self._outbox.close()
            self._core.fail_calls()

    def close(self) -> None:
        """Say goodbye and end the connection; every pending call fails at once."""
        if self.open:
            with contextlib.suppress(SignalRError):
                self._outbox.put(self._core.encode(Close()))
            self._ended.set_result(None)
            self._core.fail_calls()

    # -- what the application sends ----------------------------------------------------------

    def post(self, message: HubMessage) -> None:
        """Queue a message.

        Raises:
            SignalRError: It cannot be encoded or sent.
        """
        self._put(self._core.encode(message))

    async def flush(self) -> None:
        """Wait until everything queued has been handed to the socket."""
        await self._outbox.flush()

    async def invoke(
        self,
        target: str,
        arguments: tuple[Any, ...],
        timeout_s: float,
        on_sent: Callable[[], None] | None = None,
    ) -> Any:
        """Call a hub method and return its result."""
        reply = CallReply()
        call_id, data = self._core.invoke(target, arguments, reply, time.monotonic(), timeout_s)
        try:
            self._put(data)
            if on_sent is not None:
                on_sent()
            return await reply.future
        finally:
            self._core.forget(call_id)

    async def stream(self, target: str, arguments: tuple[Any, ...]) -> AsyncIterator[Any]:
        """Call a hub method and yield the items of its stream."""
        reply = StreamReply(self._options.handler_queue)
        call_id, data = self._core.stream(target, arguments, reply)
        try:
            self._put(data)
            while True:
                try:
                    item = await reply.next()
                except StopAsyncIteration:
                    return
                yield item
        finally:
            if self._core.forget(call_id):
                with contextlib.suppress(SignalRError):
                    self._put(self._core.cancel(call_id))

    def _put(self, data: bytes) -> None:
        if not self.open:
            raise NotConnectedError("There is no connection at the moment.")
        self._outbox.put(data)
        self._core.sent(time.monotonic())

    # -- the three tasks ---------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.create_task(self._guard(work))

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        """Run one of the tasks; a defect in it ends the connection instead of hanging it."""
        try:
            await work
        except Exception as error:
            logger.exception("Serving the hub connection failed")
            self.end(ConnectionLostError(f"The connection failed ({type(error).__name__})."))

    async def _read(self) -> None:
        core, receive, deliver = self._core, self._core.receive, self._deliver
        try:
            while core.ended is None:
                data = await self._socket.receive()
                monotonic_ns = time.monotonic_ns()
                invocations = receive(data, monotonic_ns * 1e-9)
                if invocations:
                    deliver(invocations, time.time_ns(), monotonic_ns)
                if core.outgoing:
                    self._send_outgoing()
            self.end(core.ended)
        except ConnectionClosed as error:
            self.end(closing_failure(error, self._options.max_receive))

    def _send_outgoing(self) -> None:
        answers, self._core.outgoing = self._core.outgoing, []
        with contextlib.suppress(SignalRError):
            for data in answers:
                self._put(data)

    async def _write(self) -> None:
        async def send(data: bytes) -> None:
            await self._socket.send(data, text=not self._core.binary)

        with contextlib.suppress(ConnectionClosed):  # the reader learns the reason
            await self._outbox.run(send)

    async def _watch(self) -> None:
        options = self._options
        tick = min(_TICK_S, options.keep_alive_s / 4, options.server_timeout_s / 4)
        while self._core.ended is None:
            await asyncio.sleep(tick)
            ping = self._core.tick(time.monotonic(), self._socket.last_bytes)
            if ping:
                with contextlib.suppress(SignalRError):
                    self._put(ping)
        self.end(self._core.ended)
