"""What a replay knows of the time before its moment."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session import recall as recalling
from ifcbgui.session.history import History
from ifcbgui.session.landmarks import MarkKind
from ifcbgui.session.player import Player
from ifcbgui.session.recall import KINDS, recall
from ifcbgui.session.records import EventKind, SessionEvent
from ifcbgui.session.replay import ReplaySession
from tests.helpers.recorded_session import START_NS, UTC_NS, write_session

S = 1_000_000_000
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x28\0\0\0\x30").decode()
SENT = ("routine:",)


def entries_of(texts: Sequence[str]) -> list[Entry]:
    """Return entries, a second apart."""
    return [
        Entry(
            parse_message(text),
            Direction.OUT if text.startswith(SENT) else Direction.IN,
            UTC_NS + second * S,
            START_NS + second * S,
        )
        for second, text in enumerate(texts, 1)
    ]


def event(kind: EventKind, second: float) -> SessionEvent:
    at_ns = round(second * S)
    return SessionEvent(kind, UTC_NS + at_ns, START_NS + at_ns, "So it was.")


def triggers(count: int) -> list[str]:
    """Return four messages for each trigger: 1 to 4, 5 to 8, ..."""
    return [
        text
        for number in range(1, count + 1)
        for text in (
            f"triggerchanged:{number}:processed:1:{number}:{number}",
            f"triggerrois:1:{number}:800:{PNG}",
            f"triggerimage:{PNG}",
            f"reportevent:Wait {number}.0 seconds.",
        )
    ]


def heard(entries: Sequence[Entry], events: Sequence[SessionEvent] = ()) -> History:
    """Return the history of somebody who was there."""
    history = History()
    rows = [*enumerate(entries, 1), *((0, event) for event in events)]
    history.take_all(sorted(rows, key=lambda row: row[1].monotonic_ns))
    return history


def same_rows(one: Rows, other: Rows) -> bool:
    return one.tobytes() == other.tobytes()  # NaN is NaN


def assert_same(one: History, other: History, *, but: Sequence[str] = ()) -> None:
    for name in {"triggers", "rois", "frames"} - set(but):
        assert same_rows(getattr(one, name).rows, getattr(other, name).rows)
    assert [series.name for series in one.series()] == [series.name for series in other.series()]
    for mine, its in zip(one.series(), other.series(), strict=True):
        assert same_rows(mine.rows, its.rows)


def test_kinds_are_those_of_which_a_history_takes_anything() -> None:
    history = History()
    for form in MESSAGE_FORMS.values():
        takes = bool(history._says[form.key]) or form.key in history._more
        assert not takes or form.group in (*KINDS, "image")
    assert set(KINDS) < {form.group for form in MESSAGE_FORMS.values()}


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("last", [1, 2, 11, 24, 38])
def test_a_short_session_is_recalled_whole(tmp_path: Path, last: int, version: int) -> None:
    entries = entries_of(triggers(10))
    events = [event(EventKind.LOST, 9.5), event(EventKind.CONNECTED, 10.5)]
    path = write_session(tmp_path, entries, events)
    if version == 1:
        forget_kinds(path)
    with ReplaySession(path) as session:
        history = recall(session, last, START_NS + last * S)
    assert history is not None
    by_then = [event for event in events if event.monotonic_ns <= START_NS + last * S]
    assert_same(history, heard(entries[:last], by_then), but=["frames"])
    assert len(history.frames) == (last >= 3)
    kinds = [mark.kind for mark in history.marks]
    assert kinds == ([MarkKind.LOST, MarkKind.CONNECTED] if last > 10 else [])


def forget_kinds(path: Path) -> None:
    """Make of a session one of the first version, which had no kinds and no snapshots."""
    connection = sqlite3.connect(path)
    connection.executescript("""
        CREATE TABLE plain AS SELECT id, time_ns, monotonic_ns, direction, sender, source, seqno,
            text, exact FROM entries;
        DROP VIEW messages;
        DROP TABLE entries;
        CREATE TABLE entries (id INTEGER PRIMARY KEY, time_ns INTEGER, monotonic_ns INTEGER,
            direction TEXT, sender, source, seqno INTEGER, text TEXT, exact TEXT);
        INSERT INTO entries SELECT * FROM plain;
        DROP TABLE plain;
        DROP TABLE snapshots;
        PRAGMA user_version = 1;
    """)
    connection.close()


def test_of_a_long_one_the_newest_of_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalling, "MOST_MESSAGES", 12)
    monkeypatch.setattr(recalling, "MOST_ROI_MESSAGES", 5)
    path = write_session(tmp_path, entries_of(triggers(30)))
    with ReplaySession(path) as session:
        history = recall(session, 100, START_NS + 100 * S)
    assert history is not None
    assert history.triggers.rows["number"].tolist() == list(range(14, 26))
    [mark] = history.marks
    assert (mark.kind, mark.message_id) == (MarkKind.RECALLED, 53)
    assert mark.time_ns == history.triggers.rows["time_ns"][0]
    assert history.rois.rows["top"].tolist() == list(range(21, 26))
    assert history.rois.rows["trigger"].tolist() == list(range(21, 26))
    assert history.frames.rows["message_id"].tolist() == [99]


def test_what_was_said_earlier_stands_at_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "MOST_MESSAGES", 3)
    texts = ["valuechanged:setpmtb:0.65", "routine:runsample", "valuechanged:interactive:started"]
    texts += [f"syringetrack:{number}.00" for number in range(5)]
    with ReplaySession(write_session(tmp_path, entries_of(texts))) as session:
        history = recall(session, 8, START_NS + 8 * S)
    assert history is not None
    voltage, syringe = history.find("setpmtb"), history.find("syringe_volume")
    assert voltage is not None
    assert syringe is not None
    assert voltage.rows.tolist() == [(UTC_NS + S, 0.65)]
    assert syringe.values.tolist() == [1.0, 2.0, 3.0, 4.0]  # the first by the state
    mark, begin = history.marks
    assert (mark.kind, mark.time_ns) == (MarkKind.STARTED, UTC_NS + 3 * S)
    assert (begin.kind, begin.time_ns) == (MarkKind.RECALLED, UTC_NS + 6 * S)
    with ReplaySession(write_session(tmp_path, entries_of(texts))) as session:
        history.take_state(session.state_at(8))
    assert history.marks == [mark, begin]  # known already


@pytest.mark.parametrize(("version", "first"), [(2, 40.0), (1, 41.0)])
def test_the_first_humidity_of_all_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, first: float
) -> None:
    monkeypatch.setattr(recalling, "MOST_MESSAGES", 3)
    texts = [f"valuechanged:getenvironment:{number}.0:24.0" for number in range(40, 50)]
    path = write_session(tmp_path, entries_of(["client:reset", *texts[:2], *triggers(3), *texts]))
    if version == 1:
        forget_kinds(path)
    with ReplaySession(path) as session:
        history = recall(session, 14, START_NS + 14 * S)
    assert history is not None
    humidity = history.find("humidity")
    assert humidity is not None
    assert humidity.first == first
    assert humidity.values.tolist() == [41.0]


def test_it_is_given_up_when_nobody_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "_PAGE", 10)
    path = write_session(tmp_path, entries_of([f"syringetrack:{n}.0" for n in range(100)]))
    with ReplaySession(path) as session:
        for patience in range(3):
            answers = iter([True] * patience + [False])
            assert recall(session, 100, START_NS + 100 * S, lambda a=answers: next(a)) is None


@pytest.fixture
async def player(tmp_path: Path) -> AsyncIterator[Player]:
    player = await Player.open(write_session(tmp_path, entries_of(triggers(40))))
    yield player
    await player.close()


class TestPlayer:
    async def test_recalls_the_moment_it_stands_at(self, player: Player) -> None:
        await player.seek(80)
        history = await player.recall()
        assert history is not None
        assert history.triggers.rows["number"].tolist() == list(range(1, 21))

    async def test_goes_on_where_the_recalled_ends(self, player: Player) -> None:
        history, added = History(), list[int]()
        await player.seek(77)
        player.add_entry_listener(lambda batch: history.take_all(batch))
        player.add_entry_listener(lambda batch: added.extend(row_id for row_id, _ in batch))
        recalled = await player.recall()
        assert recalled is not None
        history.take(1, entries_of(["syringetrack:4.00"])[0])
        history.adopt(recalled)
        for _ in range(4):
            await player.step(1)
        assert added == [78, 79, 80, 81]
        expected = heard(entries_of(triggers(40))[:81])
        assert_same(history, expected, but=["frames"])
        assert history.rois.rows["trigger"][-1] == 20
        assert history.triggers.epoch > 0

    async def test_a_loop_that_comes_round_does_not_give_it_up(self, player: Player) -> None:
        await player.seek(38)
        asking = asyncio.ensure_future(player.recall())
        await asyncio.sleep(0)
        player.seek_soon(38)
        first = await asking
        assert first is not None
        first.clear()
        await player.seek(38)
        again = await player.recall()
        assert again is not None
        assert_same(again, heard(entries_of(triggers(40))[:38]), but=["frames"])
        again.take(41, entries_of(triggers(11))[40])
        assert len(again.triggers) == 11

    async def test_it_is_of_the_moment_jumped_to_however_far_it_has_played(
        self, player: Player
    ) -> None:
        await player.seek(40)
        await player.step(1)
        history = await player.recall()
        assert history is not None
        assert len(history.triggers) == 10

    async def test_what_another_jump_makes_useless_is_not_given(self, player: Player) -> None:
        asking = asyncio.ensure_future(player.recall())
        await asyncio.sleep(0)
        player.seek_soon(20)
        assert await asking is None
        await player.seek(20)
        history = await player.recall()
        assert history is not None
        assert len(history.triggers) == 5
