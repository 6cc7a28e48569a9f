"""How high plots reach, what their axes of time say, what a cursor reads."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.session.history import Series
from ifcbgui.ui.widgets.plots.clock import days_text, moment_text, tick_text, time_ticks
from ifcbgui.ui.widgets.plots.readings import sample_at
from ifcbgui.ui.widgets.plots.scales import (
    SWITCH,
    Scale,
    fitted,
    round_step,
    scale_of,
    zoomed,
)
from ifcbgui.ui.widgets.quantities import label_of, reading_text, unit_of

S = 1_000_000_000
NOTHING = (math.nan, math.nan)


def test_a_scale_holds_all_values_and_a_margin() -> None:
    shown = fitted([(10, 20), (15, 40)], [Scale()], None)
    assert shown is not None
    assert shown[0] < 10
    assert shown[1] > 40


def test_noise_is_no_mountain() -> None:
    shown = fitted([(38.20, 38.24)], [scale_of("humidity")], None)
    assert shown is not None
    assert shown[1] - shown[0] >= 5
    assert sum(shown) / 2 == pytest.approx(38.22)


def test_a_rate_shows_its_zero_and_nothing_far_below() -> None:
    shown = fitted([(0.0, 0.0)], [scale_of("fpsrate")], None)
    assert shown is not None
    assert -0.2 < shown[0] <= 0
    assert shown[1] >= 1


def test_a_switch_shows_on_and_off() -> None:
    shown = fitted([(1.0, 1.0)], [SWITCH], None)
    assert shown is not None
    assert shown[0] < 0 < 1 < shown[1]


def test_nobody_knows_a_scale_of_nothing() -> None:
    assert fitted([NOTHING], [scale_of("syringe_volume")], None) is None
    assert fitted([NOTHING], [Scale()], (1, 2)) == (1, 2)


def test_a_scale_that_is_well_filled_stays() -> None:
    shown = fitted([(10, 20)], [Scale()], None)
    assert fitted([(12, 19)], [Scale()], shown) == shown
    assert fitted([(12, 30)], [Scale()], shown) != shown
    assert fitted([(12, 13)], [Scale()], shown) != shown


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6))
def test_any_values_fit(low: float, length: float) -> None:
    shown = fitted([(low, low + length)], [Scale()], None)
    assert shown is not None
    assert shown[0] < low <= low + length < shown[1]


def test_zooming_keeps_the_value_under_the_mouse() -> None:
    assert zoomed((0, 10), 0.5, 0.5) == (2.5, 7.5)
    assert zoomed((0, 10), 2, 0) == (0, 20)


@given(st.floats(1e-6, 1e9), st.floats(1, 40))
def test_steps_are_round_and_not_too_many(length: float, most: float) -> None:
    step = round_step(length, most)
    assert length / step <= most * 1.01
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - known) for known in (1, 2, 5, 10)) < 1e-6


def series(*points: tuple[int, float], held: bool = False, gap_s: float | None = 10) -> Series:
    made = Series("humidity", "Humidity", "%RH", held=held, gap_s=None if held else gap_s)
    for time_s, value in points:
        made.append(time_s * S, value)
    return made


def test_a_cursor_reads_the_value_nearest_before() -> None:
    read = sample_at(series((10, 1.5), (15, 2.5)), 14 * S)
    assert read is not None
    assert (read.time_ns, read.value) == (10 * S, 1.5)
    assert sample_at(series((10, 1.5)), 9 * S) is None


def test_a_cursor_reads_nothing_in_a_gap() -> None:
    assert sample_at(series((10, 1.5), (60, 2.5)), 30 * S) is None
    assert sample_at(series((10, 1.5)), 21 * S) is None
    broken = series((10, 1.5), gap_s=None)
    broken.break_off(11 * S)
    assert sample_at(broken, 30 * S) is None


def test_a_setting_is_read_however_long_ago_it_was_said() -> None:
    read = sample_at(series((10, 1.5), held=True), 9999 * S)
    assert read is not None
    assert read.value == 1.5


def test_values_are_written_as_what_they_are() -> None:
    assert reading_text("switchlaser", 1.0, "") == "on"
    assert reading_text("zero_roi_share", 0.0612, "") == "6%"
    assert reading_text("humidity", 38.2345, "%RH") == "38.2 %RH"
    assert reading_text("settriga", 0.131442, "V") == "0.131442 V"
    assert reading_text("humidity", math.nan, "%RH") == "—"


def test_quantities_have_names_before_anything_was_said() -> None:
    assert label_of("humidity", None) == "Humidity"
    assert label_of("trigger_rate", None) == "Trigger rate, counted"
    assert unit_of("trigger_rate", None) == unit_of("fpsrate", None) == "1/s"
    assert label_of("humidity", series((1, 1.0))) == "Humidity"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def ticks(first: str, last: str, least_s: float) -> list[str]:
    step, found = time_ticks(at(first), at(last), least_s, utc=True)
    return [tick_text(time_s, step, utc=True) for time_s in found]


def test_ticks_are_round_moments() -> None:
    assert ticks("2026-03-14T18:31", "2026-03-14T18:59", 500) == ["18:40", "18:50"]
    assert ticks("2026-03-14T18:31:02", "2026-03-14T18:31:09", 2.5) == ["18:31:05"]
    assert ticks("2026-03-14T20:00", "2026-03-15T05:00", 9000) == ["21:00", "15 Mar", "03:00"]
    assert ticks("2026-03-14T20:00", "2026-03-17T05:00", 50_000) == ["15 Mar", "16 Mar", "17 Mar"]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a clock of another place can be set")
def test_ticks_of_local_time_stay_round_when_the_clocks_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        first, last = at("2026-03-28T20:00"), at("2026-03-29T22:00")
        step, found = time_ticks(first, last, 20_000, utc=False)
        texts = [tick_text(time_s, step, utc=False) for time_s in found]
        assert texts == ["29 Mar", "06:00", "12:00", "18:00", "30 Mar"]
        assert moment_text(round(at("2026-03-29T12:00") * S), utc=False) == (
            "2026-03-29 14:00:00.0 local"
        )
    finally:
        monkeypatch.undo()
        time.tzset()


def test_days_are_named_as_shortly_as_can_be() -> None:
    def days(first: str, last: str) -> str:
        return days_text(round(at(first) * S), round(at(last) * S), utc=True)

    assert days("2026-03-14T01:00", "2026-03-14T23:00") == "14 Mar 2026"
    assert days("2026-03-14T01:00", "2026-03-15T23:00") == "14 to 15 Mar 2026"
    assert days("2026-03-31T01:00", "2026-04-01T23:00") == "31 Mar to 1 Apr 2026"
    assert days("2025-12-31T01:00", "2026-01-01T23:00") == "31 Dec 2025 to 1 Jan 2026"
