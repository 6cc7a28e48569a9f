"""What an operator is told of the link, on real sockets: silence, sleep, losses, the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.errors import CommandError, ConnectError, Refusal
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.numbering import MissingNumbers
from ifcbgui.signalr import HubOptions, RetryPolicy
from ifcbgui.simulator import Simulator
from ifcbgui.simulator.faults import parse_fault
from ifcbgui.ui.freshness import Freshness, judge
from tests.helpers.scripted_hub import Peer, ScriptedHub, event, record
from tests.helpers.taking_hub import taking

SERIAL = "111-111-207"
S = 1_000_000_000
QUICK = RetryPolicy((0.0, 0.01), jitter=0)
PATIENT = RetryPolicy((60.0,), jitter=0)
IMPATIENT = HubOptions(server_timeout_s=0.6)
ALERT = HubOptions(server_timeout_s=3.0, keep_alive_s=1.0)


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.005)


async def take(peer: Peer) -> None:
    """Take a client; return with the answer to its refresh."""
    await peer.handshake()
    for _ in range(3):
        call = await peer.next()
        await peer.send(record({"type": 3, "invocationId": call["invocationId"]}))
        if call["target"] == "startAsClient":
            await peer.send(event("startedAsClient", *call["arguments"]))


async def taken_then_frozen(peer: Peer) -> None:
    await take(peer)
    await peer.hang()


def statuses_of(client: AsyncIFCBClient) -> list[LinkStatus]:
    statuses: list[LinkStatus] = []
    client.add_link_listener(statuses.append)
    return statuses


async def test_a_frozen_host_is_stale_then_lost_then_found_again() -> None:
    async with ScriptedHub(taken_then_frozen, taking()) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, options=IMPATIENT, retry_policy=QUICK)
        statuses = statuses_of(client)
        async with client:
            await until(lambda: len(hub.peers) == 2 and client.link.state is LinkState.ONLINE)
        states = [status.state for status in statuses]
        stale = states.index(LinkState.STALE)
        assert states[stale - 1 : stale + 2] == [
            LinkState.ONLINE,
            LinkState.STALE,
            LinkState.RECONNECTING,
        ]
        lost = statuses[stale + 1]
        assert lost.dead_for_ns >= 0.6 * S
        assert "Nothing came" in str(lost.error)
        assert (lost.since_ns - statuses[stale - 1].since_ns) / S < 2


async def test_a_link_that_speaks_again_is_no_longer_stale() -> None:
    async def pausing(peer: Peer) -> None:
        await take(peer)
        await until(lambda: client.link.state is LinkState.STALE)
        await peer.send(record({"type": 6}))
        await peer.hang()

    async with ScriptedHub(pausing) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, options=HubOptions(server_timeout_s=1.5))
        statuses = statuses_of(client)
        async with client:
            await until(lambda: [s.state for s in statuses].count(LinkState.ONLINE) == 2)
            assert client.link.online_since_ns == statuses[-2].online_since_ns


async def test_a_sleep_of_the_computer_ends_the_link_at_once_and_ages_what_was_said() -> None:
    slept_ns = 0
    async with Simulator(serial=SERIAL, seed=1) as simulator:
        client = AsyncIFCBClient(simulator.url, SERIAL, options=ALERT, slept=lambda: slept_ns)
        statuses = statuses_of(client)
        async with client:
            await until(lambda: client.state.value("switchlaser") is not None)
            before = client.state.values["switchlaser"]
            count = len(statuses)
            slept_ns = 2460 * S
            await until(lambda: len(statuses) > count)
            lost, state = statuses[count], client.state
            assert lost.state is LinkState.RECONNECTING
            assert lost.error == "This computer slept for 41 min 0 s."
            assert lost.dead_for_ns == slept_ns
            assert state.values["switchlaser"] == before.aged(slept_ns)
            await until(lambda: client.link.state is LinkState.ONLINE)
            now_ns = client.link.since_ns
            assert judge("switchlaser", state, client.link, now_ns) is Freshness.UNCONFIRMED
            await until(lambda: _fresh(client, "switchlaser"))


def _fresh(client: AsyncIFCBClient, name: str) -> bool:
    return judge(name, client.state, client.link, client.link.since_ns) is Freshness.FRESH


async def test_waking_up_ends_the_wait_for_the_next_attempt() -> None:
    slept_ns = 0
    async with ScriptedHub(taking(), taking()) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, retry_policy=PATIENT, slept=lambda: slept_ns)
        async with client:
            await hub.peers[0].cut()
            await until(lambda: client.link.retry_at_ns is not None)
            slept_ns = 10 * S
            await until(lambda: client.link.state is LinkState.ONLINE)
        assert len(hub.peers) == 2


async def test_trying_now_ends_the_wait_and_nothing_else() -> None:
    async with ScriptedHub(taking(), taking()) as hub:
        client = AsyncIFCBClient(hub.url, SERIAL, retry_policy=PATIENT)
        client.retry_now()
        async with client:
            client.retry_now()
            await hub.peers[0].cut()
            await until(lambda: client.link.retry_at_ns is not None)
            client.retry_now()
            await until(lambda: client.link.state is LinkState.ONLINE)
            client.retry_now()
            await hub.peers[1].cut()
            await until(lambda: client.link.retry_at_ns is not None)
            assert len(hub.peers) == 2


async def test_after_a_loss_the_state_is_refreshed_without_a_click() -> None:
    drop = parse_fault("drop@1")
    async with (
        Simulator(serial=SERIAL, seed=1, faults=[drop]) as simulator,
        AsyncIFCBClient(simulator.url, SERIAL, retry_policy=QUICK) as client,
    ):
        await until(lambda: _fresh(client, "switchlaser"))
        first = client.link.online_since_ns
        await until(lambda: client.link.online and client.link.online_since_ns != first)
        await until(lambda: _fresh(client, "switchlaser"))


async def hanging_handshake(peer: Peer) -> None:
    await peer.next_raw()
    await peer.socket.wait_closed()


async def hanging_sign_on(peer: Peer) -> None:
    await peer.handshake()
    await peer.hang()


@pytest.mark.parametrize(
    ("phase", "script", "answers"),
    [
        ("negotiation", taking(), [None]),
        ("handshake", hanging_handshake, None),
        ("signing on", hanging_sign_on, None),
        ("waiting", taking(), [(503, {}, b"")]),
        ("stale", taken_then_frozen, None),
        ("reconnecting", taking(), None),
    ],
)
async def test_disconnect_ends_the_trying_at_once_in_every_state(
    phase: str, script: Callable[[Peer], object], answers: object
) -> None:
    options = HubOptions(server_timeout_s=3.0 if phase == "stale" else 30.0)
    async with ScriptedHub(script, answers=answers) as hub:  # type: ignore[arg-type]
        client = AsyncIFCBClient(hub.url, SERIAL, options=options, retry_policy=PATIENT)
        connecting = asyncio.create_task(client.connect())
        match phase:
            case "negotiation":
                await until(lambda: hub.requests)
            case "handshake":
                await until(lambda: hub.peers)
            case "signing on":
                await until(lambda: client.link.state is LinkState.SIGNING_ON)
            case "waiting":
                await until(lambda: client.link.retry_at_ns is not None)
            case "stale":
                await until(lambda: client.link.state is LinkState.STALE)
            case "reconnecting":
                await connecting
                await hub.peers[0].cut()
                await until(lambda: client.link.retry_at_ns is not None)
        async with asyncio.timeout(2):
            await client.disconnect()
        assert client.link.state is LinkState.OFF
        requests = len(hub.requests)
        for result in await asyncio.gather(connecting, return_exceptions=True):
            assert result is None or isinstance(result, ConnectError)
        assert len(hub.requests) == requests


async def test_a_command_whose_connection_dies_is_not_sent_again() -> None:
    async def dying(peer: Peer) -> None:
        await take(peer)
        await peer.next()
        await peer.cut()

    async with ScriptedHub(dying, taking()) as hub:
        async with AsyncIFCBClient(hub.url, SERIAL, retry_policy=QUICK) as client:
            with pytest.raises(CommandError, match="may have been executed") as failure:
                await client.relay_message_to_host("routine:runsample")
            assert failure.value.reason is Refusal.LOST
            await until(lambda: client.link.online and len(hub.peers) == 2)
            await client.relay_message_to_host("routine:beads")
        texts = [m["arguments"][-1] for m in hub.peers[1].received if m["type"] == 1]
        assert texts == [SERIAL, "Client connected.", "refresh", "routine:beads", *texts[4:]]
        assert "routine:runsample" not in texts


async def test_a_command_without_an_answer_is_given_up_after_its_own_time() -> None:
    async with (
        ScriptedHub(taken_then_frozen) as hub,
        AsyncIFCBClient(hub.url, SERIAL) as client,
    ):
        with pytest.raises(CommandError, match="has not answered") as failure:
            await client.relay_message_to_host("routine:runsample", timeout=0.05)
        assert failure.value.reason is Refusal.TIMED_OUT
        assert client.link.online


@pytest.mark.parametrize("size", [32_768, 32_769])
async def test_the_largest_command_is_the_servers_limit_and_the_refusal_names_both(
    size: int,
) -> None:
    async with ScriptedHub(taking()) as hub, AsyncIFCBClient(hub.url, SERIAL) as client:
        empty = record(
            {
                "type": 1,
                "target": "relayMessageToHost",
                "arguments": [SERIAL, ""],
                "invocationId": "4",
            }
        )
        text = "x" * (size - len(empty.replace(": ", ":").replace(", ", ",")))
        if size == 32_768:
            await client.relay_message_to_host(text)
            assert hub.peers[0].received[-1]["arguments"] == [SERIAL, text]
            return
        with pytest.raises(CommandError, match=r"32,769 bytes.*at most 32,768") as failure:
            await client.relay_message_to_host(text)
        assert failure.value.reason is Refusal.TOO_LARGE
        assert len(hub.peers[0].received) == 3


async def test_missing_numbers_are_counted_from_connect_to_connect() -> None:
    def numbered(*numbers: int) -> Callable[[Peer], object]:
        async def script(peer: Peer) -> None:
            await take(peer)
            for number in numbers:
                await peer.send(event("messageRelayed", "host-207", "host", number, "refresh"))
            if len(hub.peers) == 1:
                await peer.cut()
            await peer.hang()

        return script

    scripts = (numbered(1, 2, 5), numbered(90, 91, 93), numbered(7, 8))
    async with ScriptedHub(*scripts) as hub:  # type: ignore[arg-type]
        client = AsyncIFCBClient(hub.url, SERIAL, retry_policy=QUICK)
        missing: list[MissingNumbers] = []
        numbers: list[int | None] = []
        client.add_missing_listener(missing.append)
        client.add_entry_listener(lambda entry: numbers.append(entry.seqno))
        async with client:
            await until(lambda: 93 in numbers)
            assert [found.spans for found in missing] == [((3, 4),)]
        assert [found.spans for found in missing] == [((3, 4),), ((92, 92),)]
        assert client.missing == 3
        async with client:
            await until(lambda: 8 in numbers)
        assert client.missing == 0
