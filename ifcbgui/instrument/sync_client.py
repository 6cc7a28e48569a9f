"""The client for synchronous programs: the asyncio client on a background thread."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Self

from ifcbgui.instrument.client import COMMAND_TIMEOUT_S, AsyncIFCBClient
from ifcbgui.instrument.errors import CommandError, ConnectError, IFCBError, Refusal
from ifcbgui.instrument.handlers import Handler, HandlerRegistry, await_logged, call_handler
from ifcbgui.instrument.link import LinkState, LinkStatus
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
        self._client.add_link_listener(self._follow)
        self._link = self._client.link
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self._lock = threading.Lock()
        self._sending: set[asyncio.Task[None]] = set()
        self._waiting: set[Future[None]] = set()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.disconnect()

    @property
    def link(self) -> LinkStatus:
        """The link as it stands now."""
        return self._link

    @property
    def state(self) -> InstrumentState:
        """Everything the instrument has said so far."""
        return self._client.state

    @property
    def calls_dropped(self) -> int:
        """Messages since `connect` whose handlers were left out because they were too slow."""
        return self._client.calls_dropped

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
            if self._loop is not None:  # the client's own worker calls `_dispatch`
                self._loop.call_soon_threadsafe(self._client.receive, response)
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

        A connection that cannot be made is tried again, unless that is useless or was not asked
        for; why it failed stands in `link`. After that, and after `disconnect`, this connects
        anew.
        """
        self._join_if_ending()
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
            stopping = self._stopping
            if self._loop is not None and stopping is not None:
                self._loop.call_soon_threadsafe(stopping.set)
        if stopping is not None:
            self._join()

    def _join_if_ending(self) -> None:
        stopping = self._stopping
        if stopping is not None and stopping.is_set():
            self._join()

    def _join(self) -> None:
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._main(ready))
        finally:
            with self._lock:
                self._thread = self._loop = self._stopping = None

    async def _main(self, ready: threading.Event) -> None:
        stopping = asyncio.Event()
        with self._lock:
            self._loop, self._stopping = asyncio.get_running_loop(), stopping
        connecting = asyncio.create_task(self._connect())
        await asyncio.sleep(0)  # from here on a command waits for the sign-on
        ready.set()
        await stopping.wait()
        if self._client.link.state is not LinkState.FAILED:  # its reason is to stay
            await self._client.disconnect()
        with self._lock:
            self._loop = None  # no further command comes; those that came get their answer
        waiting = [asyncio.wrap_future(answer) for answer in list(self._waiting)]
        await asyncio.gather(connecting, *self._sending, *waiting, return_exceptions=True)

    async def _connect(self) -> None:
        with suppress(ConnectError):  # the link tells it
            await self._client.connect()

    def _follow(self, status: LinkStatus) -> None:
        """Keep the link's status; with a link that failed for good the thread ends."""
        if status.state is LinkState.FAILED and self._stopping is not None:
            log.error("Not connected: %s %s", status.error, status.hint)
            self._stopping.set()
        self._link = status  # last: whoever sees that it failed may connect again

    # Commands ----------------------------------------------------------------------------

    def relay_message_to_host(self, message: str, timeout: float = COMMAND_TIMEOUT_S) -> None:
        """Send a command to the instrument.

        From another thread it waits until the hub has accepted the command, and before that,
        while the client connects, for the sign-on. From a handler it cannot wait: the command
        is on its way when it returns, and a failure is logged.

        Args:
            message: The command, e.g. ``routine:runsample``.
            timeout: Seconds to wait, for the sign-on and for the hub's answer together.

        Raises:
            ObserveOnlyError: If this client only observes. Nothing was sent.
            CommandError: If it was not sent, was refused, or its fate is unknown.
        """
        if self._thread is threading.current_thread():
            self._send_soon(message, timeout)
            return
        with self._lock:
            if self._loop is None:
                raise CommandError(
                    f"Not sent: {message[:80]!r}. The client is not connected.",
                    self._link.error or "Call connect() first.",
                    reason=Refusal.NOT_CONNECTED,
                )
            answer = asyncio.run_coroutine_threadsafe(self._send(message, timeout), self._loop)
            self._waiting.add(answer)
        answer.add_done_callback(self._waiting.discard)
        answer.result()

    def _send_soon(self, message: str, timeout: float) -> None:
        task = asyncio.get_running_loop().create_task(self._send_logged(message, timeout))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, message: str, timeout: float) -> None:
        begin = time.monotonic()
        await self._client.wait_online(timeout)
        left = timeout - (time.monotonic() - begin)
        await self._client.relay_message_to_host(message, left)

    async def _send_logged(self, message: str, timeout: float) -> None:
        try:
            await self._client.relay_message_to_host(message, timeout)
        except IFCBError as exc:
            log.error("%s %s", exc, exc.hint)
