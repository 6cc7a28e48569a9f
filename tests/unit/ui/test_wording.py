from __future__ import annotations

import pytest

from ifcbgui.instrument.state import Reading
from ifcbgui.ui import wording

S = 1_000_000_000


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "now"),
        (0.9, "now"),
        (1, "1 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86399, "23 h"),
        (86400, "1 d"),
        (10 * 86400, "10 d"),
    ],
)
def test_age_is_in_its_largest_unit(seconds: float, text: str) -> None:
    assert wording.age_text(int(seconds * S)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (-1, "0:00"), (59.9, "0:59"), (610, "10:10"), (3661, "1:01:01")],
)
def test_clock(seconds: float, text: str) -> None:
    assert wording.clock_text(seconds) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("switchlaser", True, "ON"),
        ("switchlaser", False, "OFF"),
        ("humidity", 38.214738689250034, "38.2"),
        ("syringe_volume", 5.0, "5.00"),
        ("setpmta", 0.45, "0.45"),
        ("rois_total", 0, "0"),
        ("setfilecomment", "", "—"),
        ("setdatafolder", None, "—"),
        ("setdatafolder", "/data", "/data"),
        ("report", "Data folder set to:\n/data\n", "Data folder set to: /data"),
        ("report", "\n", "—"),
        ("currentgpsposition", "age: n/a lat: n/a lon: n/a", "no fix"),
        ("currentgpsposition", "age: 1 lat: 41.5 lon: -70.6", "41.5, -70.6 (age 1)"),
        ("samplegpsposition", "somewhere: else", "somewhere: else"),
    ],
)
def test_values(name: str, value: object, text: str) -> None:
    assert wording.value_text(name, value) == text


def test_last_said_gives_utc_and_age() -> None:
    reading = Reading(1, 1_795_363_509 * S, 100 * S)
    text = wording.last_said_text(reading, 112 * S)
    assert text == "Last said 2026-11-22 16:05:09 UTC (12 s ago)."
    assert wording.last_said_text(reading, 100 * S).endswith("(just now).")
    assert wording.last_said_text(None, 0) == "Never said by the instrument."
