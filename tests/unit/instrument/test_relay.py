"""What is kept of odd arguments, and why a command did not get through, in plain words."""

from __future__ import annotations

import pytest

from ifcbgui.instrument.errors import Refusal
from ifcbgui.instrument.relay import command_error, entries_of
from ifcbgui.signalr import (
    ConnectionLostError,
    EncodingError,
    InvocationError,
    InvocationTimeoutError,
    MessageTooLargeError,
    NotConnectedError,
    SendQueueFullError,
    SignalRError,
)


@pytest.mark.parametrize(
    ("error", "reason", "begins"),
    [
        (ConnectionLostError("Gone."), Refusal.LOST, "The connection was lost while"),
        (EncodingError("Not UTF-8."), Refusal.HELD_BACK, "Not sent"),
        (InvocationError("relay", "No."), Refusal.REFUSED, "The hub refused"),
        (InvocationTimeoutError("Late."), Refusal.TIMED_OUT, "The hub has not answered"),
        (MessageTooLargeError("40 kB."), Refusal.TOO_LARGE, "Not sent"),
        (NotConnectedError("Off."), Refusal.NOT_CONNECTED, "Not sent"),
        (SendQueueFullError("Full."), Refusal.HELD_BACK, "Not sent"),
        (SignalRError("Of a kind to come."), Refusal.LOST, "The connection was lost while"),
    ],
)
def test_reason_says_whether_it_may_have_left(
    error: SignalRError, reason: Refusal, begins: str
) -> None:
    told = command_error("routine:runsample", error)
    assert told.reason is reason
    assert str(told).startswith(begins)
    assert "routine:runsample" in str(told)
    unsure = "may have been executed" in str(told)
    assert unsure == (reason in (Refusal.LOST, Refusal.TIMED_OUT))


def test_what_json_cannot_hold_costs_no_other_message() -> None:
    endless: list[object] = []
    endless.append(endless)
    odd, sound = entries_of([[endless], ["host", 1, 7, "refresh"]], 1, 2)
    assert odd.message.text == "(something that cannot be written as JSON: a list)"
    assert sound.message.text == "refresh"
