from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from ifcbgui.instrument import AsyncIFCBClient
from ifcbgui.instrument.errors import ConnectError
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.numbering import MissingNumbers
from ifcbgui.instrument.ticket import Fate, Step, Ticket
from ifcbgui.session import Chronicle, EventKind, Recorder, SessionEvent, SessionReader
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
S = 1_000_000_000


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
    again = replace(ONLINE, since_ns=12 * S + S // 3)
    assert told(
        [CONNECTING, ONLINE, before, RETRYING, RETRYING, SIGNING_ON, RETRYING, SIGNING_ON, again]
    ) == [
        SIGNED_ON,
        LOST,
        (EventKind.CONNECTED, "Signed on again after 12.3 s without a connection."),
    ]


def test_a_loss_is_as_long_as_it_was_in_truth_though_noticed_late(told: Told) -> None:
    """Its first 30 s were silence, and in the middle of it the computer slept for two hours."""
    lost = replace(RETRYING, since_ns=100 * S, dead_for_ns=30 * S)
    awake = replace(RETRYING, since_ns=110 * S, dead_for_ns=7200 * S)
    again = replace(ONLINE, since_ns=130 * S)
    assert told([CONNECTING, ONLINE, lost, awake, SIGNING_ON, again])[-1] == (
        EventKind.CONNECTED,
        "Signed on again after 2 h 1 min without a connection.",
    )


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (OFF, "Disconnected."),
        (FAILED, "The connection ended for good: The hub closed the connection."),
    ],
)
def test_a_loss_that_never_mended_says_how_long_it_was(
    told: Told, end: LinkStatus, text: str
) -> None:
    lost = replace(RETRYING, since_ns=100 * S)
    ended = replace(end, since_ns=341 * S)
    assert told([CONNECTING, ONLINE, lost, ended, CONNECTING, ONLINE])[1:] == [
        LOST,
        (EventKind.NOTE, f"{text} By then it had been lost for 4 min 1 s."),
        SIGNED_ON,
    ]


def test_numbers_that_never_came_are_told(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    chronicle = Chronicle(recorder)
    heard: list[SessionEvent] = []
    chronicle.add_listener(heard.append)
    chronicle.numbers_missing(MissingNumbers(((7, 7), (9, 11))))
    gap = "4 messages of the instrument never came: numbers 7 and 9 to 11."
    assert events_of(recorder) == [(EventKind.GAP, gap)]
    assert [(event.kind, event.text) for event in heard] == [(EventKind.GAP, gap)]


def test_listeners_get_what_the_session_gets_and_one_that_raises_hurts_nothing(
    make_recorder: MakeRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    def bad(_event: SessionEvent) -> None:
        raise RuntimeError("as told")

    recorder = make_recorder()
    recorder.start()
    chronicle = Chronicle(recorder)
    heard: list[SessionEvent] = []
    chronicle.add_listener(bad)
    chronicle.add_listener(heard.append)
    for status in [CONNECTING, ONLINE, RETRYING, OFF]:
        chronicle.link_changed(status)
    assert [(event.kind, event.text) for event in heard] == events_of(recorder)
    assert len(heard) == 3
    assert "as told" in caplog.text


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


def test_the_session_alone_is_told_what_became_of_a_command(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    chronicle = Chronicle(recorder)
    heard: list[SessionEvent] = []
    chronicle.add_listener(heard.append)
    ticket = Ticket(1, "acquisition:pause", None, row_id=7, sent_ns=1_000)
    steps = [
        Step(Fate.SENT, 0),
        Step(Fate.ACCEPTED, 35),
        Step(Fate.CONFIRMED, 210, "valuechanged:pausestate:1"),
    ]
    for step in steps:
        ticket = ticket.with_step(step)
        chronicle.command_changed(ticket)
    recorder.close()
    assert recorder.status.path is not None
    with SessionReader(recorder.status.path) as reader:
        events = [
            (event.kind, event.time_ns, event.text, event.message) for event in reader.events()
        ]
    assert events == [
        (EventKind.COMMAND, 1_035, "accepted by the hub", 7),
        (EventKind.COMMAND, 1_210, "confirmed by its echo: valuechanged:pausestate:1", 7),
    ]
    assert heard == []


def test_a_command_that_never_left_is_a_problem_for_session_and_log(
    make_recorder: MakeRecorder,
) -> None:
    recorder = make_recorder()
    recorder.start()
    chronicle = Chronicle(recorder)
    heard: list[SessionEvent] = []
    chronicle.add_listener(heard.append)
    step = Step(Fate.NOT_SENT, 0, "Not sent: 'refresh'. Observing only.")
    chronicle.command_changed(Ticket(1, "refresh", None).with_step(step))
    assert events_of(recorder) == [(EventKind.PROBLEM, step.detail)]
    assert [event.text for event in heard] == [step.detail]


async def test_a_real_link_is_told_of(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    async with Simulator(seed=1) as simulator:
        client = AsyncIFCBClient(simulator.url, simulator.serial)
        Chronicle(recorder).follow(client)
        async with client:
            pass
    lone = AsyncIFCBClient(simulator.url, simulator.serial, retry=False)
    Chronicle(recorder).follow(lone)
    with pytest.raises(ConnectError) as failure:
        await lone.connect()
    events = await asyncio.to_thread(events_of, recorder)
    assert events == [
        SIGNED_ON,
        (EventKind.NOTE, "Disconnected."),
        (EventKind.NOTE, f"No connection came about: {failure.value}"),
    ]


def test_an_operators_note_is_kept_and_handed_on(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    chronicle = Chronicle(recorder)
    heard: list[SessionEvent] = []
    chronicle.add_listener(heard.append)
    chronicle.note("Buoy in sight.")

    assert events_of(recorder) == [(EventKind.REMARK, "Buoy in sight.")]
    assert [event.text for event in heard] == ["Buoy in sight."]
