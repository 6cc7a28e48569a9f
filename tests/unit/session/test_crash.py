from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ifcbgui.session import SessionReader

RECORDING = """
import sys, time
from pathlib import Path
from ifcbgui.session import Recorder
from tests.helpers.recorded import entry

recorder = Recorder(Path(sys.argv[1]), instrument="111-111-111", server="")
recorder.start()
recorder.record(entry("refresh"))
recorder.flush()
while True:
    for _ in range(100):
        row_id = recorder.record(entry("reportevent:Sample done"))
    print(row_id, flush=True)
    time.sleep(0.01)
"""


FORGETTING = """
import sys
from pathlib import Path
from ifcbgui.session import Recorder
from tests.helpers.recorded import entry

recorder = Recorder(Path(sys.argv[1]), instrument="111-111-111", server="")
recorder.start()
for _ in range(1000):
    recorder.record(entry("reportevent:Sample done"))
raise SystemExit(7)
"""

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_program_that_forgets_to_close_ends_and_loses_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORGETTING, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, timeout=30, check=False)

    assert ended.returncode == 7
    [path] = tmp_path.iterdir()
    with SessionReader(path) as reader:
        assert reader.count() == 1000
        assert reader.info().closed_ns is not None


@pytest.mark.parametrize("lines", [1, 20, 50])
def test_kill_9_costs_no_more_than_half_a_second(tmp_path: Path, lines: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", RECORDING, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT,
    )
    with child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        told += map(int, child.stdout.read().split())

    [path] = tmp_path.glob("*.ifcbsession")
    with SessionReader(path) as reader:
        ids = [row.id for row in reader.rows()]
        info, problem = reader.info(), reader.problem
    assert ids == list(range(1, len(ids) + 1))
    assert len(ids) >= told[-1] - 5000  # 10,000 messages a second for half a second
    assert info.serial == "111-111-111"
    assert info.closed_ns is None
    assert problem is None
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("SELECT count(*) FROM messages").fetchone() == (len(ids),)
    database.close()
