"""A client of a SignalR hub for asyncio programs."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ifcbgui.signalr.core import HubCore
from ifcbgui.signalr.dispatcher import Dispatcher, Handler
from ifcbgui.signalr.errors import (
    HubClosedError,
    MessageTooLargeError,
    NotConnectedError,
    ProtocolError,
    SignalRError,
)
from ifcbgui.signalr.hub_socket import HubSocket
from ifcbgui.signalr.json_protocol import JsonProtocol
from ifcbgui.signalr.link import Link
from ifcbgui.signalr.messages import Invocation
from ifcbgui.signalr.opening import Opener
from ifcbgui.signalr.options import HubOptions
from ifcbgui.signalr.protocol import HubProtocol
from ifcbgui.signalr.retry import Backoff, RetryPolicy
from ifcbgui.signalr.status import HubState, HubStatus
from ifcbgui.signalr.urls import HubUrl

logger = logging.getLogger(__name__)

Headers: TypeAlias = Mapping[str, str] | Callable[[], Mapping[str, str]]
Listener: TypeAlias = Callable[[Sequence[Invocation], int, int], None]
StatusListener: TypeAlias = Callable[[HubStatus], None]

_JSON_ONLY = (JsonProtocol(),)


class HubClient:
    """A connection to a hub that is kept up until it is stopped.

    After a loss it connects again by the retry policy, for ever. A new connection knows nothing
    of the old one: sign on again at every change to CONNECTED. Nothing is ever sent twice.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Headers | None = None,
        ssl_context: ssl.SSLContext | None = None,
        options: HubOptions | None = None,
        retry: RetryPolicy | None = None,
        protocols: Sequence[HubProtocol] = _JSON_ONLY,
    ) -> None:
        """Set up a client; `start` connects it.

        Args:
            url: Address of the hub: ws, wss, http or https.
            headers: HTTP headers, or a function that returns them anew for every connection.
            ssl_context: TLS settings for wss and https.
            options: Time limits and sizes.
            retry: When to try again.
            protocols: Encodings of the hub messages, the preferred one first. Where the server
                refuses one, the next is tried at once, on a connection of its own; the one that
                it takes is the first to be tried from then on.

        Raises:
            InvalidUrlError: The address cannot be one of a hub.
        """
        self._url = HubUrl.parse(url)
        self._headers = headers or {}
        self._options = options or HubOptions()
        self._retry = retry or RetryPolicy()
        self._opener = Opener(
            self._url,
            ssl_context,
            self._options,
            protocols,
            itertools.count(1),
        )
        self._dispatcher = Dispatcher(self._options.handler_queue)
        self._listeners: list[Listener] = []
        self._status_listeners: list[StatusListener] = []
        self._status = HubStatus()
        self._link: Link | None = None
        self._last_heard: float | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._backoff = Backoff(self._retry)
        self._dropped: SignalRError | None = None

    def __repr__(self) -> str:
        return f"HubClient({self._url}, {self._status.state})"

    # -- listening ---------------------------------------------------------------------------

    def on(self, target: str, handler: Handler) -> None:
        """Call ``handler(*arguments)``, a function or coroutine function, for calls of ``target``.

        Handlers run one at a time, first in, first out, and not in the task that reads. At most
        ``options.handler_queue`` invocations wait; beyond that the oldest is dropped and counted
        in `dropped`. The name is matched exactly first, then without regard to case. A handler
        that raises is logged and hurts nothing. What the hub wants answered it gets answered
        with the handler's return value.
        """
        self._dispatcher.on(target, handler)

    def off(self, target: str, handler: Handler) -> None:
        """Stop calling ``handler``; nothing happens if it was not registered."""
        self._dispatcher.off(target, handler)

    def add_listener(self, listener: Listener) -> None:
        """Call ``listener(invocations, time_ns, monotonic_ns)`` whenever some have arrived.

        It is called by the reader itself, at arrival and in order, so it must be quick. The
        times are those of the arrival of the bytes: UTC and ``time.monotonic_ns()``.
        """
        self._listeners.append(listener)

    def add_status_listener(self, listener: StatusListener) -> None:
        """Call ``listener(status)`` at every change of the status, in order and at once."""
        self._status_listeners.append(listener)

    @property
    def status(self) -> HubStatus:
        """The state of the connection now."""
        return self._status

    @property
    def protocol(self) -> str:
        """Name of the hub protocol in use; without a connection, of the one to be tried first."""
        return self._opener.protocol.name

    @property
    def last_heard_ns(self) -> int | None:
        """``time.monotonic_ns()`` of the last whole frame from the server, or None."""
        if self._link is not None:
            self._last_heard = self._link.last_heard
        return None if self._last_heard is None else round(self._last_heard * 1e9)

    @property
    def dropped(self) -> int:
        """How many invocations were dropped because handlers were too slow."""
        return self._dispatcher.dropped

    # -- connecting --------------------------------------------------------------------------

    async def start(self, *, retry: bool = True) -> None:
        """Connect, and return when connected.

        Args:
            retry: Whether the first connection is tried again after failures that may pass.
                Without, the first failure is raised. Later losses are always mended.

        Raises:
            SignalRError: There is no connection; the client is disconnected again.
            RuntimeError: The client is started already.
        """
        if self._keeper is not None and not self._keeper.done():
            raise RuntimeError("The client is started already.")
        self._dispatcher.start()
        self._hurry = asyncio.Event()  # another loop than the last time, perhaps
        started = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(started, retry), name="hub connection")
        try:
            await started
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Disconnect. Works in every state, any number of times, and inside a handler."""
        keeper = self._keeper
        if keeper is not None and not keeper.done():
            if self._status.state is not HubState.DISCONNECTING:
                self._set_status(HubStatus(HubState.DISCONNECTING))
                if self._link is not None and self._link.open:
                    self._link.close()
                else:
                    keeper.cancel()
            await asyncio.wait((keeper,))
        await self._dispatcher.stop()

    def retry_now(self) -> None:
        """End the wait for the next attempt, if there is one; the delays go on as they were."""
        if self._status.retry_in_s is not None:
            self._hurry.set()

    def drop(self, error: SignalRError) -> None:
        """End the present connection as if it were lost because of ``error``, and reconnect.

        For the application whose sign-on failed on a connection that is otherwise sound. The
        delays grow, however long it lasted.
        """
        self._dropped = error
        if self._link is not None:
            self._link.end(error)

    def reconnect(self, error: SignalRError) -> None:
        """Try anew at once: end the present connection because of ``error``, or the wait.

        For the application that knows better than the socket, as after a sleep of the computer.
        The delays begin with the first one.
        """
        self._backoff.begin_anew()
        if self._link is not None:
            self._link.end(error)
        self.retry_now()

    async def _keep(self, started: asyncio.Future[None], retry: bool) -> None:
        """Keep a connection up until stopped or told to stay away."""
        last: SignalRError | None = None
        try:
            last = await self._connect_for_ever(started, retry)
        except asyncio.CancelledError:
            pass  # only stop() and the end of the program cancel this task
        except Exception as error:
            logger.exception("The hub client failed")
            last = SignalRError(f"The hub client failed ({type(error).__name__}).")
        self._set_status(HubStatus(HubState.DISCONNECTED, error=last))
        if not started.done():
            started.set_exception(last or NotConnectedError("The client was stopped."))

    async def _connect_for_ever(
        self, started: asyncio.Future[None], retry: bool
    ) -> SignalRError | None:
        """Return only with the reason to stay away; None if stopped."""
        self._backoff = Backoff(self._retry)
        error: SignalRError | None = None
        attempt = 1
        while True:
            state = HubState.RECONNECTING if started.done() else HubState.CONNECTING
            self._set_status(HubStatus(state, attempt, None, error))
            delay: float | None
            try:
                opened = await self._opener.open(self._fresh_headers)
            except SignalRError as failure:
                if not started.done() and not (retry and failure.retryable):
                    return failure
                error = failure
                attempt += 1
                delay = self._backoff.next_delay()
                self._set_status(HubStatus(state, attempt, delay, error))
            else:
                error, delay = await self._serve(*opened, started)
                if delay is None:
                    return error
                attempt = 1
            await self._wait(delay)

    async def _wait(self, delay: float) -> None:
        """Wait before the next attempt, at most until `retry_now`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._hurry.wait()
        self._hurry.clear()

    async def _serve(
        self,
        socket: HubSocket,
        core: HubCore,
        early: list[Invocation],
        started: asyncio.Future[None],
    ) -> tuple[SignalRError | None, float | None]:
        """Serve one connection; return why it ended and the seconds to the next, None for none."""
        began = time.monotonic()
        async with Link(socket, core, self._options, self._deliver) as link:
            self._link = link
            self._set_status(HubStatus(HubState.CONNECTED))
            if not started.done():
                started.set_result(None)
            self._deliver(early, time.time_ns(), time.monotonic_ns())
            try:
                error = await link.ended()
            finally:
                self._last_heard = link.last_heard
                self._link = None
            if error is None or (isinstance(error, HubClosedError) and not error.retryable):
                return error, None
            if error is not self._dropped:
                self._backoff.connected_for(time.monotonic() - began)
            spoilt = isinstance(error, ProtocolError | MessageTooLargeError)
            delay = self._backoff.next_delay(at_once=not spoilt)
            self._set_status(HubStatus(HubState.RECONNECTING, 1, delay, error))
            return error, delay

    def _fresh_headers(self) -> Mapping[str, str]:
        return self._headers() if callable(self._headers) else self._headers

    def _set_status(self, status: HubStatus) -> None:
        self._status = status
        logger.info("%s: %s%s", self._url, status.state, f" ({status.error})" * bool(status.error))
        for listener in tuple(self._status_listeners):
            try:
                listener(status)
            except Exception:
                logger.exception("A status listener failed")

    # -- being called ------------------------------------------------------------------------

    def _deliver(self, invocations: list[Invocation], time_ns: int, monotonic_ns: int) -> None:
        """Hand invocations to listeners and handlers. Called by the reader."""
        for listener in self._listeners:
            try:
                listener(invocations, time_ns, monotonic_ns)
            except Exception:
                logger.exception("A listener failed")
        if self._link is not None:
            heard = bool(self._listeners)
            self._dispatcher.take(invocations, self._link.post, heard=heard)

    # -- calling -----------------------------------------------------------------------------

    async def invoke(
        self,
        target: str,
        *arguments: Any,
        timeout: float = 30.0,
        on_sent: Callable[[], None] | None = None,
    ) -> Any:
        """Call a hub method and return its result; None if it has none.

        Args:
            target: Name of the method.
            arguments: Its arguments; anything JSON can hold.
            timeout: Seconds to wait for the answer.
            on_sent: Called at once when the call is on its way; not if it was refused here.

        Raises:
            InvocationError: The hub answered with an error.
            InvocationTimeoutError: No answer in time. It may have been carried out all the same.
            ConnectionLostError: The connection ended before the answer; the same holds.
            NotConnectedError: There is no connection. Nothing was sent and nothing is kept.
            MessageTooLargeError, EncodingError: It cannot be sent; the connection is unharmed.
            SendQueueFullError: The server takes nothing at the moment; nothing was sent.
        """
        return await self._connected().invoke(target, arguments, timeout, on_sent)

    async def send(self, target: str, *arguments: Any) -> None:
        """Call a hub method without asking for an answer; return when it is handed over.

        The hub never says whether such a call succeeded: prefer `invoke`.

        Raises:
            SignalRError: It could not be sent; kinds as for `invoke`.
        """
        link = self._connected()
        link.post(Invocation(target, arguments))
        await link.flush()

    def stream(self, target: str, *arguments: Any) -> AsyncIterator[Any]:
        """Call a hub method that answers with a stream; iterate over its items.

        Leaving the iteration early tells the server to stop. A reader that falls more than
        ``options.handler_queue`` items behind gets an error.

        Raises:
            SignalRError: As for `invoke`, on the first or a later item.
        """
        return self._connected().stream(target, arguments)

    def _connected(self) -> Link:
        if self._link is None:
            raise NotConnectedError("There is no connection at the moment.")
        return self._link
