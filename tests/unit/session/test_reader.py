from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from ifcbgui.session import SessionError, SessionReader
from ifcbgui.session.records import EventKind
from ifcbgui.session.replay import ReplaySession
from ifcbgui.session.store import APPLICATION_ID, connect
from tests.helpers.recorded import MakeRecorder, MakeSession, entry, message

PAGE_BYTES = 4096


@pytest.fixture
def session(make_session: MakeSession) -> Path:
    return make_session([message(row_id) for row_id in range(1, 101)])


def test_rows_come_in_order_whatever_the_page(session: Path) -> None:
    expected = [message(row_id) for row_id in range(1, 101)]
    with SessionReader(session) as reader:
        for batch in (1, 7, 99, 100, 101):
            assert list(reader.rows(batch=batch)) == expected
        assert reader.count() == 100
        assert reader.last_id() == 100
        assert reader.problem is None


def test_a_stretch_or_some_ids(session: Path) -> None:
    with SessionReader(session) as reader:
        assert [row.id for row in reader.rows(10, 13)] == [10, 11, 12]
        assert [row.id for row in reader.rows(99)] == [99, 100]
        assert [row.id for row in reader.rows(5, 5)] == []
        assert [row.id for row in reader.rows(200)] == []
        assert [row.id for row in reader.rows(ids=[2, 3, 50, 100, 101], batch=2)] == [2, 3, 50, 100]
        assert [row.id for row in reader.rows(ids=range(98, 200))] == [98, 99, 100]
        assert list(reader.rows(ids=[])) == []


def test_ids_that_are_missing_do_not_end_the_reading(make_session: MakeSession) -> None:
    ids = [1, 2, 50, 51, 4000, 90_000]
    with SessionReader(make_session([message(row_id) for row_id in ids])) as reader:
        assert [row.id for row in reader.rows(batch=2)] == ids
        assert reader.count() == 6
        assert reader.last_id() == 90_000


def test_an_empty_session(make_session: MakeSession) -> None:
    with SessionReader(make_session([])) as reader:
        assert list(reader.rows()) == []
        assert (reader.count(), reader.last_id()) == (0, 0)
        assert reader.events() == []


@pytest.mark.parametrize(
    "name", ["a b", "what?", "100%25", "#1", "é", "a&mode=rw", "'\"", "\udcff"]
)
def test_any_file_name_can_be_opened(session: Path, name: str) -> None:
    odd = session.rename(session.with_name(f"{name}.ifcbsession"))
    with SessionReader(odd) as reader:
        assert reader.count() == 100


def test_reading_writes_nothing(session: Path) -> None:
    before = session.read_bytes()
    with SessionReader(session) as reader:
        assert reader.count() == 100
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader._connection.execute("DELETE FROM entries")

    assert session.read_bytes() == before
    assert list(session.parent.iterdir()) == [session]


def test_reading_while_a_recorder_writes(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder(batch_s=0.001)
    recorder.start()
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.0005):
            recorder.record(entry())

    recorder.record(entry())
    assert recorder.flush()
    writer = threading.Thread(target=write)
    writer.start()
    counts = {0}
    try:
        with SessionReader(recorder.status.path or Path()) as reader:
            while len(counts) < 30:
                ids = [row.id for row in reader.rows(batch=10)]
                assert ids == list(range(1, len(ids) + 1))
                assert len(ids) >= max(counts)
                counts.add(len(ids))
            assert reader.info().closed_ns is None
    finally:
        stop.set()
        writer.join()

    assert recorder.status.problem is None


# --- what is no session -----------------------------------------------------------------------


def test_what_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.ifcbsession", tmp_path):
        with pytest.raises(SessionError, match="There is no file") as failure:
            SessionReader(path)
        assert failure.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"hello", b"x" * 10_000, b"SQLite format 3\0" * 300])
def test_what_is_no_database(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.ifcbsession"
    path.write_bytes(data)
    with pytest.raises(SessionError, match="is empty" if not data else "is no session"):
        SessionReader(path)


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "x.ifcbsession"
    database = connect(path)
    database.execute("CREATE TABLE entries (id)")
    database.close()
    with pytest.raises(SessionError, match="is no session"):
        SessionReader(path)


def test_a_session_copied_without_its_side_file(tmp_path: Path) -> None:
    path = tmp_path / "x.ifcbsession"
    database = connect(path)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.close()
    with pytest.raises(SessionError, match="no messages") as failure:
        SessionReader(path)
    assert "-wal" in failure.value.hint


def test_a_session_of_a_newer_program_can_be_read(session: Path) -> None:
    database = connect(session)
    database.execute("PRAGMA user_version = 99")
    database.execute("ALTER TABLE entries ADD COLUMN mood TEXT")
    database.execute("CREATE TABLE moods (id)")
    database.close()
    with SessionReader(session) as reader:
        assert reader.count() == len(list(reader.rows())) == 100
        assert reader.info().schema == 99


def test_a_session_of_an_earlier_program_can_be_read(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.event("note", "Buoy in sight.")
    recorder.close()
    assert recorder.status.path
    database = connect(recorder.status.path)
    database.execute("ALTER TABLE events DROP COLUMN message")
    database.execute("PRAGMA user_version = 1")
    database.close()
    with SessionReader(recorder.status.path) as reader:
        assert [(event.text, event.message) for event in reader.events()] == [
            ("Buoy in sight.", None)
        ]


# --- damage -----------------------------------------------------------------------------------


@pytest.fixture
def long_session(make_session: MakeSession) -> Path:
    rows = [
        message(row_id, f"reportevent:message {row_id} " + "x" * 100) for row_id in range(1, 3001)
    ]
    return make_session(rows)


def pages_with(path: Path, text: str) -> list[int]:
    data = path.read_bytes()
    return [
        number
        for number in range(len(data) // PAGE_BYTES)
        if text.encode() in data[number * PAGE_BYTES : (number + 1) * PAGE_BYTES]
    ]


def overwrite_page(path: Path, number: int) -> None:
    with path.open("r+b") as file:
        file.seek(number * PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES)


def test_damage_in_the_middle_costs_only_what_stood_there(long_session: Path) -> None:
    [page] = pages_with(long_session, "message 1500 ")
    overwrite_page(long_session, page)
    with SessionReader(long_session) as reader:
        ids = [row.id for row in reader.rows(batch=2000)]
        problem = reader.problem

    lost = sorted(set(range(1, 3001)) - set(ids))
    assert 1500 in lost
    assert 10 < len(lost) < 40
    assert lost == list(range(lost[0], lost[-1] + 1))
    assert problem is not None
    assert f"{lost[0]} to {lost[-1]}" in problem


def test_several_damaged_places_are_each_said_once(long_session: Path) -> None:
    for row_id in (1, 1000, 2000):
        for page in pages_with(long_session, f"message {row_id} "):
            overwrite_page(long_session, page)
    with SessionReader(long_session) as reader:
        once = list(reader.rows())
        problem = reader.problem
        assert list(reader.rows()) == once
        assert reader.problem == problem
        assert reader.count() == len(once)
        picked = {row.id for row in reader.rows(ids=range(990, 1100))}

    assert problem is not None
    assert problem.count(" to ") == 3
    assert len(once) > 2800
    assert picked == {row.id for row in once if 990 <= row.id < 1100}


def test_a_file_cut_short_gives_what_is_left(long_session: Path) -> None:
    data = long_session.read_bytes()
    long_session.write_bytes(data[: len(data) * 7 // 10])
    with SessionReader(long_session) as reader:
        rows = list(reader.rows())
        problem = reader.problem
        assert reader.last_id() == rows[-1].id
        assert reader.info().serial == "1"

    assert len(rows) > 1500
    # The page that was cut through holds its first rows at its end, and that is gone.
    gaps = [row.id for row, before in zip(rows[1:], rows, strict=False) if row.id > before.id + 1]
    assert len(gaps) <= 1
    assert all(row.text.startswith(f"reportevent:message {row.id} ") for row in rows)
    assert problem is not None
    assert f"from {rows[-1].id + 1} on" in problem


def test_damage_everywhere_is_no_exception(long_session: Path) -> None:
    pages = len(long_session.read_bytes()) // PAGE_BYTES
    for number in range(2, pages):
        overwrite_page(long_session, number)
    with SessionReader(long_session) as reader:
        assert list(reader.rows()) == []
        assert reader.problem is not None
        assert reader.events() == []
        assert (reader.count(), reader.last_id()) == (0, 0)


def spoil(path: Path, *statements: str) -> None:
    """Leave something in a session that no program writes."""
    database = connect(path)
    for statement in statements:
        database.execute(statement)
    database.close()


def test_the_newest_message_that_can_be_read(session: Path) -> None:
    spoil(session, "UPDATE entries SET direction = 'x' WHERE id IN (50, 99, 100)")
    with SessionReader(session) as reader:
        assert reader.last_id() == 98
        assert reader.id_before(51) == 49
        assert reader.id_before(1) == 0
        assert reader.info().last_ns == message(98).time_ns
        assert [row.id for row in reader.rows()] == [*range(1, 50), *range(51, 99)]
        assert reader.problem is not None
        assert "read: 50, 99 to 100." in reader.problem


def test_a_time_is_found_on_both_sides_of_damage(session: Path) -> None:
    spoil(session, "UPDATE entries SET time_ns = 'x' WHERE id BETWEEN 40 AND 60")
    with SessionReader(session) as reader:
        for row_id in (1, 39, 61, 75, 100):
            assert reader.id_at(message(row_id).time_ns) == row_id
        assert reader.id_at(message(50).time_ns) == 39


def test_what_a_session_says_of_itself_may_be_damaged(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    for _ in range(3):
        recorder.record(entry())
        recorder.note("Buoy in sight.")
    recorder.bookmark(1, "first")
    recorder.bookmark(2, "second")
    recorder.close()
    path = recorder.status.path
    assert path is not None
    spoil(
        path,
        "UPDATE events SET monotonic_ns = 'x' WHERE id = 1",
        "UPDATE bookmarks SET message = 'x' WHERE note = 'first'",
        "UPDATE meta SET value = x'ff'",
    )
    with SessionReader(path) as reader:
        remarks = [event for event in reader.events() if event.kind == EventKind.REMARK]
        assert len(remarks) == 2
        assert [bookmark.note for bookmark in reader.bookmarks()] == ["second"]
        info = reader.info()
        assert (info.serial, info.start_ns, info.closed_ns, info.messages) == ("", 0, None, None)


@pytest.mark.parametrize("column", ["direction", "monotonic_ns"])
def test_a_replay_comes_past_damage_before_a_command(session: Path, column: str) -> None:
    spoil(
        session,
        f"UPDATE entries SET {column} = 'x' WHERE id = 9",
        "UPDATE entries SET direction = 'out' WHERE id = 10",
    )
    with ReplaySession(session) as replay:
        assert replay.heard_before(replay.entry(10)) > 0
