"""Triggers a second, and regions of interest in them: only what was really counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.session.trigger_counts import RoiCounts, TriggerRate

S = 1_000_000_000
BIN_S = 10


class TestRoiCounts:
    def test_say_nothing_of_few_triggers(self) -> None:
        counts = RoiCounts()
        assert [counts.take(1) for _ in range(11)] == [None] * 11
        assert counts.take(0) == (pytest.approx(11 / 12), pytest.approx(1 / 12))

    def test_are_of_the_newest_fifty(self) -> None:
        counts = RoiCounts()
        for _ in range(50):
            counts.take(0)
        assert counts.take(2) == (0.04, 0.98)
        for _ in range(49):
            told = counts.take(2)
        assert told == (2.0, 0.0)

    def test_begin_anew(self) -> None:
        counts = RoiCounts()
        for _ in range(30):
            counts.take(0)
        counts.clear()
        assert counts.take(1) is None


def rates(*seconds: float, until: float | None = None) -> list[tuple[float, float]]:
    """Return ends of bins (s) and rates, of triggers at these times."""
    rate, told = TriggerRate(), list[tuple[int, float]]()
    for second in seconds:
        at_ns = round(second * S)
        told += rate.told_by(at_ns)
        rate.count(at_ns)
    if until is not None:
        told += rate.told_by(round(until * S))
    return [(end_ns / S, value) for end_ns, value in told]


class TestTriggerRate:
    def test_counts_whole_bins_alone(self) -> None:
        """The first trigger falls into a bin that was not listened to from its beginning."""
        assert rates(3, 4, 5, 11, 12, 19.9, 20, 21, until=29) == [(20, 0.3)]

    def test_counts_the_first_bin_whole_if_it_begins_with_a_trigger(self) -> None:
        assert rates(10, 11, until=20) == [(20, 0.2)]

    def test_says_nothing_before_a_bin_is_over(self) -> None:
        assert rates(1, 11, 12, until=19.99) == []

    def test_silence_is_a_rate_of_nought(self) -> None:
        assert rates(1, 11, until=45) == [(20, 0.1), (30, 0), (40, 0)]

    def test_of_a_long_silence_its_ends_are_enough(self) -> None:
        assert rates(1, 11, until=1009) == [(20, 0.1), (30, 0), (1000, 0)]

    def test_stopped_it_waits_for_another_trigger(self) -> None:
        rate = TriggerRate()
        rate.count(S)
        rate.count(11 * S)
        rate.stop()
        assert list(rate.told_by(90 * S)) == []
        rate.count(91 * S)
        rate.count(101 * S)
        assert list(rate.told_by(111 * S)) == [(110 * S, 0.1)]

    def test_a_clock_set_back_begins_anew(self) -> None:
        assert rates(1001, 1011, 501, 511, until=520) == [(520, 0.1)]

    @given(st.lists(st.floats(0, 300), max_size=200).map(sorted))
    def test_is_what_counting_by_hand_gives(self, seconds: list[float]) -> None:
        times = [round(second * S) for second in seconds]
        told = dict(rates(*seconds, until=310))
        for end_s, rate in told.items():
            begin_ns, end_ns = round((end_s - BIN_S) * S), round(end_s * S)
            assert times[0] <= begin_ns
            assert rate == sum(begin_ns <= at < end_ns for at in times) / BIN_S
        ends = {at // (BIN_S * S) * BIN_S + BIN_S for at in times}
        assert {end for end in ends if (end - BIN_S) * S >= times[0]} <= set(told)
