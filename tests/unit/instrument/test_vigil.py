from __future__ import annotations

import time

import pytest

from ifcbgui.instrument.link import length_text
from ifcbgui.instrument.sleep import slept_ns
from ifcbgui.instrument.vigil import Vigil

S = 1_000_000_000


class Clocks:
    """A hub's last word and this computer's sleeps, as a test wants them."""

    def __init__(self) -> None:
        self.heard_ns: int | None = None
        self.slept_ns = 0
        self.silent: list[bool] = []
        self.sleeps: list[int] = []
        self.vigil = Vigil(
            lambda: self.heard_ns,
            lambda: self.slept_ns,
            30.0,
            on_silence=self.silent.append,
            on_wake=self.sleeps.append,
        )


def test_a_link_is_silent_within_two_of_the_hubs_pings_and_before_it_is_given_up() -> None:
    clocks = Clocks()
    clocks.heard_ns = 100 * S
    for second in range(100, 131):
        clocks.vigil.look(second * S)
    first_silent = clocks.silent.index(True)
    assert 15 < first_silent < 30
    assert all(clocks.silent[first_silent:])
    clocks.heard_ns = 131 * S
    clocks.vigil.look(131 * S)
    assert clocks.silent[-1] is False


def test_a_pause_of_this_program_is_no_silence_until_what_waits_has_been_read() -> None:
    clocks = Clocks()
    clocks.heard_ns = 100 * S
    clocks.vigil.look(100 * S)
    clocks.vigil.look(200 * S)
    assert clocks.silent == [False, False]
    clocks.heard_ns = 200 * S
    clocks.vigil.look(201 * S)
    assert clocks.silent[-1] is False
    assert clocks.sleeps == []


def test_nothing_is_silent_before_the_first_word() -> None:
    clocks = Clocks()
    for second in range(100):
        clocks.vigil.look(second * S)
    assert not any(clocks.silent)


def test_a_sleep_is_told_once_and_the_jitter_of_clocks_is_none() -> None:
    clocks = Clocks()
    clocks.vigil.look(1 * S)
    clocks.slept_ns += 50_000_000
    clocks.vigil.look(2 * S)
    clocks.slept_ns += 2460 * S
    clocks.vigil.look(3 * S)
    clocks.vigil.look(4 * S)
    clocks.slept_ns += 3 * S
    clocks.vigil.look(5 * S)
    assert clocks.sleeps == [2460 * S, 3 * S]


def test_this_computer_does_not_sleep_while_it_tests() -> None:
    before = slept_ns()
    time.sleep(0.01)
    assert abs(slept_ns() - before) < S // 10


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (12.34, "12.3 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (245, "4 min 5 s"),
        (3599.7, "1 h 0 min"),
        (9660, "2 h 41 min"),
    ],
)
def test_lengths_for_people(seconds: float, text: str) -> None:
    assert length_text(int(seconds * S)) == text
