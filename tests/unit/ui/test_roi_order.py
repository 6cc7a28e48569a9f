"""Rows in the order somebody asked for, which changes only when it is asked to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.imaging.tables import ROI, Table
from ifcbgui.ui.models.roi_choice import RoiChoice
from ifcbgui.ui.models.roi_order import RoiOrder, SortBy
from tests.helpers.roi_pictures import FakeRois, roi_row

KEYS: dict[SortBy, Callable[[np.void], Any]] = {
    SortBy.TIME: lambda roi: roi["time_ns"],
    SortBy.SIZE: lambda roi: roi["width"] * roi["height"],
    SortBy.LEFT: lambda roi: roi["left"],
    SortBy.TOP: lambda roi: roi["top"],
    SortBy.TRIGGER: lambda roi: roi["trigger"],
}


def order_of(source: FakeRois) -> RoiOrder:
    order = RoiOrder(source.table)
    order.take_new()
    return order


def test_the_newest_comes_first_unless_somebody_says_otherwise() -> None:
    assert order_of(FakeRois(3)).shown.tolist() == [2, 1, 0]


def test_what_comes_is_counted_until_it_is_taken_in() -> None:
    source = FakeRois(3)
    order = order_of(source)
    source.add(2)
    assert (order.shown.tolist(), order.unseen) == ([2, 1, 0], 2)
    order.take_new()
    assert (order.shown.tolist(), order.unseen) == ([4, 3, 2, 1, 0], 0)


@pytest.mark.parametrize("sort", SortBy)
@pytest.mark.parametrize("descending", [True, False])
def test_every_sort(sort: SortBy, descending: bool) -> None:
    source = FakeRois(200)
    order = RoiOrder(source.table)
    order.set_sort(sort, descending=descending)
    keys = [KEYS[sort](roi) for roi in order.rows(order.shown)]
    assert keys == sorted(keys, reverse=descending)
    assert sorted(order.shown.tolist()) == list(range(200))


Step = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 9)),
    st.tuples(st.just("amend"), st.integers(0, 30)),
    st.tuples(st.just("sort"), st.sampled_from(SortBy)),
    st.tuples(st.sampled_from(["take", "let go", "clear"]), st.none()),
)


@given(st.lists(Step, max_size=30))
def test_whatever_happens_to_the_table(steps: list[tuple[str, Any]]) -> None:
    table = Table(ROI, 12)
    order = RoiOrder(table)
    for what, value in steps:
        if what == "add":
            table.append(roi_row(table.stop, trigger=value, left=value, top=9 - value))
        elif what == "amend":
            table.amend(value, trigger=100 - value)
        elif what == "sort":
            order.set_sort(value, descending=False)
        elif what == "take":
            order.take_new()
        elif what == "let go":
            order.let_go()
        else:
            table.clear()
    order.let_go()
    taken = order.shown.tolist()
    assert all(table.first <= number < table.stop for number in taken)
    assert len(set(taken)) == len(taken) == len(table) - order.unseen
    order.take_new()
    keys = [KEYS[order.sort](roi) for roi in order.rows(order.shown)]
    assert keys == sorted(keys, reverse=order.descending)
    assert len(order) == len(table)


def test_a_row_has_a_place_as_long_as_it_is_shown() -> None:
    source = FakeRois(4)
    order = order_of(source)
    source.add()
    assert order.position(3) == 0
    assert order.position(0) == 3
    assert order.position(4) is None


# --- what is chosen -----------------------------------------------------------------------------


@pytest.fixture
def choice() -> RoiChoice:
    return RoiChoice(order_of(FakeRois(10)))


def test_one_then_all_between_in_the_order_shown(choice: RoiChoice) -> None:
    choice.choose(7)
    choice.extend(4)
    assert choice.selected.tolist() == [4, 5, 6, 7]
    choice.extend(9)
    assert choice.selected.tolist() == [7, 8, 9]
    assert choice.current == 9
    assert choice.in_order().tolist() == [9, 8, 7]


def test_one_more_or_less(choice: RoiChoice) -> None:
    choice.choose(2)
    choice.toggle(5)
    assert choice.selected.tolist() == [2, 5]
    choice.toggle(2)
    assert choice.selected.tolist() == [5]
    assert (choice.has(5), choice.has(2), choice.has(9)) == (True, False, False)


def test_all_between_where_nothing_was_begun_is_one(choice: RoiChoice) -> None:
    choice.extend(3)
    assert choice.selected.tolist() == [3]


def test_rows_that_have_gone_are_no_longer_chosen(choice: RoiChoice) -> None:
    choice.choose(2)
    choice.extend(6)
    choice.current = 3
    choice.let_go(4)
    assert choice.selected.tolist() == [4, 5, 6]
    assert choice.current is None
