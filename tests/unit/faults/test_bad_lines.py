"""What the client says and does on lines as they are at sea. Every test ends with a look at the
session: what arrived is in it once, in order, and as the host said it (fixture ``one``).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from ifcbgui.instrument.errors import CommandError, Refusal
from ifcbgui.instrument.link import LinkState
from ifcbgui.session import EventKind
from ifcbgui.signalr import HubOptions
from tests.helpers.recorded_client import PATIENCE_S, RecordedClient
from tests.helpers.scripted_hub import until
from tests.helpers.talking_hub import TalkingHub
from tests.helpers.toxic_proxy import (
    Corrupt,
    Cut,
    HalfOpen,
    Latency,
    Reset,
    SlowLoris,
    Throttle,
    Toxic,
    ToxicProxy,
    Way,
)

NETWORK = "Check the network to the server, and that IFCBacquire is still running."
# Longer than a busy computer needs for anything: in these tests nothing may time out.
PATIENT = HubOptions(keep_alive_s=0.1, server_timeout_s=PATIENCE_S)


async def back_online(one: RecordedClient, proxy: ToxicProxy) -> None:
    proxy.heal()
    await one.hears(5)


# -- lines that break ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toxic", "says"),
    [
        (Cut(), "The connection to the server broke off."),
        (Cut(after=100), "The connection to the server broke off."),
        (Reset(after=100), "The server cut the connection off."),
    ],
)
@pytest.mark.parametrize("way", ["down", "up"])
async def test_a_connection_that_is_cut_comes_back(
    one: RecordedClient, proxy: ToxicProxy, toxic: Toxic, way: str, says: str
) -> None:
    setattr(proxy, way, type(toxic)(toxic.after))  # type: ignore[attr-defined, call-arg]
    lost = await one.loses_the_link()
    assert lost.state is LinkState.RECONNECTING
    # Which of the two is seen where bytes were under way is up to the system.
    assert lost.error in (says, "The server cut the connection off.")
    assert lost.hint == NETWORK
    await back_online(one, proxy)
    await asyncio.to_thread(one.recorder.flush)
    kinds = [kind for kind, _ in one.events() if kind in (EventKind.CONNECTED, EventKind.LOST)]
    assert kinds[:3] == [EventKind.CONNECTED, EventKind.LOST, EventKind.CONNECTED]


def whole_frames(stream: bytes) -> bytes:
    """Return what the complete frames hold that a server has sent; half of one has not arrived."""
    content, start = b"", stream.index(b"\r\n\r\n") + 4
    while len(stream) >= start + 2:
        more = {126: 2, 127: 8}.get(stream[start + 1], 0)
        begin = start + 2 + more
        size = int.from_bytes(stream[start + 2 : begin], "big") if more else stream[start + 1]
        if len(stream) < begin + size:
            break
        start = begin + size
        content += stream[begin:start]
    return content


async def test_all_that_came_before_a_cut_is_recorded(
    one: RecordedClient, proxy: ToxicProxy, hub: TalkingHub
) -> None:
    """Not only in order: nothing of what reached this computer is thrown away."""
    passage = proxy.passages[-1]
    proxy.down = Cut(after=150_000)
    for number in range(2000):
        hub.say(f"reportevent:All at once, {number}")
    await one.loses_the_link()
    delivered = re.findall(rb'"host",(\d+),"', whole_frames(bytes(passage.down.delivered)))
    heard = [arrival.seqno for arrival in one.arrivals if arrival.connection == 1]
    assert heard == [*map(int, delivered)]
    assert len(heard) > 500
    await back_online(one, proxy)


@pytest.mark.parametrize("way", ["down", "both"])
async def test_a_half_open_connection_is_given_up_after_the_time_limit(
    one: RecordedClient, proxy: ToxicProxy, way: str
) -> None:
    proxy.down = HalfOpen()
    if way == "both":
        proxy.up = HalfOpen()
    lost = await one.loses_the_link()
    assert lost.error == "Nothing came from the server for 0.3 s."
    assert lost.hint == "Check the network to the server, and that the server is not frozen."
    await back_online(one, proxy)


async def test_a_line_half_open_only_upwards_is_ended_by_the_server(
    one: RecordedClient, proxy: ToxicProxy
) -> None:
    proxy.up = HalfOpen()
    lost = await one.loses_the_link()
    assert "Connection closed with an error" in (lost.error or "")
    await back_online(one, proxy)


# -- lines that are slow ---------------------------------------------------------------------


@pytest.fixture
async def patient(proxy: ToxicProxy, hub: TalkingHub, tmp_path: Path):
    async with RecordedClient(proxy.url, tmp_path / "patient", options=PATIENT) as client:
        await client.hears(5)
        yield client
    client.assert_recorded_once_and_in_order(hub.said)
    assert client.connections == 1, client.statuses


@pytest.mark.parametrize(
    "toxic", [Latency(0.05, jitter=0.05), Throttle(20_000.0), SlowLoris(0.0001)], ids=repr
)
async def test_a_slow_line_loses_nothing_and_is_not_taken_for_a_dead_one(
    patient: RecordedClient, proxy: ToxicProxy, toxic: Toxic
) -> None:
    proxy.down = proxy.up = toxic
    await patient.hears(10)
    proxy.heal()
    await patient.hears(10)


async def test_a_message_that_takes_longer_than_the_time_limit_arrives(
    one: RecordedClient, proxy: ToxicProxy, hub: TalkingHub
) -> None:
    """At 9.6 kbit/s an image takes a minute, and every ping waits behind it."""
    hub.quiet = True
    proxy.down = Throttle(960.0)
    hub.say("triggerimage:" + "x" * 800)  # 0.8 s; the limit is 0.3 s
    await one.until(lambda: one.arrivals[-1].text.startswith("triggerimage:"))
    assert one.connections == 1, one.statuses
    proxy.heal()


async def test_a_line_that_only_trickles_is_given_up_some_time(
    one: RecordedClient, proxy: ToxicProxy, hub: TalkingHub
) -> None:
    """A length that was damaged on the way swallows every message behind it, for ever."""
    hub.quiet = True
    proxy.down = SlowLoris(0.01)
    hub.say("x" * 50_000)
    lost = await one.loses_the_link()
    assert lost.error == "The server has sent only a part of a message for 3 s."
    assert "very slow, or damages" in (lost.hint or "")
    hub.quiet = False
    await back_online(one, proxy)


# -- lines that damage -----------------------------------------------------------------------


@pytest.mark.parametrize("way", ["down", "up"])
async def test_damaged_bytes_end_the_connection_once_and_are_never_recorded(
    one: RecordedClient, proxy: ToxicProxy, way: str
) -> None:
    before = len(one.statuses)
    setattr(proxy, way, Corrupt())
    lost = await one.loses_the_link()
    assert lost.error
    assert lost.hint
    await one.until(lambda: one.client.link.attempt >= 3)  # what is new is damaged as well
    waits = [s.retry_at_ns - s.since_ns for s in one.statuses[before:] if s.retry_at_ns is not None]
    assert max(waits) > 0, "it tries without a pause"
    await back_online(one, proxy)


@dataclass
class Forge(Toxic):
    """Replaces one text by another that looks as good."""

    old: bytes
    new: bytes

    async def carry(self, data: bytes, way: Way) -> bytes:
        return await super().carry(data.replace(self.old, self.new), way)


async def test_damage_that_looks_like_a_message_cannot_be_told(
    proxy: ToxicProxy, hub: TalkingHub, tmp_path: Path
) -> None:
    """A hub's messages carry no checksum. TCP's own finds most damage, TLS (wss) all of it."""
    async with RecordedClient(proxy.url, tmp_path) as client:
        await client.hears(5)
        proxy.down = Forge(b"pausestate:0", b"pausestate:1")
        hub.say("valuechanged:pausestate:0")
        await until(lambda: client.client.state.value("pausestate") is not None)
        assert client.client.state.paused is True
        assert client.connections == 1


# -- doors that are shut ---------------------------------------------------------------------


async def test_a_port_that_refuses_is_named_and_tried_until_it_opens(
    one: RecordedClient, proxy: ToxicProxy
) -> None:
    proxy.refuse()
    proxy.reset()
    await one.until(lambda: one.client.link.attempt >= 4)
    assert one.client.link.state is LinkState.RECONNECTING
    assert one.client.link.error == (
        f"Nothing answers at 127.0.0.1 port {proxy.port} (connection refused)."
    )
    assert one.client.link.hint == ("Check the address and port, and that IFCBacquire is running.")
    await back_online(one, proxy)


async def test_a_port_that_accepts_and_says_nothing_is_given_up(
    one: RecordedClient, proxy: ToxicProxy
) -> None:
    proxy.stall()
    proxy.cut()
    await one.until(lambda: "No answer" in (one.client.link.error or ""))
    assert one.client.link.error == f"No answer from 127.0.0.1 port {proxy.port} within 0.3 s."
    assert one.client.link.hint == (
        "Check the address, the cable or Wi-Fi, and any VPN or firewall in between."
    )
    await back_online(one, proxy)


async def test_a_server_that_answers_byte_by_byte_for_ever_is_given_up(
    one: RecordedClient, proxy: ToxicProxy
) -> None:
    proxy.down = SlowLoris(0.05)
    proxy.cut()
    await one.until(lambda: "No answer" in (one.client.link.error or ""))
    await back_online(one, proxy)


async def test_the_hub_is_restarted(one: RecordedClient, hub: TalkingHub) -> None:
    await hub.restart()
    await one.hears(5)
    first_said = next(status.error for status in one.statuses if status.error)
    assert first_said == "The server closed the connection (code 1001)."


# -- commands --------------------------------------------------------------------------------


async def fate_of(one: RecordedClient, command: str) -> Refusal:
    """Send a command that does not get through; return why."""
    with pytest.raises(CommandError) as failure:
        await one.client.relay_message_to_host(command, timeout=PATIENCE_S)
    assert failure.value.hint
    return failure.value.reason


async def test_a_command_under_way_when_the_line_breaks_may_have_been_executed(
    one: RecordedClient, proxy: ToxicProxy, hub: TalkingHub
) -> None:
    """The hub has it, but its answer is lost: the client must not claim either."""
    proxy.down = HalfOpen()
    assert await fate_of(one, "routine:runsample") is Refusal.LOST
    await back_online(one, proxy)
    assert hub.done.count("routine:runsample") == 1, "nothing is ever sent twice"


async def test_a_command_that_never_arrives_has_no_known_fate_either(
    one: RecordedClient, proxy: ToxicProxy, hub: TalkingHub
) -> None:
    proxy.up = Cut()
    assert await fate_of(one, "routine:runsample") is Refusal.LOST
    await back_online(one, proxy)
    assert hub.done.count("routine:runsample") == 0


async def test_a_command_without_a_connection_was_surely_not_sent(
    one: RecordedClient, proxy: ToxicProxy, hub: TalkingHub
) -> None:
    proxy.refuse()
    proxy.cut()
    await one.loses_the_link()
    assert await fate_of(one, "routine:runsample") is Refusal.NOT_CONNECTED
    await back_online(one, proxy)
    assert "routine:runsample" not in hub.done


async def test_all_commands_under_way_learn_of_the_loss_at_once(
    one: RecordedClient, proxy: ToxicProxy
) -> None:
    proxy.down = HalfOpen()
    fates = [asyncio.create_task(fate_of(one, f"daq:setdatafolder:/{n}")) for n in range(5)]
    await asyncio.sleep(0)
    proxy.cut()
    assert await asyncio.gather(*fates) == [Refusal.LOST] * 5
    await back_online(one, proxy)
