from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.numbering import Numbering
from ifcbgui.instrument.relay import entry_of

S = 1_000_000_000
Numbered = tuple[object, object]


def watch(messages: Iterable[Numbered], *, apart_ns: int = 0) -> tuple[Numbering, list[str]]:
    """Return what is told of messages ``(sender, number)``, the end of the connection included."""
    numbering = Numbering()
    told: list[str] = []
    for index, (sender, number) in enumerate(messages):
        missing = numbering.take([entry_of([sender, "host", number, "x"], 0, index * apart_ns)])
        if missing:
            told.append(str(missing))
    if missing := numbering.begin_anew():
        told.append(str(missing))
    return numbering, told


def from_host(*numbers: object) -> list[Numbered]:
    return [("host-207", number) for number in numbers]


def missing_of(messages: Iterable[Numbered]) -> int:
    return watch(messages)[0].missing


@pytest.mark.parametrize(
    "numbers",
    [
        (4101, 4102, 4103),
        (1, 2, 2, 3),
        (5, 6, 7, 6, 8),
        (5, 6, 7, 6, 7, 8),
        (1, 2, 1, 3),
        (1, 2, 4, 3, 5),
        (1, 5, 2, 3, 4, 6),
        (8, 10, 9, 11, 13, 12, 14),
        (998, 999, 0, 1, 2),
        (998, 999, 1, 2, 3),
        (2**31 - 2, 2**31 - 1, -(2**31), -(2**31) + 1),
        (7, None, 8, "9", 9, 9.5, True, 10),
        (7, 80_000_000_000, 80_000_000_001),
        (),
    ],
)
def test_no_false_alarm(numbers: tuple[object, ...]) -> None:
    numbering, told = watch(from_host(*numbers))
    assert (numbering.missing, told) == (0, [])


@pytest.mark.parametrize(
    ("numbers", "count", "told"),
    [
        ((4, 6), 1, "A message of the instrument never came: number 5."),
        ((4, 7), 2, "2 messages of the instrument never came: numbers 5 to 6."),
        ((4, 6, 7, 12), 5, "5 messages of the instrument never came: numbers 5 and 8 to 11."),
        ((1, 1001), 999, "999 messages of the instrument never came: numbers 2 to 1000."),
        ((0, 5, 3), 3, "3 messages of the instrument never came: numbers 1 to 2 and 4."),
        (
            range(0, 20, 2),
            9,
            "9 messages of the instrument never came: numbers 1, 3, 5, 7, 9 and others.",
        ),
        ((998, 1000, 1, 2, 4), 2, "2 messages of the instrument never came: numbers 999 and 3."),
    ],
)
def test_missing_numbers_are_named(numbers: Iterable[int], count: int, told: str) -> None:
    numbering, texts = watch(from_host(*numbers))
    assert numbering.missing == count
    assert texts == [told]


def test_what_another_sender_says_late_is_not_missing_where_all_count_together() -> None:
    assert missing_of([("B", 0), ("A", 1), ("A", 3), ("B", 2), ("A", 4)]) == 0


def test_they_are_told_a_second_later_and_all_at_once() -> None:
    _, told = watch(from_host(1, 3, 5, 6, 7, 8, 9, 11), apart_ns=S // 2)
    assert [text.rpartition("number")[2] for text in told] == ["s 2 and 4.", " 10."]


def test_another_connection_begins_anew() -> None:
    numbering, _ = watch(from_host(1, 2, 4))
    for sender, number in from_host(900, 901):
        assert numbering.take([entry_of([sender, "host", number, "x"], 0, 0)]) is None
    assert numbering.begin_anew() is None
    assert numbering.missing == 1


def test_a_host_with_a_new_sender_for_every_message_fills_no_memory() -> None:
    numbering, told = watch((f"sender-{n}", n) for n in range(0, 5000, 3))
    assert told == []
    assert len(numbering._runs) <= 256


@given(
    lost=st.sets(st.integers(1, 58)),
    start=st.integers(0, 2**40),
    repeated=st.sets(st.integers(0, 59)),
    swapped=st.sets(st.integers(0, 59)),
)
def test_what_is_missing_is_counted_exactly(
    lost: set[int], start: int, repeated: set[int], swapped: set[int]
) -> None:
    """Whatever comes twice, and whatever two neighbours overtake each other."""
    come = [n for n in range(60) if n not in lost]
    for index in sorted(swapped)[::2]:
        # The first and the last stay: what is missing lies between two that came.
        if 1 <= index < len(come) - 2:
            come[index], come[index + 1] = come[index + 1], come[index]
    numbers = [start + n for n in come for _ in range(2 if n in repeated else 1)]
    assert missing_of(from_host(*numbers)) == len(lost)


@given(st.lists(st.sampled_from("ABC")), st.booleans(), st.integers(0, 5))
def test_several_senders_are_no_loss_however_they_count(
    order: list[str], together: bool, start: int
) -> None:
    counts = dict.fromkeys("ABC", start)
    messages: list[Numbered] = []
    for index, sender in enumerate(order):
        messages.append((sender, start + index if together else counts[sender]))
        counts[sender] += 1
    assert missing_of(messages) == 0


@given(st.lists(st.tuples(st.none() | st.text("AB", max_size=1), st.integers(-3, 12) | st.none())))
def test_nothing_breaks_it(messages: list[Numbered]) -> None:
    numbering, told = watch(messages)
    assert bool(told) == bool(numbering.missing)
