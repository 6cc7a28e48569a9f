from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import pytest

from ifcbgui.instrument import AsyncIFCBClient
from ifcbgui.instrument.errors import ConnectError
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.session import Chronicle, EventKind, Recorder, SessionReader
from ifcbgui.simulator import Simulator
from tests.helpers.recorded import MakeRecorder

Events = list[tuple[str, str]]
Told = Callable[[Iterable[LinkStatus]], Events]

OFF = LinkStatus(LinkState.OFF)
CONNECTING = LinkStatus(LinkState.CONNECTING)
SIGNING_ON = LinkStatus(LinkState.SIGNING_ON)
ONLINE = LinkStatus(LinkState.ONLINE)
STALE = LinkStatus(LinkState.STALE)
RETRYING = LinkStatus(LinkState.RECONNECTING, attempt=2, error="The cable is out.")
FAILED = LinkStatus(LinkState.FAILED, error="The hub closed the connection.")

SIGNED_ON = (EventKind.CONNECTED, "Signed on.")
LOST = (EventKind.LOST, "The cable is out.")


def events_of(recorder: Recorder) -> Events:
    recorder.close()
    path = recorder.status.path
    assert path is not None
    with SessionReader(path) as reader:
        return [(event.kind, event.text) for event in reader.events()]


@pytest.fixture
def told(make_recorder: MakeRecorder) -> Told:
    def tell(statuses: Iterable[LinkStatus]) -> Events:
        recorder = make_recorder()
        recorder.start()
        chronicle = Chronicle(recorder)
        for status in statuses:
            chronicle.link_changed(status)
        return events_of(recorder)

    return tell


def test_every_sign_on_is_told_once(told: Told) -> None:
    assert told([CONNECTING, SIGNING_ON, ONLINE]) == [SIGNED_ON]


def test_a_link_that_falls_silent_and_speaks_again_is_no_event(told: Told) -> None:
    assert told([CONNECTING, ONLINE, STALE, ONLINE, STALE]) == [SIGNED_ON]


@pytest.mark.parametrize("before", [ONLINE, STALE])
def test_a_loss_is_told_once_with_its_reason_whatever_the_attempts(
    told: Told, before: LinkStatus
) -> None:
    assert told(
        [CONNECTING, ONLINE, before, RETRYING, RETRYING, SIGNING_ON, RETRYING, SIGNING_ON, ONLINE]
    ) == [SIGNED_ON, LOST, SIGNED_ON]


def test_a_disconnect_that_was_asked_for_is_no_loss(told: Told) -> None:
    assert told([CONNECTING, ONLINE, OFF]) == [SIGNED_ON, (EventKind.NOTE, "Disconnected.")]
    assert told([CONNECTING, ONLINE, RETRYING, OFF]) == [
        SIGNED_ON,
        LOST,
        (EventKind.NOTE, "Disconnected."),
    ]


@pytest.mark.parametrize("later", [[], [FAILED], [OFF]])
def test_a_failure_for_good_is_told_once(told: Told, later: list[LinkStatus]) -> None:
    end = (EventKind.NOTE, "The connection ended for good: The hub closed the connection.")
    assert told([CONNECTING, ONLINE, FAILED, *later]) == [
        SIGNED_ON,
        (EventKind.LOST, "The hub closed the connection."),
        end,
    ]
    assert told([CONNECTING, ONLINE, RETRYING, FAILED, *later]) == [SIGNED_ON, LOST, end]


@pytest.mark.parametrize(
    ("statuses", "text"),
    [
        ([FAILED], "No connection came about: The hub closed the connection."),
        ([RETRYING, FAILED], "No connection came about: The hub closed the connection."),
        ([OFF], "Disconnected before a connection came about."),
        (
            [RETRYING, CONNECTING, OFF],
            "Disconnected before a connection came about. The last attempt: The cable is out.",
        ),
    ],
)
def test_a_connection_that_never_came_about_is_noted_not_lost(
    told: Told, statuses: list[LinkStatus], text: str
) -> None:
    assert told([CONNECTING, *statuses]) == [(EventKind.NOTE, text)]


def test_a_client_that_is_connected_anew_is_told_of_anew(told: Told) -> None:
    assert told([CONNECTING, ONLINE, OFF, CONNECTING, FAILED]) == [
        SIGNED_ON,
        (EventKind.NOTE, "Disconnected."),
        (EventKind.NOTE, "No connection came about: The hub closed the connection."),
    ]


async def test_a_real_link_is_told_of(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    async with Simulator(seed=1) as simulator:
        client = AsyncIFCBClient(simulator.url, simulator.serial)
        client.add_link_listener(Chronicle(recorder).link_changed)
        async with client:
            pass
    lone = AsyncIFCBClient(simulator.url, simulator.serial, retry=False)
    lone.add_link_listener(Chronicle(recorder).link_changed)
    with pytest.raises(ConnectError) as failure:
        await lone.connect()
    events = await asyncio.to_thread(events_of, recorder)
    assert events == [
        SIGNED_ON,
        (EventKind.NOTE, "Disconnected."),
        (EventKind.NOTE, f"No connection came about: {failure.value}"),
    ]
