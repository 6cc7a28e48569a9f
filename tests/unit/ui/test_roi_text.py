"""What is said of a region of interest; nothing is made up where nobody said anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ifcbgui.instrument.imaging.tables import ROI
from ifcbgui.ui.models.roi_text import (
    NOT_KNOWN,
    RoiUnits,
    described,
    fields,
    peaks_text,
    size_text,
    trigger_text,
)
from tests.helpers.roi_pictures import NAN, roi_row

UM = RoiUnits(pixels_per_um=3.4)


def roi(**values: Any) -> np.void:
    return np.array([roi_row(0, **values)], ROI)[0]


def test_sizes_are_in_micrometres_once_the_camera_is_known() -> None:
    assert size_text(68, 34, UM) == "20 \N{MULTIPLICATION SIGN} 10 µm"
    assert size_text(68, 34, RoiUnits()) == "68 \N{MULTIPLICATION SIGN} 34 px"


def test_all_fields() -> None:
    known = dict(
        fields(
            roi(
                message_id=17,
                trigger=5,
                time_ns=1_795_364_700_123_456_789,
                left=852,
                top=270,
                width=68,
                height=34,
                peak_a=0.5,
                peak_b=0.25,
                integrated_a=1.5,
            ),
            UM,
        )
    )
    assert known == {
        "Trigger": "5",
        "Time": "2026-11-22 16:25:00.123 UTC",
        "Width, height": "20.0 \N{MULTIPLICATION SIGN} 10.0 µm (68 \N{MULTIPLICATION SIGN} 34 px)",
        "Left, top": "852, 270 px",
        "Peak A, B": "0.500 V, 0.250 V",
        "Integrated A, B": "1.500 V, not known",
        "Message": "17",
    }


def test_what_nobody_said_is_said_to_be_unknown() -> None:
    unknown = dict(
        fields(roi(trigger=0, time_ns=0, left=-1, top=-1, peak_a=NAN, message_id=0), RoiUnits())
    )
    assert "Message" not in unknown
    for name in ("Trigger", "Time", "Left, top", "Peak A, B", "Integrated A, B"):
        assert unknown[name] == NOT_KNOWN


@pytest.mark.parametrize(("sharpness", "text"), [(12.34, "12.3"), (NAN, NOT_KNOWN)])
def test_sharpness_where_rows_have_it(sharpness: float, text: str) -> None:
    wide = np.dtype([*ROI.descr, ("sharpness", "f4")])
    row = np.array([(*roi_row(0), sharpness)], wide)[0]
    assert dict(fields(row, RoiUnits()))["Sharpness"] == text


@pytest.mark.parametrize(
    ("peaks", "text"),
    [
        ((0.5, 0.25), "A 0.50  B 0.25 V"),
        ((NAN, 0.25), "B 0.25 V"),
        ((0.5, NAN), "A 0.50 V"),
        ((NAN, NAN), ""),
    ],
)
def test_peaks_in_a_caption(peaks: tuple[float, float], text: str) -> None:
    assert peaks_text(*peaks) == text


def test_a_trigger_without_a_number() -> None:
    assert trigger_text(12) == "12"
    assert trigger_text(0) == "—"


def test_one_sentence_for_those_who_cannot_see() -> None:
    text = described(roi(trigger=5, width=68, height=34, peak_a=NAN), UM)
    assert text.startswith("Trigger 5, 20 \N{MULTIPLICATION SIGN} 10 µm, 16:25:00.000")
    assert text.endswith("peaks not known")
