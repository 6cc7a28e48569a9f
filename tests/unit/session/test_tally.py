"""Counting messages by kind: right, and within bounds, whatever comes."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.session import EntryFilter
from ifcbgui.session.filters import to_text
from ifcbgui.session.tally import HISTORY_S, Tally, term_for
from tests.helpers.recorded import entry

NS = 1_000_000_000


def at(second: float, text: str = "syringetrack:1.5", **values: object) -> Entry:
    return entry(text, monotonic_ns=int(second * NS), **values)


def test_every_kind_has_its_count_and_its_last_message() -> None:
    tally = Tally()
    last = at(3, "syringetrack:2.5")
    tally.add([at(1), at(2, "valuechanged:pausestate:1"), last])
    kinds = {kind.key: kind for kind in tally}
    assert {key: kind.count for key, kind in kinds.items()} == {
        "syringetrack": 2,
        "valuechanged:pausestate": 1,
    }
    assert kinds["syringetrack"].last is last
    assert tally.count() == 3


def test_what_we_send_is_counted_apart_and_is_never_unknown() -> None:
    tally = Tally()
    tally.add([at(1, "foo:bar"), at(1, "foo:bar", direction=Direction.OUT)])
    assert [(kind.direction, kind.known) for kind in tally] == [("in", False), ("out", True)]


def test_the_rate_is_that_of_the_last_whole_seconds() -> None:
    tally = Tally()
    tally.add(at(100 + tenth / 10) for tenth in range(200))  # 20 s at 10 a second
    [kind] = tally
    assert tally.rate(kind, 120 * NS) == 10
    assert tally.rate(kind, 125 * NS) == 5
    assert tally.rate(kind, 130 * NS) == 0


def test_the_rate_of_the_first_seconds_is_not_thinned_by_the_time_before() -> None:
    tally = Tally()
    tally.add(at(100 + tenth / 10) for tenth in range(20))
    [kind] = tally
    assert tally.rate(kind, 102 * NS) == 10


def test_the_history_moves_on_and_forgets() -> None:
    tally = Tally()
    tally.add([at(100), at(100), at(103)])
    [kind] = tally
    assert kind.history(103 * NS)[-4:] == [2, 0, 0, 1]
    assert sum(kind.history((100 + HISTORY_S) * NS)) == 1
    assert sum(kind.history(10_000 * NS)) == 0
    assert len(kind.history(10_000 * NS)) == HISTORY_S


def test_beyond_the_limit_kinds_are_counted_together_and_none_is_lost() -> None:
    tally = Tally(most_kinds=3)
    tally.add(at(1, f"odd:{number}") for number in range(10))
    assert len(tally) == 4
    *_, other = tally
    assert (other.key, other.count) == ("", 7)
    assert tally.count() == 10
    assert term_for(other) is None


def test_new_is_what_comes_up_later_and_only_for_a_while() -> None:
    tally = Tally()
    tally.add([at(100), at(105, "valuechanged:pausestate:1"), at(400, "valuechanged:fpsrate:2")])
    new = {kind.key for kind in tally if tally.is_new(kind, 410 * NS)}
    assert new == {"valuechanged:fpsrate"}
    assert not any(tally.is_new(kind, 900 * NS) for kind in tally)


def test_a_cleared_tally_is_empty() -> None:
    tally = Tally()
    tally.add([at(1)])
    tally.clear()
    assert list(tally) == []
    assert tally.start_ns is None


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("abc")), max_size=60))
def test_counts_hold_whatever_the_clock_does(messages: list[tuple[int, str]]) -> None:
    tally = Tally()
    tally.add(at(second, f"odd:{name}") for second, name in messages)
    counts = {kind.key: kind.count for kind in tally}
    assert counts == dict(Counter(f"odd:{name}" for _, name in messages))
    for kind in tally:
        assert sum(kind.history(200 * NS)) <= kind.count


@pytest.mark.parametrize("key", sorted(MESSAGE_FORMS))
def test_the_filter_of_a_kind_finds_it_and_no_other(key: str) -> None:
    def example(pattern: str) -> str:
        return re.sub(r"<\w+>", "1", pattern)

    tally = Tally()
    tally.add([at(1, example(MESSAGE_FORMS[key].pattern))])
    [kind] = tally
    assert kind.key == key
    term = term_for(kind)
    assert term is not None
    wanted = EntryFilter.parse(to_text(term))
    assert wanted.term == term
    found = {
        form.key
        for form in MESSAGE_FORMS.values()
        if wanted.matches(form.group, "in", example(form.pattern))
    }
    assert found == {key}


def test_an_unknown_kind_is_filtered_as_text_and_a_command_by_its_way_too() -> None:
    tally = Tally()
    tally.add([at(1, "laserdrift:now:1"), at(1, "daq:x:1", direction=Direction.OUT)])
    unknown, command = tally
    assert to_text(term_for(unknown)) == '"laserdrift:now"'  # type: ignore[arg-type]
    assert to_text(term_for(command)) == 'dir:out "daq:x"'  # type: ignore[arg-type]
