from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ifcbgui.signalr import ConnectionLostError, SendQueueFullError
from ifcbgui.signalr.outbox import MAX_WAITING, Outbox


class Wire:
    """A socket that takes data only while ``open`` is set."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.taken: list[bytes] = []

    async def send(self, data: bytes) -> None:
        await self.open.wait()
        self.taken.append(data)


@pytest.fixture
async def wire() -> Wire:
    return Wire()


@pytest.fixture
async def outbox(wire: Wire) -> AsyncIterator[Outbox]:
    outbox = Outbox()
    task = asyncio.create_task(outbox.run(wire.send))
    yield outbox
    task.cancel()
    await asyncio.wait((task,))


async def test_data_go_out_in_order(outbox: Outbox, wire: Wire) -> None:
    wire.open.set()
    await outbox.flush()
    for data in (b"1", b"2", b"3"):
        outbox.put(data)
    await outbox.flush()
    assert wire.taken == [b"1", b"2", b"3"]


async def test_t40_what_waits_is_bounded_and_goes_out_later(outbox: Outbox, wire: Wire) -> None:
    outbox.put(b"x" * MAX_WAITING)
    outbox.put(b"y")
    with pytest.raises(SendQueueFullError):
        outbox.put(b"z")
    wire.open.set()
    await outbox.flush()
    outbox.put(b"z")
    await outbox.flush()
    assert [data[:1] for data in wire.taken] == [b"x", b"y", b"z"]


async def test_the_end_of_the_connection_wakes_those_who_wait(outbox: Outbox) -> None:
    outbox.put(b"1")
    flushing = asyncio.create_task(outbox.flush())
    await asyncio.sleep(0)
    outbox.close()
    with pytest.raises(ConnectionLostError):
        await flushing
    with pytest.raises(ConnectionLostError):
        outbox.put(b"2")
