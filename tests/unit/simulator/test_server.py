from __future__ import annotations

import asyncio
import itertools
import socket
import threading

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ifcbgui.simulator import HubOptions, Simulator, SimulatorThread, parse_fault
from ifcbgui.simulator.pacer import Pacer
from ifcbgui.simulator.timeline import Activity, Timeline
from tests.helpers.hub_listener import heard_until


async def test_a_sample_runs_over_the_wire_faster_than_real_time() -> None:
    async with Simulator(seed=1, speed=2000, trigger_rate=0.5) as simulator:
        texts = await heard_until(simulator, "reportevent:Finished", "routine:runsample")
    assert "reportevent:Initializing.\n" in texts


async def test_nothing_is_left_behind() -> None:
    before = asyncio.all_tasks()
    async with Simulator(seed=1) as simulator:
        await heard_until(simulator, "syringetrack", "refresh")
        await simulator.stop()
    assert asyncio.all_tasks() == before


async def test_a_taken_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        simulator = Simulator(port=taken.getsockname()[1])
        with pytest.raises(OSError, match="address already in use"):
            await simulator.start()
        await simulator.stop()


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="speed"):
        Simulator(speed=0)
    with pytest.raises(ValueError, match="trigger rate"):
        Simulator(trigger_rate=-1)


async def test_a_fault_that_cuts_the_link_for_a_while() -> None:
    refusals = 0
    async with Simulator(faults=[parse_fault("drop@0:0.2")]) as simulator, asyncio.timeout(10):
        while True:
            try:
                await heard_until(simulator, "syringetrack", "refresh")
                break
            except (AssertionError, ConnectionClosed, InvalidStatus):
                refusals += 1
                await asyncio.sleep(0.02)
    assert refusals


async def test_a_fault_that_silences_the_hub_for_a_while() -> None:
    options = HubOptions(ping_s=0.05)
    faults = [parse_fault("silent@0.2:0.5")]
    loop = asyncio.get_running_loop()
    async with Simulator(faults=faults, options=options) as simulator:
        begin = loop.time()
        async with connect(simulator.url, proxy=None) as socket, asyncio.timeout(10):
            await socket.send('{"protocol":"json","version":1}\x1e')
            times = []
            while not times or times[-1] < 0.8:
                await socket.recv()
                times.append(loop.time() - begin)
    assert max(b - a for a, b in itertools.pairwise(times)) > 0.45


def test_on_a_thread_of_its_own() -> None:
    threads = threading.active_count()
    simulator = SimulatorThread(seed=1)
    simulator.start()
    assert simulator.url.startswith("ws://127.0.0.1:")
    texts = asyncio.run(heard_until(simulator, "syringetrack", "refresh"))
    assert len(texts) > 90
    simulator.stop()
    simulator.stop()
    assert threading.active_count() == threads


def test_a_thread_that_cannot_listen_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        simulator = SimulatorThread(port=taken.getsockname()[1])
        with pytest.raises(OSError, match="address already in use"):
            simulator.start()
        simulator.stop()


def ticking(ticks: list[float], timeline: Timeline, seconds: float) -> Activity:
    while True:
        yield seconds
        ticks.append(timeline.now)


async def test_virtual_time_follows_the_wall_clock() -> None:
    timeline, ticks = Timeline(), list[float]()
    timeline.spawn(ticking(ticks, timeline, 1.0))
    loop = asyncio.get_running_loop()
    begin = loop.time()
    pacer = Pacer(timeline, speed=100.0)
    async with asyncio.timeout(5):
        while len(ticks) < 20:
            await asyncio.sleep(0.001)
    pacer.stop()
    assert loop.time() - begin >= 0.2
    seen = len(ticks)
    await asyncio.sleep(0.03)
    assert len(ticks) == seen


async def test_time_is_brought_up_to_the_clock_when_nothing_is_due() -> None:
    timeline = Timeline()
    loop = asyncio.get_running_loop()
    before = loop.time()
    pacer = Pacer(timeline, speed=1000.0)
    after = loop.time()
    while loop.time() - after < 0.01:
        await asyncio.sleep(0)
    pacer.catch_up()
    pacer.stop()
    hair = 1e-6  # the clock's readings are rounded
    assert 10.0 - hair <= timeline.now <= (loop.time() - before) * 1000.0 + hair


async def test_time_stands_still_while_it_is_held() -> None:
    timeline, ticks = Timeline(), list[float]()
    timeline.spawn(ticking(ticks, timeline, 10.0))
    held = True
    pacer = Pacer(timeline, speed=1000.0, held=lambda: held)
    await asyncio.sleep(0.05)
    assert ticks == []
    held = False
    async with asyncio.timeout(5):
        while len(ticks) < 5:
            await asyncio.sleep(0.001)
    pacer.stop()


async def test_a_pace_too_high_slows_down_and_leaves_the_loop_alive() -> None:
    timeline, ticks = Timeline(), list[float]()
    timeline.spawn(ticking(ticks, timeline, 1e-6))
    pacer = Pacer(timeline, speed=1e6)
    turns = 0
    async with asyncio.timeout(5):
        while len(ticks) < 200_000:
            await asyncio.sleep(0)
            turns += 1
    pacer.stop()
    assert turns > 3
