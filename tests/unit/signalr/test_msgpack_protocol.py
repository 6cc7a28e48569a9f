from __future__ import annotations

import struct
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.signalr import (
    Ack,
    CancelInvocation,
    Close,
    Completion,
    EncodingError,
    HubMessage,
    Invocation,
    MessagePackDecoder,
    MessagePackProtocol,
    MessageTooLargeError,
    Ping,
    ProtocolError,
    Sequence,
    StreamInvocation,
    StreamItem,
    Unknown,
)
from tests.helpers.hub_messages import hub_messages

PROTOCOL = MessagePackProtocol()
PING = bytes.fromhex("02 91 06")

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.just(UTC))
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.integers(0, 9), inner, max_size=3)
    ),
    max_leaves=6,
)
messages = hub_messages(values)


def decode(data: bytes) -> list[HubMessage]:
    return MessagePackDecoder().feed(data)


def framed(body: str) -> bytes:
    """Frame a short record written in hexadecimal."""
    data = bytes.fromhex(body)
    return bytes([len(data)]) + data


def event(argument: str) -> bytes:
    """Return an event with one argument, the latter in hexadecimal."""
    return framed(f"95 01 80 c0 a1 74 91 {argument}")


def test_t19_pings_and_invocations_in_one_frame() -> None:
    five_items = bytes.fromhex("0d 95 01 80 c0 a6 6d 65 74 68 6f 64 91 2a")
    six_items = framed("96 01 80 a3 78 79 7a a6 6d 65 74 68 6f 64 91 2a 90")
    assert decode(PING + five_items + six_items) == [
        Ping(),
        Invocation("method", (42,)),
        Invocation("method", (42,), "xyz"),
    ]


def item_of_length(length: int) -> bytes:
    """Return a stream item without its prefix, ``length`` bytes long."""
    size = length - 9
    return bytes.fromhex("94 02 80 a0 c6") + struct.pack(">I", size) + bytes(size)


@pytest.mark.parametrize(
    ("length", "prefix"),
    [
        (53, "35"),
        (53, "b5 80 80 80 00"),
        (5248, "80 29"),
        (20_000, "a0 9c 01"),
        (2**21, "80 80 80 01"),
    ],
)
def test_t19_lengths_of_several_bytes(length: int, prefix: str) -> None:
    wire = bytes.fromhex(prefix) + item_of_length(length)
    item = StreamItem("", bytes(length - 9))
    assert decode(wire + PING) == [item, Ping()]


@pytest.mark.parametrize("around", [0, 128, 16_384, 2_097_152])
def test_t19_lengths_are_written_as_they_are_read(around: int) -> None:
    for size in range(max(0, around - 16), around + 16):
        item = StreamItem("", bytes(size))
        assert decode(PROTOCOL.encode(item) + PING) == [item, Ping()]


def test_t19_the_longest_length_is_understood_and_only_too_large() -> None:
    with pytest.raises(MessageTooLargeError):
        decode(bytes.fromhex("ff ff ff ff 07"))


@pytest.mark.parametrize("prefix", ["ff ff ff ff 08", "80 80 80 80 80", "ff ff ff ff ff"])
def test_t19_a_fifth_byte_above_7_is_a_protocol_error(prefix: str) -> None:
    decoder = MessagePackDecoder()
    assert decoder.feed(bytes.fromhex(prefix)[:4]) == []
    with pytest.raises(ProtocolError, match="length"):
        decoder.feed(bytes.fromhex(prefix)[4:])
    with pytest.raises(ProtocolError) as caught:
        decode(PING + bytes.fromhex(prefix))
    assert caught.value.decoded == (Ping(),)


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


@given(st.binary(max_size=60), st.data())
def test_any_split_of_any_bytes_gives_the_same_messages(junk: bytes, data: st.DataObject) -> None:
    def outcome(*pieces: bytes) -> tuple[list[HubMessage], type[Exception] | None]:
        decoder, got = MessagePackDecoder(), list[HubMessage]()
        for piece in pieces:
            try:
                got += decoder.feed(piece)
            except (ProtocolError, MessageTooLargeError) as error:
                return [*got, *error.decoded], type(error)
        return got, None

    cut = data.draw(st.integers(0, len(junk)))
    assert repr(outcome(junk[:cut], junk[cut:])) == repr(outcome(junk))  # by repr, for NaN


@given(st.binary(max_size=120))
def test_any_record_is_a_message_or_a_protocol_error(junk: bytes) -> None:
    with suppress(ProtocolError):
        assert all(isinstance(message, msgspec.Struct) for message in decode(framed(junk.hex())))


@given(messages, st.data())
def test_a_damaged_message_is_a_message_or_an_error_of_ours(
    message: HubMessage, data: st.DataObject
) -> None:
    wire = bytearray(PROTOCOL.encode(message))
    wire[data.draw(st.integers(0, len(wire) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ProtocolError, MessageTooLargeError):
        decode(bytes(wire))


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (Invocation("method", (42,), "xyz"), "96 01 80 a3 78 79 7a a6 6d 65 74 68 6f 64 91 2a 90"),
        (Invocation("t", (), None, ("s",)), "96 01 80 c0 a1 74 90 91 a1 73"),
        (StreamItem("xyz", 42), "94 02 80 a3 78 79 7a 2a"),
        (Completion("xyz", error="Error"), "95 03 80 a3 78 79 7a 01 a5 45 72 72 6f 72"),
        (Completion("xyz"), "94 03 80 a3 78 79 7a 02"),
        (Completion("xyz", 42), "95 03 80 a3 78 79 7a 03 2a"),
        (Completion("xyz", None), "95 03 80 a3 78 79 7a 03 c0"),
        (StreamInvocation("t", (), "xyz"), "96 04 80 a3 78 79 7a a1 74 90 90"),
        (CancelInvocation("xyz"), "93 05 80 a3 78 79 7a"),
        (Ping(), "91 06"),
        (Close(), "92 07 c0"),
        (Close("E", True), "93 07 a1 45 c3"),
        (Ack(36), "92 08 24"),
        (Sequence(36), "92 09 24"),
    ],
)
def test_literal_records(message: HubMessage, body: str) -> None:
    assert PROTOCOL.encode(message) == framed(body)
    assert decode(framed(body)) == [message]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("95 01 81 a1 61 a1 62 c0 a1 74 90", Invocation("t", ())),  # headers
        ("95 01 cc 80 c0 a1 74 90", Invocation("t", ())),  # what aiosignalr takes for an empty map
        ("96 01 80 a0 a1 74 90 c0", Invocation("t", (), "")),
        ("91 07", Close()),
        ("93 07 c0 c2", Close(None, False)),
        ("92 08 cc 24", Ack(36)),
        ("92 09 cf 00 00 00 00 00 00 00 24", Sequence(36)),
        ("98 01 80 c0 a1 74 90 90 2a c0", Invocation("t", ())),  # a newer version's items
        ("94 06 c0 91 01 80", Ping()),
        ("95 07 c0 c3 2a 80", Close(None, True)),
        ("95 03 80 a1 31 02 2a", Completion("1")),
        ("96 03 80 a1 31 03 2a c0", Completion("1", 42)),
    ],
)
def test_t20_what_other_versions_add_or_leave_out(body: str, message: HubMessage) -> None:
    assert decode(framed(body)) == [message]


def test_t20_types_of_another_version_are_told_apart_from_junk() -> None:
    assert decode(framed("92 2a 80") + framed("91 0a") + PING) == [Unknown(42), Unknown(10), Ping()]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "90",
        "80",
        "2a",
        "91 c0",
        "91 a1 31",
        "91 01",
        "94 01 80 c0 a1 74",
        "95 01 80 2a a1 74 90",
        "95 01 80 c0 a1 74 2a",
        "95 01 80 c0 a1 74 91 c1",
        "95 01 80 c0 a1 74 92 2a",
        "95 01 80 c0 a1 74 90 2a",
        "94 02 80 c0 2a",
        "94 03 80 a1 31 03",
        "94 03 80 a1 31 01",
        "95 03 80 a1 31 01 2a",
        "95 03 80 a1 31 04 2a",
        "95 04 80 c0 a1 74 90",
        "92 08 a1 31",
    ],
)
def test_t29_a_bad_record_is_a_protocol_error_with_a_short_excerpt(body: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode(PING + framed(body) + PING)
    assert caught.value.decoded == (Ping(),)
    assert body in str(caught.value)
    assert len(str(caught.value)) < 300


def test_t17_a_record_larger_than_the_cap_is_refused_by_its_length() -> None:
    wire = PROTOCOL.encode(Invocation("t", ("x" * 1000,)))
    for behind in (wire[1:2], wire[1:]):
        decoder = PROTOCOL.decoder(1000)
        assert decoder.feed(wire[:1]) == []
        with pytest.raises(MessageTooLargeError, match="1,000 bytes"):
            decoder.feed(behind)
    with pytest.raises(MessageTooLargeError) as caught:
        PROTOCOL.decoder(100).feed(PING + wire)
    assert caught.value.decoded == (Ping(),)


def test_t18_a_record_in_pieces_that_just_fits_is_read() -> None:
    message = Invocation("t", ("x" * 1000,))
    wire = PROTOCOL.encode(message)
    for size in (1, 2, 100, len(wire)):
        decoder = PROTOCOL.decoder(len(wire))
        got = [m for at in range(0, len(wire), size) for m in decoder.feed(wire[at : at + size])]
        assert got == [message]


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("c4 02 00 ff", b"\x00\xff"),
        ("d6 ff 00 00 00 01", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("d4 05 78", b"x"),  # an extension type of somebody's own
        ("cf ff ff ff ff ff ff ff ff", 2**64 - 1),
        ("81 01 a1 61", {1: "a"}),
    ],
)
def test_values_that_json_does_not_have(argument: str, value: Any) -> None:
    assert decode(event(argument)) == [Invocation("t", (value,))]


@pytest.mark.parametrize(
    "argument",
    [
        "c7 0c ff 3b 9a c9 9c 00 00 00 3a ff f4 41 7f",  # the last moment .NET knows
        "c7 03 ff 00 00 00",
        "a1 ff",
        "81 80 01",
        "92 01 a1 ff",
    ],
)
def test_a_value_that_python_cannot_hold_arrives_as_its_bytes(argument: str) -> None:
    record = framed(f"95 01 80 c0 a1 74 92 2a {argument}")
    assert decode(record + PING) == [Invocation("t", (42, bytes.fromhex(argument))), Ping()]
    for body in (f"94 02 80 a1 31 {argument}", f"95 03 80 a1 31 03 {argument}"):
        (message,) = decode(framed(body))
        assert bytes.fromhex(argument) in msgspec.structs.astuple(message)


def test_t28_numbers_that_json_refuses_can_be_sent() -> None:
    assert decode(PROTOCOL.encode(Invocation("t", (float("inf"),)))) == [
        Invocation("t", (float("inf"),))
    ]


@pytest.mark.parametrize("value", [object(), "\ud800", 2**64, [{1: (object(),)}]])
def test_t28_values_messagepack_does_not_have_are_refused(value: Any) -> None:
    for message in (Invocation("t", (value,)), Completion("1", value), StreamItem("1", value)):
        with pytest.raises(EncodingError):
            PROTOCOL.encode(message)
