"""A program that records at 2,000 messages a second until it is killed, and what is left then.

Run as a program it records into the folder it is given, and prints each row id it has got so far.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session import Recorder, SessionInfo, SessionReader
from tests.helpers.recorded import entry

RATE = 2_000
_PER_TURN = 10
_ROOT = Path(__file__).parents[2]


class Remains(NamedTuple):
    """What a killed recording left.

    Attributes:
        told: Newest row id that the program had told of.
        ids: Ids of the messages in the file, in order.
        lost_s: Time from the last message in the file to the kill.
        info: What the session says of itself.
        intact: True if SQLite finds nothing wrong with it.
        problem: What cannot be read.
    """

    told: int
    ids: list[int]
    lost_s: float
    info: SessionInfo
    intact: bool
    problem: str | None


def record_and_kill(folder: Path, after_s: float) -> Remains:
    """Record in another program and kill it so long after its first message."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.killed", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    with child:
        assert child.stdout is not None
        told = [int(child.stdout.readline())]
        time.sleep(after_s)  # the moment is what is tested; there is nothing to wait for
        child.send_signal(signal.SIGKILL)
        killed_ns = time.time_ns()
        told += [int(line) for line in child.stdout.read().split("\n")[:-1]]
    [path] = folder.glob("*.ifcbsession")
    with SessionReader(path) as reader:
        rows = list(reader.rows())
        info, problem = reader.info(), reader.problem
    database = sqlite3.connect(path)
    intact = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    lost_s = (killed_ns - rows[-1].time_ns) / 1e9
    return Remains(told[-1], [row.id for row in rows], lost_s, info, intact, problem)


def _record(folder: Path) -> None:
    recorder = Recorder(folder, instrument="111-111-111", server="")
    recorder.start()
    recorder.snapshot(InstrumentState(), "start")
    recorder.record(entry("refresh"))
    recorder.flush()
    print(1, flush=True)  # noqa: T201 - for whoever kills it
    start, image = time.perf_counter(), "triggerimage:" + "A" * 20_000
    row_id = 1
    while True:
        for _ in range(_PER_TURN - 1):
            recorder.record(entry("reportevent:Sample done"))
        row_id = recorder.record(entry(image if row_id % 100 > 90 else "valuechanged:fpsrate:1"))
        print(row_id, flush=True)  # noqa: T201
        ahead = (row_id - 1) / RATE - (time.perf_counter() - start)
        if ahead > 0:
            time.sleep(ahead)


if __name__ == "__main__":
    _record(Path(sys.argv[1]))
