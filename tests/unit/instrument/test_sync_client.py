"""The drop-in client without a network: what programs written for pyifcbclient rely on."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from ifcbgui import IFCBClient
from ifcbgui.instrument.errors import CommandError, Refusal
from ifcbgui.instrument.handlers import HandlerQueue
from ifcbgui.instrument.link import LinkState
from ifcbgui.simulator import SimulatorThread


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


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def quick_switching() -> Iterator[None]:
    """Let threads take turns so often that what must not be interrupted is."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quick_switching")
def test_other_threads_may_register_while_messages_come(client: IFCBClient) -> None:
    done = threading.Event()

    def register() -> None:
        while not done.is_set():
            client.unregister(client.on(("never",), print))

    for _ in range(100):
        client.on(("never",), print)
    registering = threading.Thread(target=register)
    registering.start()
    try:
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            say(client, "client:reset")
    finally:
        done.set()
        registering.join()


def test_disconnect_ends_a_command_that_waits(unused_tcp_port: int) -> None:
    client = IFCBClient(f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub", "111-111-111")
    client.connect()
    until(lambda: client.link.error)
    with ThreadPoolExecutor() as pool:
        relaying = pool.submit(client.relay_message_to_host, "refresh")
        assert not wait([relaying], timeout=0.1).done
        client.disconnect()
        assert type(relaying.exception(5)) is CommandError
    assert client.link.state is LinkState.OFF


def test_command_waits_no_longer_than_it_was_told(unused_tcp_port: int) -> None:
    client = IFCBClient(f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub", "111-111-111")
    with client:
        begin = time.monotonic()
        with pytest.raises(CommandError) as failure:
            client.relay_message_to_host("refresh", timeout=0.1)
        assert time.monotonic() - begin < 5
    assert failure.value.reason is Refusal.NOT_CONNECTED


def test_connects_again_after_a_final_failure(unused_tcp_port: int) -> None:
    url = f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub"
    client = IFCBClient(url, "111-111-111", retry=False)
    client.connect()
    until(lambda: client.link.state is LinkState.FAILED)
    begin = time.monotonic()
    with pytest.raises(CommandError) as failure:
        client.relay_message_to_host("refresh")
    assert time.monotonic() - begin < 5
    assert str(unused_tcp_port) in failure.value.hint
    simulator = SimulatorThread(port=unused_tcp_port, serial="111-111-111", seed=1)
    simulator.start()
    try:
        client.connect()
        client.relay_message_to_host("refresh")
        assert client.link.online
        client.disconnect()
        assert client.link.state is LinkState.OFF
    finally:
        simulator.stop()


def test_handlers_that_are_too_slow_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    calls = HandlerQueue()
    calls.LIMIT = 3
    for _ in range(5):
        calls.add([(print, ())])
    assert calls.dropped == 2
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_of_calls_that_come_together_those_are_kept_for_which_there_is_room() -> None:
    calls = HandlerQueue()
    calls.LIMIT = 3
    calls.add([(print, ())] * 5)
    assert (len(calls._calls), calls.dropped) == (3, 2)


def test_dropped_calls_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HandlerQueue, "LIMIT", 0)
    simulator = SimulatorThread(serial="111-111-111", seed=1)
    simulator.start()
    try:
        with IFCBClient(simulator.url, "111-111-111") as client:
            until(lambda: client.calls_dropped)
    finally:
        simulator.stop()
