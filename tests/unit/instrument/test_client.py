"""The client on the simulated instrument, over a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from ifcbgui import AsyncIFCBClient, IFCBClient
from ifcbgui.instrument.client import FAREWELL, GREETING, REFRESH
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.errors import (
    CommandError,
    ConnectError,
    ObserveOnlyError,
    Refusal,
    SignOnError,
)
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.simulator import Simulator, SimulatorThread

SERIAL = "111-111-207"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(serial=SERIAL, seed=1, speed=200.0) as running:
        yield running


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.01)


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
    assert entries[-1].message.text == FAREWELL
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
