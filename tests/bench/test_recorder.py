"""What recording costs, how much it can take, and what a killed recorder loses."""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path
from typing import Any

from ifcbgui.session import Recorder, RecorderLimits, SessionReader
from tests.helpers.killed import RATE, record_and_kill
from tests.helpers.recorded import entry

FLOOD_RATE = 20_000
FLOOD_S = 5
KILLS = 20
TEXT = "valuechanged:getenvironment:55.20:21.35"


class TimedDisk:
    """Opens databases and notes how long each transaction took, from its begin to its commit."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def connect(self, path: Path) -> sqlite3.Connection:
        disk = self

        class Connection(sqlite3.Connection):
            def __enter__(self) -> Any:
                self.begun = time.perf_counter()
                return super().__enter__()

            def __exit__(self, *exc: Any) -> Any:
                ended = super().__exit__(*exc)
                disk.seconds.append(time.perf_counter() - self.begun)
                return ended

        return sqlite3.connect(path, isolation_level=None, factory=Connection)


def share(values: list[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def test_the_cost_of_a_message_for_whoever_records_it(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, instrument="1", server="")
    recorder.start()
    said, costs = entry(TEXT), []
    for _ in range(20_000):
        start = time.perf_counter()
        recorder.record(said)
        costs.append((time.perf_counter() - start) * 1e6)
    recorder.close()
    print(
        f"\nrecord(): median {share(costs, 0.5):.1f} µs, 99 % {share(costs, 0.99):.1f} µs", end=""
    )
    print(" (target: microseconds)")


def test_a_flood_is_recorded_whole(tmp_path: Path) -> None:
    disk = TimedDisk()
    recorder = Recorder(tmp_path, instrument="1", server="", connect=disk.connect)
    recorder.start()
    start, most_waiting = time.perf_counter(), 0
    for number in range(FLOOD_RATE * FLOOD_S // 100):
        for _ in range(100):
            recorder.record(entry(TEXT))
        most_waiting = max(most_waiting, recorder.status.pending)
        time.sleep(max(0.0, (number + 1) * 100 / FLOOD_RATE - (time.perf_counter() - start)))
    took = time.perf_counter() - start
    recorder.close()
    status, count = recorder.status, FLOOD_RATE * FLOOD_S
    assert status.path is not None
    with SessionReader(status.path) as reader:
        assert [row.id for row in reader.rows()] == list(range(1, count + 1))
    commits = [seconds * 1e3 for seconds in disk.seconds]
    print(f"\n{count:,} messages in {took:.2f} s, {count / took:,.0f}/s: all in the file, ", end="")
    print(f"none lost (target: {FLOOD_RATE:,}/s); at most {most_waiting:,} waited")
    print(f"{len(commits)} transactions: median {share(commits, 0.5):.1f} ms, ", end="")
    print(f"99 % {share(commits, 0.99):.1f} ms, longest {max(commits):.1f} ms ", end="")
    period_ms = RecorderLimits().batch_s * 1e3
    print(f"(one every {period_ms:.0f} ms; target: 100 ms at most)")
    print(f"{status.path.stat().st_size / count:.0f} bytes a message of {len(TEXT)} characters")


def test_kill_9_costs_at_most_half_a_second(tmp_path: Path) -> None:
    moment = random.Random(9)
    losses = []
    for number in range(KILLS):
        found = record_and_kill(tmp_path / str(number), moment.uniform(0.0, 1.5))
        assert found.intact
        assert found.problem is None
        assert found.info.broke_off
        assert found.ids == list(range(1, len(found.ids) + 1))
        assert found.told - found.ids[-1] <= RATE // 2
        assert found.lost_s <= 0.5
        losses.append(found.lost_s * 1e3)
    print(f"\nkill -9 at {RATE:,} messages/s, {KILLS} times: every file intact, no gap; ", end="")
    print(f"lost: median {share(losses, 0.5):.0f} ms, most {max(losses):.0f} ms (target: 500 ms)")
