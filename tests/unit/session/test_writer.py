"""Snapshots, bookmarks, notes, new files, thinning, and the end of the disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.state import InstrumentState, Reading
from ifcbgui.session import (
    DiskLevel,
    EventKind,
    Recorder,
    RecorderSettings,
    RecorderStatus,
    SessionReader,
)
from ifcbgui.session import writer as writer_module
from ifcbgui.session.snapshots import state_from_json
from tests.helpers.recorded import FakeDisk, MakeRecorder, entry, wait_for

EMPTY = InstrumentState()


def paths(recorder: Recorder) -> list[Path]:
    return list(recorder.reader().paths)


def ids_in(path: Path) -> list[int]:
    with SessionReader(path) as reader:
        return [row.id for row in reader.rows()]


def texts_of(path: Path, kind: EventKind) -> list[str]:
    with SessionReader(path) as reader:
        return [event.text for event in reader.events() if event.kind == kind]


def roll_over(recorder: Recorder) -> None:
    wait_for(lambda: recorder.state_wanted)
    recorder.snapshot(EMPTY, "file")


# --- snapshots --------------------------------------------------------------------------------


def test_a_snapshot_holds_the_state_after_the_newest_message(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.snapshot(EMPTY, "start")
    said = entry("valuechanged:getenvironment:55:20")
    recorder.record(said)
    state = reduce_state(EMPTY, said)
    recorder.snapshot(state, "time")
    recorder.record(entry())
    recorder.close()

    with SessionReader(paths(recorder)[0]) as reader:
        first, second = reader.snapshot_before(0), reader.snapshot_before(2)
    assert first is not None
    assert second is not None
    assert (first.message, first.reason) == (0, "start")
    assert (second.message, second.reason) == (1, "time")
    assert state_from_json(second.state.encode()) == state


def test_a_state_that_cannot_be_written_costs_no_message(
    make_recorder: MakeRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.snapshot(InstrumentState({"odd": Reading(object(), 1, 1)}), "start")
    recorder.record(entry())
    recorder.close()

    assert ids_in(paths(recorder)[0]) == [1]
    assert "snapshot could not be written" in caplog.text


# --- bookmarks and notes ----------------------------------------------------------------------


def test_bookmarks_are_put_and_taken_away(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry(time_ns=11))
    recorder.record(entry(time_ns=12))
    first = recorder.bookmark(2, "Odd \ud800.")
    second = recorder.bookmark(1)
    assert first != second
    recorder.flush()
    third = recorder.bookmark(2)
    recorder.remove_bookmark(third)
    recorder.close()

    with SessionReader(paths(recorder)[0]) as reader:
        assert reader.bookmarks() == [(second, 1, 11, ""), (first, 2, 12, "Odd \\ud800.")]


def test_a_note_stands_beside_the_newest_message(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry())
    note = recorder.note("Buoy in sight.")
    recorder.event(EventKind.NOTE, "Disconnected.")
    recorder.close()

    with SessionReader(paths(recorder)[0]) as reader:
        assert note in reader.events()
        assert reader.info().notes == ("Buoy in sight.",)  # that of the program is none of his
    assert note.message == 1


def test_a_bookmark_goes_to_the_file_of_its_message(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(settings=RecorderSettings(rollover_bytes=1))
    recorder.start()
    recorder.record(entry(time_ns=11))
    removed = recorder.bookmark(1, "removed")
    recorder.flush()
    roll_over(recorder)
    recorder.record(entry(time_ns=12))
    early, late = recorder.bookmark(1, "early"), recorder.bookmark(2, "late")
    recorder.remove_bookmark(removed)
    recorder.close()

    found = []
    for path in paths(recorder):
        with SessionReader(path) as reader:
            found.append(reader.bookmarks())
    assert found[:2] == [[(early, 1, 11, "early")], [(late, 2, 12, "late")]]


def test_a_bookmark_in_a_file_that_is_gone_is_a_problem_that_is_told(
    make_recorder: MakeRecorder,
) -> None:
    recorder = make_recorder(settings=RecorderSettings(rollover_bytes=1))
    recorder.start()
    recorder.record(entry())
    recorder.flush()
    roll_over(recorder)
    recorder.record(entry())
    recorder.flush()
    paths(recorder)[0].unlink()
    recorder.bookmark(1, "gone")
    recorder.record(entry())
    recorder.flush()
    recorder.close()

    [problem] = texts_of(paths(recorder)[1], EventKind.PROBLEM)
    assert "bookmark could not be kept" in problem


# --- new files --------------------------------------------------------------------------------


def test_a_file_that_is_large_goes_on_in_a_new_one(make_recorder: MakeRecorder) -> None:
    statuses: list[RecorderStatus] = []
    recorder = make_recorder(statuses=statuses, settings=RecorderSettings(rollover_bytes=100_000))
    recorder.start()
    recorder.describe("host_version", "3.0.0.0")
    for _ in range(1000):
        recorder.record(entry("x" * 200))
    recorder.flush()
    wait_for(lambda: recorder.state_wanted)
    recorder.record(entry("last of the old file"))
    recorder.snapshot(EMPTY, "file")
    recorder.record(entry("first of the new file"))
    recorder.close()

    first, second = paths(recorder)
    assert (ids_in(first)[-1], ids_in(second)) == (1001, [1002])
    assert texts_of(first, EventKind.NOTE) == [
        "This file has reached 100 kB: the recording goes on in a new file."
    ]
    assert texts_of(second, EventKind.NOTE) == [f"This file goes on from {first.name}."]
    with SessionReader(first) as old, SessionReader(second) as new:
        assert old.info().closed_ns is not None
        assert old.info().messages == 1001
        assert (new.info().continues, new.info().host_version) == (first.name, "3.0.0.0")
        snapshot = new.snapshot_before(1001)
        assert snapshot is not None
        assert snapshot.message == 1001
    assert recorder.text(1001) == "last of the old file"
    assert recorder.text(1002) == "first of the new file"
    assert (recorder.status.rows, recorder.status.lost) == (1002, 0)


def test_a_new_day_begins_a_new_file(
    make_recorder: MakeRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = make_recorder(settings=RecorderSettings(rollover_daily=True))
    recorder.start()
    recorder.record(entry())
    recorder.flush()
    assert not recorder.state_wanted
    # As long a day as any, and then the next one.
    monkeypatch.setattr(writer_module, "_DAY_NS", 1_000_000)
    roll_over(recorder)
    monkeypatch.undo()
    recorder.record(entry())
    recorder.close()

    first, *_, last = paths(recorder)
    assert (ids_in(first), ids_in(last)) == ([1], [2])
    assert texts_of(first, EventKind.NOTE) == [
        "A new day has begun (UTC): the recording goes on in a new file."
    ]


def test_nothing_is_rolled_over_that_nobody_asked_for(make_recorder: MakeRecorder) -> None:
    statuses: list[RecorderStatus] = []
    recorder = make_recorder(statuses=statuses)
    recorder.start()
    recorder.record(entry("x" * 100_000))
    wait_for(lambda: len(statuses) > 2)
    recorder.snapshot(EMPTY, "time")
    recorder.close()

    assert len(paths(recorder)) == 1


def test_a_file_that_could_not_be_ended_loses_nothing(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    recorder = make_recorder(settings=RecorderSettings(rollover_bytes=1))
    recorder.start()
    recorder.record(entry())
    recorder.flush()
    wait_for(lambda: recorder.state_wanted)
    disk.fill()
    recorder.snapshot(EMPTY, "file")
    recorder.record(entry())
    wait_for(lambda: recorder.status.problem)
    disk.mend()
    recorder.flush()
    recorder.close()

    assert [ids_in(path) for path in paths(recorder)[:2]] == [[1], [2]]


# --- thinning ---------------------------------------------------------------------------------


def test_what_is_thinned_out_is_counted_in_the_session(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(settings=RecorderSettings(image_every=10))
    recorder.start()
    for number in range(25):
        recorder.record(entry(f"triggerimage:{number:04}"))
        recorder.record(entry(f"reportevent:{number}"))
        if number == 12:
            recorder.flush()
    recorder.close()

    [path] = paths(recorder)
    with SessionReader(path) as reader:
        assert reader.info().thinned == {"triggerimage": (3, 22)}
        assert reader.info().messages == reader.count() == 28
        assert reader.last_id() == 50
        assert texts_of(path, EventKind.GAP) == []  # an id that is missing here is no loss
    assert (recorder.status.thinned, recorder.status.lost) == (22, 0)
    assert recorder.text(1) == "triggerimage:0000"
    assert recorder.text(3) is None


def test_without_thinning_nothing_is_counted(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry("triggerimage:AAAA"))
    recorder.close()

    with SessionReader(paths(recorder)[0]) as reader:
        assert reader.info().thinned == {}


# --- the end of the disk ----------------------------------------------------------------------


def test_little_space_is_told_once_and_the_recording_goes_on(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    statuses: list[RecorderStatus] = []
    recorder = make_recorder(statuses=statuses)
    recorder.start()
    recorder.record(entry())
    recorder.flush()
    disk.free = 4_000_000_000
    wait_for(lambda: recorder.status.warning, timeout_s=1)
    disk.free = 3_900_000_000
    wait_for(lambda: recorder.status.free_bytes == disk.free)
    recorder.record(entry())

    assert recorder.flush()
    assert recorder.status.level is DiskLevel.WARN
    assert recorder.status.problem is None
    assert len({status.warning for status in statuses}) == 2  # none, and that one
    disk.free = 10**12
    wait_for(lambda: recorder.status.warning is None)


def test_too_little_space_ends_the_file_properly_and_a_fresh_one_goes_on(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry("before"))
    recorder.flush()
    disk.free = 400_000_000
    wait_for(lambda: recorder.status.problem, timeout_s=1)
    recorder.record(entry("during"))

    first = recorder.status.path
    assert first is not None
    assert recorder.status.level is DiskLevel.STOPPED
    for part in ("500 MB", "has stopped", "Free some space", "kept in memory"):
        assert part in (recorder.status.problem or "")
    assert not recorder.flush(timeout_s=0.05)
    assert recorder.text(2) == "during"
    with SessionReader(first) as reader:
        assert reader.info().closed_ns is not None
        assert not reader.info().broke_off
    assert [path.name for path in first.parent.iterdir()] == [first.name]  # one plain file
    assert "has stopped" in texts_of(first, EventKind.PROBLEM)[0]

    disk.free = 10**12
    wait_for(lambda: recorder.status.problem is None)
    wait_for(lambda: recorder.state_wanted)  # what is not a planned file has no state yet
    recorder.close()
    assert [ids_in(path) for path in paths(recorder)] == [[1], [2]]
    assert (recorder.status.rows, recorder.status.lost) == (2, 0)


def test_what_waits_while_stopped_is_bounded_and_counted(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    disk.free = 1
    recorder = make_recorder(max_rows=10)
    recorder.start()
    wait_for(lambda: recorder.status.problem)
    for _ in range(15):
        recorder.record(entry())

    assert recorder.status.path is None
    assert (recorder.status.pending, recorder.status.lost) == (10, 5)


def test_at_the_end_what_waits_is_written_with_what_little_room_there_is(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    disk.free = 1
    recorder = make_recorder()
    recorder.start()
    wait_for(lambda: recorder.status.problem)
    recorder.record(entry())
    recorder.close()

    assert [ids_in(path) for path in paths(recorder)] == [[1]]
    assert recorder.status.pending == 0


def test_stopped_and_with_nothing_waiting_no_file_is_left(
    make_recorder: MakeRecorder, disk: FakeDisk, tmp_path: Path
) -> None:
    disk.free = 1
    recorder = make_recorder(tmp_path / "sessions")
    recorder.start()
    wait_for(lambda: recorder.status.problem)
    recorder.close()

    assert not (tmp_path / "sessions").exists()


def test_the_rate_is_told(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.flush()
    for _ in range(100):
        recorder.record(entry("x" * 10_000))
    wait_for(lambda: recorder.status.rate > 100_000)
    recorder.close()


def test_any_sqlite_client_reads_the_tables(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.describe("host_version", "3.0.0.0")
    recorder.record(entry())
    recorder.snapshot(EMPTY, "time")
    recorder.bookmark(1, "here")
    recorder.close()

    database = sqlite3.connect(paths(recorder)[0])
    assert database.execute("SELECT message, reason FROM snapshots").fetchall() == [(1, "time")]
    assert database.execute("SELECT message, note FROM bookmarks").fetchall() == [(1, "here")]
    meta = dict(database.execute("SELECT key, value FROM meta"))
    assert (meta["host_version"], meta["messages"]) == ("3.0.0.0", 1)
    database.close()
