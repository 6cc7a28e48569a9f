"""The socket that cuts frames out by itself must do just what the library alone would do."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from ifcbgui.signalr.hub_socket import HubSocket

LIMIT = 1000
DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)

payloads = st.binary(max_size=140) | st.integers(0, LIMIT + 5).map(lambda size: b"x" * size)
small = st.binary(max_size=20)


def frame(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin=fin).serialize(mask=False)


def in_fragments(pieces: list[bytes], between: bytes) -> bytes:
    """Return a message in fragments with a control frame between them."""
    opcodes = [Opcode.TEXT, *[Opcode.CONT] * (len(pieces) - 1)]
    frames = [frame(op, data, fin=False) for op, data in zip(opcodes, pieces, strict=True)]
    return between.join(frames) + between + frame(Opcode.CONT, b"end")


pings = st.builds(frame, st.sampled_from([Opcode.PING, Opcode.PONG]), small)
whole = st.builds(frame, st.sampled_from([Opcode.TEXT, Opcode.BINARY]), payloads)
fragmented = st.builds(in_fragments, st.lists(small, min_size=1, max_size=3), pings | whole)
closing = st.just(frame(Opcode.CLOSE, b"\x03\xe8bye"))
garbage = st.binary(min_size=1, max_size=12)
good = st.lists(whole | pings | fragmented, max_size=8).map(b"".join)
streams = st.tuples(good, st.just(b"") | closing | garbage, good).map(b"".join)


class Wire(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass


def answered(data: bytes) -> list[Event]:
    """Return the frames that a client has sent; each is masked in a way of its own."""
    server = ServerProtocol(state=State.OPEN)
    server.receive_data(data)
    return server.events_received()


async def both_after(stream: bytes, cuts: list[int]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return what the library and what ours make of a stream in pieces, from the handshake on."""
    uri = parse_uri("ws://127.0.0.1/hub")
    plain, inner = (ClientProtocol(uri, max_size=LIMIT) for _ in range(2))
    inner.key = plain.key
    request = plain.connect()
    plain.send_request(request)
    inner.send_request(request)
    server = ServerProtocol()
    server.receive_data(b"".join(plain.data_to_send()))
    server.send_response(server.accept(request))
    wire = b"".join(server.data_to_send()) + stream
    inner.data_to_send()

    ours, transport = HubSocket(inner, max_queue=None), Wire()
    ours.connection_made(transport)
    events, written = [], b""
    for start, stop in pairwise(sorted({0, *(cut % len(wire) for cut in cuts), len(wire)})):
        plain.receive_data(wire[start:stop])
        events += plain.events_received()
        written += b"".join(plain.data_to_send())
        ours.data_received(wire[start:stop])
    data = [e.data for e in events if isinstance(e, Frame) and e.opcode in DATA]
    expected = b"".join(data), answered(written), plain.state, plain.close_rcvd
    arrived = await ours.receive() if ours._arrived else b""
    return expected, (arrived, answered(transport.written), inner.state, inner.close_rcvd)


@given(streams, st.lists(st.integers(0, 5000), max_size=6))
def test_any_frames_cut_anywhere_are_what_the_library_makes_of_them(
    stream: bytes, cuts: list[int]
) -> None:
    expected, got = asyncio.run(both_after(stream, cuts))
    assert got == expected


@pytest.mark.parametrize(
    "stream",
    [
        frame(Opcode.TEXT, b"x" * 125) + frame(Opcode.TEXT, b"y" * 126) + b"\x81",
        frame(Opcode.TEXT, b"x" * LIMIT) + frame(Opcode.PING, b"p"),
        frame(Opcode.TEXT, b"a") + frame(Opcode.TEXT, b"x" * (LIMIT + 1)) + b"later",
        b"\x81\x7f" + (5).to_bytes(8) + b"hello" + frame(Opcode.TEXT, b"b"),
        b"\x81\x7f" + b"\xff" * 8 + b"x",
        b"\x81\x81mask!",
        b"\xc1\x01x",
        b"\x83\x01x",
        b"\x89\x7e\x01\x00",
        frame(Opcode.TEXT, b"one", fin=False) + frame(Opcode.TEXT, b"two"),
        frame(Opcode.CONT, b"of nothing"),
        frame(Opcode.CLOSE, b"\x03\xe8") + frame(Opcode.TEXT, b"too late"),
    ],
)
async def test_frames_at_the_edges(stream: bytes) -> None:
    for cuts in ([], list(range(5000))):
        expected, got = await both_after(stream, cuts)
        assert got == expected
