from __future__ import annotations

import pytest

from ifcbgui.signalr import RetryPolicy
from ifcbgui.signalr.retry import Backoff


def delays(backoff: Backoff, count: int) -> list[float]:
    return [backoff.next_delay() for _ in range(count)]


def test_t36_the_first_failures_follow_the_delays_and_go_on_for_ever() -> None:
    assert delays(Backoff(RetryPolicy(jitter=0)), 5) == [2, 10, 30, 30, 30]


def test_t37_a_connection_that_does_not_last_makes_the_delays_grow_on() -> None:
    backoff = Backoff(RetryPolicy(jitter=0))
    got = []
    for _ in range(4):
        backoff.connected_for(4.9)
        got.append(backoff.next_delay())
    assert got == [2, 10, 30, 30]


def test_t37_a_minute_sees_a_handful_of_connections() -> None:
    backoff, seconds, connections = Backoff(RetryPolicy(jitter=0)), 0.0, 0
    while seconds < 60:
        connections += 1
        backoff.connected_for(0.0)
        seconds += backoff.next_delay()
    assert connections <= 5


def test_t36_a_connection_that_lasted_is_mended_at_once() -> None:
    backoff = Backoff(RetryPolicy(jitter=0))
    delays(backoff, 4)
    backoff.connected_for(5)
    assert delays(backoff, 3) == [0, 2, 10]


def test_t17_t29_a_connection_that_was_spoilt_is_never_mended_at_once() -> None:
    backoff = Backoff(RetryPolicy(jitter=0))
    for _ in range(3):
        backoff.connected_for(60)
        assert backoff.next_delay(at_once=False) == 2
    assert backoff.next_delay(at_once=False) == 10


def test_jitter_only_lengthens() -> None:
    assert delays(Backoff(RetryPolicy(jitter=0.2), rng=lambda: 1.0), 2) == pytest.approx([2.4, 12])


@pytest.mark.parametrize("delays_s", [(), (0.0,), (5.0, 0.0), (-1.0, 2.0)])
def test_a_policy_that_would_hammer_is_refused(delays_s: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="delays"):
        RetryPolicy(delays_s)
