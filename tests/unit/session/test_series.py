"""One quantity over time: gaps, and what is said again and again."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.session.series import Series

S = 1_000_000_000


def measured(gap_s: float | None = None) -> Series:
    return Series("fpsrate", "Trigger rate", "1/s", held=False, gap_s=gap_s)


def held() -> Series:
    return Series("setpmtb", "PMT B voltage", "V", held=True)


def rows(series: Series) -> list[tuple[float, float | None]]:
    """Return times in seconds, and values with None for a gap."""
    return [
        (time_ns / S, None if math.isnan(value) else value)
        for time_ns, value in zip(series.times, series.values, strict=True)
    ]


def test_a_measurement_said_again_is_a_value_again() -> None:
    series = measured()
    for second in (1, 2, 3):
        series.append(second * S, 4.0)
    assert rows(series) == [(1, 4), (2, 4), (3, 4)]


def test_the_first_of_all_is_not_forgotten_with_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ifcbgui.session.series.MOST_SAMPLES", 4)
    series, other = measured(), measured()
    assert math.isnan(series.first)
    for second in range(1, 20):
        series.append(second * S, float(second))
    assert (series.first, series.values[0] > 1) == (1.0, True)
    other.adopt(series)
    assert other.first == 1.0
    series.clear()
    assert math.isnan(series.first)


def test_a_gap_begins_where_the_last_value_has_lost_its_meaning() -> None:
    series = measured(gap_s=15)
    for second in (5, 10, 25, 41):
        series.append(second * S, 3.0)
    assert rows(series) == [(5, 3), (10, 3), (25, 3), (40, None), (41, 3)]


def test_without_a_limit_there_is_no_gap() -> None:
    series = measured()
    series.append(0, 1.0)
    series.append(10**6 * S, 2.0)
    assert rows(series) == [(0, 1), (10**6, 2)]


def test_broken_off_once_and_only_after_a_value() -> None:
    series = measured(gap_s=15)
    series.break_off(S)
    assert len(series) == 0
    series.append(2 * S, 1.0)
    series.break_off(4 * S)
    series.break_off(5 * S)
    series.append(60 * S, 1.0)
    assert rows(series) == [(2, 1), (4, None), (60, 1)]


def test_of_a_held_value_first_and_last_are_enough() -> None:
    series = held()
    for second in range(1, 100):
        series.append(second * S, 0.65)
    series.append(100 * S, 0.7)
    for second in (101, 102, 103):
        series.append(second * S, 0.65)
    assert rows(series) == [(1, 0.65), (99, 0.65), (100, 0.7), (101, 0.65), (103, 0.65)]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 1.0, 2.0]))))
def test_a_held_value_is_the_same_at_every_moment(said: list[tuple[int, float]]) -> None:
    series, now, expected = held(), 0, []
    for pause, value in said:
        now += pause
        series.append(now, value)
        expected.append((now, value))
    for moment in range(now + 1):
        newest = [value for at, value in expected if at <= moment][-1:]
        place = int(np.searchsorted(series.times, moment, side="right"))
        assert series.values[:place][-1:].tolist() == newest


@given(st.lists(st.integers(-(10**6), 10**6)), st.booleans())
def test_times_never_fall_whatever_the_clock_did(times: list[int], is_held: bool) -> None:
    series = held() if is_held else measured(gap_s=0.0001)
    for number, time_ns in enumerate(times):
        series.append(time_ns, float(number % 2))
    assert np.all(np.diff(series.times) >= 0)


def test_clearing_begins_anew() -> None:
    for series in (held(), measured(15)):
        series.append(900 * S, 1.0)
        before = series.revision
        series.clear()
        assert len(series) == 0
        assert series.revision > before
        series.append(5 * S, 1.0)
        series.append(6 * S, 1.0)
        assert rows(series) == [(5, 1), (6, 1)]


@pytest.mark.parametrize("series", [held(), measured(15)])
def test_one_that_is_adopted_goes_on(series: Series) -> None:
    other = Series("x", "x", held=series.held, gap_s=series.gap_s)
    series.append(900 * S, 7.0)
    for second in (1, 2):
        other.append(second * S, 1.0)
    series.adopt(other)
    series.append(3 * S, 1.0)
    series.append(50 * S, 1.0)
    assert rows(series) == (
        [(1, 1), (50, 1)] if series.held else [(1, 1), (2, 1), (3, 1), (18, None), (50, 1)]
    )
