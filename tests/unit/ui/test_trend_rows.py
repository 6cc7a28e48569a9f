"""Rows of the trends, and their values as a file."""

from __future__ import annotations

import io
import math

import pandas as pd

from ifcbgui.session.history import Series
from ifcbgui.ui.models.trend_files import COLUMNS, csv_text, excerpt
from ifcbgui.ui.models.trend_rows import (
    MOST_IN_ROW,
    MOST_ROWS,
    USUAL_ROWS,
    moved,
    replaced,
    rows_from,
    with_row,
    with_series,
    without_row,
    without_series,
)

S = 1_000_000_000
ROWS = (("a", "b"), ("c",), ("d",))


def test_nothing_kept_means_the_usual_rows() -> None:
    assert rows_from([]) == USUAL_ROWS
    assert rows_from([[], [""]]) == USUAL_ROWS


def test_what_was_kept_is_made_fit() -> None:
    assert rows_from([["a", "a", "b"], [], ["c"]]) == (("a", "b"), ("c",))
    assert len(rows_from([["a"]] * 99)) == MOST_ROWS
    assert len(rows_from([[str(at) for at in range(99)]])[0]) == MOST_IN_ROW


def test_rows_are_changed_one_at_a_time() -> None:
    assert with_row(ROWS, "e") == (*ROWS, ("e",))
    assert with_series(ROWS, 1, "e") == (("a", "b"), ("c", "e"), ("d",))
    assert with_series(ROWS, 0, "a") == ROWS
    assert without_series(ROWS, 0, "a") == (("b",), ("c",), ("d",))
    assert without_series(ROWS, 1, "c") == (("a", "b"), ("d",))
    assert without_row(ROWS, 0) == (("c",), ("d",))
    assert replaced(ROWS, 0, "e") == (("e",), ("c",), ("d",))


def test_rows_are_moved_within_bounds() -> None:
    assert moved(ROWS, 0, 1) == (("c",), ("a", "b"), ("d",))
    assert moved(ROWS, 2, -1) == (("a", "b"), ("d",), ("c",))
    assert moved(ROWS, 0, -1) == moved(ROWS, 2, 1) == ROWS


def held() -> Series:
    series = Series("setpmta", "PMT A voltage", "V", held=True)
    for time_s, value in ((10, 0.5), (20, 0.6), (30, 0.7)):
        series.append(time_s * S, value)
    return series


def measured() -> Series:
    series = Series("humidity", "Humidity", "%RH", held=False)
    series.append(10 * S, 38.123456789)
    series.break_off(11 * S)
    series.append(30 * S, 39.0)
    return series


def test_a_setting_begins_with_what_was_in_force() -> None:
    assert excerpt(held(), 25 * S, 40 * S).values.tolist() == [0.6, 0.7]
    assert excerpt(measured(), 25 * S, 40 * S).values.tolist() == [39.0]
    assert len(excerpt(held()).times) == 3


def test_an_excerpt_stays_when_the_series_goes_on() -> None:
    series = measured()
    taken = excerpt(series)
    series.clear()
    series.append(1, -1.0)
    assert taken.values[0] == 38.123456789


def test_other_programs_read_the_file() -> None:
    text = "".join(csv_text([excerpt(held()), excerpt(measured())]))
    table = pd.read_csv(io.StringIO(text), parse_dates=["time"])
    assert tuple(table.columns) == COLUMNS
    assert str(table["time"].dt.tz) == "UTC"
    humidity = table[table["series"] == "humidity"]["value"].tolist()
    assert humidity[0] == 38.123456789
    assert math.isnan(humidity[1])
    wide = table.pivot(index="time", columns="series", values="value")
    assert wide.shape == (4, 2)
    assert text.splitlines()[1] == "1970-01-01T00:00:10.000Z,setpmta,0.5,V,PMT A voltage"
