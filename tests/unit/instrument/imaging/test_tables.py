"""Rows that grow at the end, keep their numbers, and lose the oldest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ifcbgui.instrument.imaging.tables import FRAME, SAMPLE, Table

MOST = 10


def row(number: int) -> tuple[int, float]:
    return number, float(number)


class AnyUse(RuleBasedStateMachine):
    """Compares a small table with a list that never forgets."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(SAMPLE, MOST)
        self.expected: list[tuple[int, float]] = []

    @rule()
    def append(self) -> None:
        number = self.table.append(row(len(self.expected)))
        assert number == len(self.expected)
        self.expected.append(row(number))

    @rule(count=st.integers(0, 3 * MOST))
    def extend(self, count: int) -> None:
        start = len(self.expected)
        rows = [row(number) for number in range(start, start + count)]
        self.table.extend(np.array(rows, SAMPLE))
        self.expected += rows

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def amend(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.expected) - 1))
        self.table.amend(number, value=-1.0)
        self.expected[number] = (number, -1.0)

    @rule()
    def clear(self) -> None:
        epoch = self.table.epoch
        self.table.clear()
        assert self.table.epoch > epoch
        self.expected.clear()

    @rule(count=st.integers(0, 2 * MOST))
    def adopt(self, count: int) -> None:
        other, epoch = Table(SAMPLE, MOST), self.table.epoch
        self.expected = [row(number) for number in range(count)]
        other.extend(np.array(self.expected, SAMPLE))
        self.table.adopt(other)
        assert self.table.epoch > epoch

    @invariant()
    def holds_the_newest(self) -> None:
        table = self.table
        assert len(table) <= MOST
        assert table.stop == len(self.expected)
        assert len(table) == table.stop - table.first == len(table.rows)
        assert table.rows.tolist() == self.expected[table.first :]
        assert len(table) >= min(len(self.expected), MOST - MOST // 4)


AnyUse.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyUse = AnyUse.TestCase


@pytest.mark.parametrize("most", [1, 2, 3])
def test_the_smallest_of_tables(most: int) -> None:
    table = Table(SAMPLE, most)
    for number in range(7):
        table.append(row(number))
        assert table.rows[-1].tolist() == row(number)
        assert 1 <= len(table) <= most
    table.extend(np.array([row(number) for number in range(7, 20)], SAMPLE))
    assert table.rows["time_ns"].tolist() == list(range(20 - most, 20))
    assert (table.first, table.stop) == (20 - most, 20)


def test_rows_cannot_be_written_by_those_who_look() -> None:
    table = Table(FRAME, 5)
    table.append((1, 2, 3))
    with pytest.raises(ValueError, match="read-only"):
        table.rows["trigger"] = 7
    table.amend(0, trigger=8)  # the table itself can
    assert table.rows["trigger"].tolist() == [8]


def test_each_change_can_be_noticed() -> None:
    table, seen = Table(SAMPLE, 3), set[int]()
    changes = (
        lambda: table.append(row(0)),
        lambda: table.extend(np.array([row(1)], SAMPLE)),
        lambda: table.amend(0, value=3.0),
        table.clear,
        lambda: table.adopt(Table(SAMPLE, 3)),
    )
    for change in changes:
        change()
        seen.add(table.revision)
    assert len(seen) == len(changes)
    table.amend(99, value=1.0)  # gone or never there: no change
    table.amend(-1, value=1.0)
    assert table.revision in seen
