from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ifcbgui.instrument import parse_message
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.link import LinkState
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.run_tracking import withdraw_request
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.instrument.ticket import Fate
from ifcbgui.session import SessionError
from ifcbgui.session.columns import stored_row
from ifcbgui.session.landmarks import Mark, MarkKind, SpanKind, spans_of
from ifcbgui.session.player import Player
from ifcbgui.session.records import EventKind, SessionEvent, Snapshot
from ifcbgui.session.replay import ReplaySession
from ifcbgui.session.snapshots import state_to_json
from ifcbgui.session.store import SessionStore

S = 1_000_000_000
UTC = 1_795_364_700 * S
START = 5_000 * S

TALK = [
    ("in", "valuechanged:pausestate:0"),
    ("out", "routine:runsample"),
    ("in", "valuechanged:interactive:started"),
    ("in", "reportevent:Grab file: D20261122T190000_IFCB207."),
    ("in", "triggerimage:AAAA"),
    ("in", "valuechanged:pausestate:1"),
    ("in", "valuechanged:pausestate:0"),
    ("in", "reportevent:Finished - Run sample."),
    ("in", "valuechanged:interactive:stopped"),
]


def talk(lines: Iterable[tuple[str, str]] = TALK) -> list[tuple[int, Entry]]:
    """Return entries, a second apart."""
    return [
        (
            number,
            Entry(parse_message(text), Direction(way), UTC + number * S, START + number * S),
        )
        for number, (way, text) in enumerate(lines, 1)
    ]


def event(kind: EventKind, second: float, text: str = "", message: int | None = None):
    at = round(second * S)
    return SessionEvent(kind, UTC + at, START + at, text, message)


def write(folder: Path, entries, events=(), snapshots=(), bookmarks=()) -> Path:
    rows = [stored_row(number, entry) for number, entry in entries]
    meta = {"serial": "207", "start_time_ns": UTC}
    store = SessionStore.create(folder, meta, rows, events)
    connection = store._connection
    connection.executemany(
        "INSERT INTO snapshots (message, time_ns, monotonic_ns, reason, state) VALUES (?,?,?,?,?)",
        snapshots,
    )
    connection.executemany(
        "INSERT INTO bookmarks (message, time_ns, note) VALUES (?,?,?)", bookmarks
    )
    store.close()
    return store.path


def states(entries: Iterable[tuple[int, Entry]]) -> list[InstrumentState]:
    state, found = InstrumentState(), []
    for _, entry in entries:
        state = reduce_state(state, entry)
        found.append(state)
    return found


class TestStates:
    def test_are_those_of_the_live_run_after_every_message(self, tmp_path: Path) -> None:
        with ReplaySession(write(tmp_path, talk())) as session:
            replayed = [session.state_at(number) for number, _ in talk()]
        assert replayed == states(talk())

    def test_begin_from_the_newest_snapshot_before(self, tmp_path: Path) -> None:
        """What the snapshot says that no message said proves that it was used."""
        marker = reduce_state(
            states(talk())[4], Entry(parse_message("valuechanged:hostversion:9.9"), Direction.IN)
        )
        snapshot = Snapshot(5, UTC + 5 * S, START + 5 * S, "start", state_to_json(marker).decode())
        with ReplaySession(write(tmp_path, talk(), snapshots=[snapshot])) as session:
            assert session.state_at(4).value("hostversion") is None
            assert session.state_at(5) == marker
            assert session.state_at(6).value("hostversion") == "9.9"
            assert session.state_at(6).paused is True

    def test_do_without_a_snapshot_that_cannot_be_read(self, tmp_path: Path) -> None:
        snapshot = Snapshot(4, UTC, START, "start", "{broken")
        with ReplaySession(write(tmp_path, talk(), snapshots=[snapshot])) as session:
            assert session.state_at(9) == states(talk())[-1]

    def test_take_back_what_the_hub_refused(self, tmp_path: Path) -> None:
        refused = event(EventKind.COMMAND, 2.5, "refused: no", message=2)
        with ReplaySession(write(tmp_path, talk(), [refused])) as session:
            assert session.state_at(2).run is not None
            state = withdraw_request(states(talk()[:2])[-1], talk()[1][1])
            assert session.state_at(3) == reduce_state(state, talk()[2][1])

    def test_go_on_over_ids_that_are_missing(self, tmp_path: Path) -> None:
        entries = [item for item in talk() if item[0] not in (4, 5)]
        with ReplaySession(write(tmp_path, entries)) as session:
            assert session.state_at(9) == states(entries)[-1]
            assert session.entry(4)[0] == 6
            assert session.id_before(6) == 3
            assert session.id_before(1) == 1


class TestLinkAndMarks:
    EVENTS = (
        event(EventKind.CONNECTED, 0.5, "Signed on."),
        event(EventKind.LOST, 4.5, "The cable was pulled."),
        event(EventKind.CONNECTED, 5.5, "Signed on again after 1.0 s without a connection."),
    )

    def test_the_link_is_as_it_was(self, tmp_path: Path) -> None:
        with ReplaySession(write(tmp_path, talk(), self.EVENTS)) as session:
            assert session.link_at(START).state is LinkState.CONNECTING
            assert session.link_at(START + S).state is LinkState.ONLINE
            lost = session.link_at(START + 5 * S)
            assert (lost.state, lost.error) == (LinkState.RECONNECTING, "The cable was pulled.")
            assert session.link_at(START + 6 * S).online_since_ns == START + 5_500_000_000

    def test_marks_tell_what_happened_in_order(self, tmp_path: Path) -> None:
        bookmark = (5, UTC + 5 * S, "a chain")
        path = write(tmp_path, talk(), self.EVENTS, bookmarks=[bookmark])
        with ReplaySession(path) as session:
            marks = session.marks()
        assert [(mark.kind, mark.message_id) for mark in marks] == [
            (MarkKind.CONNECTED, 0),
            (MarkKind.STARTED, 3),
            (MarkKind.LOST, 4),
            (MarkKind.BOOKMARK, 5),
            (MarkKind.CONNECTED, 5),
            (MarkKind.PAUSED, 6),
            (MarkKind.RESUMED, 7),
            (MarkKind.ENDED, 8),
        ]
        assert marks[3].text == "a chain"

    def test_marks_become_spans_of_what_lasted(self, tmp_path: Path) -> None:
        with ReplaySession(write(tmp_path, talk(), self.EVENTS)) as session:
            spans = spans_of(session.marks(), session.last.time_ns)
        assert [(span.kind, span.start_ns - UTC, span.stop_ns - UTC) for span in spans] == [
            (SpanKind.RUN, 3 * S, 4_500_000_000),
            (SpanKind.OFFLINE, 4_500_000_000, 5_500_000_000),
            (SpanKind.RUN, 5_500_000_000, 8 * S),
            (SpanKind.PAUSE, 6 * S, 7 * S),
        ]

    def test_what_has_not_ended_lasts_to_the_end(self, tmp_path: Path) -> None:
        with ReplaySession(write(tmp_path, talk(TALK[:6]), self.EVENTS[:1])) as session:
            spans = spans_of(session.marks(), session.last.time_ns)
        assert {span.kind for span in spans} == {SpanKind.RUN, SpanKind.PAUSE}
        assert {span.stop_ns for span in spans} == {UTC + 6 * S}

    def test_nothing_is_known_to_go_on_without_a_connection(self) -> None:
        marks = [
            Mark(MarkKind.STARTED, 1 * S, 1, "A sample runs."),
            Mark(MarkKind.PAUSED, 2 * S, 2, "Paused."),
            Mark(MarkKind.LOST, 3 * S, 3, "The cable was pulled."),
            Mark(MarkKind.DISCONNECTED, 5 * S, 3, "Disconnected."),
        ]
        assert [(span.kind, span.stop_ns // S, span.text) for span in spans_of(marks, 9 * S)] == [
            (SpanKind.RUN, 3, "A sample runs."),
            (SpanKind.PAUSE, 3, "Paused."),
            (SpanKind.OFFLINE, 9, "The cable was pulled."),
        ]

    def test_the_log_shows_events_among_the_messages(self, tmp_path: Path) -> None:
        refused = event(EventKind.COMMAND, 2.5, "refused: no", message=2)
        with ReplaySession(write(tmp_path, talk(), [*self.EVENTS, refused])) as session:
            assert [number for number, _ in session.log_rows()] == [
                *(0, 1, 2, 3, 4, 0, 5, 0, 6, 7, 8, 9)
            ]

    def test_commands_have_their_fates(self, tmp_path: Path) -> None:
        events = [
            event(EventKind.COMMAND, 2.1, "accepted by the hub", message=2),
            event(EventKind.COMMAND, 2.5, "confirmed by its echo: valuechanged:x", message=2),
            event(EventKind.COMMAND, 3.5, "something new", message=3),
        ]
        with ReplaySession(write(tmp_path, talk(), events)) as session:
            [ticket] = session.tickets()
        assert (ticket.row_id, ticket.text, ticket.fate) == (2, TALK[1][1], Fate.CONFIRMED)
        assert ticket.detail == "valuechanged:x"
        assert [step.after_ns for step in ticket.steps] == [0, S // 10, S // 2]

    def test_a_time_leads_to_the_newest_message_by_then(self, tmp_path: Path) -> None:
        with ReplaySession(write(tmp_path, talk())) as session:
            assert session.id_at(UTC) == 1
            assert session.id_at(UTC + 3 * S) == 3
            assert session.id_at(UTC + 3 * S - 1) == 2
            assert session.id_at(UTC + 99 * S) == 9


def test_a_session_without_messages_cannot_be_replayed(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="holds no messages"):
        ReplaySession(write(tmp_path, []))


class Clock:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


class Audience:
    """A player, its clock, and all it has said."""

    def __init__(self, player: Player, clock: Clock) -> None:
        self.player, self.clock = player, clock
        self.batches: list[tuple[int, Entry | SessionEvent]] = []
        self.heard: list[int] = []
        self.jumps: list[int] = []
        player.add_entry_listener(self.batches.extend)
        player.add_entry_listener(lambda batch: self.heard.extend(i for i, _ in batch if i))
        player.add_seek_listener(lambda position: self.jumps.append(position.message_id))

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.005)


@pytest.fixture
async def audience(tmp_path: Path):
    clock = Clock()
    player = await Player.open(write(tmp_path, talk(), TestLinkAndMarks.EVENTS), clock)
    yield Audience(player, clock)
    await player.close()


class TestPlayer:
    async def test_stands_at_the_first_message(self, audience: Audience) -> None:
        position = audience.player.position
        assert (position.message_id, position.time_ns, position.playing) == (1, UTC + S, False)
        assert audience.player.state == states(talk())[0]
        assert audience.player.serial == "207"

    async def test_says_what_is_due_and_no_more(self, audience: Audience) -> None:
        audience.player.play()
        audience.clock.now_ns += 2 * S + S // 2
        await audience.until(lambda: audience.heard == [2, 3])
        assert audience.player.state == states(talk())[2]
        assert audience.player.position.monotonic_ns == START + 3 * S + S // 2

    async def test_goes_faster_when_told(self, audience: Audience) -> None:
        audience.player.set_speed(100)
        audience.player.play()
        audience.clock.now_ns += S // 50
        await audience.until(lambda: audience.heard == [2, 3])

    async def test_stops_at_the_end_in_the_state_of_the_live_run(self, audience: Audience) -> None:
        audience.player.set_speed(100)
        audience.player.play()
        audience.clock.now_ns += 60 * S
        await audience.until(lambda: not audience.player.position.playing)
        assert audience.heard == [2, 3, 4, 5, 6, 7, 8, 9]
        assert audience.player.state == states(talk())[-1]

    async def test_tells_among_the_messages_what_else_happened(self, audience: Audience) -> None:
        await audience.player.seek(3)
        audience.player.play()
        audience.clock.now_ns += S + 6 * S // 10
        await audience.until(lambda: len(audience.batches) == 2)  # the newest by the clock alone
        audience.clock.now_ns += 60 * S
        await audience.until(lambda: not audience.player.position.playing)
        lost, connected = ((0, event) for event in TestLinkAndMarks.EVENTS[1:])
        assert audience.batches == [talk()[3], lost, talk()[4], connected, *talk()[5:]]

    async def test_steps_one_message_both_ways(self, audience: Audience) -> None:
        for _ in range(3):
            await audience.player.step(1)
        assert audience.heard == [2, 3, 4]
        await audience.player.step(-1)
        assert audience.player.position.message_id == 3
        assert audience.player.state == states(talk())[2]
        await audience.player.step(1)
        assert audience.heard == [2, 3, 4, 4]

    async def test_stepping_ends_at_both_ends(self, audience: Audience) -> None:
        await audience.player.step(-1)
        assert audience.player.position.message_id == 1
        await audience.player.seek(9)
        await audience.player.step(1)
        assert audience.player.position.message_id == 9

    async def test_jumps_to_a_message_or_a_time(self, audience: Audience) -> None:
        await audience.player.seek(6)
        assert audience.player.state == states(talk())[5]
        await audience.player.seek_time(UTC + 4 * S + S // 4)
        assert audience.player.position.message_id == 4
        assert audience.player.link.state is LinkState.ONLINE
        assert audience.jumps == [6, 4]

    async def test_stands_in_the_silence_between_two_messages(self, audience: Audience) -> None:
        await audience.player.seek_time(UTC + 4 * S + 3 * S // 4)
        position = audience.player.position
        assert (position.message_id, position.time_ns) == (4, UTC + 4 * S + 3 * S // 4)
        assert audience.player.link.state is LinkState.RECONNECTING
        assert audience.player.last_heard_ns == START + 4 * S

    async def test_a_time_beyond_the_session_is_its_end(self, audience: Audience) -> None:
        await audience.player.seek_time(UTC + 99 * S)
        position = audience.player.position
        assert (position.message_id, position.time_ns) == (9, UTC + 9 * S)

    async def test_of_what_we_sent_nothing_was_heard(self, audience: Audience) -> None:
        await audience.player.seek(2)
        assert audience.player.last_heard_ns == START + S

    async def test_of_many_wishes_only_the_last_waits(self, audience: Audience) -> None:
        for number in range(1, 10):
            audience.player.seek_soon(number)
        await audience.until(lambda: audience.player.position.message_id == 9)
        assert len(audience.jumps) < 9

    async def test_plays_a_range_over_and_over(self, audience: Audience) -> None:
        audience.player.set_loop((3, 5))
        await audience.player.seek(3)
        audience.player.play()
        for _ in range(2):
            audience.heard.clear()
            jumps = len(audience.jumps)
            audience.clock.now_ns += 4 * S
            await audience.until(lambda jumps=jumps: len(audience.jumps) > jumps)
            assert audience.heard == [4, 5]

    async def test_the_link_is_as_it_was_between_messages(self, audience: Audience) -> None:
        await audience.player.seek(4)
        audience.player.play()
        audience.clock.now_ns += 6 * S // 10
        await audience.until(lambda: audience.player.link.state is LinkState.RECONNECTING)
