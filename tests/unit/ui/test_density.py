"""What plots of many points work out: cells, shades, the nearest point, ranges, logarithms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ifcbgui.ui.widgets.plots.density import (
    Box,
    count_cells,
    count_near,
    extent,
    log_ticks,
    merge,
    nearest,
    settle,
    shade,
    to_axis,
)

BOX = Box(0.0, 100.0, 0.0, 50.0)
NAN = float("nan")

readings = arrays(
    np.float32,
    st.integers(0, 60),
    elements=st.floats(-10, 10, width=32) | st.just(0.0) | st.just(NAN) | st.just(float("inf")),
)
places = st.lists(st.tuples(st.floats(-20, 120), st.floats(-20, 70)), max_size=60)


def columns(points: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(points, np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(readings)
def test_on_a_linear_axis_every_finite_value_has_its_place(values: np.ndarray) -> None:
    shown = to_axis(values, log=False)
    finite = np.isfinite(values)
    assert np.array_equal(shown[finite], values[finite])
    assert np.isnan(shown[~finite]).all()


@given(readings)
def test_on_a_log_axis_zero_and_less_have_no_place(values: np.ndarray) -> None:
    shown = to_axis(values, log=True)
    fits = np.isfinite(values) & (values > 0)
    assert np.array_equal(np.isnan(shown), ~fits)
    assert np.allclose(10.0 ** shown[fits], values[fits], rtol=1e-6)


def test_the_values_themselves_are_left_alone() -> None:
    values = np.array([-1.0, 0.0, 10.0])
    to_axis(values, log=True)
    assert values.tolist() == [-1.0, 0.0, 10.0]


@given(places)
def test_each_point_inside_is_counted_once_and_none_outside(
    points: list[tuple[float, float]],
) -> None:
    x, y = columns(points)
    counts = count_cells(x, y, BOX, 7, 5)
    inside = sum(0 <= px <= 100 and 0 <= py <= 50 for px, py in points)
    assert counts.shape == (5, 7)
    assert counts.sum() == inside


def test_cells_are_where_their_points_are() -> None:
    x, y = np.array([0.0, 99.0, 100.0, 50.0, NAN]), np.array([0.0, 49.0, 50.0, 25.0, 3.0])
    counts = count_cells(x, y, BOX, 10, 5)
    assert counts[0, 0] == 1  # row 0 is at the bottom
    assert counts[4, 9] == 2  # the far edges belong to it
    assert counts[2, 5] == 1
    assert counts.sum() == 4


@given(arrays(np.int64, (4, 6), elements=st.integers(0, 5000)))
def test_fuller_cells_never_look_emptier(counts: np.ndarray) -> None:
    shades = shade(counts)
    order = np.argsort(counts, axis=None)
    assert (np.diff(shades.ravel()[order].astype(int)) >= 0).all()
    assert np.array_equal(shades == 0, counts == 0)


def test_the_fullest_cell_has_the_last_shade_but_not_when_it_holds_few() -> None:
    assert shade(np.array([[1, 1000]])).tolist() == [[1, 255]]
    assert shade(np.array([[0, 1]])).tolist() == [[0, 1]]
    assert shade(np.array([[0, 2]]))[0, 1] < 100


@given(places, st.tuples(st.floats(0, 100), st.floats(0, 50)))
def test_the_nearest_point_is_the_nearest_in_pixels(
    points: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    x, y = columns(points)
    pixel = (0.5, 0.1)
    found = nearest(x, y, at, pixel, 8.0)
    away = [np.hypot((px - at[0]) / 0.5, (py - at[1]) / 0.1) for px, py in points]
    if found is None:
        assert all(distance > 8.0 - 1e-9 for distance in away)
    else:
        assert away[found] == pytest.approx(min(away))
        assert away[found] <= 8.0 + 1e-9


@given(places.filter(len))
def test_of_many_within_reach_the_nearest_is_found(points: list[tuple[float, float]]) -> None:
    x, y = columns(points)
    found = nearest(x, y, (50.0, 25.0), (50.0, 50.0), 8.0)
    away = [np.hypot(px - 50.0, py - 25.0) for px, py in points]
    assert found is not None
    assert away[found] == pytest.approx(min(away))


def test_of_points_at_one_place_the_last_is_taken() -> None:
    x, y = np.array([5.0, 5.0, 5.0, NAN]), np.array([5.0, 5.0, 5.0, 5.0])
    assert nearest(x, y, (5.0, 5.0), (1.0, -1.0), 8.0) == 2
    assert count_near(x, y, (5.5, 5.0), (1.0, -1.0), 2.0) == 3


def test_eight_pixels_are_near_and_nine_are_not() -> None:
    x, y = np.array([10.0]), np.array([10.0])
    assert nearest(x, y, (18.0, 10.0), (1.0, 1.0), 8.0) == 0
    assert nearest(x, y, (19.0, 10.0), (1.0, 1.0), 8.0) is None
    assert nearest(x, y, (16.0, 16.0), (1.0, 1.0), 8.0) is None  # 8.5 on the slant


@given(readings)
def test_a_range_holds_all_values_and_has_a_width(values: np.ndarray) -> None:
    shown = to_axis(values, log=False)
    span = extent(shown, 0.1)
    known = shown[~np.isnan(shown)]
    if not len(known):
        assert span is None
        return
    assert span is not None
    assert span[0] < known.min()
    assert known.max() < span[1]
    assert span[1] - span[0] >= 0.1 - 1e-9


def test_an_axis_stays_until_something_does_not_fit_or_much_is_empty() -> None:
    assert settle(None, (1.0, 2.0)) == (1.0, 2.0)
    assert settle((0.0, 10.0), (1.0, 9.0)) == (0.0, 10.0)
    assert settle((0.0, 10.0), (1.0, 11.0)) == (1.0, 11.0)
    assert settle((0.0, 10.0), (4.0, 6.0)) == (4.0, 6.0)


@given(places)
def test_merged_points_stand_for_all(points: list[tuple[float, float]]) -> None:
    x, y = columns(points)
    last, counts = merge(x, y, 10.0)
    assert counts.sum() == len(points)
    cells = [(px // 10, py // 10) for px, py in points]
    assert len(last) == len(set(cells))
    for index, count in zip(last.tolist(), counts.tolist(), strict=True):
        assert cells.count(cells[index]) == count
        assert cells[index] not in cells[index + 1 :]


def test_points_without_a_place_are_merged_into_nothing() -> None:
    last, counts = merge(np.array([NAN, 1.0, NAN]), np.array([1.0, 1.0, NAN]), 4.0)
    assert (last.tolist(), counts.tolist()) == ([1], [1])
    assert not len(merge(np.array([NAN]), np.array([1.0]), 4.0)[0])


@given(st.floats(-6, 6), st.floats(1e-3, 14), st.floats(0.02, 0.5))
def test_log_axes_are_labelled_with_room_for_each(low: float, width: float, share: float) -> None:
    high, least = low + width, width * share
    ticks = log_ticks(low, high, least)
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    assert not len(ticks) > 1 or np.diff(ticks).min() >= least - 1e-9


def test_log_axes_are_labelled_as_a_reader_expects() -> None:
    def labels(low: float, high: float, pixels: int) -> list[str]:
        return [f"{10.0**tick:.4g}" for tick in log_ticks(low, high, (high - low) * 36 / pixels)]

    assert labels(-1.2, 0.6, 400) == ["0.1", "0.2", "0.5", "1", "2"]
    assert labels(-3, 3, 400) == ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]
    assert labels(0.1, 0.2, 400) == ["1.3", "1.35", "1.4", "1.45", "1.5", "1.55"]
