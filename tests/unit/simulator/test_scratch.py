from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ifcbgui.simulator.scratch import ScratchFolder

LEAVES_ONE_BEHIND = """
import os, sys
from pathlib import Path
from ifcbgui.simulator.scratch import ScratchFolder
folder = ScratchFolder(Path(sys.argv[1]))
folder.make()
(folder.path / "D20260314T183000_IFCB207.roi").write_bytes(b"x")
os._exit(1)
"""


def test_it_is_there_from_make_to_remove_and_private(tmp_path: Path) -> None:
    folder = ScratchFolder(tmp_path)
    assert not folder.path.exists()
    folder.make()
    assert folder.path.stat().st_mode & 0o777 == 0o700
    (folder.path / "a").write_text("b")
    folder.remove()
    assert list(tmp_path.iterdir()) == []
    folder.remove()


@pytest.mark.skipif(sys.platform == "win32", reason="needs locks on files")
def test_what_a_killed_simulator_left_is_removed_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    living = ScratchFolder(tmp_path)
    living.make()
    strange = tmp_path / "somebody-elses"
    strange.mkdir()
    subprocess.run([sys.executable, "-c", LEAVES_ONE_BEHIND, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 3
    another = ScratchFolder(tmp_path)
    another.make()
    assert set(tmp_path.iterdir()) == {living.path, another.path, strange}
    living.remove()
    another.remove()


def test_one_that_is_just_being_made_is_left_alone(tmp_path: Path) -> None:
    young, old = tmp_path / "ifcbgui-simulated-1", tmp_path / "ifcbgui-simulated-2"
    young.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    folder = ScratchFolder(tmp_path)
    folder.make()
    assert set(tmp_path.iterdir()) == {young, folder.path}
    folder.remove()


def test_without_room_for_it_the_simulator_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = ScratchFolder(tmp_path / "gone")
    folder.make()
    folder.remove()
    assert "No folder for the simulated bins" in caplog.text
