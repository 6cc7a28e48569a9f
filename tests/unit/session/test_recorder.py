from __future__ import annotations

import errno
import math
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.entry import Direction
from ifcbgui.session import EventKind, RecorderStatus, SessionReader, recording
from tests.helpers.recorded import FakeDisk, MakeRecorder, entry, wait_for
from tests.helpers.texts import wire_texts


def ids_in(path: Path | None) -> list[int]:
    assert path is not None
    with SessionReader(path) as reader:
        return [row.id for row in reader.rows()]


def events_in(path: Path | None) -> list[tuple[str, str]]:
    assert path is not None
    with SessionReader(path) as reader:
        return [(event.kind, event.text) for event in reader.events()]


def test_every_entry_is_in_the_file_as_it_came(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    first = entry("valuechanged:pausestate:0", time_ns=11, sender="host-7", source=2, seqno=3)
    second = entry("refresh", time_ns=12, direction=Direction.OUT)
    assert [recorder.record(first), recorder.record(second)] == [1, 2]
    recorder.close()

    path = recorder.status.path
    assert path is not None
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT * FROM messages").fetchall() == [
            (1, 11, "in", "host-7", 2, 3, "valuechanged:pausestate:0"),
            (2, 12, "out", None, None, None, "refresh"),
        ]
        columns = [row[1] for row in database.execute("PRAGMA table_info(messages)")]
    database.close()
    assert columns == ["id", "time_ns", "direction", "sender", "source", "seqno", "text"]


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), wire_texts()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.lists(
        st.tuples(wire_texts(), scalars, scalars, st.none() | st.integers()),
        max_size=20,
    )
)
def test_whatever_the_text_and_envelope_nothing_is_lost(
    make_recorder: MakeRecorder, envelopes: list[tuple[str, object, object, int | None]]
) -> None:
    recorder = make_recorder()
    recorder.start()
    for text, sender, source, seqno in envelopes:
        recorder.record(entry(text, sender=sender, source=source, seqno=seqno))
    recorder.close()

    path = recorder.status.path
    assert path is not None
    with SessionReader(path) as reader:
        rows = list(reader.rows())
    assert [(row.text, row.sender, row.source, row.seqno) for row in rows] == envelopes
    for row, (_, sender, source, _) in zip(rows, envelopes, strict=True):
        assert (type(row.sender), type(row.source)) == (type(sender), type(source))


def test_the_view_stays_readable_where_sqlite_cannot_hold_a_value(
    make_recorder: MakeRecorder,
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry("half \ud800 \\ud800 \0 end", sender=True, source=2**70, seqno=2**70))
    recorder.close()

    with sqlite3.connect(str(recorder.status.path)) as database:
        shown = database.execute("SELECT sender, source, seqno, text FROM messages").fetchone()
    database.close()
    assert shown == (1, str(2**70), None, "half \\ud800 \\ud800 \0 end")
    assert recorder.text(1) == "half \ud800 \\ud800 \0 end"


def test_a_number_that_is_none_stays_one(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry(sender=math.nan))
    recorder.flush()

    [row] = recorder.reader().rows()
    assert isinstance(row.sender, float)
    assert math.isnan(row.sender)


def test_the_session_says_what_it_is_without_secrets(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(server="ws://me:secret@host:8092/ifcbHub?access_token=secret")
    recorder.start()
    recorder.event(EventKind.CONNECTED, "Signed on.", time_ns=5)
    recorder.event("note", "Buoy in sight.")
    recorder.close()

    path = recorder.status.path
    assert path is not None
    assert b"secret" not in path.read_bytes()
    with SessionReader(path) as reader:
        info, (connected, note) = reader.info(), reader.events()
    assert (info.serial, info.server) == ("111-111-111", "ws://host:8092/ifcbHub")
    assert info.schema == 2
    assert info.python_version.startswith("3.")
    assert info.program_version
    assert info.closed_ns is not None
    assert info.closed_ns >= info.start_ns
    assert (connected.kind, connected.text, connected.time_ns) == ("connected", "Signed on.", 5)
    assert (note.kind, note.text) == ("note", "Buoy in sight.")
    assert note.time_ns - connected.time_ns == pytest.approx(
        note.monotonic_ns - connected.monotonic_ns, abs=50_000_000
    )


def test_a_session_ends_as_one_plain_file(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry())
    recorder.close()

    path = recorder.status.path
    assert path is not None
    assert list(path.parent.iterdir()) == [path]


def test_the_status_tells_where_and_how_much(make_recorder: MakeRecorder) -> None:
    statuses: list[RecorderStatus] = []
    recorder = make_recorder(statuses=statuses)
    recorder.record(entry())
    assert recorder.status == RecorderStatus(None, 0, 0, 1, 0, None, None)
    recorder.start()

    assert recorder.flush()
    wait_for(lambda: recorder.status.bytes)
    status = recorder.status
    assert (status.rows, status.pending, status.lost, status.problem) == (1, 0, 0, None)
    assert status.path is not None
    assert status.path.exists()
    assert status.free_bytes is not None
    assert statuses[0].path == status.path


def test_a_status_listener_that_fails_stops_nothing(
    make_recorder: MakeRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(status: RecorderStatus) -> None:
        raise RuntimeError("a fault of the window")

    recorder = make_recorder()
    recorder.add_status_listener(fail)
    recorder.start()
    recorder.record(entry())
    recorder.close()

    assert recorder.status.rows == 1
    assert "a fault of the window" in caplog.text


def test_texts_are_had_from_memory_and_from_the_file(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry("written"))
    recorder.flush()
    disk.fill()
    recorder.record(entry("waiting"))

    assert recorder.text(1) == "written"
    assert recorder.text(2) == "waiting"
    assert recorder.text(3) is None
    assert recorder.text(0) is None
    assert recorder.texts([0, 1, 2, 3]) == {1: "written", 2: "waiting"}
    assert recorder.texts([]) == {}


def test_many_texts_cost_one_look_into_the_file(
    make_recorder: MakeRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = make_recorder()
    recorder.start()
    for number in range(1, 101):
        recorder.record(entry(str(number)))
    assert recorder.flush()
    opened: list[Path] = []
    read = recording.SessionReader

    def count(path: Path) -> SessionReader:
        opened.append(path)
        return read(path)

    monkeypatch.setattr(recording, "SessionReader", count)

    assert recorder.texts(range(1, 101)) == {number: str(number) for number in range(1, 101)}
    assert len(opened) == 1


def test_texts_of_a_file_that_is_gone_are_left_out_and_logged(
    make_recorder: MakeRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry())
    recorder.close()
    assert recorder.status.path
    recorder.status.path.unlink()

    assert recorder.texts([1]) == {}
    assert "There is no file" in caplog.text


def test_threads_may_record_at_the_same_time(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    given_ids: list[int] = []

    def run() -> None:
        given_ids.extend(recorder.record(entry()) for _ in range(500))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.close()

    assert sorted(given_ids) == ids_in(recorder.status.path) == list(range(1, 2001))


def test_closing_twice_or_without_a_start_is_fine(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.record(entry())
    recorder.close()
    recorder.close()

    assert recorder.record(entry()) == 2
    assert (recorder.status.pending, recorder.status.lost) == (1, 1)


def test_two_recordings_of_a_second_do_not_meet(make_recorder: MakeRecorder) -> None:
    first, second = make_recorder(), make_recorder()
    first.start()
    second.start()
    first.record(entry("first"))
    second.record(entry("second"))
    first.close()
    second.close()

    assert first.status.path != second.status.path
    assert (first.text(1), second.text(1)) == ("first", "second")


# --- trouble ----------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_nothing_lost(make_recorder: MakeRecorder, disk: FakeDisk) -> None:
    statuses: list[RecorderStatus] = []
    recorder = make_recorder(statuses=statuses)
    recorder.start()
    recorder.record(entry("before"))
    assert recorder.flush()
    disk.fill()
    recorder.record(entry("during"))
    wait_for(lambda: recorder.status.problem, timeout_s=1)

    problem = statuses[-1].problem
    assert problem is not None
    for part in ("full", "Free some space", "kept in memory"):
        assert part in problem
    assert recorder.status.pending == 1
    assert not recorder.flush(timeout_s=0.05)

    first = recorder.status.path
    disk.mend()
    assert recorder.flush()
    wait_for(lambda: recorder.status.problem is None)
    recorder.close()

    second = recorder.status.path
    assert first is not None
    assert second != first
    assert (ids_in(first), ids_in(second)) == ([1], [2])
    assert (EventKind.PROBLEM, problem) in events_in(second)
    assert second is not None
    with SessionReader(second) as reader:
        assert reader.info().continues == first.name
    assert (recorder.status.rows, recorder.status.lost) == (2, 0)


@pytest.mark.parametrize("failing", ["", "PRAGMA journal_mode", "CREATE TABLE", "INSERT"])
def test_a_disk_full_from_the_start_leaves_no_debris(
    make_recorder: MakeRecorder, disk: FakeDisk, tmp_path: Path, failing: str
) -> None:
    statuses: list[RecorderStatus] = []
    disk.fill()
    disk.failing = failing
    recorder = make_recorder(statuses=statuses, retry_s=0.01)
    recorder.record(entry())
    recorder.start()
    wait_for(lambda: len(statuses) > 3)

    assert recorder.status.path is None
    assert list((tmp_path / "sessions").iterdir()) == []
    disk.mend()
    assert recorder.flush()
    assert ids_in(recorder.status.path) == [1]
    problems = [text for kind, text in events_in(recorder.status.path) if kind == "problem"]
    assert len(problems) == 1  # said once, however often it was tried


def test_a_disk_that_stays_full_keeps_the_rows_readable(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    disk.fill()
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry("kept"))
    recorder.close()

    assert recorder.status.problem is not None
    assert recorder.status.pending == 1
    assert recorder.text(1) == "kept"
    assert [row.text for row in recorder.reader().rows()] == ["kept"]


def test_closing_tries_once_more(make_recorder: MakeRecorder, disk: FakeDisk) -> None:
    disk.fill()
    recorder = make_recorder(retry_s=3600)
    recorder.start()
    recorder.record(entry())
    wait_for(lambda: recorder.status.problem)
    disk.mend()
    recorder.close()

    assert recorder.status.problem is None
    assert ids_in(recorder.status.path) == [1]


def test_an_overflow_is_counted_and_leaves_a_gap_that_is_told(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    disk.fill()
    recorder = make_recorder(max_rows=3)
    recorder.start()
    wait_for(lambda: recorder.status.problem)
    for _ in range(5):
        recorder.record(entry())
    assert (recorder.status.pending, recorder.status.lost) == (3, 2)
    disk.mend()
    assert recorder.flush()
    recorder.record(entry())
    recorder.close()

    assert ids_in(recorder.status.path) == [1, 2, 3, 6]
    [gap] = [text for kind, text in events_in(recorder.status.path) if kind == EventKind.GAP]
    assert "2 messages (among 4 to 5)" in gap
    assert recorder.text(4) is None


def test_the_memory_for_waiting_texts_is_bounded_in_bytes(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(max_bytes=10_000)
    for _ in range(20):
        recorder.record(entry("x" * 1000))

    assert 8 <= recorder.status.pending <= 9
    assert recorder.status.pending + recorder.status.lost == 20


def test_the_bound_is_for_what_waits_not_for_all_there_was(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(max_rows=10, max_bytes=10_000)
    recorder.start()
    for _ in range(100):
        recorder.record(entry("x" * 1000))
        assert recorder.flush()

    assert (recorder.status.rows, recorder.status.lost) == (100, 0)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_session_deleted_underneath_is_told_and_a_new_one_begun(
    make_recorder: MakeRecorder, what: str
) -> None:
    statuses: list[RecorderStatus] = []
    recorder = make_recorder(statuses=statuses)
    recorder.start()
    recorder.record(entry("gone"))
    assert recorder.flush()
    first = recorder.status.path
    assert first is not None
    if what == "file":
        first.unlink()
    else:
        shutil.rmtree(first.parent)
    wait_for(lambda: any(status.problem for status in statuses), timeout_s=1)
    recorder.record(entry("after"))
    assert recorder.flush()
    recorder.close()

    second = recorder.status.path
    assert second is not None
    assert ids_in(second) == [2]
    [gap] = [text for kind, text in events_in(second) if kind == EventKind.GAP]
    assert first.name in gap
    assert "deleted or moved" in gap
    assert "messages 1 to 1" in gap
    assert recorder.text(1) is None
    assert recorder.text(2) == "after"


def test_a_folder_that_is_no_folder_is_told(make_recorder: MakeRecorder, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recorder = make_recorder(tmp_path / "file" / "sessions")
    recorder.start()
    recorder.record(entry())
    wait_for(lambda: recorder.status.problem, timeout_s=1)
    assert str(tmp_path / "file") in (recorder.status.problem or "")

    (tmp_path / "file").unlink()
    assert recorder.flush()
    assert recorder.status.problem is None
    assert ids_in(recorder.status.path) == [1]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (sqlite3.OperationalError("unable to open database file"), "may not write"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "may not write"),
        (PermissionError(errno.EACCES, "Permission denied"), "may not write"),
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (sqlite3.OperationalError("disk I/O error"), "connected"),
        (ValueError("a fault of the program"), "a fault of the program"),
    ],
)
def test_whatever_goes_wrong_is_told_and_survived(
    make_recorder: MakeRecorder, disk: FakeDisk, error: Exception, told: str
) -> None:
    recorder = make_recorder()
    recorder.start()
    disk.error = error
    recorder.record(entry())
    wait_for(lambda: recorder.status.problem, timeout_s=1)
    assert told in (recorder.status.problem or "")

    disk.mend()
    assert recorder.flush()
    assert ids_in(recorder.status.path) == [1]


def test_a_file_locked_for_a_while_stays_the_file(make_recorder: MakeRecorder) -> None:
    statuses: list[RecorderStatus] = []
    recorder = make_recorder(statuses=statuses)
    recorder.start()
    wait_for(lambda: recorder.status.path)
    path = recorder.status.path
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    recorder.record(entry())
    wait_for(lambda: recorder.status.problem, timeout_s=1)
    assert "Another program" in (recorder.status.problem or "")
    other.execute("COMMIT")
    other.close()

    assert recorder.flush()
    wait_for(lambda: statuses[-1].problem is None, timeout_s=0.3)  # at once, not in time
    recorder.close()
    assert recorder.status.path == path
    assert ids_in(path) == [1]


def test_a_recording_over_two_files_and_memory_reads_as_one(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    recorder = make_recorder()
    recorder.start()
    record = [recorder.record(entry(f"message {number}")) for number in range(1, 4)]
    assert recorder.flush()
    disk.fill()
    recorder.record(entry("message 4"))
    wait_for(lambda: recorder.status.problem)
    disk.mend()
    recorder.record(entry("message 5"))
    assert recorder.flush()
    disk.fill()
    recorder.record(entry("message 6"))

    reader = recorder.reader()
    assert record == [1, 2, 3]
    assert len(reader.paths) == 2
    assert reader.last_id() == 6
    assert [row.text for row in reader.rows()] == [f"message {n}" for n in range(1, 7)]
    assert [row.id for row in reader.rows(2, 6)] == [2, 3, 4, 5]
    assert [row.id for row in reader.rows(ids=[1, 3, 4, 6, 9])] == [1, 3, 4, 6]
    assert reader.problem is None

    reader.paths[0].unlink()
    assert [row.id for row in reader.rows()] == [4, 5, 6]
    assert str(reader.paths[0]) in (reader.problem or "")


def test_a_reader_made_while_rows_are_written_sees_each_once(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(batch_s=0.001)
    recorder.start()
    for number in range(1, 300):
        recorder.record(entry())
        if number % 10 == 0:
            assert [row.id for row in recorder.reader().rows()] == list(range(1, number + 1))


def test_recording_does_not_wait_for_a_disk_that_hangs(
    make_recorder: MakeRecorder, disk: FakeDisk
) -> None:
    hang, hanging = threading.Event(), threading.Event()

    def connect(path: Path) -> sqlite3.Connection:
        hanging.set()
        hang.wait(10)
        return disk.connect(path)

    recorder = make_recorder(connect=connect)
    recorder.start()
    assert hanging.wait(5)
    for _ in range(1000):
        recorder.record(entry())

    assert recorder.status.pending == 1000
    hang.set()
    assert recorder.flush()
