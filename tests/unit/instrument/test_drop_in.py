"""What programs written for pyifcbclient do with the client, against the simulator."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from ifcbgui import IFCBClient
from ifcbgui.instrument.background import HandlerThread
from ifcbgui.instrument.errors import CommandError, Refusal
from ifcbgui.instrument.link import LinkState
from ifcbgui.signalr import RetryPolicy
from ifcbgui.simulator import SimulatorThread

SERIAL = "111-111-111"
ECHO = ("valuechanged", "setfilecomment")


@pytest.fixture(autouse=True)
def no_client_left() -> Iterator[None]:
    yield
    until(lambda: not [thread for thread in threading.enumerate() if "IFCB" in thread.name])


@pytest.fixture
def simulator() -> Iterator[SimulatorThread]:
    running = SimulatorThread(serial=SERIAL, seed=1, speed=200.0)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(simulator: SimulatorThread) -> Iterator[IFCBClient]:
    client = IFCBClient(simulator.url, SERIAL)
    yield client
    client.disconnect()


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def comment(client: IFCBClient, text: str) -> None:
    client.relay_message_to_host(f"daq:setfilecomment:{text}")


class Comments:
    """Remembers the comments the instrument is given; a refresh may repeat older ones."""

    def __init__(self, client: IFCBClient) -> None:
        self.texts: list[str] = []
        client.on(ECHO, self._add)

    def _add(self, _: str, __: str, text: str) -> None:
        if text not in self.texts:
            self.texts.append(text)

    def all_of(self, *texts: str) -> bool:
        """Tell whether these have been heard, in this order; a refresh may lie between."""
        return [text for text in self.texts if text in texts] == list(texts)


# Whole programs --------------------------------------------------------------------------


def program(simulator: SimulatorThread, *lines: str) -> list[str]:
    """Return the command line of a program that has its `client`."""
    head = f"""
        import time
        from ifcbgui import IFCBClient
        client = IFCBClient({simulator.url!r}, {simulator.serial!r})
    """
    return [sys.executable, "-c", "\n".join(map(textwrap.dedent, (head, *lines)))]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_program_that_says_when_the_acquisition_pauses(simulator: SimulatorThread) -> None:
    code = """
        def pause_handler(_, __, is_paused):
            print("paused" if is_paused else "goes on", flush=True)
            if is_paused:
                client.unregister(handler_id)

        handler_id = client.on(("valuechanged", "pausestate"), pause_handler)
        client.connect()
        client.relay_message_to_host("routine:runsample")
        client.relay_message_to_host("acquisition:pause")
        client.relay_message_to_host("acquisition:resume")
        time.sleep(1)
        client.disconnect()
    """
    done = run(program(simulator, code))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[-2:] == ["paused", ""]
    assert "goes on" in done.stdout


def test_program_that_prints_values_until_it_is_interrupted(simulator: SimulatorThread) -> None:
    code = """
        show = lambda _, key, *values: print(f"{key} => {values}", flush=True)
        client.on(("valuechanged",), show)
        client.connect()
        while True:
            time.sleep(1)
    """
    with subprocess.Popen(
        program(simulator, code), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith("switchlaser => (") for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert errors.endswith("KeyboardInterrupt\n")
    assert errors.count("Traceback") == 1


def test_program_that_ends_without_disconnecting(simulator: SimulatorThread) -> None:
    code = """
        import threading
        heard = threading.Event()
        client.on((None,), lambda *_: heard.set())
        client.connect()
        print(heard.wait(10))
    """
    done = run(program(simulator, code))
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_program_interrupted_while_a_command_waits(unused_tcp_port: int) -> None:
    simulator = SimulatorThread(port=unused_tcp_port, serial=SERIAL)  # never started
    code = """
        with client:
            print("waiting", flush=True)
            client.relay_message_to_host("refresh", timeout=60)
    """
    with subprocess.Popen(
        program(simulator, code), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert errors.endswith("KeyboardInterrupt\n")


def test_program_that_makes_a_new_client_whenever_it_is_not_ready(unused_tcp_port: int) -> None:
    """As does the node of PhytO-ARM: it drops the client that did not get through in time."""
    ready, status, received = threading.Event(), list[bool](), list[Any]()

    def lost(status: list[bool]) -> None:
        ready.clear()
        status.append(False)

    def make_client(wait_s: float) -> IFCBClient | None:
        url = f"ws://127.0.0.1:{unused_tcp_port}/ifcbHub"
        client = IFCBClient(url, SERIAL, retry_policy=RetryPolicy((0.0, 0.05), jitter=0))
        client.on_started(lambda *_args, **_kwargs: ready.set())
        client.on_reconnect(partial(lost, status))
        client.on_any_message(partial(list.append, received))
        client.connect()
        return client if ready.wait(wait_s) else None

    assert [make_client(0.2) for _ in range(3)] == [None] * 3
    gc.collect()
    until(lambda: not [thread for thread in threading.enumerate() if "IFCB" in thread.name])
    first = SimulatorThread(port=unused_tcp_port, serial=SERIAL, seed=1)
    first.start()
    client = make_client(10)
    assert client is not None
    first.stop()
    second = SimulatorThread(port=unused_tcp_port, serial=SERIAL, seed=1)
    second.start()
    until(lambda: status)
    assert ready.wait(10)  # lost is told before ready is
    comment(client, "back")
    until(lambda: [text for *_, text in received if text.endswith(":back")])
    client.disconnect()
    second.stop()
    assert status == [False]


# Handlers --------------------------------------------------------------------------------


def test_the_hub_is_greeted_and_its_arguments_are_handed_on(client: IFCBClient) -> None:
    started = list[Any]()
    client.on_started(started.append)
    client.connect()
    until(lambda: started)
    assert isinstance(started[0], list)
    assert client.relay_message_to_host("refresh") is None  # type: ignore[func-returns-value]


def test_a_command_sent_as_soon_as_the_hub_has_started_us(client: IFCBClient) -> None:
    comments = Comments(client)
    client.on_started(lambda _: comment(client, "first"))
    client.connect()
    until(lambda: "first" in comments.texts)


@pytest.mark.parametrize("is_coroutine", [False, True])
def test_commands_from_handlers_go_out_in_order_and_tell_their_fate(
    client: IFCBClient, is_coroutine: bool
) -> None:
    comments, failures = Comments(client), list[Refusal]()

    def answer(*_fields: object) -> None:
        for text in ("one", "two", "three"):
            comment(client, text)
        try:
            comment(client, "x" * 40_000)
        except CommandError as exc:
            failures.append(exc.reason)

    async def answer_later(*fields: object) -> None:
        await asyncio.sleep(0)
        answer(*fields)

    client.on(("valuechanged", "hostversion"), answer_later if is_coroutine else answer)
    client.connect()
    until(lambda: failures)
    assert failures == [Refusal.TOO_LARGE]
    until(lambda: comments.all_of("one", "two", "three"))


def test_handlers_may_register_and_unregister(client: IFCBClient) -> None:
    calls = list[str]()

    def first(*_fields: object) -> None:
        calls.append("first")
        client.unregister(number)
        client.on((*ECHO, "b"), lambda *_: calls.append("second"))

    number = client.on((*ECHO, "a"), first)
    client.connect()
    comment(client, "a")
    until(lambda: calls == ["first"])
    comment(client, "a")
    comment(client, "b")
    until(lambda: calls == ["first", "second"])


def test_a_handler_that_raises_or_exits_stops_nothing(
    client: IFCBClient, caplog: pytest.LogCaptureFixture
) -> None:
    async def raise_later(*_fields: object) -> None:
        raise RuntimeError("in a coroutine")

    async def exit_later(*_fields: object) -> None:
        sys.exit(4)

    client.on(ECHO, lambda *_: 1 / 0)
    client.on(ECHO, lambda *_: sys.exit(3))
    client.on(ECHO, raise_later)
    client.on(ECHO, exit_later)
    comments = Comments(client)
    client.connect()
    for text in ("a", "b"):
        comment(client, text)
    until(lambda: {"a", "b"} <= set(comments.texts))
    for words in ("division by zero", "SystemExit: 3", "in a coroutine", "SystemExit: 4"):
        assert words in caplog.text


def test_a_handler_that_blocks_holds_up_neither_the_link_nor_commands(client: IFCBClient) -> None:
    let_go = threading.Event()
    client.on(ECHO, lambda *_: let_go.wait(10))
    comments = Comments(client)
    client.connect()
    client.relay_message_to_host("refresh")
    for number in range(5):
        comment(client, str(number))  # the hub's answer comes although the handlers stand still
    assert "0" not in comments.texts
    let_go.set()
    until(lambda: comments.all_of("0", "1", "2", "3", "4"))


# Beginning and ending --------------------------------------------------------------------


def test_disconnect_and_connect_inside_one_handler(client: IFCBClient) -> None:
    comments, states, started = Comments(client), list[LinkState](), list[Any]()

    def renew(*_fields: object) -> None:
        client.unregister(number)
        client.disconnect()
        states.append(client.link.state)
        client.connect()
        comment(client, "by the new connection")
        states.append(client.link.state)

    number = client.on(("valuechanged", "hostversion"), renew)
    client.on_started(started.append)
    client.connect()
    until(lambda: "by the new connection" in comments.texts)
    assert states == [LinkState.OFF, LinkState.ONLINE]
    assert len(started) == 2


def test_connecting_anew_in_a_coroutine_handler(client: IFCBClient) -> None:
    comments = Comments(client)

    async def renew(*_fields: object) -> None:
        client.unregister(number)
        client.disconnect()
        await asyncio.sleep(0)
        client.connect()

    number = client.on(("valuechanged", "hostversion"), renew)
    client.connect()
    until(lambda: len(comments.texts) >= 1)
    comment(client, "back")
    until(lambda: "back" in comments.texts)


def test_no_handler_is_called_after_disconnect(client: IFCBClient) -> None:
    begun, calls = threading.Event(), list[float]()

    def slow(*_fields: object) -> None:
        begun.set()
        time.sleep(0.05)
        calls.append(time.monotonic())

    client.on((None,), slow)
    client.connect()
    assert begun.wait(10)  # the refresh's many messages wait behind this one
    with ThreadPoolExecutor() as pool:
        pool.submit(client.disconnect).result(10)
    over = time.monotonic()
    client.handle_message(["host", "host", 1, "client:reset"])  # called at once: not connected
    assert [moment > over for moment in calls] == [False] * (len(calls) - 1) + [True]
    assert client.link.state is LinkState.OFF


def test_connecting_and_disconnecting_twice_and_use_afterwards(client: IFCBClient) -> None:
    started = list[Any]()
    client.on_started(started.append)
    client.connect()
    client.connect()
    client.relay_message_to_host("refresh")
    client.disconnect()
    client.disconnect()
    assert len(started) == 1
    with pytest.raises(CommandError) as failure:
        client.relay_message_to_host("refresh")
    assert failure.value.reason is Refusal.NOT_CONNECTED
    client.connect()
    client.relay_message_to_host("refresh")
    assert len(started) == 2


def test_disconnect_while_a_handler_waits_for_its_command(client: IFCBClient) -> None:
    failures = list[CommandError]()

    def send_for_ever(*_fields: object) -> None:
        try:
            while True:
                client.relay_message_to_host("refresh")
        except CommandError as exc:
            failures.append(exc)

    client.on_started(send_for_ever)
    client.connect()
    until(lambda: client.link.online)
    client.disconnect()
    assert len(failures) == 1


def test_threads_that_connect_and_disconnect_at_once(client: IFCBClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        actions = [client.connect, client.disconnect] * 8
        for done in [pool.submit(action) for action in actions]:
            done.result(30)
    client.disconnect()
    client.connect()
    client.relay_message_to_host("refresh")


def test_many_clients_in_one_process(simulator: SimulatorThread) -> None:
    clients = [IFCBClient(simulator.url, SERIAL) for _ in range(10)]
    heard = [Comments(client) for client in clients]
    for client in clients:
        client.connect()
    for client in clients:
        client.relay_message_to_host("refresh")
    comment(clients[0], "to all")
    until(lambda: all("to all" in comments.texts for comments in heard))
    for client in clients:
        client.disconnect()


def test_a_dropped_client_that_was_connected_lives_on(simulator: SimulatorThread) -> None:
    ends, comments = list[Callable[[], None]](), list[str]()

    def begin() -> None:
        client = IFCBClient(simulator.url, SERIAL)
        client.on(ECHO, lambda _, __, text: comments.append(text))
        client.connect()
        client.relay_message_to_host("refresh")
        ends.append(client._background.disconnect)  # the test's only way to end it

    begin()
    gc.collect()
    with IFCBClient(simulator.url, SERIAL) as other:
        comment(other, "still there")
    until(lambda: "still there" in comments)
    ends[0]()


def test_calls_for_slow_handlers_are_bounded_and_counted(
    client: IFCBClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(HandlerThread, "LIMIT", 3)
    let_go = threading.Event()
    client.on((None,), lambda *_: let_go.wait(10))
    client.connect()
    until(lambda: client.calls_dropped > 1)
    let_go.set()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
