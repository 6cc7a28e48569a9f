"""One client of the hub: handshake, pings, size limit, and a queue of its own.

Behaviour and wording are those of ASP.NET Core's hubs (dotnet/aspnetcore, ``src/SignalR``),
which the instrument's server is built on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from ifcbgui.signalr import (
    Close,
    Completion,
    HandshakeError,
    HubMessage,
    HubProtocol,
    Invocation,
    JsonProtocol,
    MessagePackProtocol,
    MessageTooLargeError,
    Ping,
    ProtocolError,
    StreamInvocation,
    encode_handshake_response,
    parse_handshake_request,
    split_handshake,
)

_log = logging.getLogger(__name__)

_PROTOCOLS: Final[tuple[HubProtocol, ...]] = (JsonProtocol(), MessagePackProtocol())
_NO_LIMIT = 1 << 40
_FRAME_BYTES = 64 * 1024
_FAREWELL_S = 1.0


@dataclass(frozen=True, slots=True)
class HubOptions:
    """Times and limits of the hub; the defaults are ASP.NET Core's.

    Attributes:
        ping_s: A client hears from the hub at least this often, seconds.
        client_timeout_s: A client that pinged once must be heard this often, seconds.
        handshake_s: Time a client has for its handshake, seconds.
        max_receive: Largest message from a client, bytes with its framing; None for any.
        max_pending: Bytes that may wait for a slow client before it is dropped.
        heartbeat_s: Time between two ``heartbeat`` calls, seconds. The real hub's is not
            public; this one is chosen.
    """

    ping_s: float = 15.0
    client_timeout_s: float = 30.0
    handshake_s: float = 15.0
    max_receive: int | None = 32_768
    max_pending: int = 16 * 1024 * 1024
    heartbeat_s: float = 5.0


class _FarewellError(Exception):
    """The hub ends the connection; the Close message says why."""

    def __init__(self, error: str | None, *, allow_reconnect: bool | None = None) -> None:
        super().__init__(error)
        self.close = Close(error, allow_reconnect)


# Calls a hub method for a connection; the text it returns is an error, None is success.
Dispatch = Callable[["HubConnection", str, tuple[object, ...]], "str | None"]


class HubConnection:
    """One client's connection, from its handshake to its end.

    Attributes:
        protocol: The hub protocol that the client asked for; JSON until it has.
        signed_on: True once the client has signed on to the instrument.
        muted: True while nothing at all is sent to it.
        gone: True once the connection has ended.
    """

    def __init__(self, socket: ServerConnection, options: HubOptions, dispatch: Dispatch) -> None:
        self._socket = socket
        self._options = options
        self._dispatch = dispatch
        self._outbox: deque[bytes] = deque()
        self._pending = 0
        self._ready = asyncio.Event()
        self._overflow = asyncio.Event()
        self._client_pings = False
        self.protocol = _PROTOCOLS[0]
        self.signed_on = False
        self.muted = False
        self.gone = False

    def post(self, record: bytes) -> None:
        """Queue a record; a client that leaves too much waiting is dropped."""
        if self.muted:
            return
        self._pending += len(record)
        if self._pending > self._options.max_pending:
            self._overflow.set()
            return
        self._outbox.append(record)
        self._ready.set()

    @property
    def pending(self) -> int:
        """How many bytes wait for the client."""
        return self._pending

    @property
    def congested(self) -> bool:
        """True while a quarter or more of what may wait for the client does."""
        return self._pending >= self._options.max_pending // 4

    def cut(self) -> None:
        """End the connection like a pulled cable."""
        self._socket.transport.abort()

    async def serve(self) -> None:
        """Serve the client until either side ends the connection."""
        try:
            rest = await self._shake_hands()
            if rest is None:
                return
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._write())
                tasks.create_task(self._keep_alive())
                tasks.create_task(self._watch_queue())
                tasks.create_task(self._read(rest))
        except* _FarewellError as group:
            await self._say_goodbye(group.exceptions[0])
        except* ConnectionClosed:
            pass
        finally:
            self.gone = True

    async def _shake_hands(self) -> bytes | None:
        """Return what came behind the handshake, or None when it was refused."""
        try:
            async with asyncio.timeout(self._options.handshake_s):
                data = b""
                while (cut := split_handshake(data)) is None:
                    data += _bytes(await self._socket.recv())
            request = parse_handshake_request(cut[0])
        except (TimeoutError, HandshakeError):
            await self._refuse("Handshake was canceled.")
            return None
        protocol = next((one for one in _PROTOCOLS if one.name == request.protocol), None)
        if protocol is None:
            await self._refuse(f"The protocol '{request.protocol}' is not supported.")
            return None
        # A lower version is accepted, as by .NET 8: signalrcore 1.0 asks for version 0.
        if request.version > protocol.version:
            await self._refuse(
                f"The server does not support version {request.version} of the "
                f"'{request.protocol}' protocol."
            )
            return None
        self.protocol = protocol
        await self._send(encode_handshake_response())
        return cut[1]

    async def _refuse(self, error: str) -> None:
        await self._send(encode_handshake_response(error))

    async def _send(self, data: bytes) -> None:
        await self._socket.send(data, text=not self.protocol.binary)

    async def _read(self, data: bytes) -> None:
        limit = self._options.max_receive or _NO_LIMIT
        decoder = self.protocol.decoder(limit)
        while True:
            # No piece is larger than a message may be: one that is too large is seen as such.
            for start in range(0, len(data), limit):
                try:
                    messages = decoder.feed(data[start : start + limit])
                except (ProtocolError, MessageTooLargeError):
                    raise _closed_with_error() from None
                for message in messages:
                    self._receive(message)
            data = await self._next()

    async def _next(self) -> bytes:
        timeout = self._options.client_timeout_s if self._client_pings else None
        try:
            async with asyncio.timeout(timeout):
                return _bytes(await self._socket.recv())
        except TimeoutError:
            raise _closed_with_error() from None

    def _receive(self, message: HubMessage) -> None:
        match message:
            case Ping():
                self._client_pings = True
            case Close():
                raise _FarewellError(None)
            case Invocation() | StreamInvocation():
                error = self._call(message)
                if message.invocation_id:
                    result = msgspec.UNSET if error else None
                    completion = Completion(message.invocation_id, result, error)
                    self.post(self.protocol.encode(completion))
            case _:
                _log.debug("Ignored a hub message: %r", message)

    def _call(self, message: Invocation | StreamInvocation) -> str | None:
        try:
            return self._dispatch(self, message.target, message.arguments)
        except Exception:  # noqa: BLE001 - a failing method must not end the connection
            _log.exception("The hub method %s failed", message.target)
            return f"An unexpected error occurred invoking '{message.target}' on the server."

    async def _write(self) -> None:
        while True:
            await self._ready.wait()
            frame = self._next_frame()
            await self._send(frame)
            self._pending -= len(frame)

    def _next_frame(self) -> bytes:
        """Take what waits, several records at once where they are small."""
        records, size = [self._outbox.popleft()], 0
        while self._outbox and size + len(self._outbox[0]) <= _FRAME_BYTES:
            records.append(self._outbox.popleft())
            size += len(records[-1])
        if not self._outbox:
            self._ready.clear()
        return b"".join(records)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._options.ping_s)
            self.post(self.protocol.encode(Ping()))

    async def _watch_queue(self) -> None:
        await self._overflow.wait()
        _log.warning("Dropped a client that does not read what it is sent")
        raise _closed_with_error()

    async def _say_goodbye(self, farewell: BaseException) -> None:
        assert isinstance(farewell, _FarewellError)
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._send(self.protocol.encode(farewell.close))
                await self._socket.close()
        except (TimeoutError, ConnectionClosed):
            self.cut()


def _closed_with_error() -> _FarewellError:
    return _FarewellError("Connection closed with an error.", allow_reconnect=True)


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data
