"""Triggers and ROIs as CSV: what was said, and nothing where nobody said anything."""

from __future__ import annotations

import csv
import io

import numpy as np

from ifcbgui.instrument.imaging.tables import ROI, TRIGGER
from ifcbgui.ui.models.signal_files import csv_of, stem_of

TIME_NS = 1_773_513_000_123_000_000  # 2026-03-14 18:30:00.123 UTC


def read(rows: np.ndarray) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(rows).decode())))


def test_a_trigger_is_a_line_without_values_nobody_said() -> None:
    row = (5, TIME_NS, 812, -1, -1, -1, 0.0127, 0.05, 0.07, 0.06, *[float("nan")] * 4)
    (line,) = read(np.array([row], TRIGGER))
    assert line["time"] == "2026-03-14T18:30:00.123Z"
    assert (line["message_id"], line["number"], line["f1"]) == ("5", "812", "0.0127")
    assert {line[name] for name in ("rois", "left", "top", "peak_a", "integrated_b")} == {""}


def test_a_roi_is_a_line_with_its_place() -> None:
    row = (6, 0, TIME_NS, 812, 852, 0, 96, 64, 0.1, 0.2, 0.3, 0.4)
    (line,) = read(np.array([row], ROI))
    assert (line["left"], line["top"], line["width"]) == ("852", "0", "96")
    assert line["peak_b"] == "0.2"


def test_without_rows_there_are_titles_alone() -> None:
    assert csv_of(np.zeros(0, ROI)).startswith(b"time,message_id,index,")
    assert len(csv_of(np.zeros(0, ROI)).splitlines()) == 1


def test_a_file_is_called_by_what_it_has_and_when() -> None:
    rows = np.zeros(2, ROI)
    rows["time_ns"] = TIME_NS
    assert stem_of("positions", rows) == "positions_20260314T183000Z"
    assert stem_of("signals", rows[:0]) == "signals"
