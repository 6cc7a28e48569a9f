"""Focus now and at best: one sharp cell is not focus."""

from __future__ import annotations

import math

import pytest

from ifcbgui.ui.models.focus_record import SPAN_NS, FocusRecord

S = 1_000_000_000


def test_nothing_measured_is_no_number() -> None:
    record = FocusRecord()
    assert record.now is None
    assert record.best is None
    assert math.isnan(record.share())


def test_one_sharp_cell_is_no_best() -> None:
    record = FocusRecord()
    for second in range(20):
        record.add(second * S, 0.9 if second == 12 else 0.3)
    assert record.best == (19 * S, 0.3)
    assert record.share() == 1.0


def test_the_best_needs_more_than_a_few_measurements() -> None:
    record = FocusRecord()
    for second in range(8):
        record.add(second * S, 0.9)
    assert record.best is None
    assert record.since_ns == 0


def test_turning_away_from_the_best_shows() -> None:
    record = FocusRecord()
    for second in range(20):
        record.add(second * S, 0.6)
    for second in range(20, 40):
        record.add(second * S, 0.3)
    assert record.best is not None
    assert record.best[1] == 0.6
    assert record.share() == pytest.approx(0.5)


def test_a_new_best_counts_from_now_on() -> None:
    record = FocusRecord()
    for second in range(10):
        record.add(second * S, 0.6)
    record.reset_best()
    assert record.best is None
    for second in range(10, 20):
        record.add(second * S, 0.3)
    assert record.since_ns == 10 * S
    assert record.best == (19 * S, 0.3)
    assert len(record.courses()[0]) == 4  # the course stays, without what too few have said


def test_what_is_long_past_does_not_count_for_now() -> None:
    record = FocusRecord()
    for second in range(9):
        record.add(second * S, 0.6)
    record.add(90 * S, 0.2)
    assert record.now == (90 * S, 0.2)


def test_the_course_is_that_of_the_last_minutes_with_gaps_as_gaps() -> None:
    record = FocusRecord()
    for second in (*range(20), *range(200, 220)):
        record.add(second * S, 0.6)
    assert [[time_ns // S for time_ns, _ in course] for course in record.courses()] == [
        list(range(8, 20)),
        list(range(208, 220)),
    ]
    record.add(SPAN_NS + 100 * S, 0.6)
    assert [len(course) for course in record.courses()] == [12]
    record.clear()
    assert record.courses() == []
    assert record.now is None
