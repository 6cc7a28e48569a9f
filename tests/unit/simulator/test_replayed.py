"""A recorded instrument behind a real hub, heard by our own client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Literal

import pytest

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.simulator import ReplayServer

S = 1_000_000_000
SERIAL = "111-111-207"
TALK = [
    ("in", "valuechanged:pausestate:1", 7),
    ("out", "routine:runsample", None),
    ("in", "triggerimage:AAAA", 8),
    ("in", "valuechanged:pausestate:0", 9),
    ("in", "syringetrack:2.50", 10),
]


def recorded(talk: list[tuple[str, str, int | None]] = TALK) -> list[Entry]:
    """Return entries a second apart."""
    return [
        Entry(parse_message(text), Direction(way), n * S, n * S, "host-207", "host", number)
        for n, (way, text, number) in enumerate(talk)
    ]


class Listener:
    """A client and all that it has heard."""

    def __init__(
        self, server: ReplayServer, protocol: Literal["json", "messagepack"] = "json"
    ) -> None:
        self.client = AsyncIFCBClient(server.url, SERIAL, protocol=protocol)
        self.heard: list[Entry] = []
        self.missing: list[object] = []
        self.client.add_entry_listener(self._take)
        self.client.add_missing_listener(self.missing.append)

    def _take(self, entry: Entry) -> None:
        if entry.direction is Direction.IN:
            self.heard.append(entry)

    @property
    def texts(self) -> list[str]:
        return [entry.message.text for entry in self.heard]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


SAID = [text for way, text, _ in TALK if way == "in"]


async def test_a_client_hears_all_that_was_heard_in_its_envelopes() -> None:
    async with ReplayServer(recorded(), serial=SERIAL, speed=100) as server:
        listener = Listener(server)
        async with listener.client:
            assert await server.ended() == 4
            await until(lambda: len(listener.heard) == 4)
    assert listener.texts == SAID
    envelopes = {(entry.sender, entry.source) for entry in listener.heard}
    assert envelopes == {("host-207", "host")}
    assert [entry.seqno for entry in listener.heard] == [7, 8, 9, 10]
    assert listener.missing == []


async def test_it_keeps_the_recorded_time() -> None:
    async with ReplayServer(recorded(), serial=SERIAL, speed=20) as server:
        listener = Listener(server)
        async with listener.client:
            await until(lambda: len(listener.heard) == 4)
    length_s = (listener.heard[-1].monotonic_ns - listener.heard[0].monotonic_ns) / S
    assert 0.15 < length_s < 1.0  # four seconds at twenty times


async def test_who_comes_later_is_told_the_newest_of_everything_but_images() -> None:
    async with (
        ReplayServer(recorded(), serial=SERIAL, speed=100) as server,
        Listener(server).client,
    ):
        await server.ended()
        late = Listener(server)
        async with late.client:
            await until(lambda: len(late.heard) == 2)
            await late.client.relay_message_to_host("refresh")
            await until(lambda: len(late.heard) == 4)
    assert late.texts == ["valuechanged:pausestate:0", "syringetrack:2.50"] * 2
    assert late.missing == []
    assert {entry.seqno for entry in late.heard} == {10}


async def test_commands_are_not_obeyed_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with ReplayServer(recorded(), serial=SERIAL, speed=100) as server:
        listener = Listener(server)
        with caplog.at_level(logging.WARNING, "ifcbgui.simulator.replayed"):
            async with listener.client:
                await server.ended()
                await listener.client.relay_message_to_host("routine:runsample")
                await until(lambda: "Not obeyed" in caplog.text)
                await asyncio.sleep(0.05)
    assert "routine:runsample" in caplog.text
    assert listener.texts == SAID


async def test_many_at_once_reach_a_client_without_a_gap() -> None:
    """The hub drops a client that has too much waiting; a replay waits for it instead."""
    image = "triggerimage:" + "A" * 100_000
    talk: list[tuple[str, str, int | None]] = [("in", image, number) for number in range(600)]
    async with ReplayServer(recorded(talk), serial=SERIAL, speed=1e6) as server:
        listener = Listener(server)
        async with listener.client:
            await server.ended()
            await until(lambda: len(listener.heard) == 600)
    assert listener.missing == []


async def test_both_protocols_are_spoken() -> None:
    async with ReplayServer(recorded(), serial=SERIAL, speed=100) as server:
        listener = Listener(server, "messagepack")
        async with listener.client:
            await until(lambda: len(listener.heard) == 4)
    assert listener.texts == SAID


def test_a_speed_must_be_above_nothing() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ReplayServer((), serial=SERIAL, speed=0)
