"""The WebSocket of a hub connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import CONNECTING, OPEN, Event
from websockets.typing import BytesLike

_DATA: Final = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
# First bytes of frames: of whole data messages, of fragments, and of close, ping and pong.
_WHOLE: Final = (0x81, 0x82)
_FRAGMENTS: Final = (0x00, 0x01, 0x02, 0x80)
_CONTROLS: Final = (0x88, 0x89, 0x8A)
# Second bytes of frames: the length, or in how many bytes it stands behind.
_MAX_SHORT: Final = 125
_SIZE_IN_2: Final = 126
_SIZE_IN_8: Final = 127


class HubSocket(ClientConnection):
    """Hands over everything that has arrived at once, instead of message by message.

    A hub protocol does not care for frames: its records end by themselves. So whole data frames,
    as a hub sends them, are cut out here, many at a time; that costs a fifth of what the library
    needs for them. Every other frame goes to the library in one piece, as does everything from
    the first byte that is not as it should be: to answer, to put together, to refuse and to close
    are its business. Where it gets frames, it is always at the beginning of one.

    Attributes:
        last_bytes: ``time.monotonic()`` of the last bytes from the server, be they but a part of
            a frame.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.last_bytes = time.monotonic()
        self._arrived: list[BytesLike] = []
        self._news = asyncio.Event()
        self._sound = True  # no frame has broken a rule so far
        self._begun = bytearray()  # a frame that is not complete yet
        self._needed = 0  # so many bytes of it before it is worth another look

    async def receive(self) -> bytes:
        """Return the data that have come since the last call, as soon as there are any.

        Raises:
            ConnectionClosed: The connection is over, and everything before has been returned.
        """
        while not self._arrived:
            if self.connection_lost_waiter.done():
                raise self.close_exc
            self._news.clear()
            await self._news.wait()
        arrived, self._arrived = self._arrived, []
        return b"".join(arrived)

    def process_event(self, event: Event) -> None:
        """Keep the data of a frame; leave all others to the library."""
        if isinstance(event, Frame) and event.opcode in _DATA:
            self._arrived.append(event.data)
        else:
            super().process_event(event)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the network, and wake `receive` where there were frames in them."""
        self.last_bytes = time.monotonic()
        while data and self.protocol.state is CONNECTING:
            line = data.find(b"\n") + 1 or len(data)  # the first frame comes behind a line end
            super().data_received(data[:line])
            data = data[line:]
        if self._begun:
            self._begun += data
            if len(self._begun) < self._needed:
                return
            data = bytes(self._begun)
            self._begun.clear()
        self._take_frames(data)
        if self._arrived:
            self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end, and wake `receive`."""
        super().connection_lost(exc)
        self._news.set()

    def _take_frames(self, data: bytes) -> None:
        limit = self.protocol.max_message_size or 0
        at = 0
        while self._sound and self.protocol.state is OPEN:
            if self.protocol.current_size is None:  # else a message in fragments is under way
                at = take_messages(data, at, limit, self._arrived.append)
            if at == len(data):
                return
            end = end_of_frame(data, at, limit)
            if end is None:
                self._sound = False
                break
            if end > len(data):
                self._begun += data[at:]
                self._needed = end - at
                return
            super().data_received(data[at:end])
            at = end
        super().data_received(data[at:])


def take_messages(data: bytes, at: int, limit: int, take: Callable[[bytes], object]) -> int:
    """Take the payloads of complete, unfragmented data frames that follow one another.

    Args:
        data: What came from the server, which masks nothing.
        at: Where the first frame begins.
        limit: Largest payload to take.
        take: Called with each payload.

    Returns:
        Where the first frame begins that is none of these.
    """
    end = len(data)
    try:
        while data[at] in _WHOLE:
            size = data[at + 1]
            start = at + 2
            if size > _MAX_SHORT:
                if size == _SIZE_IN_2:
                    size = data[at + 2] << 8 | data[at + 3]
                    start = at + 4
                elif size == _SIZE_IN_8:
                    start = at + 10
                    size = int.from_bytes(data[at + 2 : start])
                else:
                    break
            stop = start + size
            if stop > end or size > limit:
                break
            take(data[start:stop])
            at = stop
    except IndexError:  # the end of the data
        pass
    return at


def end_of_frame(data: bytes, at: int, limit: int) -> int | None:
    """Return where a frame ends, or, beyond the data, how much must be there to tell.

    None if the frame breaks a rule: there is nothing to wait for.
    """
    head = data[at : at + 10]
    if len(head) < 2:
        return at + 2
    kind, size = head[0], head[1]
    if kind in _CONTROLS:
        return at + 2 + size if size <= _MAX_SHORT else None
    if (kind not in _WHOLE and kind not in _FRAGMENTS) or size > _SIZE_IN_8:
        return None
    if size > _MAX_SHORT:
        start = 4 if size == _SIZE_IN_2 else 10
        if len(head) < start:
            return at + start
        size = int.from_bytes(head[2:start])
    else:
        start = 2
    return at + start + size if size <= limit else None
