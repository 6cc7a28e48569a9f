"""The bins of the simulator, read by a library others wrote and by our own reader."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ifcbgui.instrument.bins import Bin, open_bin
from ifcbgui.simulator.bin_writer import BinWriter
from ifcbgui.simulator.camera import Camera, Roi
from ifcbgui.simulator.faults import parse_fault
from ifcbgui.simulator.trigger import Light, Trigger
from tests.helpers.foreign_bins import read_with_libifcb
from tests.helpers.virtual_bench import Bench

NAME = "D20260314T183000_IFCB207"


def take_samples(count: int, folder: Path, *faults: str) -> Bench:
    """Let a virtual instrument take samples of 0.25 mL; the files are complete on return."""
    writer = BinWriter(folder)
    plan = [parse_fault(fault) for fault in faults]
    bench = Bench(faults=plan, frame_period=0.0, writer=writer, trigger_content=True)
    bench.send("daq:switchviewroisonly:1", "daq:setsamplevolume:0.25")
    for _ in range(count):
        bench.send("routine:runsample")
        bench.run_until("reportevent:Finished")
    writer.close()
    return bench


def saved_names(bench: Bench) -> list[str]:
    reports = [text.removeprefix("reportevent:") for text in bench.texts]
    return [text.removesuffix(" saved.\n") for text in reports if text.endswith(" saved.\n")]


@pytest.mark.parametrize("faults", [(), ("bubbles",), ("clog",), ("misaligned",)])
def test_other_peoples_reader_sees_what_ours_does(tmp_path: Path, faults: tuple[str]) -> None:
    bench = take_samples(3, tmp_path, *faults)
    names = saved_names(bench)
    assert len(names) == 3
    endings = (".adc", ".hdr", ".roi")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        name + ending for name in names for ending in endings
    ]
    for name in names:
        ours, theirs = open_bin(tmp_path / name), read_with_libifcb(tmp_path / name)
        assert ours.problems == ()
        assert ours.records.trigger_count == len(theirs.triggers) > 1
        assert len(ours.rois) == len(theirs.rois)
        for roi, other, picture in zip(ours.rois, theirs.rois, theirs.pictures, strict=True):
            assert (roi.number, roi.trigger) == (other.index, other.trigger_index)
            assert (roi.left, roi.top) == (other.x, other.y)
            assert np.array_equal(ours.pixels(roi), picture)
        assert int(theirs.header["trigger_count"]) == ours.records.trigger_count
        assert theirs.header["imager_id"] == "207"


def triggers_on_the_wire(bench: Bench) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield graphchanged, triggerchanged processed and triggerrois of each trigger."""
    texts = [text.split(":") for text in bench.texts]
    graphs = [fields for fields in texts if fields[0] == "graphchanged"]
    processed = [fields for fields in texts if fields[2:3] == ["processed"]]
    pictures = [fields for fields in texts if fields[0] == "triggerrois"]
    return zip(graphs, processed, pictures, strict=True)


def test_the_files_hold_what_was_sent(tmp_path: Path) -> None:
    bench = take_samples(1, tmp_path)
    sample = open_bin(tmp_path / saved_names(bench)[0])
    rois = iter(sample.rois)
    rows = iter(zip(sample.records.lines, sample.records.table, strict=True))
    columns = ("integrated_a", "integrated_b", "peak_a", "peak_b")
    pulses = [sample.records.columns.index(column) for column in columns]
    for graph, processed, (_, count, *sent) in triggers_on_the_wire(bench):
        for _ in range(max(int(count), 1)):
            _, row = next(rows)
            assert int(row[0]) == int(processed[1]) == int(graph[7])
            assert list(row[pulses]) == [float(field) for field in graph[1:5]]
        assert processed[3] == count
        for top, left, png in zip(sent[::3], sent[1::3], sent[2::3], strict=True):
            roi = next(rois)
            assert (roi.top, roi.left) == (int(top), int(left))
            picture = Image.open(io.BytesIO(base64.b64decode(png)))
            assert np.array_equal(np.asarray(picture), sample.pixels(roi))
    assert next(rows, None) is next(rois, None) is None


def test_the_header_says_how_it_went(tmp_path: Path) -> None:
    bench = take_samples(1, tmp_path)
    sample = open_bin(tmp_path / saved_names(bench)[0])
    assert sample.header["sampleType"] == "Normal"
    assert sample.header.flag("pump2State") is True
    assert sample.header.number("SyringeSampleVolume") == 0.25
    content = [text.split(":") for text in bench.texts if text.startswith("triggercontent")]
    run, inhibit = (
        float(content[-1][content[-1].index(k) + 1]) for k in ("RunTime", "InhibitTime")
    )
    assert sample.header.number("runTime") == pytest.approx(run, abs=0.001)
    assert sample.header.number("inhibitTime") == pytest.approx(inhibit, abs=0.001)
    volume = sample.volume
    assert volume
    # A minute of sample, the syringe's ramps and the last trigger; blind 0.083 s a trigger.
    assert 60 < volume.run_s < 70
    assert volume.inhibit_s == pytest.approx(0.083 * sample.records.trigger_count)
    humidity = next(t for t in bench.texts if t.startswith("valuechanged:getenvironment"))
    assert sample.header["humidity"] == humidity.split(":")[2]


def stopped_sample(folder: Path, *commands: str) -> list[str]:
    """Stop a sample half-way; return the names of the files there are then."""
    writer = BinWriter(folder)
    bench = Bench(frame_period=1e9, writer=writer)
    bench.send("routine:runsample")
    bench.run_until("reportevent:Triggering switched ON.")
    bench.run(10.0)
    bench.send(*commands)
    bench.run(60.0)
    writer.close()
    return sorted(path.name for path in folder.iterdir())


def test_a_stopped_sample_says_so(tmp_path: Path) -> None:
    names = stopped_sample(tmp_path, "routine:stopsample")
    assert len(names) == 3
    assert open_bin(tmp_path / names[0]).header["sampleType"] == "Stopped"


def test_a_sample_that_is_not_saved_leaves_nothing(tmp_path: Path) -> None:
    assert stopped_sample(tmp_path) == []


def test_output_files_that_are_off(tmp_path: Path) -> None:
    assert stopped_sample(tmp_path, "daq:switchoutputfiles:0", "acquisition:stop") == []


def test_a_comment_cannot_break_the_header(tmp_path: Path) -> None:
    command = "daq:setfilecomment:{setpmta} pier:\nhumidity: 99"
    names = stopped_sample(tmp_path, command, "acquisition:stop")
    header = open_bin(tmp_path / names[0]).header
    assert header["FileComment"] == "{setpmta} pier: humidity: 99"
    assert header["humidity"] != "99"


def trigger_of(*rois: Roi) -> Trigger:
    return Trigger(1, 0.5, Light((0.01,) * 4, (0.07,) * 4), 60.0, rois)


def written(folder: Path) -> Bin:
    return open_bin(folder / NAME)


class SlowRoi(Roi):
    """An image that takes until it may go on."""

    may_go_on: threading.Event

    @cached_property
    def pixels(self) -> np.ndarray:
        assert self.may_go_on.wait(10)
        return np.zeros((self.height, self.width), np.uint8)


def test_nobody_waits_for_the_disk(tmp_path: Path) -> None:
    writer = BinWriter(tmp_path)
    slow = Camera(1).plankton()
    slow.__class__ = SlowRoi
    slow.may_go_on = threading.Event()
    writer.begin(NAME)
    writer.add(trigger_of(slow))
    writer.save("triggerCount: 1\n")
    assert writer.backlog >= 2
    slow.may_go_on.set()
    writer.close()
    assert writer.backlog == 0
    assert len(written(tmp_path).rois) == 1


def test_a_folder_that_is_gone_is_logged_and_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = BinWriter(tmp_path / "gone")
    writer.begin(NAME)
    writer.add(trigger_of())
    writer.save("")
    writer.close()
    assert [record.message for record in caplog.records] == [
        f"A bin was not written to {tmp_path / 'gone'}: No such file or directory."
    ]


def test_only_the_newest_bins_are_kept_where_a_number_is_given(tmp_path: Path) -> None:
    writer = BinWriter(tmp_path, most=2)
    for minute in range(4):
        writer.begin(f"D20260314T18{minute:02}00_IFCB207")
        writer.add(trigger_of(Camera(1).plankton()))
        writer.save("triggerCount: 1\n")
    writer.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"D20260314T18{minute}00_IFCB207{ending}"
        for minute in ("02", "03")
        for ending in (".adc", ".hdr", ".roi")
    ]
