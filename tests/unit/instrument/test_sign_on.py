"""Signing on at hubs that refuse, fall silent, or hang up half-way."""

from __future__ import annotations

import asyncio

import pytest

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.errors import CommandError, ConnectError, Refusal, SignOnError
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.sign_on import GREETING, REFRESH, SignOn
from ifcbgui.signalr import HubClient, HubOptions, RetryPolicy
from tests.helpers.scripted_hub import Peer, ScriptedHub, record, until
from tests.helpers.taking_hub import taking

SERIAL = "111-111-207"
SOON_S = 5.0


async def closes_for_good(peer: Peer) -> None:
    await peer.handshake()
    await peer.next()
    await peer.send(record({"type": 7, "error": "go away"}))


async def hangs_up(peer: Peer) -> None:
    await peer.handshake()
    await peer.next()
    await peer.cut()


async def fails_to_connect(client: AsyncIFCBClient) -> ConnectError:
    """Return what a connect() raises that must not hang."""
    with pytest.raises(ConnectError) as failure:
        await asyncio.wait_for(client.connect(), SOON_S)
    assert client.link.state is LinkState.FAILED
    assert client.link.error == str(failure.value)
    return failure.value


@pytest.mark.parametrize("retry", [True, False])
async def test_hub_that_closes_for_good_fails_the_connect(retry: bool) -> None:
    async with ScriptedHub(closes_for_good) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, retry=retry)
        assert "go away" in str(await fails_to_connect(client))


@pytest.mark.parametrize("refused", [GREETING, REFRESH])
async def test_refused_greeting_is_a_failed_sign_on(refused: str) -> None:
    async with ScriptedHub(taking(refused)) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, retry=False)
        failure = await fails_to_connect(client)
    assert isinstance(failure, SignOnError)
    assert "No such host." in str(failure)
    assert failure.hint


async def test_refused_greeting_is_tried_again() -> None:
    statuses: list[LinkStatus] = []
    async with ScriptedHub(taking(GREETING), taking()) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, retry_policy=RetryPolicy((0.0,) * 2 + (0.01,)))
        client.add_link_listener(statuses.append)
        await asyncio.wait_for(client.connect(), SOON_S)
        await client.disconnect()
    assert [s.error for s in statuses if s.state is LinkState.RECONNECTING and s.error]


async def test_sign_on_that_cannot_be_sent_has_failed() -> None:
    async with ScriptedHub(taking()) as hub:
        options = HubOptions(max_send=150)
        client = AsyncIFCBClient(hub.url, "1" * 200, retry=False, options=options)
        assert isinstance(await fails_to_connect(client), SignOnError)


async def test_without_retry_a_hub_that_hangs_up_fails_the_connect() -> None:
    async with ScriptedHub(hangs_up) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, retry=False)
        await fails_to_connect(client)
        assert len(hub.peers) == 1


async def test_without_retry_a_later_loss_is_mended_all_the_same() -> None:
    policy = RetryPolicy((0.0, 0.01))
    async with ScriptedHub(taking(), hangs_up, taking()) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, retry=False, retry_policy=policy)
        async with client:
            await hub.peers[0].cut()
            await until(lambda: len(hub.peers) == 3 and client.link.online)


async def test_close_for_good_after_the_sign_on_fails_the_link() -> None:
    async with ScriptedHub(taking()) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL)
        await client.connect()
        await hub.peers[0].send(record({"type": 7, "error": "go away"}))
        await until(lambda: client.link.state is LinkState.FAILED)
        # Everything has ended with it, so that it can begin anew.
        await asyncio.wait_for(client.connect(), SOON_S)
        assert client.link.online
        await client.disconnect()


class TakingHub(HubClient):
    """Takes the client at once, without a network."""

    def __init__(self) -> None:
        super().__init__("ws://192.168.1.100/ifcbHub")

    async def invoke(self, *_arguments: object, **_options: object) -> None:
        pass


@pytest.mark.parametrize("reason", list(Refusal))
async def test_only_a_lost_connection_is_left_to_the_hub(reason: Refusal) -> None:
    async def relay(_text: str) -> None:
        raise CommandError("It failed.", reason=reason)

    sign_on = SignOn(TakingHub(), SERIAL, relay, SOON_S)
    sign_on.taken()
    if reason in (Refusal.LOST, Refusal.NOT_CONNECTED):
        assert await sign_on.run() is False
        return
    with pytest.raises(SignOnError, match="It failed"):
        await sign_on.run()
