"""Which hub protocol a client speaks, against a hub that follows a script."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from ifcbgui.signalr import (
    Close,
    Completion,
    HandshakeError,
    HubClient,
    HubMessage,
    HubState,
    Invocation,
    JsonProtocol,
    MessagePackProtocol,
    Ping,
    ProtocolRefusedError,
    RetryPolicy,
    UnreachableError,
)
from tests.helpers.scripted_hub import NEGOTIATED, RS, Peer, ScriptedHub, polite, until

ASKED = '{"protocol":"messagepack","version":1}' + RS
REFUSAL = '{"error":"The protocol \'messagepack\' is not supported."}' + RS
TEXT_ONLY = {
    **NEGOTIATED,
    "availableTransports": [{"transport": "WebSockets", "transferFormats": ["Text"]}],
}
PROTOCOLS = (MessagePackProtocol(), JsonProtocol())

# A fallback that waited for a retry would outlast every test.
NEVER = RetryPolicy((3600.0,), jitter=0)


async def refuse(peer: Peer) -> None:
    """Refuse MessagePack, as a hub does that was not set up for it."""
    assert await peer.next_raw() == ASKED
    await peer.send(REFUSAL)


async def packed(peer: Peer) -> None:
    """Serve a MessagePack client: "echo" is answered, "cut" ends the connection."""
    assert await peer.socket.recv() == ASKED  # text, whatever is spoken afterwards
    await peer.send(b"{}\x1e")
    decoder = MessagePackProtocol().decoder()
    while True:
        data = await peer.socket.recv()
        assert isinstance(data, bytes)
        for message in decoder.feed(data):
            if message == Invocation("cut", ()):
                await peer.cut()
            elif isinstance(message, Invocation):
                await send(peer, Completion(message.invocation_id or "", message.arguments))


async def send(peer: Peer, *messages: HubMessage) -> None:
    await peer.send(b"".join(map(MessagePackProtocol().encode, messages)))


async def test_messagepack_where_the_hub_takes_it(
    make_client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with ScriptedHub(packed) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS)
        with caplog.at_level(logging.INFO):
            await client.start()
        assert await client.invoke("echo", b"\xff", 1) == [b"\xff", 1]
        assert client.protocol == "messagepack"
        assert len(hub.requests) == 2
    assert any("speaks messagepack" in record.getMessage() for record in caplog.records)


async def test_t19_records_behind_the_handshake_and_spread_over_frames(make_client: Any) -> None:
    event = MessagePackProtocol().encode(Invocation("t", ("é" * 100,)))

    async def script(peer: Peer) -> None:
        await peer.next_raw()
        await peer.send(b"{}\x1e" + event + event[:1])
        for at in range(1, len(event)):
            await peer.send(event[at : at + 1])
        await send(peer, Ping(), Invocation("t", (b"\x1e",)), Close())
        await peer.hang()

    heard: list[Any] = []
    async with ScriptedHub(script) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS)
        client.on("t", heard.append)
        await client.start()
        await until(lambda: len(heard) == 3)
        assert heard == ["é" * 100, "é" * 100, b"\x1e"]
        await until(lambda: client.status.state is HubState.DISCONNECTED)


async def test_json_at_once_where_the_handshake_refuses_messagepack(
    make_client: Any, watch: Any
) -> None:
    tokens = iter("ab")
    second = {**NEGOTIATED, "connectionToken": "second"}
    async with ScriptedHub(refuse, polite, answers=[NEGOTIATED, second]) as hub:
        client: HubClient = make_client(
            hub.url, protocols=PROTOCOLS, retry=NEVER, headers=lambda: {"X-Token": next(tokens)}
        )
        statuses = watch(client)
        await client.start()
        assert client.protocol == "json"
        assert await client.invoke("echo", 1) == [1]
        assert [s.state for s in statuses] == [HubState.CONNECTING, HubState.CONNECTED]
        assert hub.upgrades == ["/ifcbHub?id=secret-token", "/ifcbHub?id=second"]
        assert [headers["X-Token"] for _, _, headers in hub.requests] == ["a", "a", "b", "b"]
        await asyncio.wait_for(hub.peers[0].socket.wait_closed(), 5)


async def test_json_at_once_where_no_binary_is_offered(make_client: Any) -> None:
    async with ScriptedHub(polite, answers=[TEXT_ONLY]) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS, retry=NEVER)
        await client.start()
        assert client.protocol == "json"
        assert len(hub.peers) == 1


async def test_json_at_once_without_negotiation(make_client: Any) -> None:
    async with ScriptedHub(refuse, polite) as hub:
        client = make_client(
            hub.url, protocols=PROTOCOLS, retry=NEVER, options={"skip_negotiation": True}
        )
        await client.start()
        assert (client.protocol, hub.posts) == ("json", [])


async def test_what_worked_is_kept_for_reconnects(make_client: Any) -> None:
    async def once(peer: Peer) -> None:
        await peer.handshake()
        await peer.next()
        await peer.cut()

    async with ScriptedHub(refuse, once, polite) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS)
        await client.start()
        await client.send("cut")
        await until(lambda: len(hub.peers) == 3 and client.status.state is HubState.CONNECTED)
        assert await client.invoke("echo", 1) == [1]


async def test_a_hub_that_has_lost_messagepack_is_spoken_to_in_json(make_client: Any) -> None:
    async with ScriptedHub(packed, refuse, polite) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS)
        await client.start()
        assert client.protocol == "messagepack"
        await client.send("cut")
        await until(lambda: client.protocol == "json")
        await until(lambda: client.status.state is HubState.CONNECTED)
        assert await client.invoke("echo", 1) == [1]
        assert len(hub.peers) == 3


async def test_a_hub_that_refuses_everything_is_asked_once_for_each(make_client: Any) -> None:
    async def refuse_all(peer: Peer) -> None:
        name = "messagepack" if await peer.next_raw() == ASKED else "json"
        await peer.send(f'{{"error":"The protocol \'{name}\' is not supported."}}' + RS)

    async with ScriptedHub(refuse_all) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS)
        with pytest.raises(ProtocolRefusedError, match="'json' is not supported"):
            await client.start()
        assert len(hub.peers) == 2


async def test_refusals_while_reconnecting_wait_like_any_failure(
    make_client: Any, watch: Any
) -> None:
    async def refuse_any(peer: Peer) -> None:
        await peer.next_raw()
        await peer.send("{\"error\":\"Neither 'messagepack' nor 'json' today.\"}" + RS)

    async with ScriptedHub(packed, refuse_any) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS)
        await client.start()
        statuses = watch(client)
        await client.send("cut")
        await until(lambda: len(hub.peers) >= 7)
        await client.stop()
        waits = [s.retry_in_s for s in statuses if s.retry_in_s is not None]
        assert waits[:3] == [0.01, 0.02, 0.03]
        assert len(hub.peers) <= 1 + 2 * len(waits)


async def test_other_failures_are_no_reason_to_change_the_protocol(make_client: Any) -> None:
    canceled = '{"error":"Handshake was canceled."}' + RS

    async def cancel(peer: Peer) -> None:
        await peer.next_raw()
        await peer.send(canceled)

    async with ScriptedHub(cancel) as hub:
        client = make_client(hub.url, protocols=PROTOCOLS)
        with pytest.raises(HandshakeError, match="canceled"):
            await client.start()
        assert len(hub.peers) == 1
    with pytest.raises(UnreachableError):
        await client.start(retry=False)
    assert client.protocol == "messagepack"
