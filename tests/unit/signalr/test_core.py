"""The protocol of one connection, with a clock that the tests turn by hand."""

from __future__ import annotations

import itertools
import json
import logging
from typing import Any

import pytest

from ifcbgui.signalr import (
    ConnectionLostError,
    HandshakeError,
    HubClosedError,
    HubOptions,
    HubTimeoutError,
    Invocation,
    InvocationError,
    InvocationTimeoutError,
    JsonProtocol,
    MessageTooLargeError,
    ProtocolError,
    SignalRError,
)
from ifcbgui.signalr.core import HubCore

PING = b'{"type":6}\x1e'


class Answer:
    """Collects what becomes of a call."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    def item(self, value: Any) -> None:
        self.got.append(("item", value))

    def complete(self, value: Any) -> None:
        self.got.append(("result", value))

    def fail(self, error: SignalRError) -> None:
        self.got.append(error)


def fresh(**options: Any) -> HubCore:
    return HubCore(JsonProtocol(), HubOptions(**options), itertools.count(1), now=0.0)


def shaken(**options: Any) -> HubCore:
    core = fresh(**options)
    core.receive_handshake(b"{}\x1e", now=0.0)
    return core


def call(core: HubCore, now: float = 0.0, timeout_s: float = 5.0) -> tuple[str, Answer]:
    answer = Answer()
    call_id, _ = core.invoke("m", (1,), answer, now, timeout_s)
    return call_id, answer


def send(core: HubCore, *messages: dict[str, Any], now: float = 0.0) -> list[Invocation]:
    return core.receive(b"".join(json.dumps(m).encode() + b"\x1e" for m in messages), now)


def test_t10_messages_right_behind_the_handshake_count() -> None:
    core = fresh()
    early = core.receive_handshake(b'{}\x1e{"type":1,"target":"t","arguments":[1]}\x1e', now=1.0)
    assert core.connected
    assert early == [Invocation("t", (1,))]


def test_t13_the_handshake_may_come_in_pieces() -> None:
    core = fresh()
    assert core.receive_handshake(b"{}", now=0.0) == []
    assert not core.connected
    core.receive_handshake(b'\x1e{"type":1,"target":', now=0.0)
    assert core.connected
    assert core.receive(b'"t","arguments":[]}\x1e', now=0.0) == [Invocation("t", ())]


def test_t11_a_refused_handshake_is_told_in_the_servers_words() -> None:
    with pytest.raises(HandshakeError, match="The protocol 'json' is not supported") as caught:
        fresh().receive_handshake(
            b'{"error":"The protocol \'json\' is not supported."}\x1e', now=0.0
        )
    assert not caught.value.retryable


def test_t14_invocations_come_out_in_order() -> None:
    events = [{"type": 1, "target": "t", "arguments": [n]} for n in range(3)]
    assert [i.arguments for i in send(shaken(), *events)] == [(0,), (1,), (2,)]


def test_t20_messages_that_mean_nothing_are_logged_one_line_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    core = shaken()
    with caplog.at_level(logging.INFO):
        got = send(
            core,
            {"type": 42, "x": 1},
            {"type": 8, "sequenceId": 1},
            {"type": 9, "sequenceId": 1},
            {"type": 5, "invocationId": "1"},
            {"type": 1, "target": "t", "arguments": [], "headers": {"a": "b"}},
        )
    assert got == [Invocation("t", ())]
    assert len(caplog.records) == 4
    assert core.ended is None


@pytest.mark.parametrize(
    ("members", "result"),
    [({"result": None}, None), ({}, None), ({"result": 0}, 0), ({"result": False}, False)],
)
def test_t24_results(members: dict[str, Any], result: Any) -> None:
    core = shaken()
    call_id, answer = call(core)
    send(core, {"type": 3, "invocationId": call_id, **members})
    [(kind, value)] = answer.got
    assert kind == "result"
    assert value is result
    assert core.pending == 0


@pytest.mark.parametrize("members", [{}, {"result": 5}, {"result": None}])
def test_t24_t25_an_error_wins_over_a_result_and_the_connection_stays(
    members: dict[str, Any],
) -> None:
    core = shaken()
    call_id, answer = call(core)
    send(core, {"type": 3, "invocationId": call_id, "error": "E", **members})
    [error] = answer.got
    assert isinstance(error, InvocationError)
    assert error.text == "E"
    assert "'m'" in str(error)
    assert core.ended is None


def test_t26_answers_nobody_waits_for_are_ignored() -> None:
    core = shaken()
    call_id, answer = call(core)
    assert core.forget(call_id)
    assert not core.forget(call_id)
    send(
        core,
        {"type": 3, "invocationId": call_id, "result": 1},
        {"type": 2, "invocationId": call_id, "item": 1},
        {"type": 3, "invocationId": "never", "result": 1},
    )
    assert answer.got == []
    assert core.pending == 0
    assert core.ended is None


def test_t26_an_overdue_call_fails_and_its_late_answer_is_ignored() -> None:
    core = shaken()
    call_id, answer = call(core, timeout_s=5.0)
    send(core, {"type": 6}, now=4.0)
    for now in (4.9, 5.1, 5.3):
        core.tick(now)
    [error] = answer.got
    assert isinstance(error, InvocationTimeoutError)
    assert "within 5 s" in str(error)
    assert core.pending == 0
    send(core, {"type": 3, "invocationId": call_id, "result": 1}, now=5.4)
    assert answer.got == [error]


def test_t33_a_call_answered_while_the_loop_was_blocked_is_not_overdue() -> None:
    core = shaken()
    call_id, answer = call(core, timeout_s=5.0)
    core.tick(1.0)
    core.tick(20.0)  # blocked; the answer waits in the socket
    send(core, {"type": 3, "invocationId": call_id, "result": 1}, now=20.0)
    core.tick(20.25)
    assert answer.got == [("result", 1)]


def test_t27_a_stream_gives_items_then_its_end() -> None:
    core = shaken()
    answer = Answer()
    call_id, data = core.stream("Counter", (2,), answer)
    assert json.loads(data[:-1]) == {
        "type": 4,
        "target": "Counter",
        "arguments": [2],
        "invocationId": call_id,
    }
    send(
        core,
        {"type": 2, "invocationId": call_id, "item": 1},
        {"type": 2, "invocationId": call_id, "item": None},
        {"type": 3, "invocationId": call_id, "error": "E"},
    )
    assert answer.got[:2] == [("item", 1), ("item", None)]
    assert isinstance(answer.got[2], InvocationError)


def test_t28_a_message_beyond_the_servers_limit_is_refused_and_leaves_nothing() -> None:
    core = shaken()
    spare = 32_768 - len(core.encode(Invocation("m", ("",), "1")))
    assert len(core.invoke("m", ("x" * spare,), Answer(), 0.0, 5.0)[1]) == 32_768
    with pytest.raises(MessageTooLargeError, match=r"32,769 bytes long.*32,768") as caught:
        core.invoke("m", ("x" * (spare + 1),), Answer(), 0.0, 5.0)
    assert not caught.value.retryable
    assert core.pending == 1


def test_a_stream_the_server_asks_of_us_is_refused() -> None:
    core = shaken()
    send(core, {"type": 4, "invocationId": "9", "target": "t", "arguments": []})
    [answer] = core.outgoing
    assert json.loads(answer[:-1]).keys() == {"type", "invocationId", "error"}
    assert core.ended is None


def test_t29_junk_ends_the_connection_after_the_good_messages_before_it() -> None:
    core = shaken()
    got = core.receive(b'{"type":1,"target":"t","arguments":[]}\x1e[]\x1e', now=1.0)
    assert got == [Invocation("t", ())]
    assert isinstance(core.ended, ProtocolError)
    assert core.ended.retryable


def test_t17_a_message_beyond_our_cap_ends_the_connection() -> None:
    core = shaken(max_receive=1000)
    core.receive(b"x" * 1001, now=1.0)
    assert isinstance(core.ended, MessageTooLargeError)
    assert "1,000 bytes" in str(core.ended)
    assert core.ended.retryable


@pytest.mark.parametrize(
    ("members", "retryable", "words"),
    [
        ({}, False, "ended the connection."),
        ({"error": None, "allowReconnect": None}, False, "ended the connection."),
        ({"error": "E"}, False, "E"),
        ({"error": "E", "allowReconnect": True}, True, "E"),
    ],
)
def test_t34_t35_a_close_message_is_obeyed(
    members: dict[str, Any], retryable: bool, words: str
) -> None:
    core = shaken()
    later = {"type": 1, "target": "late", "arguments": []}
    assert send(core, {"type": 7, **members}, later) == []
    assert isinstance(core.ended, HubClosedError)
    assert core.ended.retryable is retryable
    assert words in str(core.ended)


def test_t31_a_ping_is_due_only_when_nothing_was_sent_for_the_interval() -> None:
    core = shaken()
    core.sent(0.0)
    assert core.tick(14.9) is None
    core.sent(14.9)
    assert core.tick(29.8) is None
    send(core, {"type": 6}, now=29.8)
    assert core.tick(30.0) == PING
    assert core.first_ping() == PING


def test_t31_pings_of_the_server_keep_the_connection_and_are_not_answered() -> None:
    core = shaken()
    for now in range(0, 120, 10):
        send(core, {"type": 6}, now=now)
        core.tick(now)
    assert core.ended is None
    assert core.outgoing == []


def test_t32_a_silent_server_is_given_up_after_the_limit() -> None:
    core = shaken()
    core.tick(29.9)
    core.tick(30.1)
    assert core.ended is None
    core.tick(30.35)
    assert isinstance(core.ended, HubTimeoutError)
    assert "30 s" in str(core.ended)


def test_t32_a_message_that_is_still_coming_in_is_no_silence() -> None:
    core = shaken()
    for now in range(0, 300, 10):
        core.tick(now, last_bytes=now)
    assert core.ended is None
    core.tick(301, last_bytes=301)
    core.tick(302, last_bytes=302)
    assert "only a part of a message for 300 s" in str(core.ended)


def test_t33_a_blocked_loop_is_no_silent_server() -> None:
    core = shaken()
    core.tick(1.0)
    core.tick(100.0)  # the loop was blocked; pings wait in the socket
    assert core.ended is None
    send(core, {"type": 6}, now=100.0)
    core.tick(100.25)
    core.tick(100.5)
    assert core.ended is None


def test_t38_every_pending_call_fails_once() -> None:
    core = shaken()
    answers = [call(core)[1] for _ in range(3)]
    core.fail_calls()
    core.fail_calls()
    for answer in answers:
        [error] = answer.got
        assert isinstance(error, ConnectionLostError)
        assert "may have been carried out" in error.hint
    assert core.pending == 0


def test_t12_t17_t28_t31_t32_the_limits_are_those_of_the_released_clients() -> None:
    options = HubOptions()
    assert options.handshake_timeout_s == options.keep_alive_s == 15
    assert options.server_timeout_s == 30
    assert options.max_send == 32_768
    assert options.max_receive == 64 * 1024 * 1024


def test_ids_go_on_over_connections() -> None:
    ids = itertools.count(1)
    cores = [HubCore(JsonProtocol(), HubOptions(), ids, now=0.0) for _ in range(2)]
    assert call(cores[0])[0] != call(cores[1])[0]


def test_the_first_reason_for_the_end_stays() -> None:
    core = shaken()
    send(core, {"type": 7, "error": "E"})
    core.end(ConnectionLostError("later"))
    assert "E" in str(core.ended)
