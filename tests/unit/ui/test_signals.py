"""Which rows of triggers and ROIs are plotted, and which of them belong together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.imaging.tables import ROI, TRIGGER, Table
from ifcbgui.ui.models.signals import (
    GRAPH_PAIRS,
    PMT_PAIRS,
    Window,
    roi_of,
    seen_as_images,
    trigger_of,
    usual_pair,
)

S = 10**9
NAN = float("nan")


def table_of(dtype: np.dtype, rows: list[dict[str, float]], most: int = 100) -> Table:
    table = Table(dtype, most)
    for values in rows:
        row = np.zeros(1, dtype)
        for name in dtype.names or ():
            if dtype[name].kind == "f":
                row[name] = NAN
        row["left"] = -1
        for name, value in values.items():
            row[name] = value
        table.extend(row)
    return table


def triggers(*rows: dict[str, float]) -> Table:
    return table_of(TRIGGER, list(rows))


def rois(*rows: dict[str, float]) -> Table:
    return table_of(ROI, list(rows))


@given(st.lists(st.integers(0, 7200), max_size=80), st.sampled_from([1, 5, 30]))
def test_minutes_are_counted_back_from_the_newest(seconds: list[int], minutes: int) -> None:
    times = np.sort(np.array(seconds, np.int64)) * S
    part = Window("", minutes=minutes).part(times)
    if not len(times):
        assert (part.start, part.stop) == (0, 0)
        return
    assert part.stop == len(times)
    since = times[-1] - minutes * 60 * S
    assert (times[part] >= since).all()
    assert (times[: part.start] < since).all()


def test_a_clock_set_back_hides_nothing_that_came_since() -> None:
    times = np.array([1000, 1001, 400, 401]) * S
    assert Window("", minutes=1).part(times) == slice(0, 4)


@pytest.mark.parametrize(("count", "start"), [(3, 0), (500, 0), (501, 1), (2000, 1500)])
def test_of_many_rows_the_newest_are_shown(count: int, start: int) -> None:
    assert Window("", most=500).part(np.arange(count)) == slice(start, count)


def test_photomultipliers_come_before_the_values_nobody_verified() -> None:
    graph = {"f1": 0.1, "f2": 0.1}
    content = {"peak_a": 0.1, "peak_b": 0.1}
    assert usual_pair(triggers().rows) is PMT_PAIRS[0]
    assert usual_pair(triggers(graph).rows) is GRAPH_PAIRS[0]
    assert usual_pair(triggers(graph, content).rows) is PMT_PAIRS[0]


def test_a_trigger_and_its_rois_find_each_other() -> None:
    # Numbers begin anew with each bin: there is a trigger 2 an hour earlier.
    seen = triggers(
        {"number": 2, "time_ns": 0},
        {"number": 1, "time_ns": 3600 * S},
        {"number": 2, "time_ns": 3601 * S},
    )
    shown = rois(
        {"trigger": 2, "time_ns": S // 10},
        {"trigger": 2, "time_ns": 3601 * S + 1},
        {"trigger": 2, "time_ns": 3601 * S + 1, "index": 1},
    )
    assert [roi_of(row, seen, shown) for row in range(3)] == [0, None, 1]
    assert [trigger_of(row, seen, shown) for row in range(3)] == [0, 2, 2]


def test_what_nobody_numbered_belongs_together_by_its_message() -> None:
    seen = triggers(*({"message_id": at, "time_ns": S} for at in (5, 6)))
    shown = rois(*({"message_id": at, "time_ns": S} for at in (4, 6, 6)))
    assert [roi_of(row, seen, shown) for row in range(2)] == [None, 1]
    assert [trigger_of(row, seen, shown) for row in range(3)] == [None, 1, 1]


def test_rows_that_have_gone_belong_to_nothing() -> None:
    seen = table_of(TRIGGER, [{"number": n, "time_ns": n * S} for n in range(9)], most=4)
    shown = rois({"trigger": 8, "time_ns": 8 * S})
    assert seen.first > 0
    assert roi_of(0, seen, shown) is None
    assert roi_of(seen.stop, seen, shown) is None
    assert roi_of(8, seen, shown) == 0
    assert trigger_of(1, seen, shown) is None


def test_images_count_until_graphchanged_has_told_of_rois_for_a_minute_since() -> None:
    shown = rois({"time_ns": 100 * S})
    assert not seen_as_images(triggers(), rois())
    assert seen_as_images(triggers(), shown)
    assert seen_as_images(triggers({"time_ns": 150 * S, "left": 8}), shown)
    assert seen_as_images(triggers({"time_ns": 200 * S}), shown)
    assert not seen_as_images(triggers({"time_ns": 200 * S, "left": 8}), shown)
