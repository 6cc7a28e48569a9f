"""The client of an IFCB: signs on, keeps the state, hands on every message, sends commands."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import (
    CommandError,
    ConnectError,
    ObserveOnlyError,
    Refusal,
    SignOnError,
)
from ifcbgui.instrument.handlers import (
    Handler,
    HandlerQueue,
    HandlerRegistry,
    call_listeners,
)
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.relay import command_error, entry_of
from ifcbgui.instrument.run_tracking import withdraw_request
from ifcbgui.instrument.sign_on import SignOn
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.signalr import (
    ConnectionLostError,
    HubClient,
    HubOptions,
    HubState,
    HubStatus,
    InvalidUrlError,
    Invocation,
    InvocationError,
    RetryPolicy,
    SignalRError,
)

log = logging.getLogger(__name__)

EntryListener = Callable[[Entry], None]
LinkListener = Callable[[LinkStatus], None]

SIGN_ON_TIMEOUT_S = 15.0
COMMAND_TIMEOUT_S = 15.0
FAREWELL_TIMEOUT_S = 1.0
# The hub pings every 15 s; a link that stays silent for longer is no longer to be trusted.
STALE_AFTER_S = 20.0

# Seen in WHOIGit/pyifcbclient: what a client says when it leaves.
FAREWELL = "Client disconnected."


class AsyncIFCBClient:
    """A connection to one instrument, for asyncio programs.

    Every message, in and out, becomes an `Entry` that is handed to the entry listeners in the
    order they were registered (a recorder registers first), then changes `state`, then goes to
    the handlers, one message after the other, in a task of their own.

    Args:
        server: Address of the hub: ``ws``, ``wss``, ``http`` or ``https``.
        id: The instrument's serial number as its hub knows it; an opaque text.
        observe: True when no command may leave. Signing on (greeting and refresh) is not a
            command: without it an instrument says nothing.
        retry: True to go on trying for ever when the first connection fails for a reason that
            may pass; False to raise at once. After the first sign-on it always goes on.
        headers: HTTP headers for the hub, e.g. an authorization.
        ssl_context: TLS settings for ``wss`` and ``https``.
        options: Time-outs and limits of the hub connection.
        retry_policy: Delays between attempts.
        sign_on_timeout: Seconds to wait for ``startedAsClient``.

    Raises:
        ConnectError: If the address cannot be one of a hub.

    Attributes:
        observe: May be changed at any time.
    """

    def __init__(
        self,
        server: str,
        id: str,  # noqa: A002 - the name pyifcbclient gave it
        *,
        observe: bool = False,
        retry: bool = True,
        headers: Mapping[str, str] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        options: HubOptions | None = None,
        retry_policy: RetryPolicy | None = None,
        sign_on_timeout: float = SIGN_ON_TIMEOUT_S,
    ) -> None:
        self.server = server
        self.serial = id
        self.observe = observe
        self._retry = retry
        self._sign_on_timeout = sign_on_timeout
        try:
            self._hub = HubClient(
                server,
                headers=headers,
                ssl_context=ssl_context,
                options=options,
                retry=retry_policy,
            )
        except InvalidUrlError as exc:
            raise ConnectError(str(exc), exc.hint) from exc
        self._hub.add_listener(self._on_invocation)
        self._hub.add_status_listener(self._on_hub_status)
        self._link = LinkStatus()
        self._state = InstrumentState()
        self._entry_listeners: list[EntryListener] = []
        self._link_listeners: list[LinkListener] = []
        self._handlers = HandlerRegistry()
        self._any_message: list[Handler] = []
        self._on_started: list[Handler] = []
        self._on_reconnect: list[Handler] = []
        self._calls = HandlerQueue()
        self._worker: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        # From connect() to the end: done once signed on, another one after each loss.
        self._online: asyncio.Future[None] | None = None
        self._ending: asyncio.Future[None] | None = None
        self._was_online = False
        self._connected_ns = 0
        self._sign_on: SignOn | None = None
        self._sign_on_task: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<AsyncIFCBClient {self.serial!r} {self._link.state}>"

    # What is known -----------------------------------------------------------------------

    @property
    def link(self) -> LinkStatus:
        """The link as it stands now."""
        return self._link

    @property
    def state(self) -> InstrumentState:
        """Everything the instrument has said so far."""
        return self._state

    @property
    def last_heard_ns(self) -> int | None:
        """``time.monotonic_ns()`` of the last sign of life, pings included, or None."""
        return self._hub.last_heard_ns

    @property
    def calls_dropped(self) -> int:
        """Handler calls since `connect` that were left out because handlers were too slow."""
        return self._calls.dropped

    def add_entry_listener(self, listener: EntryListener) -> None:
        """Call a function with every entry, at once and in order. It must be quick."""
        self._entry_listeners.append(listener)

    def add_link_listener(self, listener: LinkListener) -> None:
        """Call a function with every new `LinkStatus`."""
        self._link_listeners.append(listener)

    # Handlers ----------------------------------------------------------------------------

    def on(self, pattern: Sequence[Any], handler: Handler) -> int:
        """Call a handler with the fields of every message that fits a pattern.

        Args:
            pattern: First fields of the messages wanted; None matches any value.
            handler: Plain or coroutine function.

        Returns:
            A number for `unregister`.
        """
        return self._handlers.add(pattern, handler)

    def unregister(self, handler_id: int) -> None:
        """Forget a handler.

        Raises:
            KeyError: If there is no such handler.
        """
        self._handlers.remove(handler_id)

    def on_any_message(self, handler: Handler) -> None:
        """Call a handler with ``[sender_id, smsgsrc, seqno, text]`` of every message."""
        self._any_message.append(handler)

    def on_started(self, handler: Handler) -> None:
        """Call a handler with the hub's arguments whenever it has taken us as a client."""
        self._on_started.append(handler)

    def on_reconnect(self, handler: Handler) -> None:
        """Call a handler, without arguments, after every sign-on but the first."""
        self._on_reconnect.append(handler)

    # Connecting --------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect and sign on; return when commands can be sent.

        While the client connects, or mends a connection, this waits for it like anybody else;
        a `disconnect` under way is waited for first.

        Raises:
            ConnectError: If the instrument cannot be reached, and trying again is either
                useless or was not asked for; also if `disconnect` ended it.
        """
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
        """Wait until commands can be sent.

        Raises:
            CommandError: If that did not come about within ``timeout`` seconds; at once where
                nobody is trying.
        """
        try:
            if self._online is None:
                raise ConnectError("There is no connection.")
            async with asyncio.timeout(timeout):
                await asyncio.shield(self._online)
        except (TimeoutError, ConnectError):
            raise CommandError(
                f"There is no connection to instrument {self.serial} ({self._link.state}).",
                self._link.error or "Check the address and that the instrument is running.",
                reason=Refusal.NOT_CONNECTED,
            ) from None

    async def disconnect(self) -> None:
        """Say farewell and end the connection; also ends a `connect` under way."""
        await self._end(LinkState.OFF)

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.disconnect()

    def _open(self) -> asyncio.Future[None]:
        online = self._online = asyncio.get_running_loop().create_future()
        self._was_online = False
        self._calls = HandlerQueue()
        self._worker = self._spawn(self._call_handlers(self._calls, self._worker))
        self._spawn(self._watch_silence())
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
            if self._link.online and state is LinkState.OFF:
                await self._say_farewell()
            online, self._online = self._online, None
            self._calls.stop()
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

    def _give_up(self, error: ConnectError) -> None:
        self._spawn(self._end(LinkState.FAILED, error))

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
            self._connection_gone()
        error = str(status.error) if status.error else None
        hint = status.error.hint if status.error else None
        match status.state:
            case HubState.CONNECTED:
                self._connected_ns = time.monotonic_ns()
                self._set_link(LinkState.SIGNING_ON, status)
                self._sign_on = SignOn(self._hub, self.serial, self._relay, self._sign_on_timeout)
                self._sign_on_task = self._spawn(self._sign(self._sign_on))
            case HubState.CONNECTING if status.attempt <= 1 and status.error is None:
                self._set_link(LinkState.CONNECTING, status)
            case HubState.CONNECTING | HubState.RECONNECTING if self._goes_on(status):
                self._set_link(LinkState.RECONNECTING, status, error, hint)
            case HubState.RECONNECTING | HubState.DISCONNECTED if status.error is not None:
                self._give_up(ConnectError(str(status.error), status.error.hint))

    def _goes_on(self, status: HubStatus) -> bool:
        """Tell whether a connection that failed is tried again."""
        return status.state is HubState.CONNECTING or self._retry or self._was_online

    def _connection_gone(self) -> None:
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
                self._give_up(exc)
            return
        self._set_link(LinkState.ONLINE, online_since_ns=self._connected_ns)
        if self._online is not None:
            self._online.set_result(None)
        if self._was_online:
            self._queue_calls(self._on_reconnect, ())
        self._was_online = True

    async def _watch_silence(self) -> None:
        """Turn online into stale and back as signs of life stop and return."""
        while True:
            await asyncio.sleep(1.0)
            heard = self._hub.last_heard_ns
            if heard is None or not self._link.online:
                continue
            silent = time.monotonic_ns() - heard > STALE_AFTER_S * 1e9
            state = LinkState.STALE if silent else LinkState.ONLINE
            if state is not self._link.state:
                self._set_link(state, online_since_ns=self._link.online_since_ns)

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
        self._link = LinkStatus(
            state=state,
            attempt=hub.attempt if hub else 0,
            retry_at_ns=None if retry_in is None else now + int(retry_in * 1e9),
            error=error,
            hint=hint,
            since_ns=now,
            online_since_ns=online_since_ns,
        )
        call_listeners(self._link_listeners, self._link)

    # Receiving ---------------------------------------------------------------------------

    def _on_invocation(self, invocation: Invocation, time_ns: int, monotonic_ns: int) -> None:
        target = invocation.target.casefold()
        if target == "messagerelayed":
            self.receive(invocation.arguments, time_ns, monotonic_ns)
        elif target == "startedasclient":
            if self._sign_on is not None:
                self._sign_on.taken()
            self._queue_calls(self._on_started, (list(invocation.arguments),))
        elif target == "disconnect":
            log.warning("The hub told this client to disconnect")
            self._give_up(
                ConnectError(
                    "The hub told this client to disconnect.",
                    "Find out who else controls the instrument, then connect again.",
                )
            )

    def receive(
        self,
        arguments: Sequence[Any],
        time_ns: int | None = None,
        monotonic_ns: int | None = None,
    ) -> None:
        """Take ``[sender_id, smsgsrc, seqno, text]`` as it arrives.

        Args:
            arguments: The arguments of a ``messageRelayed``; any other shape is kept as JSON.
            time_ns: UTC of the arrival, nanoseconds since 1970; now if left out.
            monotonic_ns: Monotonic clock of the arrival; now if left out.
        """
        time_ns = time.time_ns() if time_ns is None else time_ns
        monotonic_ns = time.monotonic_ns() if monotonic_ns is None else monotonic_ns
        entry = entry_of(arguments, time_ns, monotonic_ns)
        self._keep(entry)
        if self._any_message:
            self._queue_calls(self._any_message, (list(arguments),))
        if self._handlers:
            self._queue_calls(self._handlers.matching(entry.message), entry.message.fields)

    def _keep(self, entry: Entry) -> None:
        call_listeners(self._entry_listeners, entry)
        self._state = reduce_state(self._state, entry)

    def _queue_calls(self, handlers: Sequence[Handler], arguments: tuple[Any, ...]) -> None:
        if self._online is not None:  # else nobody would ever call them
            self._calls.add(handlers, arguments)

    # Sending -----------------------------------------------------------------------------

    async def relay_message_to_host(self, text: str, timeout: float = COMMAND_TIMEOUT_S) -> None:
        """Send a command to the instrument; return when the hub has accepted it.

        That the hub accepted it does not say that the instrument obeyed: its echo does.

        Args:
            text: The command, e.g. ``routine:runsample``.
            timeout: Seconds to wait for the hub's answer.

        Raises:
            ObserveOnlyError: If this client only observes. Nothing was sent.
            CommandError: If it was not sent, was refused, or its fate is unknown; its
                ``reason`` tells which.
        """
        if self.observe:
            raise ObserveOnlyError(
                f"Not sent: {text[:80]!r}. This client only observes.",
                "Take control first.",
            )
        if not self._link.online:
            raise CommandError(
                f"Not sent: {text[:80]!r}. There is no connection ({self._link.state}).",
                "Wait until the instrument is online, then send it again if it is still wanted.",
                reason=Refusal.NOT_CONNECTED,
            )
        await self._relay(text, timeout)

    async def _relay(self, text: str, timeout: float = COMMAND_TIMEOUT_S) -> None:
        entry = Entry(parse_message(text), Direction.OUT)
        try:
            # Kept only once it is on its way: what was refused here never left.
            await self._hub.invoke(
                "relayMessageToHost",
                self.serial,
                text,
                timeout=timeout,
                on_sent=lambda: self._keep(entry),
            )
        except SignalRError as exc:
            if isinstance(exc, InvocationError):
                self._state = withdraw_request(self._state, entry)
            raise command_error(text, exc) from exc
