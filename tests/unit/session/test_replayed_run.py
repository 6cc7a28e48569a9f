"""A run of three samples, recorded from the simulator and replayed: nothing is left out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.door import CommandDoor
from ifcbgui.instrument.state import InstrumentState, RunPhase
from ifcbgui.session import Chronicle, Recorder, SnapshotKeeper
from ifcbgui.session.player import Player
from ifcbgui.session.replay import ReplaySession, StateFollower
from ifcbgui.simulator import Simulator

SAMPLES = 3
PLACES = 20


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def run_samples(folder: Path) -> tuple[Path, InstrumentState]:
    """Record three samples; return the session and the state that the client ended in."""
    async with Simulator(speed=1500, trigger_rate=0.05, seed=7) as simulator:
        client = AsyncIFCBClient(simulator.url, simulator.serial)
        recorder = Recorder(folder, instrument=simulator.serial, server=simulator.url)
        door = CommandDoor(client, allow_unverified=True)
        keeper = SnapshotKeeper(recorder, client)
        chronicle = Chronicle(recorder)
        chronicle.follow(client)
        door.add_listener(chronicle.command_changed)
        client.add_entry_listener(lambda entry: door.watch(entry, recorder.record(entry)))
        recorder.start()
        try:
            async with client:
                for _ in range(SAMPLES):
                    await door.send("routine:runsample")
                    await until(lambda: _phase(client) is RunPhase.RUNNING)
                    await until(lambda: (client.state.value("triggers_processed") or 0) > 3)
                    recorder.snapshot(client.state, "amid a sample")
                    await until(lambda: _phase(client) is RunPhase.FINISHED)
            keeper.end()
            state = client.state
        finally:
            await asyncio.to_thread(recorder.close)
    assert recorder.status.path is not None
    return recorder.status.path, state


def _phase(client: AsyncIFCBClient) -> RunPhase | None:
    return client.state.run.phase if client.state.run else None


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, InstrumentState]:
    return asyncio.run(run_samples(tmp_path_factory.mktemp("sessions")))


def assert_same(replayed: InstrumentState, live: InstrumentState) -> None:
    """Compare field by field, each value with its two times, and the run."""
    assert set(replayed.values) == set(live.values)
    for name, reading in live.values.items():
        assert (name, replayed.values[name]) == (name, reading)
    assert replayed.run == live.run


async def test_a_replay_at_100_times_ends_in_the_state_of_the_live_run(
    recorded: tuple[Path, InstrumentState],
) -> None:
    path, live = recorded
    assert len(live.values) > 40
    assert live.run is not None
    player = await Player.open(path)
    try:
        player.set_speed(100)
        player.play()
        await until(lambda: not player.position.playing)
        assert player.position.message_id == player.last_id
        assert_same(player.state, live)
    finally:
        await player.close()


def test_a_jump_anywhere_gives_the_state_that_following_gives(
    recorded: tuple[Path, InstrumentState],
) -> None:
    with ReplaySession(recorded[0]) as session:
        places = random.Random(11).sample(range(session.first_id, session.last_id), PLACES)
        follower = StateFollower(session, InstrumentState())
        for message_id, entry in session.entries():
            follower.take(entry)
            if message_id in places:
                assert_same(session.state_at(message_id), follower.state)
