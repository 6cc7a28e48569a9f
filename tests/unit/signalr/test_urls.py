from __future__ import annotations

import pytest

from ifcbgui.signalr import HubClient, InvalidUrlError
from ifcbgui.signalr.urls import HubUrl


@pytest.mark.parametrize(
    ("text", "target", "websocket"),
    [
        (
            "ws://h:8092/ifcbHub",
            "/ifcbHub/negotiate?negotiateVersion=1",
            "ws://h:8092/ifcbHub?id=T%2F%2B",
        ),
        (
            "http://h/x/?a=b",
            "/x/negotiate?a=b&negotiateVersion=1",
            "ws://h/x/?a=b&id=T%2F%2B",
        ),
        ("https://h", "/negotiate?negotiateVersion=1", "wss://h/?id=T%2F%2B"),
        (
            "wss://[::1]:8443/hub?negotiateVersion=0",
            "/hub/negotiate?negotiateVersion=0",
            "wss://[::1]:8443/hub?negotiateVersion=0&id=T%2F%2B",
        ),
        (
            "ws://h/hub?x=negotiateVersion",
            "/hub/negotiate?x=negotiateVersion&negotiateVersion=1",
            "ws://h/hub?x=negotiateVersion&id=T%2F%2B",
        ),
        (
            " WS://H/Größe ",
            "/Gr%C3%B6%C3%9Fe/negotiate?negotiateVersion=1",
            "ws://h/Gr%C3%B6%C3%9Fe?id=T%2F%2B",
        ),
    ],
)
def test_t01_both_addresses_come_from_the_one_given(text: str, target: str, websocket: str) -> None:
    url = HubUrl.parse(text)
    assert url.negotiate_target == target
    assert url.websocket_url("T/+") == websocket


def test_without_negotiation_nothing_is_added() -> None:
    assert HubUrl.parse("http://h:1/x?a=b").websocket_url(None) == "ws://h:1/x?a=b"


@pytest.mark.parametrize(
    "text", ["", "h:8092/hub", "ftp://h/", "ws:///hub", "ws://h:99999/", "ws://h:x/", "ws://[::1/"]
)
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(InvalidUrlError) as caught:
        HubUrl.parse(text)
    assert "ws://192.168.1.100:8092/ifcbHub" in caught.value.hint
    assert not caught.value.retryable


def test_credentials_become_a_header_and_show_nowhere() -> None:
    text = "ws://user:p%40ss@h:1/hub?access_token=SECRET"
    url = HubUrl.parse(text)
    assert url.authorization == "Basic dXNlcjpwQHNz"
    for shown in (str(url), repr(url), url.place, repr(HubClient(text))):
        assert "SECRET" not in shown
        assert "p@ss" not in shown
        assert "p%40ss" not in shown
        assert "dXNl" not in shown
