"""What a replay of a large session costs: opening it, jumping about, reading its landmarks."""

from __future__ import annotations

import asyncio
import base64
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.player import Player
from ifcbgui.session.replay import ReplaySession
from ifcbgui.session.snapshots import state_to_json
from ifcbgui.session.store import SessionStore
from tests.helpers.recorded_session import START_NS, UTC_NS

BYTES = 1_000_000_000
IMAGE_BYTES = 6_000
TRIGGER_PERIOD_NS = 333_000_000  # three triggers a second, each with its image
SNAPSHOT_EVERY_NS = 600 * 1_000_000_000
SEEKS = 40
TARGET_MS = 300


def talk(image: str) -> Iterator[Entry]:
    """Yield the traffic of an instrument that never stops, trigger by trigger."""
    trigger = 0
    while True:
        trigger += 1
        texts = (
            f"triggerchanged:{trigger}:processed:2:{trigger}:{2 * trigger}",
            f"triggerchanged:{trigger}:saved:{trigger}:0",
            f"syringetrack:{trigger % 500 / 100:.2f}",
            f"valuechanged:fpsrate:{trigger % 50 / 10}",
            f"graphchanged:0.013:0.087:0.0709:1.{trigger:06d}:948:412:{trigger}"
            ":0.45:0.6:0.13:0.13:2026-03-14|03-09",
            image,
        )
        for text in texts:
            at_ns = trigger * TRIGGER_PERIOD_NS
            message = parse_message(text)
            yield Entry(message, Direction.IN, UTC_NS + at_ns, START_NS + at_ns, "host", "host")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a session of 1 GB with images, and the snapshots that a recorder takes."""
    image = "triggerimage:" + base64.b64encode(bytes(IMAGE_BYTES)).decode()
    store = SessionStore.create(
        tmp_path_factory.mktemp("large"), {"serial": "207", "start_time_ns": UTC_NS}
    )
    state, snapshot_due, size, rows = InstrumentState(), START_NS, 0, []
    snapshots = []
    for number, entry in enumerate(talk(image), 1):
        text = entry.message.text
        state = reduce_state(state, entry)
        if entry.monotonic_ns >= snapshot_due:
            snapshot_due = entry.monotonic_ns + SNAPSHOT_EVERY_NS
            written = state_to_json(state).decode()
            snapshots.append((number, entry.time_ns, entry.monotonic_ns, "ten minutes", written))
        envelope = (entry.sender, entry.source, entry.seqno)
        times = (entry.time_ns, entry.monotonic_ns)
        rows.append((number, *times, entry.kind, entry.direction, *envelope, text))
        size += len(text) + 60
        if len(rows) == 10_000:
            store.write(rows, ())
            rows = []
        if size > BYTES:
            break
    store.write(rows, ())
    store._connection.executemany(
        "INSERT INTO snapshots (message, time_ns, monotonic_ns, reason, state)"
        " VALUES (?, ?, ?, ?, ?)",
        snapshots,
    )
    store.close(entry.time_ns)
    return store.path


async def test_a_large_session_opens_and_seeks_quickly(large: Path) -> None:
    began = time.perf_counter()
    player = await Player.open(large)
    opened_s = time.perf_counter() - began
    costs = []
    chance = random.Random(4)
    try:
        for _ in range(SEEKS):
            time_ns = chance.randrange(player.first_ns, player.last_ns)
            began = time.perf_counter()
            await player.seek_time(time_ns)
            costs.append(1000 * (time.perf_counter() - began))
    finally:
        await player.close()
    size = await asyncio.to_thread(lambda: large.stat().st_size / 1e9)
    print(f"\nreplay of {size:.2f} GB, {player.last_id:,} messages: opens in {opened_s:.2f} s")
    print(
        f"seek: median {statistics.median(costs):.0f} ms, longest {max(costs):.0f} ms "
        f"of {SEEKS} (target {TARGET_MS} ms)"
    )


async def test_its_landmarks_are_read(large: Path) -> None:
    def read() -> int:
        with ReplaySession(large) as session:
            return len(session.marks())

    began = time.perf_counter()
    await asyncio.to_thread(read)
    print(f"\nlandmarks: {time.perf_counter() - began:.2f} s, beside the work of window and player")
