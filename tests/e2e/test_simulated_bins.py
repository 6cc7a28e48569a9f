"""``ifcbgui simulate --data-dir`` leaves the files an instrument leaves."""

from __future__ import annotations

import time
from pathlib import Path

from ifcbgui.instrument.bins import open_bin
from tests.helpers.processes import PATIENCE_S, run_ifcbgui, simulated_instrument

SAMPLE = ("routine:runsample", "--wait", "reportevent:Finished - Run sample.")


def wait_for_bins(folder: Path, count: int) -> list[Path]:
    """Wait until so many headers are there: a bin's last file."""
    deadline = time.monotonic() + PATIENCE_S
    while len(headers := sorted(folder.glob("*.hdr"))) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return headers


def test_each_sample_leaves_a_sound_bin(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    options = ("--speed", "500", "--seed", "1", "--trigger-rate", "0.3", "--data-dir", str(folder))
    with simulated_instrument(*options, "--serial", "111-111-207") as address:
        for _ in range(2):
            sent = run_ifcbgui("send", *address, *SAMPLE, "--timeout", "25")
            assert sent.returncode == 0, sent.stderr
        headers = wait_for_bins(folder, 2)
        # A third sample has begun when the program is ended: it leaves nothing.
        grab = ("--wait", "reportevent:Triggering switched ON.", "--timeout", "25")
        run_ifcbgui("send", *address, "routine:runsample", *grab)
    assert len(headers) == 2
    assert len(list(folder.iterdir())) == 6
    for header in headers:
        sample = open_bin(header)
        assert sample.problems == ()
        assert sample.name
        assert sample.name.instrument == 207
        assert sample.records.trigger_count > 200


def test_without_a_folder_bins_are_temporary(tmp_path: Path) -> None:
    options = ("--speed", "500", "--seed", "1", "--trigger-rate", "0.3")
    with simulated_instrument(*options, env={"TMPDIR": str(tmp_path)}) as address:
        run_ifcbgui("send", *address, *SAMPLE, "--timeout", "25")
        (folder,) = tmp_path.iterdir()
        (header,) = wait_for_bins(folder, 1)
        asked = run_ifcbgui("send", *address, f"file:get:{header.name}", "--wait", "file:end")
        assert asked.returncode == 0, asked.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_files(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    done = run_ifcbgui("simulate", "--port", "0", "--data-dir", str(occupied / "bins"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Bins cannot be written to" in done.stderr
    assert "--data-dir" in done.stderr
