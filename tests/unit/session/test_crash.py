from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ifcbgui.session import SessionReader
from tests.helpers.killed import RATE, record_and_kill

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


@pytest.mark.parametrize("after_s", [0.0, 0.13, 0.4, 0.77])
def test_kill_9_costs_no_more_than_half_a_second(tmp_path: Path, after_s: float) -> None:
    found = record_and_kill(tmp_path, after_s)

    assert found.ids == list(range(1, len(found.ids) + 1))
    assert found.told - found.ids[-1] <= RATE // 2
    assert found.lost_s <= 0.5
    assert found.intact
    assert found.problem is None
    assert (found.info.serial, found.info.closed_ns) == ("111-111-111", None)
    assert found.info.broke_off
    assert "up to 0.1 s" in found.info.loss
