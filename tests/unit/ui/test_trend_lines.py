"""What is drawn of a series: all that happened in it, and nothing across a gap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.ui.widgets.plots.lines import Line, Window, as_steps, clipped, columns_of, line_of

S = 1_000_000_000
NAN = math.nan


def line(
    times_s: list[float],
    values: list[float],
    start_s: float = 0,
    stop_s: float = 100,
    *,
    columns: int = 1000,
    now_s: float = 100,
    held: bool = False,
    gap_s: float | None = None,
) -> Line:
    times = np.array([round(time_s * S) for time_s in times_s], np.int64)
    window = Window(round(start_s * S), round(stop_s * S), columns, 0, round(now_s * S))
    return line_of(times, np.array(values, float), window, held=held, gap_s=gap_s)


def strokes(drawn: Line) -> list[tuple[float, float, float, float]]:
    x, y = drawn.x.reshape(-1, 2).tolist(), drawn.y.reshape(-1, 2).tolist()
    return [(x0, y0, x1, y1) for (x0, x1), (y0, y1) in zip(x, y, strict=True)]


def test_values_are_joined_by_strokes() -> None:
    drawn = line([10, 20, 30], [1, 3, 2])
    assert strokes(drawn) == [(10, 1, 20, 3), (20, 3, 30, 2)]
    assert (drawn.low, drawn.high) == (1, 3)
    assert not len(drawn.dots_x)


def test_nothing_is_drawn_of_nothing() -> None:
    drawn = line([], [])
    assert not strokes(drawn)
    assert math.isnan(drawn.low)


def test_no_stroke_crosses_a_gap_that_was_told_of() -> None:
    assert strokes(line([10, 20, 25, 40, 50], [1, 1, NAN, 5, 5])) == [
        (10, 1, 20, 1),
        (40, 5, 50, 5),
    ]


def test_no_stroke_crosses_a_time_without_values() -> None:
    drawn = line([10, 14, 40, 44], [1, 1, 5, 5], gap_s=5)
    assert strokes(drawn) == [(10, 1, 14, 1), (40, 5, 44, 5)]


def test_a_value_alone_is_a_dot() -> None:
    drawn = line([10, 14, 40, 60, 64], [1, 1, 5, 7, 7], gap_s=5)
    assert drawn.dots_x.tolist() == [40]
    assert drawn.dots_y.tolist() == [5]
    assert drawn.high == 7
    assert line([10], [3]).dots_x.tolist() == [10]
    assert line([10, 11, 12], [NAN, 4, NAN]).dots_x.tolist() == [11]


def test_a_dot_that_is_out_of_sight_counts_for_nothing() -> None:
    drawn = line([10, 50, 90], [1, 2, 3], start_s=40, stop_s=60, gap_s=5)
    assert drawn.dots_x.tolist() == [50]
    assert (drawn.low, drawn.high) == (2, 2)


def test_a_stroke_comes_in_and_leaves_at_the_edges() -> None:
    drawn = line([0, 100], [0, 100], start_s=40, stop_s=60)
    assert strokes(drawn) == [(40, 40, 60, 60)]
    assert (drawn.low, drawn.high) == (40, 60)


def test_a_setting_holds_until_it_is_said_again_and_until_now() -> None:
    drawn = line([10, 30], [1, 2], now_s=50, held=True)
    assert strokes(drawn) == [(10, 1, 30, 1), (30, 1, 30, 2), (30, 2, 50, 2)]


def test_a_setting_said_before_is_in_force_in_what_is_seen() -> None:
    drawn = line([10], [7], start_s=60, stop_s=80, now_s=200, held=True)
    assert strokes(drawn) == [(60, 7, 80, 7)]
    assert (drawn.low, drawn.high) == (7, 7)


def test_a_setting_is_not_known_to_hold_after_now() -> None:
    assert not strokes(line([10], [7], start_s=60, stop_s=80, now_s=50, held=True))


def test_steps_have_two_corners_each() -> None:
    times, values = as_steps(np.array([1, 5]), np.array([10.0, 20.0]), 9)
    assert times.tolist() == [1, 5, 5, 9]
    assert values.tolist() == [10, 10, 20, 20]


def test_strokes_beyond_both_limits_are_cut_at_both() -> None:
    along, across = clipped(np.array([-1.0, 3.0, 5.0, 6.0]), np.array([0.0, 4.0, 1, 1]), 0.0, 2.0)
    assert along.tolist() == [0, 2]
    assert across.tolist() == [1, 3]


measured = st.one_of(st.floats(-1e6, 1e6), st.just(NAN))


@given(
    st.lists(st.tuples(st.integers(0, 50), measured), min_size=1, max_size=300),
    st.integers(1, 400),
)
def test_each_column_has_the_lowest_and_the_highest_of_its_values(
    steps: list[tuple[int, float]], column_ns: int
) -> None:
    times = np.cumsum([step for step, _ in steps]).astype(np.int64) + 1000
    values = np.array([value for _, value in steps])
    edges, starts, low, high = columns_of(times, values, column_ns)
    assert edges.tolist() == sorted(set((times // column_ns * column_ns).tolist()))
    for at, edge in enumerate(edges.tolist()):
        inside = (times >= edge) & (times < edge + column_ns)
        assert times[starts[at]] == times[inside][0]
        finite = values[inside & np.isfinite(values)]
        if len(finite):
            assert (low[at], high[at]) == (finite.min(), finite.max())
        else:
            assert math.isnan(low[at])


@given(st.lists(measured, min_size=50, max_size=300), st.integers(5, 15))
def test_what_is_drawn_reaches_as_far_as_the_values(values: list[float], columns: int) -> None:
    drawn = line([float(at) for at in range(len(values))], values, 0, len(values), columns=columns)
    finite = [value for value in values if not math.isnan(value)]
    if finite:
        assert (drawn.low, drawn.high) == pytest.approx((min(finite), max(finite)))
    else:
        assert math.isnan(drawn.low)


def test_a_long_gap_among_many_values_stays_open() -> None:
    times = [*range(1000), *range(5000, 6000)]
    drawn = line([float(at) for at in times], [1.0] * 2000, 0, 6000, columns=100, gap_s=10)
    assert len(drawn.x)
    assert not any(x0 < 3000 < x1 for x0, _, x1, _ in strokes(drawn))


def test_columns_stay_where_they_are_while_the_plot_moves() -> None:
    times, values = [float(at) for at in range(4000)], [float(at % 7) for at in range(4000)]
    one = line(times, values, 0, 2000, columns=100)
    other = line(times, values, 10, 2010, columns=100)
    inside = {x for x in one.x.tolist() if 20 < x < 1980}
    assert len(inside) == 98
    assert inside <= set(other.x.tolist())
