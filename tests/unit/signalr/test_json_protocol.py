from __future__ import annotations

import json
import logging
from contextlib import suppress
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.signalr import (
    Ack,
    Close,
    Completion,
    EncodingError,
    HubMessage,
    Invocation,
    JsonDecoder,
    JsonProtocol,
    MessageTooLargeError,
    Ping,
    ProtocolError,
    Sequence,
    StreamItem,
    Unknown,
)
from tests.helpers.hub_messages import hub_messages, json_values

PROTOCOL = JsonProtocol()

messages = hub_messages(json_values)


def decode(text: str | bytes) -> list[HubMessage]:
    return JsonDecoder().feed(text)


@given(st.lists(messages, max_size=6), st.data())
def test_t15_any_split_of_any_messages_gives_the_same_messages(
    sent: list[HubMessage], data: st.DataObject
) -> None:
    wire = b"".join(PROTOCOL.encode(message) for message in sent)
    cuts = data.draw(st.lists(st.integers(0, len(wire)), max_size=8).map(sorted))
    decoder = PROTOCOL.decoder()
    got: list[HubMessage] = []
    for start, stop in pairwise([0, *cuts, len(wire)]):
        got += decoder.feed(wire[start:stop])
    assert got == sent


records = messages.map(PROTOCOL.encode) | st.sampled_from(
    [b"\x1e", b"{}\x1e", b'{"type":12}\x1e', b'{"type":6}{"type":6}\x1e']
)


@given(st.lists(records, max_size=6))
def test_records_are_the_same_together_as_one_by_one(sent: list[bytes]) -> None:
    def outcome(pieces: list[bytes]) -> tuple[list[HubMessage], bool]:
        decoder, got = PROTOCOL.decoder(), []
        try:
            for piece in pieces:
                got += decoder.feed(piece)
        except ProtocolError as error:
            return [*got, *error.decoded], True
        return got, False

    wire = b"".join(sent)
    assert outcome([wire]) == outcome([piece + b"\x1e" for piece in wire.split(b"\x1e")[:-1]])


def test_a_record_with_its_end_in_the_middle_is_none() -> None:
    with pytest.raises(ProtocolError):
        decode('{"type":6}\x1e{"type":\x1e6}\x1e')


def test_t15_one_message_split_at_every_byte_also_inside_a_character() -> None:
    wire = '{"type":1,"target":"t","arguments":["é€😀"]}\x1e'.encode()
    for cut in range(len(wire) + 1):
        decoder = JsonDecoder()
        got = decoder.feed(wire[:cut]) + decoder.feed(wire[cut:])
        assert got == [Invocation("t", ("é€😀",))]


@given(messages)
def test_records_are_plain_json_ended_by_one_separator(message: HubMessage) -> None:
    wire = PROTOCOL.encode(message)
    assert wire.count(b"\x1e") == 1
    assert wire.endswith(b"\x1e")
    assert json.loads(wire[:-1])["type"] == msgspec.inspect.type_info(type(message)).tag


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_a_protocol_error(junk: bytes) -> None:
    with suppress(ProtocolError):
        assert all(isinstance(message, msgspec.Struct) for message in decode(junk))


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (Invocation("m", ("x", 1)), '{"type":1,"target":"m","arguments":["x",1]}'),
        (Completion("7", None), '{"type":3,"invocationId":"7","result":null}'),
        (Completion("7"), '{"type":3,"invocationId":"7"}'),
        (Completion("7", error="E"), '{"type":3,"invocationId":"7","error":"E"}'),
        (Ping(), '{"type":6}'),
        (Close(), '{"type":7}'),
        (Close("E", True), '{"type":7,"error":"E","allowReconnect":true}'),
    ],
)
def test_literal_records(message: HubMessage, wire: str) -> None:
    assert PROTOCOL.encode(message).decode() == wire + "\x1e"
    assert decode(wire + "\x1e") == [message]


def test_text_and_bytes_are_the_same() -> None:
    assert decode('{"type":6}\x1e') == decode(b'{"type":6}\x1e') == [Ping()]


def test_t20_members_in_any_order_and_unknown_ones_are_read_over() -> None:
    wire = (
        '{"arguments":[1],"new":{"a":[]},"headers":{"a":"b"},"target":"t","streamIds":null,'
        '"invocationId":null,"type":1}\x1e'
    )
    assert decode(wire) == [Invocation("t", (1,))]


def test_t20_types_of_another_version_are_told_apart_from_junk() -> None:
    wire = '{"type":42,"x":1}\x1e{"type":8,"sequenceId":3}\x1e{"type":9,"sequenceId":4}\x1e'
    assert decode(wire) == [Unknown(42), Ack(3), Sequence(4)]


@pytest.mark.parametrize(
    "record",
    [
        '{"type":1,"target":',
        "[]",
        '{"x":1}',
        '{"type":"1"}',
        '{"type":null}',
        '{"type":1,"target":"t"}',
        '{"type":3,"invocationId":7}',
        "{" * 100_000,
        '{"type":1,"target":"t","arguments":' + "[" * 100_000,
    ],
)
def test_t29_a_bad_record_is_a_protocol_error_with_a_short_excerpt(record: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode('{"type":6}\x1e' + record + '\x1e{"type":6}\x1e')
    assert caught.value.decoded == (Ping(),)
    assert record[:20] in str(caught.value)
    assert len(str(caught.value)) < 300


def test_empty_records_are_skipped_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        decoder = JsonDecoder()
        assert decoder.feed('\x1e{"type":6}\x1e\x1e') == [Ping()]
        assert decoder.feed("\x1e") == []
    assert len(caplog.records) == 1


def test_t17_an_endless_record_is_refused_at_the_cap() -> None:
    decoder = JsonDecoder(max_record=1000)
    assert decoder.feed('{"type":6}\x1e' + "x" * 99) == [Ping()]
    for _ in range(9):
        decoder.feed("x" * 100)
    with pytest.raises(MessageTooLargeError, match="1,000 bytes"):
        decoder.feed("x")


def test_t17_what_came_before_an_endless_record_is_not_lost() -> None:
    with pytest.raises(MessageTooLargeError) as caught:
        JsonDecoder(max_record=1000).feed('{"type":6}\x1e' + "x" * 1000)
    assert caught.value.decoded == (Ping(),)


def test_t18_a_record_in_pieces_just_below_the_cap_is_read() -> None:
    wire = PROTOCOL.encode(Invocation("t", ("x" * 1000,)))
    decoder = JsonDecoder(max_record=len(wire))
    assert decoder.feed(wire[:100]) == []
    assert decoder.feed(wire[100:]) == [Invocation("t", ("x" * 1000,))]


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        [1, {"a": (float("-inf"),)}],
        object(),
        "\ud800",
        {(1, 2): 3},
    ],
)
def test_t28_values_json_does_not_have_are_refused(value: Any) -> None:
    for message in (Invocation("t", (value,)), Completion("1", value), StreamItem("1", value)):
        with pytest.raises(EncodingError):
            PROTOCOL.encode(message)
