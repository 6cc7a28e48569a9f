from __future__ import annotations

import json
from typing import Any

import pytest

from ifcbgui.signalr import (
    AuthenticationError,
    NegotiationError,
    NotAHubError,
    ProtocolRefusedError,
    SignalRError,
)
from ifcbgui.signalr.negotiate import Negotiated, Redirect, error_of_status, parse_answer

WEBSOCKETS = {"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}


def parse(transfer_format: str = "Text", /, **members: Any) -> Negotiated | Redirect:
    members.setdefault("availableTransports", [WEBSOCKETS])
    return parse_answer(json.dumps(members).encode(), transfer_format)


def test_version_1_connects_by_token() -> None:
    got = parse(negotiateVersion=1, connectionId="public", connectionToken="secret")
    assert got == Negotiated("secret")
    assert "secret" not in repr(got)


@pytest.mark.parametrize("version", [{}, {"negotiateVersion": 0}, {"negotiateVersion": None}])
def test_t02_version_0_connects_by_id(version: dict[str, Any]) -> None:
    assert parse(connectionId="public", **version) == Negotiated("public")


def test_t03_an_error_with_status_200_is_a_refusal() -> None:
    with pytest.raises(NegotiationError, match="nope") as caught:
        parse(error="nope")
    assert not caught.value.retryable


def test_t04_null_is_absent_and_unknown_members_are_read_over() -> None:
    got = parse(
        connectionId="c", url=None, error=None, accessToken=None, tokenLifetimeSeconds=7, x={}
    )
    assert got == Negotiated("c")


def test_t05_a_redirect_with_its_token() -> None:
    got = parse(url="http://h2/hub?c=d", accessToken="TOK", availableTransports=None)
    assert got == Redirect("http://h2/hub?c=d", "TOK")
    assert "TOK" not in repr(got)


def test_t06_unknown_transports_are_skipped() -> None:
    offer = [{"transport": "Pigeons"}, {"transport": None}, WEBSOCKETS]
    assert parse(connectionId="c", availableTransports=offer) == Negotiated("c")


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        ([{"transport": "LongPolling", "transferFormats": ["Text"]}], "LongPolling"),
        ([], "nothing"),
        (None, "nothing"),
    ],
)
def test_t06_without_websockets_the_offer_is_named(offer: Any, words: str) -> None:
    with pytest.raises(NegotiationError, match=words):
        parse(connectionId="c", availableTransports=offer)


@pytest.mark.parametrize(("formats", "words"), [(["Text"], "Text"), (None, "nothing")])
def test_websockets_that_carry_something_else_refuse_the_protocol(formats: Any, words: str) -> None:
    offer = [{"transport": "WebSockets", "transferFormats": formats}]
    with pytest.raises(ProtocolRefusedError, match=f"no Binary .* offers: {words}"):
        parse("Binary", connectionId="c", availableTransports=offer)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>hello</html>", b"[]", b'{"connectionId":7}', b"{}", b"\xff", b"[" * 100_000],
)
def test_answers_of_something_else(body: bytes) -> None:
    with pytest.raises(NotAHubError) as caught:
        parse_answer(body, "Text")
    assert caught.value.hint


def test_the_old_signalr_is_named() -> None:
    with pytest.raises(NotAHubError, match=r"old ASP\.NET SignalR"):
        parse(ProtocolVersion="1.5", Url="/signalr", ConnectionId="x")


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (401, AuthenticationError, False),
        (403, AuthenticationError, False),
        (404, NotAHubError, False),
        (405, NotAHubError, False),
        (204, NotAHubError, False),
        (429, NegotiationError, True),
        (501, NotAHubError, False),
        (500, NegotiationError, True),
        (503, NegotiationError, True),
    ],
)
def test_t07_statuses(status: int, kind: type[SignalRError], retryable: bool) -> None:
    error = error_of_status(status, "h port 80")
    assert type(error) is kind
    assert error.retryable is retryable
    assert str(status) in str(error)
    assert error.hint


def test_a_plain_http_redirect_is_passed_on_as_advice_without_its_query() -> None:
    error = error_of_status(301, "h port 80", "https://h/hub/negotiate?token=SECRET")
    assert "https://h/hub" in error.hint
    assert "SECRET" not in error.hint
