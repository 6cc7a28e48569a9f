"""The client for synchronous programs: the asyncio client on a thread in the background."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import weakref
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Self

from ifcbgui.instrument.background import Call, HandlerThread, LinkThread, make_call
from ifcbgui.instrument.client import COMMAND_TIMEOUT_S, AsyncIFCBClient
from ifcbgui.instrument.errors import CommandError, Refusal
from ifcbgui.instrument.handlers import Handler, HandlerRegistry
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.state import InstrumentState

log = logging.getLogger(__name__)


class IFCBClient:
    """A connection to one instrument; runs what was written for pyifcbclient.

    Handlers run one after the other on a background thread. They may be plain or coroutine
    functions, may block, register, unregister, send, disconnect and connect.

    What differs from pyifcbclient:

    - `connect` does not raise while the instrument cannot be reached, but goes on trying for as
      long as the program holds the client; a lost connection is mended without end, and signed
      on anew. Why it is not connected stands in ``link``.
    - `relay_message_to_host` waits for the hub's answer, and raises `CommandError` where the
      command was refused or did not get through.
    - ``switch…:0`` and ``pausestate:0`` are False; messages that pyifcbclient cannot read reach
      the handlers too (see `parse_message`); ``interactive:load`` gives its list as one field.
    - A handler that raises stops no other; a malformed message stops nothing.
    - There is no ``hub_connection``: `on_any_message` and `on_started` replace its use.

    Args:
        server: Address of the hub.
        id: The instrument's serial number.
        **options: As for `AsyncIFCBClient`.

    Raises:
        ConnectError: If the address cannot be one of a hub.
    """

    def __init__(self, server: str, id: str, **options: Any) -> None:  # noqa: A002
        self.server_url = server
        self.ifcb_id = id
        self._background = _Background(AsyncIFCBClient(server, id, **options))
        weakref.finalize(self, self._background.abandon).atexit = False

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.disconnect()

    @property
    def link(self) -> LinkStatus:
        """The link as it stands now."""
        return self._background.link

    @property
    def state(self) -> InstrumentState:
        """Everything the instrument has said so far."""
        return self._background.client.state

    @property
    def calls_dropped(self) -> int:
        """Messages since `connect` whose handlers were left out because they were too slow."""
        return self._background.calls_dropped

    # Handlers ----------------------------------------------------------------------------

    def on(self, pattern: Sequence[Any], callback: Handler) -> int:
        """Call a handler with the fields of every message that fits a pattern.

        Args:
            pattern: First fields of the messages wanted; None matches any value.
            callback: Plain or coroutine function.

        Returns:
            A number for `unregister`.
        """
        return self._background.handlers.add(pattern, callback)

    def unregister(self, handler_id: int) -> None:
        """Forget a handler.

        Raises:
            KeyError: If there is no such handler.
        """
        self._background.handlers.remove(handler_id)

    def on_any_message(self, callback: Handler) -> None:
        """Call a handler with ``[sender_id, smsgsrc, seqno, text]`` of every message."""
        self._background.any_message.append(callback)

    def on_started(self, callback: Handler) -> None:
        """Call a handler with the hub's arguments whenever it has taken us as a client."""
        self._background.started.append(callback)

    def on_reconnect(self, callback: Handler) -> None:
        """Call a handler, without arguments, whenever a lost connection stands again.

        As with pyifcbclient this comes before the handlers of `on_started`: a program that
        notes here that its instrument was lost notes there that it is back.
        """
        self._background.reconnect.append(callback)

    def handle_message(self, response: Sequence[Any]) -> None:
        """Take ``[sender_id, smsgsrc, seqno, text]`` as if it had just arrived.

        While connected the handlers run on the background thread, behind what arrived before;
        else they have run when this returns.
        """
        self._background.take(response)

    # Connection --------------------------------------------------------------------------

    def connect(self) -> None:
        """Start to connect, in the background; return at once.

        A connection that cannot be made is tried again, unless that is useless or was not asked
        for; why it failed stands in `link`. After that, and after `disconnect`, this connects
        anew. While connected it does nothing.
        """
        self._background.connect()

    def disconnect(self) -> None:
        """Say farewell and end the connection; no handler is called any more after this.

        May be called from a handler, which then goes on to its end. Without a connection it
        does nothing.
        """
        self._background.disconnect()

    def relay_message_to_host(self, message: str, timeout: float = COMMAND_TIMEOUT_S) -> None:
        """Send a command to the instrument; return when the hub has accepted it.

        While the client connects, or mends its connection, it waits for the sign-on first.

        Args:
            message: The command, e.g. ``routine:runsample``.
            timeout: Seconds to wait, for the sign-on and for the hub's answer together.

        Raises:
            ObserveOnlyError: If this client only observes. Nothing was sent.
            CommandError: If it was not sent, was refused, or its fate is unknown.
        """
        self._background.send(message, timeout)


class _Background:
    """What an `IFCBClient` does in the background; knows nothing of the `IFCBClient`.

    So one that a program has dropped can be told from one that it holds.
    """

    def __init__(self, client: AsyncIFCBClient) -> None:
        self.client = client
        self.link = client.link
        self.handlers = HandlerRegistry()
        self.any_message: list[Handler] = []
        self.started: list[Handler] = []
        self.reconnect: list[Handler] = []
        self._lock = threading.Lock()
        self._link_thread: LinkThread | None = None
        self._handler_thread: HandlerThread | None = None
        self._was_connected = False
        self._abandoned = False
        client.on_any_message(self._on_message)
        client.on_started(self._on_started)
        client.add_link_listener(self._follow)

    @property
    def calls_dropped(self) -> int:
        handler_thread = self._handler_thread
        return self.client.calls_dropped + (handler_thread.dropped if handler_thread else 0)

    # Beginning and ending ----------------------------------------------------------------

    def connect(self) -> None:
        with self._lock:
            before = self._link_thread
            if before is None or before.ends:
                name = f"IFCB {self.client.serial}"
                self._was_connected = False
                self._handler_thread = HandlerThread(f"{name} handlers", self._handler_thread)
                self._handler_thread.start()
                self._link_thread = LinkThread(self.client, name, before)
                self._link_thread.start()
            link_thread = self._link_thread
        assert link_thread is not None
        link_thread.wait_ready()

    def disconnect(self) -> None:
        with self._lock:
            link_thread, handler_thread = self._link_thread, self._handler_thread
            if link_thread is None or handler_thread is None:
                return
            handler_thread.stop()
            link_thread.stop()
        link_thread.join()
        handler_thread.join()

    def abandon(self) -> None:
        """Note that the program has dropped its client.

        Where pyifcbclient cannot connect it raises, and programs drop that client and make a
        new one; their number must not grow. One that was connected lives on, as it does there.
        """
        self._abandoned = True

    def _follow(self, status: LinkStatus) -> None:
        """Keep the link's status; called on the link's thread."""
        unwanted = self._abandoned and not self._was_connected and status.error is not None
        if status.state is LinkState.FAILED or unwanted:
            log.error("Not connected: %s %s", status.error, status.hint)
            self._stop_this_thread()
        elif status.state is LinkState.SIGNING_ON:
            if self._was_connected:
                self._queue(self.reconnect)
            self._was_connected = True
        self.link = status  # last: whoever sees that it failed may connect again

    def _stop_this_thread(self) -> None:
        with self._lock:
            link_thread, handler_thread = self._link_thread, self._handler_thread
        if link_thread is not None and handler_thread is not None and link_thread.is_current():
            handler_thread.stop()
            link_thread.stop()

    # Messages and commands ---------------------------------------------------------------

    def take(self, response: Sequence[Any]) -> None:
        link_thread = self._link_thread
        if link_thread is None or not link_thread.call(self.client.receive, response):
            self.client.receive(response)
            for call in self._calls_for(response):
                make_call(call, asyncio.run)

    def send(self, message: str, timeout: float) -> None:
        link_thread = self._link_thread
        answer = link_thread.begin(self._send(message, timeout)) if link_thread else None
        if answer is None:
            raise CommandError(
                f"Not sent: {message[:80]!r}. The client is not connected.",
                self.link.error or "Call connect() first.",
                reason=Refusal.NOT_CONNECTED,
            )
        answer.result()

    async def _send(self, message: str, timeout: float) -> None:
        begin = time.monotonic()
        await self.client.wait_online(timeout)
        left = timeout - (time.monotonic() - begin)
        await self.client.relay_message_to_host(message, left)

    def _on_message(self, response: Sequence[Any]) -> None:
        if self._handler_thread is not None:
            self._handler_thread.add(partial(self._calls_for, response))

    def _on_started(self, arguments: list[Any]) -> None:
        self._queue(self.started, arguments)

    def _queue(self, handlers: list[Handler], *arguments: Any) -> None:
        if self._handler_thread is not None:
            self._handler_thread.add(lambda: [(handler, arguments) for handler in tuple(handlers)])

    def _calls_for(self, response: Sequence[Any]) -> Iterable[Call]:
        calls: list[Call] = [(handler, (list(response),)) for handler in tuple(self.any_message)]
        if len(response) == 4 and isinstance(response[3], str):
            message = parse_message(response[3])
            calls += [(handler, message.fields) for handler in self.handlers.matching(message)]
        return calls
