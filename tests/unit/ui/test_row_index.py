from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.ui.models.row_index import RowIndex


def positions(*values: int) -> np.ndarray:
    return np.array(values, np.uint32)


def test_an_empty_index_shows_nothing() -> None:
    index = RowIndex()
    assert len(index) == 0
    assert index.rows_below(5) == 0
    assert index.positions.tolist() == []


def test_rows_keep_their_positions_while_the_array_grows() -> None:
    index = RowIndex()
    for start in range(0, 5000, 100):
        index.append(np.arange(start, start + 100, dtype=np.uint32))
    assert len(index) == 5000
    assert [index.position(row) for row in (0, 1023, 1024, 4999)] == [0, 1023, 1024, 4999]


def test_dropping_from_the_front_shifts_the_rows() -> None:
    index = RowIndex()
    index.append(positions(3, 5, 8, 9))
    index.drop_first(index.rows_below(8))
    assert index.positions.tolist() == [8, 9]
    assert index.position(0) == 8


def test_replacing_forgets_the_old_rows() -> None:
    index = RowIndex()
    index.append(positions(1, 2, 3))
    index.drop_first(2)
    index.replace(positions(7))
    assert index.positions.tolist() == [7]


@pytest.mark.parametrize(("position", "row"), [(0, 0), (3, 0), (4, 1), (8, 2), (99, 3)])
def test_a_position_that_is_not_shown_leads_to_the_next(position: int, row: int) -> None:
    index = RowIndex()
    index.append(positions(3, 5, 8))
    assert index.rows_below(position) == row


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), max_size=30))
def test_appending_and_dropping_is_a_queue(steps: list[tuple[int, int]]) -> None:
    index, expected, following = RowIndex(), [], 0
    for added, dropped in steps:
        new = list(range(following, following + added))
        following += added
        index.append(np.array(new, np.uint32))
        expected += new
        count = min(dropped, len(expected))
        index.drop_first(count)
        del expected[:count]
        assert index.positions.tolist() == expected
