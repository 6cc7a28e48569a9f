"""The client of an IFCB: signs on, keeps the state, hands on every message, sends commands."""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, Literal, Self

from ifcbgui.instrument.connection import Connection, LinkListener
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import CommandError, ConnectError, ObserveOnlyError, Refusal
from ifcbgui.instrument.handlers import Call, Handler, HandlerRegistry, call_listeners
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.numbering import MissingNumbers, Numbering
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.reducer import reduce_all
from ifcbgui.instrument.relay import command_error, entries_of
from ifcbgui.instrument.run_tracking import withdraw_request
from ifcbgui.instrument.sleep import slept_ns
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.signalr import (
    HubClient,
    HubOptions,
    InvalidUrlError,
    Invocation,
    InvocationError,
    JsonProtocol,
    MessagePackProtocol,
    RetryPolicy,
    SignalRError,
)

log = logging.getLogger(__name__)

EntryListener = Callable[[Entry], None]
MissingListener = Callable[[MissingNumbers], None]

SIGN_ON_TIMEOUT_S = 15.0
COMMAND_TIMEOUT_S = 15.0
# ASP.NET Core gives up a client that pings and is then silent for 30 s. So a window may be
# blocked for 20 s, and a ping be late, before it is.
KEEP_ALIVE_S = 5.0

_RELAYED: Final = "messageRelayed"
_target = attrgetter("target")
_PROTOCOLS: Final = {
    "json": (JsonProtocol(),),
    "messagepack": (MessagePackProtocol(), JsonProtocol()),
}


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
        options: Time-outs and limits of the hub connection; the usual ones, with a ping every
            five seconds, if left out.
        retry_policy: Delays between attempts.
        sign_on_timeout: Seconds to wait for ``startedAsClient``.
        protocol: Encoding of the hub's messages. "messagepack" is tried first and gives way to
            JSON where the hub does not speak it.
        slept: Returns how long this computer has slept so far, nanoseconds.

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
        protocol: Literal["json", "messagepack"] = "json",
        slept: Callable[[], int] = slept_ns,
    ) -> None:
        self.server = server
        self.serial = id
        self.observe = observe
        options = options or HubOptions(keep_alive_s=KEEP_ALIVE_S)
        try:
            self._hub = HubClient(
                server,
                headers=headers,
                ssl_context=ssl_context,
                options=options,
                retry=retry_policy,
                protocols=_PROTOCOLS[protocol],
            )
        except InvalidUrlError as exc:
            raise ConnectError(str(exc), exc.hint) from exc
        self._state = InstrumentState()
        self._changing = threading.Lock()
        self._unread: list[Entry] = []  # what the state does not have yet
        self._numbering = Numbering()
        self._entry_listeners: tuple[EntryListener, ...] = ()
        self._missing_listeners: list[MissingListener] = []
        self._handlers = HandlerRegistry()
        self._any_message: list[Handler] = []
        self._on_started: list[Handler] = []
        self._on_reconnect: list[Handler] = []
        self._hub.add_listener(self._on_invocations)
        self._connection = Connection(
            self._hub,
            id,
            self._relay,
            retry=retry,
            sign_on_timeout=sign_on_timeout,
            server_timeout=options.server_timeout_s,
            slept=slept,
            on_wake=self._age,
            on_reconnect=self._on_reconnect,
        )
        self._connection.add_listener(self._number_anew)

    def __repr__(self) -> str:
        return f"<AsyncIFCBClient {self.serial!r} {self.link.state}>"

    # What is known -----------------------------------------------------------------------

    @property
    def link(self) -> LinkStatus:
        """The link as it stands now."""
        return self._connection.link

    @property
    def state(self) -> InstrumentState:
        """Everything the instrument has said so far."""
        self._read_up()
        return self._state

    @property
    def protocol(self) -> str:
        """Name of the hub protocol in use; without a connection, of the one to be tried first."""
        return self._hub.protocol

    @property
    def last_heard_ns(self) -> int | None:
        """``time.monotonic_ns()`` of the last sign of life, pings included, or None."""
        return self._hub.last_heard_ns

    @property
    def calls_dropped(self) -> int:
        """Handler calls since `connect` that were left out because handlers were too slow."""
        return self._connection.calls.dropped

    @property
    def missing(self) -> int:
        """Numbers of the host's own counting that never came, since `connect`."""
        return self._numbering.missing

    def add_entry_listener(self, listener: EntryListener) -> None:
        """Call a function with every entry, at once and in order. It must be quick."""
        self._entry_listeners += (listener,)

    def add_link_listener(self, listener: LinkListener) -> None:
        """Call a function with every new `LinkStatus`."""
        self._connection.add_listener(listener)

    def add_missing_listener(self, listener: MissingListener) -> None:
        """Call a function with every `MissingNumbers`, about a second after they are missed."""
        self._missing_listeners.append(listener)

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
        await self._connection.connect()

    async def wait_online(self, timeout: float) -> None:
        """Wait until commands can be sent.

        Raises:
            CommandError: If that did not come about within ``timeout`` seconds; at once where
                nobody is trying.
        """
        await self._connection.wait_online(timeout)

    async def disconnect(self) -> None:
        """Say farewell and end the connection; also ends a `connect` under way."""
        await self._connection.disconnect()

    def retry_now(self) -> None:
        """End the wait for the next attempt to connect; no effect where nothing waits."""
        self._connection.retry_now()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.disconnect()

    # Receiving ---------------------------------------------------------------------------

    def _on_invocations(
        self, invocations: Sequence[Invocation], time_ns: int, monotonic_ns: int
    ) -> None:
        for target, group in groupby(invocations, _target):
            if target == _RELAYED or target.casefold() == _RELAYED.casefold():
                relayed = [invocation.arguments for invocation in group]
                self._receive_all(relayed, time_ns, monotonic_ns)
            else:
                for invocation in group:
                    self._on_other(target.casefold(), invocation)

    def _on_other(self, target: str, invocation: Invocation) -> None:
        if target == "startedasclient":
            self._connection.taken()
            arguments = (list(invocation.arguments),)
            self._connection.queue_calls([(handler, arguments) for handler in self._on_started])
        elif target == "disconnect":
            log.warning("The hub told this client to disconnect")
            self._connection.give_up(
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
        self._receive_all((arguments,), time_ns, monotonic_ns)

    def _receive_all(
        self, relayed: Sequence[Sequence[Any]], time_ns: int, monotonic_ns: int
    ) -> None:
        """Take what has arrived together: each to the listeners and into the state, then all on."""
        entries = entries_of(relayed, time_ns, monotonic_ns)
        take_up = self._unread.append
        for entry in entries:
            call_listeners(self._entry_listeners, entry)
            take_up(entry)
        self._read_up()
        self._tell_missing(self._numbering.take(entries))
        if self._any_message:
            calls: list[Call] = []
            for entry, arguments in zip(entries, relayed, strict=True):
                calls += [(handler, (list(arguments),)) for handler in self._any_message]
                calls += self._handlers.calls((entry.message,))
        else:
            calls = self._handlers.calls(entry.message for entry in entries)
        if calls:
            self._connection.queue_calls(calls)

    def _keep(self, entry: Entry) -> None:
        """Tell the listeners of an entry, the recorder first; only then it changes the state."""
        call_listeners(self._entry_listeners, entry)
        self._unread.append(entry)

    def _read_up(self) -> None:
        """Bring the state up to date: at the end of each arrival, and where somebody looks."""
        self._change_state(lambda state: state)

    def _change_state(self, change: Callable[[InstrumentState], InstrumentState]) -> None:
        with self._changing:  # any thread may look
            unread = self._unread[:]
            del self._unread[: len(unread)]  # first: what cannot be read must not come again
            self._state = change(reduce_all(self._state, unread))

    def _age(self, by_ns: int) -> None:
        """Let everything said so far be older by what the monotonic clock left out."""
        self._change_state(lambda state: state.aged(by_ns))

    def _number_anew(self, status: LinkStatus) -> None:
        """Begin the count with each connect, the comparison with each connection."""
        if status.state is LinkState.CONNECTING:
            self._numbering = Numbering()
        elif not status.online:
            self._tell_missing(self._numbering.begin_anew())

    def _tell_missing(self, missing: MissingNumbers | None) -> None:
        if missing is not None:
            log.warning("%s", missing)
            call_listeners(self._missing_listeners, missing)

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
        if not self.link.online:
            raise CommandError(
                f"Not sent: {text[:80]!r}. There is no connection ({self.link.state}).",
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
                self._change_state(lambda state: withdraw_request(state, entry))
            raise command_error(text, exc) from exc
