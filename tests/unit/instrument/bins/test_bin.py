from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ifcbgui.instrument.bins import BinError, BinName, open_bin
from tests.helpers.bin_files import (
    HEADER,
    NEW_NAME,
    OLD_NAME,
    adc_line,
    image,
    write_new_bin,
    write_old_bin,
)


def test_names_of_both_kinds() -> None:
    new, old = BinName.parse(NEW_NAME), BinName.parse(OLD_NAME)
    assert new == BinName(NEW_NAME, datetime(2026, 3, 14, 15, 5, 12, tzinfo=UTC), 207, False)
    assert old == BinName(OLD_NAME, datetime(2012, 1, 28, 8, 15, 15, tzinfo=UTC), 5, True)


@pytest.mark.parametrize("text", ["", "notes", "D20260231T000000_IFCB001", f"{NEW_NAME}_00001"])
def test_what_is_no_name_of_a_bin(text: str) -> None:
    assert BinName.parse(text) is None


@pytest.mark.parametrize("ending", ["", ".hdr", ".adc", ".roi"])
def test_a_sound_bin(tmp_path: Path, ending: str) -> None:
    base = write_new_bin(tmp_path)
    sample = open_bin(base.with_name(base.name + ending))
    assert sample.problems == ()
    assert sample.name
    assert sample.name.instrument == 207
    assert (len(sample.records), sample.records.trigger_count, len(sample.rois)) == (4, 3, 3)
    assert sample.records["peak_b"].tolist() == [0.9] * 4
    assert [(roi.number, roi.trigger, roi.left, roi.top) for roi in sample.rois] == [
        (2, 2, 852, 300),
        (3, 3, 860, 100),
        (4, 3, 848, 600),
    ]
    for roi in sample.rois:
        assert np.array_equal(sample.pixels(roi), image(roi.width, roi.height))
    assert sample.roi_id(sample.rois[0]) == f"{NEW_NAME}_00002"


def test_the_volume_analysed(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    volume = open_bin(base).volume
    assert volume
    assert volume.look_s == pytest.approx(1200.251)
    assert volume.ml == pytest.approx(0.25 * 1200.251 / 60)
    assert volume == open_bin(base).volume_by_header
    fast = HEADER.replace("runSampleFast: False", "runSampleFast: True")
    base.with_suffix(".hdr").write_text(fast)
    volume = open_bin(base).volume
    assert volume
    assert volume.flow == 1.25


def test_a_bin_of_the_first_instruments(tmp_path: Path) -> None:
    sample = open_bin(write_old_bin(tmp_path))
    assert sample.problems == ()
    assert (len(sample.records), len(sample.rois)) == (3, 2)
    assert np.array_equal(sample.pixels(sample.rois[1]), image(40, 30))
    assert sample.header.number("temperature") == 11.5
    assert sample.header.number("HUMIDITY") == 32.25
    assert sample.records["frame_grab_time"][-1] == 1.25
    volume = sample.volume
    assert volume
    # Blind from the first image (0.25) to the next opening (0.31), and so on, 0.073 s at least.
    assert volume.inhibit_s == pytest.approx(0.073 + 0.073 + 0.073)
    assert volume.run_s == 1.25
    assert sample.volume_by_header is None


def problems_after(base: Path, ending: str, data: bytes | None) -> str:
    file = base.with_suffix(ending)
    file.unlink() if data is None else file.write_bytes(data)
    return " ".join(open_bin(base).problems)


def test_missing_and_empty_files_are_said(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    assert problems_after(base, ".hdr", b"") == "The .hdr file is empty."
    assert problems_after(base, ".hdr", None) == "The .hdr file is missing."
    said = problems_after(base, ".roi", None)
    assert "The .roi file is missing." in said
    assert "3 of 3 images" in said
    sample = open_bin(base)
    assert sample.pixels(sample.rois[0]).shape == (0, 72)
    base.with_suffix(".adc").unlink()
    with pytest.raises(BinError, match=f"{NEW_NAME} can be read: The .hdr file is missing."):
        open_bin(base)


def test_an_empty_roi_file_is_said(tmp_path: Path) -> None:
    said = problems_after(write_new_bin(tmp_path), ".roi", b"")
    assert said.startswith("The .roi file is empty. 3 of 3 images")


@pytest.mark.parametrize("data", [bytes(range(256)), b"<html>: nothing\n", b'"a quoted line"'])
def test_a_header_that_is_none_is_said(tmp_path: Path, data: bytes) -> None:
    assert "damaged, or no header" in problems_after(write_new_bin(tmp_path), ".hdr", data)


def test_without_an_adc_file_nothing_is_said_of_what_it_would_say(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    assert problems_after(base, ".adc", None) == "The .adc file is missing."


def test_the_rows_of_an_image_that_are_there(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    whole = base.with_suffix(".roi").read_bytes()
    said = problems_after(base, ".roi", whole[: 2880 + 10 * 80 + 7])
    assert said == "2 of 3 images are not, or not wholly, in the .roi file."
    sample = open_bin(base)
    assert np.array_equal(sample.pixels(sample.rois[1]), image(80, 50)[:10])
    assert len(sample.pixels(sample.rois[2])) == 0


def test_what_does_not_fit_together_is_said(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    other = HEADER.replace("triggerCount: 3", "triggerCount: 5").replace("1200.5", "1100")
    said = problems_after(base, ".hdr", other.encode())
    assert "The header counts 5 triggers, the .adc file 3." in said
    assert "run time is 1100.0 s, that of the .adc file 1200.5 s" in said
    said = problems_after(base, ".hdr", HEADER.replace("1200.5", "12OO").encode())
    assert said == "The header's runTime is no number: '12OO'."
    base.with_suffix(".hdr").write_text(HEADER)
    whole = base.with_suffix(".roi").read_bytes()
    assert "last 50 bytes" in problems_after(base, ".roi", whole + bytes(50))


def test_damaged_lines_are_left_out_and_images_keep_their_numbers(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    lines = base.with_suffix(".adc").read_text().splitlines(keepends=True)
    damaged = [lines[0], lines[1][:30] + "\n", lines[2].replace("860", "nan"), lines[3]]
    said = problems_after(base, ".adc", "".join(damaged).encode())
    assert "cannot be read: 2, the first of them line 2." in said
    assert [roi.number for roi in open_bin(base).rois] == [4]


def test_a_slip_of_the_counters_does_not_spoil_the_volume(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    good = base.with_suffix(".adc").read_text()
    slip = adc_line(4, 1201.0, 9000.0, (0, 0, 0, 0), 0)
    base.with_suffix(".adc").write_text(good + slip)
    volume = open_bin(base).volume
    assert volume
    assert (volume.run_s, volume.inhibit_s) == (1200.5, 0.249)


def test_a_last_line_without_an_end_is_kept_and_said(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    whole = base.with_suffix(".adc").read_bytes()
    assert problems_after(base, ".adc", whole[:-1]).startswith("The .adc file breaks off in line 4")
    assert len(open_bin(base).rois) == 3
