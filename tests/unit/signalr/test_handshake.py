from __future__ import annotations

import pytest

from ifcbgui.signalr import (
    HandshakeError,
    HandshakeRequest,
    ProtocolRefusedError,
    encode_handshake_request,
    encode_handshake_response,
    parse_handshake_request,
    parse_handshake_response,
    split_handshake,
)


def test_t09_the_request_is_byte_for_byte_the_known_one() -> None:
    request = encode_handshake_request("json", 1)
    assert request.hex() == "7b2270726f746f636f6c223a226a736f6e222c2276657273696f6e223a317d1e"


def test_a_server_reads_what_a_client_writes() -> None:
    split = split_handshake(encode_handshake_request("json", 1) + b"more")
    assert split is not None
    assert parse_handshake_request(split[0]) == HandshakeRequest("json", 1)
    assert split[1] == b"more"


@pytest.mark.parametrize("record", [b"{}", b'{"minorVersion":0}', b'{"error":null}'])
def test_t13_answers_that_agree(record: bytes) -> None:
    parse_handshake_response(record, "json")


def test_servers_answer_as_clients_expect() -> None:
    assert encode_handshake_response() == b"{}\x1e"
    with pytest.raises(HandshakeError, match="not supported"):
        parse_handshake_response(encode_handshake_response("not supported")[:-1], "json")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("The protocol 'messagepack' is not supported.", ProtocolRefusedError),
        ("The server does not support version 1 of the 'MessagePack' pr.", ProtocolRefusedError),
        ("The protocol 'json' is not supported.", HandshakeError),
        ("Handshake was canceled.", HandshakeError),
    ],
)
def test_a_refusal_that_names_the_protocol_is_told_apart(error: str, kind: type) -> None:
    with pytest.raises(HandshakeError) as caught:
        parse_handshake_response(encode_handshake_response(error)[:-1], "messagepack")
    assert type(caught.value) is kind


@pytest.mark.parametrize("record", [b'{"type":1}', b'{"type":null}', b"[]", b"", b"<html>"])
def test_t11_anything_else_is_a_handshake_error(record: bytes) -> None:
    with pytest.raises(HandshakeError):
        parse_handshake_response(record, "json")


@pytest.mark.parametrize("record", [b"{}", b'{"protocol":"json"}', b"\xff"])
def test_requests_that_are_none(record: bytes) -> None:
    with pytest.raises(HandshakeError):
        parse_handshake_request(record)


def test_an_unfinished_record_is_waited_for_but_not_for_ever() -> None:
    assert split_handshake(b"{") is None
    with pytest.raises(HandshakeError):
        split_handshake(b"x" * 40_000)
