"""Losing, keeping and ending connections."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import Any

import pytest

from ifcbgui.signalr import (
    ConnectionLostError,
    HubClient,
    HubClosedError,
    HubState,
    HubTimeoutError,
    MessageTooLargeError,
    NotConnectedError,
    ProtocolError,
    RetryPolicy,
    SendQueueFullError,
    SignalRError,
)
from tests.helpers.scripted_hub import (
    RS,
    Peer,
    ScriptedHub,
    event,
    polite,
    record,
    until,
)

SLOW_RETRY = RetryPolicy((60.0,), jitter=0)


async def pinging(peer: Peer) -> None:
    await peer.handshake()
    while True:
        await peer.send(record({"type": 6}))
        await asyncio.sleep(0.02)


def after_handshake(action: Any) -> Any:
    async def script(peer: Peer) -> None:
        await peer.handshake()
        await peer.next_raw()  # the first ping: the client is connected by now
        await action(peer)

    return script


async def endless(peer: Peer) -> None:
    while True:
        await peer.send("x" * 1500)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (lambda peer: peer.socket.close(1000), ConnectionLostError),
        (lambda peer: peer.socket.close(1001, "bye"), ConnectionLostError),
        (lambda peer: peer.socket.close(1011), ConnectionLostError),
        (lambda peer: peer.cut(), ConnectionLostError),
        (lambda peer: peer.send('{"type":1,"target":' + RS), ProtocolError),
        (
            lambda peer: peer.send(record({"type": 7, "error": "E", "allowReconnect": True})),
            HubClosedError,
        ),
        (lambda peer: peer.send(event("t", "x" * 2000)), MessageTooLargeError),
        (endless, MessageTooLargeError),
    ],
)
async def test_t17_t29_t35_t36_losses_are_mended(
    make_client: Any, watch: Any, action: Any, kind: type[SignalRError]
) -> None:
    async with ScriptedHub(after_handshake(action), polite) as hub:
        client = make_client(hub.url, options={"max_receive": 2000})
        statuses = watch(client)
        await client.start()
        await until(lambda: len(hub.peers) == 2 and client.status.state is HubState.CONNECTED)
        assert await client.invoke("echo", 1) == [1]
        states = [status.state for status in statuses]
        assert states == ["connecting", "connected", "reconnecting", "reconnecting", "connected"]
        assert type(statuses[2].error) is kind
        assert statuses[2].attempt == 1
        assert statuses[2].retry_in_s == 0.01
        assert statuses[3].retry_in_s is None


@pytest.mark.parametrize("junk", ['{"type":1,"target":', "[]", '{"x":1}', '{"type":"1"}'])
async def test_t29_junk_is_closed_on_once_told_and_never_answered_with_a_loop(
    make_client: Any, watch: Any, caplog: pytest.LogCaptureFixture, junk: str
) -> None:
    """However often it comes, and however long the connection had lasted."""
    policy = RetryPolicy((0.0, 0.01), jitter=0, stable_s=0.0)
    spoil = after_handshake(lambda peer: peer.send(junk + RS))
    async with ScriptedHub(spoil, spoil, polite) as hub:
        client = make_client(hub.url, retry=policy)
        statuses = watch(client)
        with caplog.at_level(logging.INFO):
            await client.start()
            await until(lambda: len(hub.peers) == 3 and client.status.state is HubState.CONNECTED)
        losses = [status for status in statuses if status.retry_in_s is not None]
        assert [loss.retry_in_s for loss in losses] == [0.01, 0.01]
        assert [type(loss.error) for loss in losses] == [ProtocolError] * 2
        assert any(junk in line.getMessage() for line in caplog.records)


@pytest.mark.parametrize("error", [None, "Connection closed with an error."])
@pytest.mark.parametrize("then_close", [False, True])
async def test_t34_a_close_message_ends_it_even_on_an_open_socket(
    make_client: Any, watch: Any, error: str | None, then_close: bool
) -> None:
    async def closing(peer: Peer) -> None:
        await peer.handshake()
        await peer.next()
        await peer.send(record({"type": 7, "error": error}))
        if then_close:
            await peer.socket.close(1000)
        await peer.socket.wait_closed()

    async with ScriptedHub(closing) as hub:
        client = make_client(hub.url)
        statuses = watch(client)
        await client.start()
        with pytest.raises(ConnectionLostError):
            await client.invoke("m")
        await until(lambda: client.status.state is HubState.DISCONNECTED)
        await asyncio.wait_for(hub.peers[0].socket.wait_closed(), 5)
        assert [s.state for s in statuses] == ["connecting", "connected", "disconnected"]
        assert isinstance(client.status.error, HubClosedError)
        assert (error or "ended the connection") in str(client.status.error)
        assert len(hub.peers) == 1
        await client.stop()
        await client.start()


async def test_t37_a_server_that_drops_everybody_is_not_hammered(
    make_client: Any, watch: Any
) -> None:
    async with ScriptedHub(after_handshake(lambda peer: peer.cut())) as hub:
        client = make_client(hub.url)
        statuses = watch(client)
        await client.start()
        await until(lambda: len(hub.peers) >= 5)
        await client.stop()
    delays = [status.retry_in_s for status in statuses if status.retry_in_s is not None]
    assert delays[:4] == [0.01, 0.02, 0.03, 0.03]


async def test_t36_failures_on_the_way_back_are_all_tried_again(
    make_client: Any, watch: Any
) -> None:
    """A server in the middle of its start may say anything for a while."""
    gone = (404, {}, b"")
    once = after_handshake(lambda peer: peer.cut())
    async with ScriptedHub(once, polite) as hub:
        hub.answers[1:] = [gone, {"error": "starting"}, hub.answers[0]]
        client = make_client(hub.url)
        statuses = watch(client)
        await client.start()
        await until(lambda: len(hub.peers) == 2 and client.status.state is HubState.CONNECTED)
        assert [s.attempt for s in statuses if s.retry_in_s is not None] == [1, 2, 3]


async def test_t31_pings_keep_it_and_ours_go_out_when_nothing_else_did(
    make_client: Any, watch: Any
) -> None:
    async def counting(peer: Peer) -> None:
        await peer.handshake()
        while True:
            assert await peer.next_raw() == '{"type":6}' + RS
            peer.pings += 1
            await peer.send(record({"type": 6}))

    async with ScriptedHub(counting) as hub:
        client = make_client(hub.url, options={"keep_alive_s": 0.03, "server_timeout_s": 5.0})
        statuses = watch(client)
        await client.start()
        heard = client.last_heard_ns
        await until(lambda: hub.peers[0].pings >= 4)
        await until(lambda: client.last_heard_ns > heard)
        assert [s.state for s in statuses] == ["connecting", "connected"]


async def test_t31_no_ping_goes_out_beside_other_messages(make_client: Any) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url, options={"keep_alive_s": 1.0})
        await client.start()
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            await client.invoke("echo")
            await asyncio.sleep(0.02)
        assert hub.peers[0].pings == 1  # that of the beginning


async def test_t32_a_silent_server_is_given_up_and_calls_fail(make_client: Any) -> None:
    async def silent(peer: Peer) -> None:
        await peer.handshake()
        await peer.hang()

    async with ScriptedHub(silent, polite) as hub:
        client = make_client(hub.url, options={"server_timeout_s": 0.2})
        await client.start()
        reasons: list[Any] = []
        client.add_status_listener(lambda status: reasons.append(status.error))
        with pytest.raises(ConnectionLostError):
            await client.invoke("m")
        await until(lambda: len(hub.peers) == 2)
        assert isinstance(reasons[0], HubTimeoutError)


async def test_t33_a_blocked_loop_is_no_lost_connection(make_client: Any, watch: Any) -> None:
    """The hub lives in a thread and goes on pinging while our loop stands still."""
    hub = ScriptedHub(pinging)
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with hub:
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        await asyncio.to_thread(ready.wait)
        client = make_client(hub.url, options={"server_timeout_s": 0.4})
        statuses = watch(client)
        await client.start()
        for _ in range(2):
            asyncio.get_running_loop().call_soon(time.sleep, 0.8)
            blocked = time.monotonic_ns()
            await until(lambda: client.last_heard_ns - blocked > 1_300_000_000)  # noqa: B023
        assert [s.state for s in statuses] == ["connecting", "connected"]
        await client.stop()
    finally:
        over.set()
        thread.join()


async def test_t38_all_pending_calls_fail_and_none_is_sent_again(make_client: Any) -> None:
    async def swallow(peer: Peer) -> None:
        await peer.handshake()
        for _ in range(3):
            await peer.next()
        await peer.cut()

    async with ScriptedHub(swallow, polite) as hub:
        client = make_client(hub.url)
        await client.start()
        calls = (client.invoke("m", n) for n in range(3))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [ConnectionLostError] * 3
        await until(lambda: len(hub.peers) == 2 and client.status.state is HubState.CONNECTED)
        await client.invoke("echo")
        assert [m["target"] for m in hub.peers[1].received] == ["echo"]


async def test_calls_between_connections_are_refused_at_once(make_client: Any) -> None:
    async with ScriptedHub(after_handshake(lambda peer: peer.cut())) as hub:
        client = make_client(hub.url, retry=SLOW_RETRY)
        await client.start()
        await until(lambda: client.status.state is HubState.RECONNECTING)
        with pytest.raises(NotConnectedError):
            await client.invoke("m")


async def test_drop_gives_up_a_sound_connection_and_makes_a_new_one(
    make_client: Any, watch: Any
) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        statuses = watch(client)
        await client.start()
        reason = SignalRError("The sign-on failed.", retryable=False)
        client.drop(reason)
        with pytest.raises(NotConnectedError):
            await client.invoke("m")
        await until(lambda: len(hub.peers) == 2 and client.status.state is HubState.CONNECTED)
        assert statuses[2].error is reason
        assert await client.invoke("echo", 1) == [1]


async def test_trying_now_ends_the_wait_for_the_next_attempt(make_client: Any) -> None:
    async with ScriptedHub(after_handshake(lambda peer: peer.cut()), polite) as hub:
        client = make_client(hub.url, retry=SLOW_RETRY)
        await client.start()
        await until(lambda: client.status.retry_in_s is not None)
        client.retry_now()
        await until(lambda: client.status.state is HubState.CONNECTED)
        assert len(hub.peers) == 2


async def test_t37_a_connection_of_no_use_makes_the_delays_grow_however_long_it_lasted(
    make_client: Any, watch: Any
) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url, retry=RetryPolicy((0.0, 0.01, 0.02), jitter=0, stable_s=0))
        statuses = watch(client)
        await client.start()
        for number in (2, 3):
            client.drop(SignalRError("The sign-on failed."))
            await until(lambda: len(hub.peers) == number)  # noqa: B023
            await until(lambda: client.status.state is HubState.CONNECTED)
        client.reconnect(SignalRError("The computer slept."))
        await until(lambda: len(hub.peers) == 4)
        delays = [status.retry_in_s for status in statuses if status.retry_in_s is not None]
        assert delays == [0.01, 0.02, 0.0]


async def stop_quickly(client: HubClient) -> None:
    await asyncio.wait_for(client.stop(), 5)
    await asyncio.wait_for(client.stop(), 5)
    assert client.status.state is HubState.DISCONNECTED


async def test_t39_stop_says_goodbye(make_client: Any, watch: Any) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        statuses = watch(client)
        await client.start()
        call = asyncio.create_task(client.invoke("m"))
        await asyncio.sleep(0)
        await stop_quickly(client)
        with pytest.raises(ConnectionLostError):
            await call
        await until(lambda: hub.peers[0].received[-1:] == [{"type": 7}])
        await asyncio.wait_for(hub.peers[0].socket.wait_closed(), 5)
        assert hub.peers[0].socket.close_code == 1000
        states = [s.state for s in statuses]
        assert states == ["connecting", "connected", "disconnecting", "disconnected"]


async def test_t39_stop_before_anything(make_client: Any, watch: Any) -> None:
    client = make_client("ws://127.0.0.1:1/")
    statuses = watch(client)
    await stop_quickly(client)
    assert statuses == []


@pytest.mark.parametrize("phase", ["negotiation", "handshake", "delay"])
async def test_t39_stop_interrupts_the_opening(make_client: Any, watch: Any, phase: str) -> None:
    async def silent(peer: Peer) -> None:
        await peer.next_raw()
        await peer.socket.wait_closed()

    answers = {"negotiation": [None], "delay": [(503, {}, b"")]}.get(phase)
    async with ScriptedHub(silent, answers=answers) as hub:
        client = make_client(hub.url, retry=SLOW_RETRY)
        statuses = watch(client)
        starting = asyncio.create_task(client.start())
        if phase == "handshake":
            await until(lambda: hub.peers)
        elif phase == "delay":
            await until(lambda: client.status.retry_in_s)
        else:
            await until(lambda: hub.requests)
        await stop_quickly(client)
        with pytest.raises(NotConnectedError):
            await starting
        assert [s.state for s in statuses].count(HubState.DISCONNECTED) == 1
        for peer in hub.peers:
            await asyncio.wait_for(peer.socket.wait_closed(), 5)


async def test_t39_stop_interrupts_the_wait_for_the_next_try(make_client: Any) -> None:
    async with ScriptedHub(after_handshake(lambda peer: peer.cut())) as hub:
        client = make_client(hub.url, retry=SLOW_RETRY)
        await client.start()
        await until(lambda: client.status.retry_in_s)
        await stop_quickly(client)


@pytest.mark.parametrize("wanted", [{}, {"invocationId": "1"}])
async def test_t39_stop_inside_a_handler(
    make_client: Any, watch: Any, wanted: dict[str, str]
) -> None:
    stopped = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.handshake()
        await peer.send(event("t", **wanted))
        await peer.hang()

    async with ScriptedHub(script) as hub:
        client = make_client(hub.url)
        statuses = watch(client)

        async def handler() -> None:
            await client.stop()
            await client.stop()
            assert client.status.state is HubState.DISCONNECTED
            stopped.set()

        client.on("t", handler)
        await client.start()
        await asyncio.wait_for(stopped.wait(), 5)
        assert [s.state for s in statuses].count(HubState.DISCONNECTED) == 1
        await asyncio.wait_for(hub.peers[0].socket.wait_closed(), 5)


async def test_t39_two_stops_at_once_and_a_cancelled_start(make_client: Any) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        await client.start()
        await asyncio.gather(client.stop(), client.stop())
        assert client.status.state is HubState.DISCONNECTED
    async with ScriptedHub(answers=[None]) as hub:
        client = make_client(hub.url)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.start(), 0.05)
        assert client.status.state is HubState.DISCONNECTED


async def test_t39_stop_does_not_wait_for_a_dead_server(make_client: Any) -> None:
    async def deaf(peer: Peer) -> None:
        await peer.handshake()
        peer.socket.transport.pause_reading()
        await peer.socket.wait_closed()

    async with ScriptedHub(deaf) as hub:
        client = make_client(hub.url, options={"close_timeout_s": 0.1})
        await client.start()
        await stop_quickly(client)


async def test_t40_a_server_that_stops_reading_blocks_nobody(make_client: Any) -> None:
    async def deaf(peer: Peer) -> None:
        await peer.handshake()
        peer.socket.transport.pause_reading()
        while True:
            await peer.send(event("t"))
            await asyncio.sleep(0.01)

    got: list[int] = []
    async with ScriptedHub(deaf) as hub:
        client = make_client(hub.url, options={"close_timeout_s": 0.1})
        client.on("t", lambda: got.append(1))
        await client.start()
        payload = "x" * 32_000
        failures: list[SignalRError] = []

        async def flood() -> None:
            while not failures:
                try:
                    await client.invoke("m", payload, timeout=0.5)
                except SignalRError as error:
                    failures.append(error)

        await asyncio.gather(*(flood() for _ in range(400)))
        assert SendQueueFullError in map(type, failures)
        seen = len(got)
        await until(lambda: len(got) > seen + 3)
        assert client.status.state is HubState.CONNECTED
        await stop_quickly(client)


async def test_a_raising_status_listener_hurts_nothing(make_client: Any) -> None:
    def broken(_status: Any) -> None:
        raise ValueError("E")

    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        client.add_status_listener(broken)
        await client.start()
        assert await client.invoke("echo", 1) == [1]
