"""The client for synchronous programs: the asyncio client on a background thread."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, Self

from ifcbgui.instrument.client import COMMAND_TIMEOUT_S, SIGN_ON_TIMEOUT_S, AsyncIFCBClient
from ifcbgui.instrument.errors import CommandError, ConnectError, IFCBError, Refusal
from ifcbgui.instrument.handlers import Handler, HandlerRegistry, await_logged, call_handler
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.state import InstrumentState

log = logging.getLogger(__name__)


class IFCBClient:
    """A connection to one instrument, with the names that pyifcbclient gave its client.

    Handlers run one after the other on the background thread; they may be plain or coroutine
    functions, and may register, unregister, send and disconnect.

    Args:
        server: Address of the hub.
        id: The instrument's serial number.
        **options: As for `AsyncIFCBClient`.
    """

    def __init__(self, server: str, id: str, **options: Any) -> None:  # noqa: A002
        self.server_url = server
        self.ifcb_id = id
        self._client = AsyncIFCBClient(server, id, **options)
        self._handlers = HandlerRegistry()
        self._any_message: list[Handler] = []
        self._client.on_any_message(self._dispatch)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self._lock = threading.Lock()
        self._sending: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.disconnect()

    @property
    def link(self) -> LinkStatus:
        """The link as it stands now."""
        return self._client.link

    @property
    def state(self) -> InstrumentState:
        """Everything the instrument has said so far."""
        return self._client.state

    # Handlers ----------------------------------------------------------------------------

    def on(self, pattern: Sequence[Any], callback: Handler) -> int:
        """Call a handler with the fields of every message that fits a pattern.

        Args:
            pattern: First fields of the messages wanted; None matches any value.
            callback: Plain or coroutine function.

        Returns:
            A number for `unregister`.
        """
        return self._handlers.add(pattern, callback)

    def unregister(self, handler_id: int) -> None:
        """Forget a handler.

        Raises:
            KeyError: If there is no such handler.
        """
        self._handlers.remove(handler_id)

    def on_any_message(self, callback: Handler) -> None:
        """Call a handler with ``[sender_id, smsgsrc, seqno, text]`` of every message."""
        self._any_message.append(callback)

    def on_started(self, callback: Handler) -> None:
        """Call a handler with the hub's arguments whenever it has taken us as a client."""
        self._client.on_started(callback)

    def on_reconnect(self, callback: Handler) -> None:
        """Call a handler, without arguments, after every sign-on but the first."""
        self._client.on_reconnect(callback)

    def handle_message(self, response: Sequence[Any]) -> None:
        """Take ``[sender_id, smsgsrc, seqno, text]`` as if it had just arrived.

        While connected the handlers run on the background thread, behind what arrived before;
        else they have run when this returns.
        """
        with self._lock:
            loop = self._loop
        if loop is not None:  # the client's own worker calls `_dispatch`
            loop.call_soon_threadsafe(self._client.receive, response)
            return
        self._client.receive(response)
        for rest in self._call_all(response):
            asyncio.run(rest)

    async def _dispatch(self, response: Sequence[Any]) -> None:
        for rest in self._call_all(response):
            await rest

    def _call_all(self, response: Sequence[Any]) -> list[Coroutine[Any, Any, None]]:
        """Call every handler that wants a message; return the coroutines left to run."""
        calls: list[tuple[Handler, tuple[Any, ...]]] = [
            (handler, (list(response),)) for handler in list(self._any_message)
        ]
        if len(response) == 4 and isinstance(response[3], str):
            message = parse_message(response[3])
            calls += [(handler, message.fields) for handler in self._handlers.matching(message)]
        left = []
        for handler, arguments in calls:
            rest = call_handler(handler, *arguments)
            if inspect.iscoroutine(rest):
                left.append(await_logged(handler, rest))
        return left

    # Connection --------------------------------------------------------------------------

    def connect(self) -> None:
        """Start the background thread, which connects; return at once.

        A connection that cannot be made is tried again; why it failed stands in `link`.
        """
        with self._lock:
            if self._thread is not None:
                return
            ready = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(ready,), name=f"IFCB {self.ifcb_id}", daemon=True
            )
            self._thread.start()
        ready.wait()

    def disconnect(self) -> None:
        """Say farewell and end the background thread. May be called from a handler."""
        with self._lock:
            thread, loop, stopping = self._thread, self._loop, self._stopping
        if thread is None or loop is None or stopping is None:
            return
        try:
            loop.call_soon_threadsafe(stopping.set)
        except RuntimeError:
            return  # the loop has just ended
        if thread is not threading.current_thread():
            thread.join()

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._main(ready))
        finally:
            with self._lock:
                self._thread = self._loop = self._stopping = None

    async def _main(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        ready.set()
        connecting = asyncio.create_task(self._connect())
        await self._stopping.wait()
        await self._client.disconnect()
        await asyncio.wait([connecting])

    async def _connect(self) -> None:
        try:
            await self._client.connect()
        except ConnectError as exc:
            if self._stopping is not None and not self._stopping.is_set():
                log.error("Not connected: %s %s", exc, exc.hint)

    # Commands ----------------------------------------------------------------------------

    def relay_message_to_host(self, message: str, timeout: float = COMMAND_TIMEOUT_S) -> None:
        """Send a command to the instrument.

        From another thread it waits until the hub has accepted the command, and before that,
        where `connect` was only just called, for the sign-on. From a handler it cannot wait:
        the command is on its way when it returns, and a failure is logged.

        Args:
            message: The command, e.g. ``routine:runsample``.
            timeout: Seconds to wait for the hub's answer.

        Raises:
            ObserveOnlyError: If this client only observes. Nothing was sent.
            CommandError: If it was not sent, was refused, or its fate is unknown.
        """
        with self._lock:
            thread, loop = self._thread, self._loop
        if thread is None or loop is None:
            raise CommandError(
                f"Not sent: {message[:80]!r}. The client is not connected.",
                "Call connect() first.",
                reason=Refusal.NOT_CONNECTED,
            )
        if thread is threading.current_thread():
            task = loop.create_task(self._send_logged(message, timeout))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            return
        asyncio.run_coroutine_threadsafe(self._send(message, timeout), loop).result()

    async def _send(self, message: str, timeout: float) -> None:
        await self._client.wait_online(SIGN_ON_TIMEOUT_S)
        await self._client.relay_message_to_host(message, timeout)

    async def _send_logged(self, message: str, timeout: float) -> None:
        try:
            await self._client.relay_message_to_host(message, timeout)
        except IFCBError as exc:
            log.error("%s %s", exc, exc.hint)
