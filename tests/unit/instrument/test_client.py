"""The client on the simulated instrument, over a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from ifcbgui import AsyncIFCBClient, IFCBClient
from ifcbgui.instrument.connection import FAREWELL
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import (
    AccessDeniedError,
    CommandError,
    ConnectError,
    ObserveOnlyError,
    Refusal,
    SignOnError,
)
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.sign_on import GREETING, REFRESH
from ifcbgui.signalr import Invocation
from ifcbgui.simulator import Simulator, SimulatorThread
from tests.helpers.guarded_hub import GuardedHub
from tests.helpers.scripted_hub import NEGOTIATED, ScriptedHub
from tests.helpers.taking_hub import taking

SERIAL = "111-111-207"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(serial=SERIAL, seed=1, speed=200.0) as running:
        yield running


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.01)


async def test_wrong_credentials_are_told_apart_from_other_failures() -> None:
    async with GuardedHub({"Authorization": "Bearer SESAME"}) as hub:
        with pytest.raises(AccessDeniedError) as denied:
            await AsyncIFCBClient(hub.url, SERIAL).connect()
        assert denied.value.hint
        client = AsyncIFCBClient(hub.url, SERIAL, headers={"Authorization": "Bearer SESAME"})
        async with client:
            assert client.link.state is LinkState.ONLINE


async def test_an_instrument_over_messagepack(simulator: Simulator) -> None:
    async with AsyncIFCBClient(simulator.url, SERIAL, protocol="messagepack") as client:
        assert client.protocol == "messagepack"
        await until(lambda: len(client.state.values) > 80)
        await client.relay_message_to_host("daq:switchauxpower1:1")
        await until(lambda: client.state.value("switchauxpower1") is True)


async def test_messagepack_gives_way_to_json_where_the_hub_offers_text_only() -> None:
    transport = {"transport": "WebSockets", "transferFormats": ["Text"]}
    answer = {**NEGOTIATED, "availableTransports": [transport]}
    async with ScriptedHub(taking(), answers=[answer]) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, protocol="messagepack")
        async with client:
            assert (client.protocol, client.link.state) == ("json", LinkState.ONLINE)


async def test_signs_on_and_learns_the_state(simulator: Simulator) -> None:
    entries: list[Entry] = []
    states: list[LinkState] = []
    client = AsyncIFCBClient(simulator.url, SERIAL)
    client.add_entry_listener(entries.append)
    client.add_link_listener(lambda status: states.append(status.state))
    async with client:
        await until(lambda: len(client.state.values) > 80)
        sent = [entry.message.text for entry in entries if entry.direction is Direction.OUT]
        assert sent == [GREETING, REFRESH]
        assert client.state.value("switchlaser") is True
    assert states == [
        LinkState.CONNECTING,
        LinkState.SIGNING_ON,
        LinkState.ONLINE,
        LinkState.OFF,
    ]
    assert [e for e in entries if e.direction is Direction.OUT][-1].message.text == FAREWELL
    numbers = [entry.seqno for entry in entries if entry.direction is Direction.IN]
    assert numbers == sorted(set(numbers), key=numbers.index)
    assert None not in numbers


async def test_command_comes_back_as_its_echo(simulator: Simulator) -> None:
    client = AsyncIFCBClient(simulator.url, SERIAL)
    echoes: asyncio.Queue[tuple[object, ...]] = asyncio.Queue()

    async def remember(*fields: object) -> None:
        await echoes.put(fields)

    client.on(("valuechanged", "setdatafolder"), remember)
    async with client:
        await client.relay_message_to_host("daq:setdatafolder:/data/pier")
        async with asyncio.timeout(10):
            while (await echoes.get())[2] != "/data/pier":
                pass


async def test_handler_may_send_and_disconnect(simulator: Simulator) -> None:
    client = AsyncIFCBClient(simulator.url, SERIAL)
    done = asyncio.Event()

    async def leave(*_fields: object) -> None:
        await client.relay_message_to_host("refresh")
        await client.disconnect()
        done.set()

    client.on(("valuechanged", "hostversion"), leave)
    await client.connect()
    async with asyncio.timeout(10):
        await done.wait()
    assert client.link.state is LinkState.OFF
    await client.disconnect()


async def test_observe_only_lets_no_command_out(simulator: Simulator) -> None:
    entries: list[Entry] = []
    client = AsyncIFCBClient(simulator.url, SERIAL, observe=True)
    client.add_entry_listener(entries.append)
    async with client:
        with pytest.raises(ObserveOnlyError):
            await client.relay_message_to_host("routine:runsample")
    sent = [entry.message.text for entry in entries if entry.direction is Direction.OUT]
    assert sent == [GREETING, REFRESH, FAREWELL]


async def test_too_large_a_command_is_not_sent(simulator: Simulator) -> None:
    entries: list[Entry] = []
    async with AsyncIFCBClient(simulator.url, SERIAL) as client:
        client.add_entry_listener(entries.append)
        with pytest.raises(CommandError) as failure:
            await client.relay_message_to_host("interactive:load:" + "x" * 40_000)
        assert failure.value.reason is Refusal.TOO_LARGE
        assert "32" in str(failure.value)
        assert client.link.online
        assert not [entry for entry in entries if entry.direction is Direction.OUT]


async def test_command_that_cannot_be_encoded_is_not_sent(simulator: Simulator) -> None:
    async with AsyncIFCBClient(simulator.url, SERIAL) as client:
        with pytest.raises(CommandError, match="Not sent") as failure:
            await client.relay_message_to_host("daq:setfilecomment:\ud800")
        assert failure.value.reason is Refusal.HELD_BACK


async def test_refused_start_does_not_stand_as_requested() -> None:
    async with (
        ScriptedHub(taking("routine:runsample")) as hub,
        AsyncIFCBClient(hub.url, SERIAL) as client,
    ):
        with pytest.raises(CommandError) as failure:
            await client.relay_message_to_host("routine:runsample")
        assert failure.value.reason is Refusal.REFUSED
        assert client.state.run is None
        await client.relay_message_to_host("routine:beads")
        assert client.state.run is not None


async def test_wrong_serial_is_said_within_the_time(simulator: Simulator) -> None:
    client = AsyncIFCBClient(simulator.url, "000-000-000", retry=False, sign_on_timeout=0.3)
    with pytest.raises(SignOnError, match="000-000-000"):
        await client.connect()
    assert client.link.state is LinkState.FAILED
    assert "serial" in str(client.link.hint)


async def test_refused_port_is_said_at_once(unused_tcp_port: int) -> None:
    client = AsyncIFCBClient(f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub", SERIAL, retry=False)
    with pytest.raises(ConnectError, match=str(unused_tcp_port)) as failure:
        await client.connect()
    assert failure.value.hint
    assert client.link.state is LinkState.FAILED


async def test_address_that_is_none() -> None:
    with pytest.raises(ConnectError):
        AsyncIFCBClient("ftp://nowhere", SERIAL)


async def test_disconnect_ends_the_trying(unused_tcp_port: int) -> None:
    client = AsyncIFCBClient(f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub", SERIAL)
    connecting = asyncio.create_task(client.connect())
    await until(lambda: client.link.error)
    await client.disconnect()
    with pytest.raises(ConnectError):
        await connecting
    assert client.link.state is LinkState.OFF


async def test_comes_back_by_itself_and_refreshes(unused_tcp_port: int) -> None:
    statuses: list[LinkStatus] = []
    back = asyncio.Event()
    first = Simulator(port=unused_tcp_port, serial=SERIAL, seed=1)
    await first.start()
    client = AsyncIFCBClient(first.url, SERIAL)
    client.add_link_listener(statuses.append)
    client.on_reconnect(back.set)
    async with client:
        online_since = client.link.online_since_ns
        await first.stop()
        await until(lambda: client.link.state is LinkState.RECONNECTING)
        with pytest.raises(CommandError) as failure:
            await client.relay_message_to_host("refresh")
        assert failure.value.reason is Refusal.NOT_CONNECTED
        async with Simulator(port=unused_tcp_port, serial=SERIAL, seed=1):
            async with asyncio.timeout(20):
                await back.wait()
            assert client.link.state is LinkState.ONLINE
            assert client.link.online_since_ns != online_since
            since = client.link.online_since_ns or 0
            await until(
                lambda: (
                    (reading := client.state.reading("switchlaser"))
                    and reading.monotonic_ns > since
                )
            )


async def test_connect_waits_for_a_disconnect_under_way(simulator: Simulator) -> None:
    client = AsyncIFCBClient(simulator.url, SERIAL)
    await client.connect()
    async with asyncio.timeout(10):
        await asyncio.gather(client.disconnect(), client.connect())
        assert client.link.online
        leaving = asyncio.create_task(client.disconnect())
        await until(lambda: client.link.state is not LinkState.ONLINE or leaving.done())
        await asyncio.gather(leaving, client.connect())
    assert client.link.online
    await client.disconnect()


async def test_two_disconnects_say_farewell_once(simulator: Simulator) -> None:
    entries: list[Entry] = []
    client = AsyncIFCBClient(simulator.url, SERIAL)
    client.add_entry_listener(entries.append)
    await client.connect()
    await asyncio.gather(client.disconnect(), client.disconnect())
    assert [entry.message.text for entry in entries].count(FAREWELL) == 1


async def test_disconnect_right_after_connect_ends_it(simulator: Simulator) -> None:
    client = AsyncIFCBClient(simulator.url, SERIAL)
    async with asyncio.timeout(10):
        connected, left = await asyncio.gather(
            client.connect(), client.disconnect(), return_exceptions=True
        )
    assert isinstance(connected, ConnectError)
    assert left is None
    assert client.link.state is LinkState.OFF


async def test_cancelled_connect_leaves_nothing_behind(unused_tcp_port: int) -> None:
    client = AsyncIFCBClient(f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub", SERIAL)
    connecting = asyncio.create_task(client.connect())
    await until(lambda: client.link.error)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert client.link.state is LinkState.OFF
    async with Simulator(port=unused_tcp_port, serial=SERIAL, seed=1), client:
        assert client.link.online  # it can begin anew


async def test_connect_while_reconnecting_waits_until_online(unused_tcp_port: int) -> None:
    first = Simulator(port=unused_tcp_port, serial=SERIAL, seed=1)
    await first.start()
    async with AsyncIFCBClient(first.url, SERIAL) as client:
        await first.stop()
        await until(lambda: client.link.state is LinkState.RECONNECTING)
        connecting = asyncio.create_task(client.connect())
        await asyncio.wait([connecting], timeout=0.1)
        assert not connecting.done()
        async with Simulator(port=unused_tcp_port, serial=SERIAL, seed=1):
            async with asyncio.timeout(20):
                await connecting
            assert client.link.online


async def test_connecting_anew_in_a_handler_leaves_one_handler_at_a_time(
    simulator: Simulator,
) -> None:
    client = AsyncIFCBClient(simulator.url, SERIAL)
    calls: list[int] = []
    under_way = 0

    async def handler(*_fields: object) -> None:
        nonlocal under_way
        under_way += 1
        calls.append(under_way)
        if len(calls) == 1:
            await client.disconnect()
            await client.connect()
        await asyncio.sleep(0.01)
        under_way -= 1

    client.on(("valuechanged",), handler)
    await client.connect()
    await until(lambda: len(calls) > 5)
    await client.disconnect()
    assert set(calls) == {1}


@pytest.mark.parametrize("kind", ["entry", "link"])
async def test_listener_that_raises_hurts_nothing(
    simulator: Simulator, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    def bad(_news: object) -> None:
        raise RuntimeError("as told")

    heard: list[object] = []
    client = AsyncIFCBClient(simulator.url, SERIAL)
    add = client.add_entry_listener if kind == "entry" else client.add_link_listener
    add(bad)
    add(heard.append)
    async with asyncio.timeout(10), client:
        await until(lambda: len(client.state.values) > 80)
    assert len(heard) > 2
    assert "as told" in caplog.text


async def test_waiting_for_a_link_that_nobody_makes_ends_at_once() -> None:
    client = AsyncIFCBClient("ws://192.168.1.100/ifcbHub", SERIAL)
    async with asyncio.timeout(5):
        with pytest.raises(CommandError) as failure:
            await client.wait_online(60)
    assert failure.value.reason is Refusal.NOT_CONNECTED


async def test_waiting_for_a_link_ends_with_the_trying(unused_tcp_port: int) -> None:
    client = AsyncIFCBClient(f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub", SERIAL)
    connecting = asyncio.create_task(client.connect())
    await until(lambda: client.link.error)
    with pytest.raises(CommandError):
        await client.wait_online(0.01)
    waiting = asyncio.create_task(client.wait_online(60))
    await asyncio.sleep(0)
    await client.disconnect()
    async with asyncio.timeout(5):
        with pytest.raises(CommandError):
            await waiting
        with pytest.raises(ConnectError):
            await connecting


def test_synchronous_program() -> None:
    simulator = SimulatorThread(serial=SERIAL, seed=1, speed=200.0)
    simulator.start()
    try:
        started, echoed = threading.Event(), threading.Event()
        client = IFCBClient(simulator.url, SERIAL)
        client.on_started(lambda _arguments: started.set())
        client.on(("valuechanged", "setfilecomment", "dock: test"), lambda *_: echoed.set())
        client.connect()
        client.relay_message_to_host("daq:setfilecomment:dock: test")
        assert started.wait(10)
        assert echoed.wait(10)
        client.disconnect()
        assert client.link.state is LinkState.OFF
    finally:
        simulator.stop()


def test_disconnect_inside_a_handler_of_a_synchronous_program() -> None:
    simulator = SimulatorThread(serial=SERIAL, seed=1)
    simulator.start()
    try:
        left = threading.Event()
        client = IFCBClient(simulator.url, SERIAL)

        def leave(*_fields: object) -> None:
            client.disconnect()
            left.set()

        client.on(("valuechanged", "hostversion"), leave)
        client.connect()
        assert left.wait(10)
        client.disconnect()
    finally:
        simulator.stop()


def test_a_listener_sees_the_state_after_the_message_before_also_within_one_arrival() -> None:
    client = AsyncIFCBClient("ws://127.0.0.1/ifcbHub", "111-111-111")
    seen: list[object] = []
    client.add_entry_listener(lambda entry: seen.append(client.state.value("fpsrate")))
    calls = [
        Invocation("messageRelayed", ("host", "ifcb", n, f"valuechanged:fpsrate:{n}"))
        for n in (1, 2, 3)
    ]
    client._on_invocations(calls, 1, 2)
    assert [*seen, client.state.value("fpsrate")] == [None, 1.0, 2.0, 3.0]
