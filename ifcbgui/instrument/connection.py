"""The connection of a client: begins, signs on, is mended, ends, and tells how it stands."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from ifcbgui.instrument.errors import (
    AccessDeniedError,
    CommandError,
    ConnectError,
    Refusal,
    SignOnError,
)
from ifcbgui.instrument.handlers import Call, Handler, HandlerQueue, call_listeners
from ifcbgui.instrument.link import LinkState, LinkStatus, length_text
from ifcbgui.instrument.sign_on import SignOn
from ifcbgui.instrument.sleep import MONOTONIC_GOES_ON
from ifcbgui.instrument.vigil import Vigil
from ifcbgui.signalr import (
    AuthenticationError,
    ConnectionLostError,
    HubClient,
    HubState,
    HubStatus,
    HubTimeoutError,
    SignalRError,
)

log = logging.getLogger(__name__)

LinkListener = Callable[[LinkStatus], None]

FAREWELL_TIMEOUT_S = 1.0

# Seen in WHOIGit/pyifcbclient: what a client says when it leaves.
FAREWELL = "Client disconnected."


class Relay(Protocol):
    """Sends a text to the instrument; returns when the hub has accepted it."""

    def __call__(self, text: str, timeout: float = ...) -> Awaitable[None]:
        """Raise `CommandError` if it did not get through."""


class Connection:
    """Keeps a client connected and signed on, from `connect` to `disconnect` or final failure.

    Args:
        hub: The hub.
        serial: The instrument's serial number.
        relay: How texts go to the instrument.
        retry: True to go on trying when the first connection fails.
        sign_on_timeout: Seconds to wait until the hub has taken the client.
        server_timeout: Seconds of silence after which the hub gives a connection up.
        slept: Returns how long this computer has slept so far, nanoseconds.
        on_wake: Called after a sleep with the nanoseconds that the monotonic clock left out.
        on_reconnect: Handlers to call after every sign-on but the first; may grow.

    Attributes:
        link: The link as it stands now.
        calls: The handlers' calls of the present connection, or of the last one.
    """

    def __init__(
        self,
        hub: HubClient,
        serial: str,
        relay: Relay,
        *,
        retry: bool,
        sign_on_timeout: float,
        server_timeout: float,
        slept: Callable[[], int],
        on_wake: Callable[[int], None],
        on_reconnect: Sequence[Handler],
    ) -> None:
        self.link = LinkStatus()
        self.calls = HandlerQueue()
        self._hub = hub
        self._serial = serial
        self._relay = relay
        self._retry = retry
        self._sign_on_timeout = sign_on_timeout
        self._on_wake = on_wake
        self._on_reconnect = on_reconnect
        self._vigil = Vigil(
            lambda: hub.last_heard_ns,
            slept,
            server_timeout,
            on_silence=self._judge_silence,
            on_wake=self._wake,
        )
        self._listeners: list[LinkListener] = []
        self._worker: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        # From connect() to the end: done once signed on, another one after each loss.
        self._online: asyncio.Future[None] | None = None
        self._ending: asyncio.Future[None] | None = None
        self._was_online = False
        self._connected_ns = 0
        self._dead_for_ns = 0  # for the next status
        self._sign_on: SignOn | None = None
        self._sign_on_task: asyncio.Task[None] | None = None
        hub.add_status_listener(self._on_hub_status)

    def add_listener(self, listener: LinkListener) -> None:
        """Call a function with every new `LinkStatus`."""
        self._listeners.append(listener)

    def queue_calls(self, calls: Sequence[Call]) -> None:
        """Have handlers called, one after the other, off the reader."""
        if self._online is not None:  # else nobody would ever call them
            self.calls.add(calls)

    # Beginning and ending ----------------------------------------------------------------

    async def connect(self) -> None:
        """Begin, or wait for what has begun; see `AsyncIFCBClient.connect`."""
        async with self._one_at_a_time():
            is_first = self._online is None
            online = self._online or self._open()
        try:
            await asyncio.shield(online)
        except asyncio.CancelledError:
            if is_first and self._online is online:
                await self._end(LinkState.OFF)
            raise

    async def wait_online(self, timeout: float) -> None:
        """Wait until commands can be sent; see `AsyncIFCBClient.wait_online`."""
        try:
            if self._online is None:
                raise ConnectError("There is no connection.")
            async with asyncio.timeout(timeout):
                await asyncio.shield(self._online)
        except (TimeoutError, ConnectError):
            raise CommandError(
                f"There is no connection to instrument {self._serial} ({self.link.state}).",
                self.link.error or "Check the address and that the instrument is running.",
                reason=Refusal.NOT_CONNECTED,
            ) from None

    async def disconnect(self) -> None:
        """Say farewell and end the connection; also ends a `connect` under way."""
        await self._end(LinkState.OFF)

    def retry_now(self) -> None:
        """Make the next attempt at once; see `AsyncIFCBClient.retry_now`."""
        self._hub.retry_now()

    def taken(self) -> None:
        """Note that the hub has taken this client."""
        if self._sign_on is not None:
            self._sign_on.taken()

    def give_up(self, error: ConnectError) -> None:
        """End the connection for good because of an error."""
        self._spawn(self._end(LinkState.FAILED, error))

    def _open(self) -> asyncio.Future[None]:
        online = self._online = asyncio.get_running_loop().create_future()
        self._was_online = False
        self.calls = HandlerQueue()
        self._worker = self._spawn(self._call_handlers(self.calls, self._worker))
        self._spawn(self._vigil.keep())
        self._spawn(self._start_hub())
        return online

    async def _start_hub(self) -> None:
        try:
            await self._hub.stop()  # a disconnect() that was cancelled may have left it up
            await self._hub.start(retry=self._retry)
        except SignalRError as exc:
            log.debug("The hub connection did not come about: %s", exc)  # its status told it

    async def _call_handlers(self, calls: HandlerQueue, before: asyncio.Task[None] | None) -> None:
        """Call handlers, once the one that connected anew, if it was one, has returned."""
        if before is not None and not before.done():
            await asyncio.wait([before])
        await calls.run()

    @asynccontextmanager
    async def _one_at_a_time(self) -> AsyncIterator[None]:
        """Keep an end and a beginning apart.

        Like an `asyncio.Lock`, but good for one event loop after another.
        """
        while self._ending is not None:
            await asyncio.shield(self._ending)
        ending = self._ending = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            self._ending = None
            ending.set_result(None)

    async def _end(self, state: LinkState, error: ConnectError | None = None) -> None:
        """End the connection, whatever it is doing; who waits for it gets the error."""
        async with self._one_at_a_time():
            if self.link.online and state is LinkState.OFF:
                await self._say_farewell()
            online, self._online = self._online, None
            self.calls.stop()
            await self._hub.stop()
            await self._end_tasks()
            if error is None:
                self._set_link(state)
                error = ConnectError("The connection was given up.")
            else:
                self._set_link(state, error=str(error), hint=error.hint)
            if online is not None and not online.done():
                online.set_exception(error)
                online.exception()  # retrieved: whoever waits gets it, nobody else has to

    async def _say_farewell(self) -> None:
        try:
            await self._relay(FAREWELL, FAREWELL_TIMEOUT_S)
        except CommandError as exc:
            log.debug("The farewell did not get through: %s", exc)

    async def _end_tasks(self) -> None:
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return task

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (exc := task.exception()):
            log.error("A task of the client failed", exc_info=exc)

    # The link ----------------------------------------------------------------------------

    def _on_hub_status(self, status: HubStatus) -> None:
        if self._online is None:
            return  # it has been ended
        if status.state is not HubState.CONNECTED:
            self._connection_gone(status.error)
        error = str(status.error) if status.error else None
        hint = status.error.hint if status.error else None
        match status.state:
            case HubState.CONNECTED:
                self._connected_ns = time.monotonic_ns()
                self._set_link(LinkState.SIGNING_ON, status)
                self._sign_on = SignOn(self._hub, self._serial, self._relay, self._sign_on_timeout)
                self._sign_on_task = self._spawn(self._sign(self._sign_on))
            case HubState.CONNECTING:
                self._set_link(LinkState.CONNECTING, status, error, hint)
            case HubState.RECONNECTING if self._retry or self._was_online:
                self._set_link(LinkState.RECONNECTING, status, error, hint)
            case HubState.RECONNECTING | HubState.DISCONNECTED if status.error is not None:
                denied = isinstance(status.error, AuthenticationError)
                kind = AccessDeniedError if denied else ConnectError
                self.give_up(kind(str(status.error), status.error.hint))

    def _connection_gone(self, error: SignalRError | None) -> None:
        heard_ns = self._hub.last_heard_ns
        if self.link.online and isinstance(error, HubTimeoutError) and heard_ns is not None:
            self._dead_for_ns += time.monotonic_ns() - heard_ns
        if self._sign_on_task is not None:
            self._sign_on_task.cancel()
            self._sign_on_task = self._sign_on = None
        if self._online is not None and self._online.done():
            self._online = asyncio.get_running_loop().create_future()

    async def _sign(self, sign_on: SignOn) -> None:
        try:
            if not await sign_on.run():
                return
        except SignOnError as exc:
            if self._retry or self._was_online:
                self._hub.drop(ConnectionLostError(str(exc), hint=exc.hint))
            else:
                self.give_up(exc)
            return
        self._set_link(LinkState.ONLINE, online_since_ns=self._connected_ns)
        if self._online is not None:
            self._online.set_result(None)
        if self._was_online:
            self.queue_calls([(handler, ()) for handler in self._on_reconnect])
        self._was_online = True

    def _judge_silence(self, silent: bool) -> None:
        """Turn online into stale and back as signs of life stop and return."""
        state = LinkState.STALE if silent else LinkState.ONLINE
        if self.link.online and state is not self.link.state:
            self._set_link(state, online_since_ns=self.link.online_since_ns)

    def _wake(self, slept_ns: int) -> None:
        """Give up a connection from before a sleep: the other side has long done so."""
        left_out_ns = 0 if MONOTONIC_GOES_ON else slept_ns
        self._dead_for_ns += slept_ns if self.link.online else left_out_ns
        self._on_wake(left_out_ns)
        self._hub.reconnect(
            ConnectionLostError(
                f"This computer slept for {length_text(slept_ns)}.",
                hint="It connects again by itself.",
            )
        )

    def _set_link(
        self,
        state: LinkState,
        hub: HubStatus | None = None,
        error: str | None = None,
        hint: str | None = None,
        *,
        online_since_ns: int | None = None,
    ) -> None:
        now = time.monotonic_ns()
        retry_in = hub.retry_in_s if hub else None
        dead_for_ns, self._dead_for_ns = self._dead_for_ns, 0
        self.link = LinkStatus(
            state=state,
            attempt=hub.attempt if hub else 0,
            retry_at_ns=None if retry_in is None else now + int(retry_in * 1e9),
            error=error,
            hint=hint,
            since_ns=now,
            online_since_ns=online_since_ns,
            dead_for_ns=dead_for_ns,
        )
        call_listeners(self._listeners, self.link)
