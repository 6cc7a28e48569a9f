"""The drop-in client without a network: what programs written for pyifcbclient rely on."""

from __future__ import annotations

import pytest

from ifcbgui import IFCBClient
from ifcbgui.instrument.errors import CommandError


class Recorder:
    """Remembers the calls it gets."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def __call__(self, *arguments: object) -> None:
        self.calls.append(arguments)


@pytest.fixture
def client() -> IFCBClient:
    return IFCBClient("ws://192.168.1.100/ifcbHub", "111-111-111")


def say(client: IFCBClient, text: str) -> None:
    client.handle_message(["host", "host", 1, text])


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        (("valuechanged",), "valuechanged:acquisition:started", True),
        (("valuechanged", None, "started"), "valuechanged:acquisition:started", True),
        (("valuechanged", None, "stopped"), "valuechanged:acquisition:started", False),
        (("valuechanged", "pausestate", False), "valuechanged:pausestate:0", True),
        (("valuechanged", "pausestate", True), "valuechanged:pausestate:0", False),
        ((None,), "unheardof:7", True),
        (("syringetrack", None, None), "syringetrack:3.2", False),
    ],
)
def test_patterns(client: IFCBClient, pattern: tuple[object, ...], text: str, wanted: bool) -> None:
    handler = Recorder()
    client.on(pattern, handler)
    say(client, text)
    assert len(handler.calls) == wanted


def test_handlers_get_converted_fields(client: IFCBClient) -> None:
    handler = Recorder()
    client.on(("valuechanged", "pausestate"), handler)
    say(client, "valuechanged:pausestate:0")
    assert handler.calls == [("valuechanged", "pausestate", False)]


def test_unregister(client: IFCBClient) -> None:
    handler = Recorder()
    number = client.on(("valuechanged",), handler)
    client.unregister(number)
    say(client, "valuechanged:acquisition:started")
    assert handler.calls == []
    with pytest.raises(KeyError):
        client.unregister(number)


def test_one_that_raises_stops_no_other(
    client: IFCBClient, caplog: pytest.LogCaptureFixture
) -> None:
    def bad(*_fields: object) -> None:
        raise RuntimeError("as told")

    handler = Recorder()
    client.on((None,), bad)
    client.on((None,), handler)
    say(client, "client:reset")
    assert handler.calls == [("client", "reset")]
    assert "as told" in caplog.text


def test_unregister_inside_a_handler(client: IFCBClient) -> None:
    handler = Recorder()

    def once(*fields: object) -> None:
        handler(*fields)
        client.unregister(number)

    number = client.on(("client",), once)
    say(client, "client:reset")
    say(client, "client:reset")
    assert len(handler.calls) == 1


def test_coroutine_handlers_run(client: IFCBClient) -> None:
    handler = Recorder()

    async def coroutine(*fields: object) -> None:
        handler(*fields)

    client.on(("client",), coroutine)
    say(client, "client:reset")
    assert handler.calls == [("client", "reset")]


def test_any_message_gets_the_envelope(client: IFCBClient) -> None:
    handler = Recorder()
    client.on_any_message(handler)
    say(client, "client:reset")
    assert handler.calls == [(["host", "host", 1, "client:reset"],)]


def test_odd_envelope_is_no_error(client: IFCBClient) -> None:
    handler = Recorder()
    client.on_any_message(handler)
    client.handle_message(["host", 1, "client:reset"])
    assert handler.calls == [(["host", 1, "client:reset"],)]


def test_sending_before_connect_says_so(client: IFCBClient) -> None:
    with pytest.raises(CommandError, match="not connected"):
        client.relay_message_to_host("refresh")


def test_disconnect_without_connect_is_nothing(client: IFCBClient) -> None:
    client.disconnect()
