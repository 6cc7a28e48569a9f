from __future__ import annotations

import pytest

from ifcbgui.ui.models.log_columns import day_clock_text, elapsed_text, same_day

DAY_NS = 86_400_000_000_000


@pytest.mark.parametrize(
    ("span_ns", "text"),
    [
        (0, "+0.000"),
        (35_400_000, "+0.035"),
        (-35_400_000, "-0.035"),
        (-1, "+0.000"),
        (59_999_600_000, "+1:00.000"),
        (123_400_000_000, "+2:03.400"),
        (3_600_000_000_000, "+1:00:00.000"),
    ],
)
def test_lengths_of_time(span_ns: int, text: str) -> None:
    assert elapsed_text(span_ns) == text


def test_days() -> None:
    noon = DAY_NS // 2
    assert same_day(noon, DAY_NS - 1, utc=True)
    assert not same_day(DAY_NS - 1, DAY_NS, utc=True)
    assert not same_day(0, 40 * DAY_NS, utc=True)
    assert day_clock_text(DAY_NS + noon, utc=True) == "02 Jan 12:00"
