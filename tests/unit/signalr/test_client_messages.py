"""Messages both ways over an established connection."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from ifcbgui.signalr import (
    EncodingError,
    HubState,
    Invocation,
    InvocationError,
    InvocationTimeoutError,
    MessageTooLargeError,
    NotConnectedError,
    SignalRError,
)
from tests.helpers.scripted_hub import RS, Peer, ScriptedHub, event, record, until

DONE = event("done")


def sends(*frames: str | bytes) -> Callable[[Peer], Awaitable[None]]:
    """Return a script that sends these frames after the handshake and then serves calls."""

    async def script(peer: Peer) -> None:
        await peer.handshake()
        for frame in frames:
            await peer.send(frame)
        await peer.serve_calls()

    return script


@pytest.mark.parametrize("encode", [str, str.encode])
async def test_t14_t15_messages_together_and_in_pieces(
    make_client: Any, encode: Callable[[str], str | bytes]
) -> None:
    wire = encode(json.dumps(json.loads(event("t", "é€😀")[:-1]), ensure_ascii=False) + RS)
    frames = [wire * 2, *(part for cut in range(len(wire)) for part in (wire[:cut], wire[cut:]))]
    got: list[Any] = []
    async with ScriptedHub(sends(*frames)) as hub:
        client = make_client(hub.url)
        client.on("t", got.append)
        await client.start()
        await client.invoke("echo")
        await until(lambda: len(got) >= 2 + len(wire))
        assert len(got) == 2 + len(wire)
        assert set(got) == {"é€😀"}
        assert len(hub.peers) == 1


async def test_t16_a_fragmented_message_with_a_ping_in_between(make_client: Any) -> None:
    pongs: list[float] = []

    async def script(peer: Peer) -> None:
        async def fragments() -> AsyncIterator[str]:
            yield event("t", "x" * 50)[:20]
            pongs.append(await (await peer.socket.ping(b"hi")))
            yield event("t", "x" * 50)[20:]

        await peer.handshake()
        serving = asyncio.create_task(peer.hang())  # reads, or no pong would be seen
        await peer.socket.send(fragments())
        await serving

    got: list[Any] = []
    async with ScriptedHub(script) as hub:
        client = make_client(hub.url)
        client.on("t", got.append)
        await client.start()
        await until(lambda: got)
        assert len(pongs) == 1


@pytest.mark.parametrize("size", [100_000, 2_000_000, 2_999_999, 3_000_000])
async def test_t18_large_messages_up_to_the_cap(make_client: Any, size: int) -> None:
    got: list[str] = []
    message = event("t", "x" * (size - len(event("t", ""))))
    async with ScriptedHub(sends(message)) as hub:
        client = make_client(hub.url, options={"max_receive": 3_000_000})
        client.on("t", got.append)
        await client.start()
        await until(lambda: got)
        assert event("t", got[0]) == message
        assert len(message) == size


async def test_t21_a_call_nobody_handles(
    make_client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    script = sends(event("nobody"), event("nobody"), event("nobody", invocationId="s1"))
    async with ScriptedHub(script) as hub:
        client = make_client(hub.url)
        with caplog.at_level(logging.WARNING):
            await client.start()
            await until(lambda: hub.peers[0].received)
            await client.invoke("echo")
        answers = [m for m in hub.peers[0].received if m["type"] == 3]
        assert answers == [
            {"type": 3, "invocationId": "s1", "error": "Client didn't provide a result."}
        ]
        assert len([r for r in caplog.records if "nobody" in r.getMessage()]) == 1


async def test_t22_what_the_hub_wants_answered_is_answered_once(make_client: Any) -> None:
    async def slow() -> int:
        await asyncio.sleep(0)
        return 5

    def broken() -> None:
        raise ValueError("E")

    targets = ("five", "none", "broken", "unsendable")
    script = sends(*(event(target, invocationId=target) for target in targets))
    async with ScriptedHub(script) as hub:
        client = make_client(hub.url)
        client.on("five", slow)
        client.on("none", lambda: None)
        client.on("broken", broken)
        client.on("unsendable", lambda: float("nan"))
        await client.start()
        received = hub.peers[0].received
        await until(lambda: len(received) == 4)
        answers = {m["invocationId"]: m for m in received}
        assert answers["five"] == {"type": 3, "invocationId": "five", "result": 5}
        assert answers["none"] == {"type": 3, "invocationId": "none", "result": None}
        assert answers["broken"]["error"] == "ValueError: E"
        assert "nan" in answers["unsendable"]["error"]
        await client.invoke("echo")
        assert len([m for m in received if m["type"] == 3]) == 4


async def test_t22_a_raising_handler_hurts_nothing(
    make_client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: Any) -> None:
        raise ValueError("E")

    got: list[Any] = []
    async with ScriptedHub(sends(event("t", 1), event("t", 2))) as hub:
        client = make_client(hub.url)
        client.on("t", broken)
        client.on("t", got.append)
        client.add_listener(broken)
        await client.start()
        await until(lambda: len(got) == 2)
        assert got == [1, 2]
        assert client.status.state is HubState.CONNECTED
        assert len([r for r in caplog.records if r.exc_info]) in (3, 4)  # one arrival or two
        await client.invoke("echo")
        assert [m["target"] for m in hub.peers[0].received] == ["echo"]


async def test_t22_a_handler_may_call_the_hub(make_client: Any) -> None:
    got: list[Any] = []
    async with ScriptedHub(sends(event("t", 7))) as hub:
        client = make_client(hub.url)

        async def handler(number: int) -> None:
            got.append(await client.invoke("echo", number))

        client.on("t", handler)
        await client.start()
        await until(lambda: got)
        assert got == [[7]]


async def test_t23_handlers_run_in_order_and_calls_are_answered_meanwhile(
    make_client: Any,
) -> None:
    got: list[Any] = []
    gate = asyncio.Event()

    async def handler(number: int) -> None:
        if number == 1:
            await gate.wait()
        got.append(number)

    async with ScriptedHub(sends(event("t", 1), event("t", 2))) as hub:
        client = make_client(hub.url)
        client.on("t", handler)
        await client.start()
        assert await client.invoke("echo", 0) == [0]
        heard = client.last_heard_ns
        await hub.peers[0].send(record({"type": 6}))
        await until(lambda: client.last_heard_ns > heard)
        assert got == []
        gate.set()
        await until(lambda: len(got) == 2)
        assert got == [1, 2]


async def test_names_match_exactly_first_and_then_in_any_case(make_client: Any) -> None:
    got: list[str] = []
    async with ScriptedHub(sends(event("MessageRelayed"), event("heartBeat"), DONE)) as hub:
        client = make_client(hub.url)
        client.on("messagerelayed", lambda: got.append("folded"))
        client.on("heartBeat", lambda: got.append("exact"))
        client.on("HEARTBEAT", lambda: got.append("wrong"))
        client.on("done", lambda: got.append("done"))
        await client.start()
        await until(lambda: "done" in got)
        assert got == ["folded", "exact", "done"]


async def test_a_handler_taken_off_is_not_called(make_client: Any) -> None:
    got: list[str] = []

    def handler() -> None:
        got.append("off")

    async with ScriptedHub(sends(event("t"), DONE)) as hub:
        client = make_client(hub.url)
        client.on("t", handler)
        client.off("t", handler)
        client.off("t", handler)
        client.on("done", lambda: got.append("done"))
        await client.start()
        await until(lambda: got)
        assert got == ["done"]


async def test_slow_handlers_lose_the_oldest_and_count_it(make_client: Any) -> None:
    gate = asyncio.Event()
    got: list[int] = []

    async def handler(number: int) -> None:
        await gate.wait()
        got.append(number)

    frames = [event("t", number) for number in range(10)]
    async with ScriptedHub(sends("".join(frames))) as hub:
        client = make_client(hub.url, options={"handler_queue": 4})
        client.on("t", handler)
        await client.start()
        await client.invoke("echo")
        gate.set()
        await until(lambda: got and got[-1] == 9)
        assert client.dropped == 10 - len(got) > 0
        assert got[-4:] == [6, 7, 8, 9]


async def test_listeners_hear_everything_with_its_time_of_arrival(make_client: Any) -> None:
    heard: list[tuple[Invocation, int, int]] = []

    def listener(invocations: Sequence[Invocation], *clocks: int) -> None:
        heard.extend((invocation, *clocks) for invocation in invocations)

    async with ScriptedHub(sends(event("a", 1), event("b", invocationId="9"))) as hub:
        client = make_client(hub.url)
        client.add_listener(listener)
        before, before_monotonic = time.time_ns(), time.monotonic_ns()
        await client.start()
        await until(lambda: len(heard) == 2)
        assert [invocation.target for invocation, _, _ in heard] == ["a", "b"]
        for _, time_ns, monotonic_ns in heard:
            assert before <= time_ns <= time.time_ns()
            assert before_monotonic <= monotonic_ns <= time.monotonic_ns()


async def test_t24_calls_are_answered(make_client: Any) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        await client.start()
        assert await client.invoke("echo", "x", 1, None) == ["x", 1, None]
        assert await client.invoke("nothing") is None
        with pytest.raises(InvocationError, match="E") as caught:
            await client.invoke("boom")
        assert caught.value.text == "E"
        results = await asyncio.gather(*(client.invoke("echo", n) for n in range(50)))
        assert results == [[n] for n in range(50)]


async def test_t26_a_call_without_answer_times_out_and_its_late_answer_is_ignored(
    make_client: Any,
) -> None:
    late = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.handshake()
        call = await peer.next()
        await late.wait()
        await peer.send(record({"type": 3, "invocationId": call["invocationId"], "result": 1}))
        await peer.serve_calls()

    async with ScriptedHub(script) as hub:
        client = make_client(hub.url)
        await client.start()
        with pytest.raises(InvocationTimeoutError, match=r"'slow' within 0\.05 s") as caught:
            await client.invoke("slow", timeout=0.05)
        assert "carried out" in caught.value.hint
        late.set()
        assert await client.invoke("echo", 1) == [1]


async def test_t26_a_cancelled_call_leaves_nothing(make_client: Any) -> None:
    async with ScriptedHub(sends()) as hub:
        client = make_client(hub.url)
        await client.start()
        call = asyncio.create_task(client.invoke("echo"))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert client._link._core.pending == 0
        assert await client.invoke("echo", 1) == [1]


async def test_t28_what_cannot_be_sent_is_refused_here_and_harms_nothing(
    make_client: Any,
) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        await client.start()
        with pytest.raises(MessageTooLargeError):
            await client.invoke("m", "x" * 32_768)
        with pytest.raises(EncodingError):
            await client.send("m", float("nan"))
        assert await client.invoke("echo", 1) == [1]
        assert [m["target"] for m in hub.peers[0].received] == ["echo"]


async def test_a_caller_learns_that_its_call_is_on_its_way_but_not_of_a_refused_one(
    make_client: Any,
) -> None:
    told: list[int] = []
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        await client.start()
        await client.invoke("echo", on_sent=lambda: told.append(1))
        with pytest.raises(MessageTooLargeError):
            await client.invoke("m", "x" * 32_768, on_sent=lambda: told.append(2))
        assert told == [1]


async def test_t30_http_headers_stay_out_of_hub_messages(make_client: Any) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url, headers={"Authorization": "Bearer T"})
        await client.start()
        await client.invoke("echo")
        assert hub.peers[0].received == [
            {"type": 1, "invocationId": "1", "target": "echo", "arguments": []}
        ]


async def test_send_asks_for_no_answer(make_client: Any) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        await client.start()
        await client.send("fire", 1)
        await until(lambda: hub.peers[0].received)
        assert hub.peers[0].received == [{"type": 1, "target": "fire", "arguments": [1]}]


async def test_nothing_is_kept_for_later(make_client: Any) -> None:
    client = make_client("ws://127.0.0.1:1/")
    for attempt in (client.invoke("m"), client.send("m")):
        with pytest.raises(NotConnectedError):
            await attempt
    with pytest.raises(NotConnectedError):
        client.stream("m")


def counter(*, error: str | None = None) -> Callable[[Peer], Awaitable[None]]:
    async def script(peer: Peer) -> None:
        await peer.handshake()
        call = await peer.next()
        for item in (1, 2):
            await peer.send(record({"type": 2, "invocationId": call["invocationId"], "item": item}))
        if error is not None:
            end = {"type": 3, "invocationId": call["invocationId"], "error": error}
            await peer.send(record(end))
        await peer.serve_calls()

    return script


async def test_t27_a_stream_yields_its_items_and_then_raises(make_client: Any) -> None:
    async with ScriptedHub(counter(error="E")) as hub:
        client = make_client(hub.url)
        await client.start()
        items = client.stream("Counter", 2)
        assert [await anext(items), await anext(items)] == [1, 2]
        with pytest.raises(InvocationError, match="E"):
            await anext(items)
        await client.invoke("echo")
        assert [m["type"] for m in hub.peers[0].received] == [4, 1]


async def test_t27_leaving_a_stream_early_stops_it_at_the_server(make_client: Any) -> None:
    async with ScriptedHub(counter()) as hub:
        client = make_client(hub.url)
        await client.start()
        async for _item in client.stream("Counter", 2):
            break
        await until(lambda: len(hub.peers[0].received) == 2)
        call, cancel = hub.peers[0].received
        assert cancel == {"type": 5, "invocationId": call["invocationId"]}
        for rest in ({"type": 2, "item": 3}, {"type": 3, "result": None}):
            await hub.peers[0].send(record({**rest, "invocationId": call["invocationId"]}))
        await client.invoke("echo")
        assert [m["type"] for m in hub.peers[0].received] == [4, 5, 1]


async def test_t27_a_stream_that_is_not_read_is_bounded(make_client: Any) -> None:
    async with ScriptedHub(counter(error="")) as hub:
        client = make_client(hub.url, options={"handler_queue": 1})
        await client.start()
        items = client.stream("Counter", 2)
        assert await anext(items) == 1
        with pytest.raises(SignalRError, match="not read"):
            await anext(items)


async def test_t20_t29_odd_but_harmless_records_change_nothing(make_client: Any) -> None:
    frames = [record({"type": 42, "x": 1}), record({"type": 9, "sequenceId": 1}), RS]
    async with ScriptedHub(sends(*frames)) as hub:
        client = make_client(hub.url)
        await client.start()
        assert await client.invoke("echo", 1) == [1]
        assert len(hub.peers) == 1
