"""A TCP proxy that does to connections what ships, harbours and tripped cables do.

``proxy.down`` is what happens to the bytes on their way to the client, ``proxy.up`` to those on
their way to the server; both hold for connections that stand as for new ones, at once.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType

_CHUNK = 64 * 1024
_NO_GOODBYE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST and throws away the rest


class Toxic:
    """What happens to the bytes of one direction. This one lets them pass."""

    async def carry(self, data: bytes, way: Way) -> bytes:
        """Take ``data`` a step further; return what is left of it."""
        await way.forward(data)
        return b""


@dataclass
class Cut(Toxic):
    """Closes the connection once ``after`` more bytes have passed."""

    after: int = 0

    async def carry(self, data: bytes, way: Way) -> bytes:
        part = data[: self.after]
        await way.forward(part)
        self.after -= len(part)
        if len(part) < len(data):
            self.end(way.passage)
        return b""

    def end(self, passage: Passage) -> None:
        passage.cut()


class Reset(Cut):
    """Resets the connection (RST) once ``after`` more bytes have passed."""

    def end(self, passage: Passage) -> None:
        passage.reset()


class HalfOpen(Toxic):
    """Passes nothing on, the end of the connection included; the sockets stay open.

    A direction that has lost something stays so: TCP never leaves out a piece.
    """

    async def carry(self, data: bytes, way: Way) -> bytes:
        way.half_open = True
        return b""


@dataclass
class Latency(Toxic):
    """Everything comes late, by ``seconds`` and up to ``jitter`` seconds more."""

    seconds: float
    jitter: float = 0.0
    rng: random.Random = field(default_factory=random.Random)

    async def carry(self, data: bytes, way: Way) -> bytes:
        await asyncio.sleep(self.seconds + self.rng.uniform(0, self.jitter))
        return await super().carry(data, way)


@dataclass
class Throttle(Toxic):
    """A line that carries so many bytes a second; 9.6 kbit/s are 960 (ten bits for a byte)."""

    bytes_per_s: float = 960.0
    piece: int = 48

    async def carry(self, data: bytes, way: Way) -> bytes:
        await asyncio.sleep(min(self.piece, len(data)) / self.bytes_per_s)
        await way.forward(data[: self.piece])
        return data[self.piece :]


@dataclass
class SlowLoris(Toxic):
    """One byte at a time, with a pause after each."""

    pause: float = 0.001

    async def carry(self, data: bytes, way: Way) -> bytes:
        await way.forward(data[:1])
        await asyncio.sleep(self.pause)
        return data[1:]


@dataclass
class Corrupt(Toxic):
    """Flips bits of one byte in everything that comes through in one go.

    With the usual mask no byte of JSON survives unnoticed: what was ASCII is no UTF-8 any more.
    """

    rng: random.Random = field(default_factory=random.Random)
    mask: int = 0x80

    async def carry(self, data: bytes, way: Way) -> bytes:
        changed = bytearray(data)
        changed[self.rng.randrange(len(data))] ^= self.mask
        return await super().carry(bytes(changed), way)


class Way:
    """One direction of one connection.

    Attributes:
        delivered: Everything that was passed on.
        half_open: True once something was lost; from then on everything is.
    """

    def __init__(
        self, passage: Passage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.passage = passage
        self.delivered = bytearray()
        self.half_open = False
        self._reader = reader
        self._writer = writer

    @property
    def toxic(self) -> Toxic:
        return self.passage.toxic_of(self)

    async def forward(self, data: bytes) -> None:
        if data:
            self.delivered += data
            self._writer.write(data)
            await self._writer.drain()

    async def run(self) -> None:
        """Carry bytes until the end, and pass the end on as well."""
        try:
            while data := await self._reader.read(_CHUNK):
                while data and not self.half_open:
                    data = await self.toxic.carry(data, self)
            if not self._hides_the_end:
                self._writer.write_eof()
        except OSError:
            if not self._hides_the_end:
                self.passage.reset()

    @property
    def _hides_the_end(self) -> bool:
        return self.half_open or isinstance(self.toxic, HalfOpen)


class Passage:
    """One connection through the proxy: ``down`` to the client, ``up`` to the server."""

    def __init__(
        self,
        proxy: ToxicProxy,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._proxy = proxy
        self._writers = (client[1], server[1])
        self.down = Way(self, server[0], client[1])
        self.up = Way(self, client[0], server[1])

    def toxic_of(self, way: Way) -> Toxic:
        return self._proxy.down if way is self.down else self._proxy.up

    async def run(self) -> None:
        """Carry bytes both ways until both are at their end."""
        try:
            await asyncio.gather(self.down.run(), self.up.run())
        finally:
            self.cut()

    def cut(self) -> None:
        """Close both sockets in good order; what was passed on still arrives."""
        for writer in self._writers:
            writer.close()

    def reset(self) -> None:
        """Close both sockets with RST; what is still on its way may never arrive."""
        for writer in self._writers:
            connection = writer.get_extra_info("socket")
            with suppress(OSError):  # closed already
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_GOODBYE)
            writer.transport.abort()


class ToxicProxy:
    """Listens on a port of its own and carries every connection to the server's port.

    Attributes:
        port: Where clients connect.
        target: Port of the server; may be changed for connections to come.
        down: What happens to the bytes from the server to the client.
        up: What happens to the bytes from the client to the server.
        passages: Every connection so far.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.down: Toxic = Toxic()
        self.up: Toxic = Toxic()
        self.passages: list[Passage] = []
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        # Bound and never listening: it keeps the port ours while connections are refused.
        self._held = _bound(0)
        self.port: int = self._held.getsockname()[1]

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ifcbHub"

    # -- the door ----------------------------------------------------------------------------

    def open(self) -> None:
        """Take connections."""
        self._listen()
        asyncio.get_running_loop().add_reader(self._listener, self._take)

    def stall(self) -> None:
        """Leave new connections unanswered: the system takes them, nobody ever speaks."""
        self._listen()
        asyncio.get_running_loop().remove_reader(self._listener)

    def refuse(self) -> None:
        """Refuse new connections, and drop those that nobody has taken yet."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def _listen(self) -> None:
        if self._listener is None:
            self._listener = _bound(self.port)
            self._listener.listen()

    # -- all connections ---------------------------------------------------------------------

    def heal(self) -> None:
        """Let everything pass again."""
        self.up = self.down = Toxic()
        self.open()

    def cut(self) -> None:
        """Close every connection."""
        for passage in self.passages:
            passage.cut()

    def reset(self) -> None:
        """Reset every connection."""
        for passage in self.passages:
            passage.reset()

    async def __aenter__(self) -> ToxicProxy:
        self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.refuse()
        self._held.close()
        self.reset()
        await asyncio.sleep(0)  # who was taken a moment ago begins, and so can end
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take(self) -> None:
        assert self._listener is not None
        with suppress(BlockingIOError, ConnectionAbortedError):
            connection, _ = self._listener.accept()
            task = asyncio.create_task(self._carry(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        client = await asyncio.open_connection(sock=connection)
        try:
            server = await asyncio.open_connection("127.0.0.1", self.target)
            passage = Passage(self, client, server)
            self.passages.append(passage)
            await passage.run()
        except OSError:  # nothing listens there
            pass
        finally:
            client[1].close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.setblocking(False)
    bound.bind(("127.0.0.1", port))
    return bound
