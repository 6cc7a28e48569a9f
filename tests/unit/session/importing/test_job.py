from __future__ import annotations

import errno
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session import SessionError, SessionReader, SessionRow, import_file
from ifcbgui.session.records import Bookmark, Extras, SessionEvent, Snapshot
from ifcbgui.session.snapshots import state_to_json
from ifcbgui.session.store import SessionStore
from tests.helpers.recorded import MakeSession, message, stored

FIRST_SCHEMA = """
PRAGMA application_id = 1229341506;
PRAGMA user_version = 1;
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE entries (id INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL,
    monotonic_ns INTEGER NOT NULL, direction TEXT NOT NULL, sender, source, seqno INTEGER,
    text TEXT NOT NULL, exact TEXT);
CREATE TABLE events (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, time_ns INTEGER NOT NULL,
    monotonic_ns INTEGER NOT NULL, text TEXT NOT NULL);
CREATE VIEW messages AS
    SELECT id, time_ns, direction, sender, source, seqno, text FROM entries;
INSERT INTO meta VALUES ('serial', '111-111-111'), ('start_time_ns', 5), ('closed_time_ns', 9);
INSERT INTO entries VALUES (1, 6, 7, 'in', 'host', 2, 3, 'syringetrack:2.5', NULL);
INSERT INTO events VALUES (1, 'connected', 5, 6, 'Connected.');
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "imported"


def test_a_session_comes_whole(tmp_path: Path, folder: Path) -> None:
    meta = {"serial": "1", "server": "ws://x/y", "start_time_ns": 10**9, "program_version": "0.1"}
    rows = [message(number) for number in range(1, 4001)]
    events = [SessionEvent("connected", 10**9, 4, "Connected."), SessionEvent("note", 2, 3, "!", 7)]
    state = state_to_json(InstrumentState()).decode()
    extras = Extras(
        [Snapshot(0, 1, 1, "start", state), Snapshot(9, 2, 2, "reconnect", state)],
        [Bookmark(17, 5, rows[4].time_ns, "look")],
    )
    store = SessionStore.create(tmp_path, meta, list(map(stored, rows)), events, extras)
    store.close(closed_ns=10**10)
    told: list[int] = []
    done = import_file(store.path, folder, progress=told.append)

    assert done is not None
    assert (done.messages, done.problem, told) == (4000, None, [2000, 4000])
    assert done.path.parent == folder
    assert done.path.name == store.path.name
    with SessionReader(store.path) as old, SessionReader(done.path) as new:
        assert list(new.entries()) == list(old.entries())
        assert list(new.rows()) == rows
        assert new.events() == events
        assert new.bookmarks() == old.bookmarks() != []
        assert new.snapshot_before(8) == old.snapshot_before(8) != None  # noqa: E711
        assert new.snapshot_before(9) == old.snapshot_before(9)
        assert new.info().program_version == "0.1"
        assert new.info().server == "ws://x/y"
        assert not new.info().broke_off


def test_a_session_of_the_first_version_gets_the_present_one(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "old.ifcbsession"
    session = sqlite3.connect(path)
    session.executescript(FIRST_SCHEMA)
    session.close()
    done = import_file(path, folder)

    assert done is not None
    assert done.problem is None
    session = sqlite3.connect(done.path)
    assert session.execute("SELECT kind, monotonic_ns FROM entries").fetchall() == [("fluids", 7)]
    assert session.execute("PRAGMA user_version").fetchone() == (2,)
    session.close()
    with SessionReader(done.path) as reader:
        assert list(reader.rows()) == [SessionRow(1, 6, "in", "host", 2, 3, "syringetrack:2.5")]
        assert reader.events() == [SessionEvent("connected", 5, 6, "Connected.")]


def test_what_can_be_read_of_a_damaged_session(make_session: MakeSession, folder: Path) -> None:
    path = make_session([message(number) for number in range(1, 2001)])
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    done = import_file(path, folder)

    assert done is not None
    assert 1000 < done.messages < 2000
    assert done.problem is not None
    assert "could not be read" in done.problem
    with SessionReader(done.path) as reader:
        assert reader.problem is None
        assert reader.count() == done.messages
        assert done.problem in reader.events()[-1].text


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happened_to_a_file_it_is_read_or_refused(
    make_session: MakeSession, folder: Path, seed: int
) -> None:
    chance = random.Random(seed)
    path = make_session([message(number) for number in range(1, 300)])
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 20, 200))):
        content[chance.randrange(100, len(content))] = chance.randrange(256)
    path.write_bytes(content)
    with suppress(SessionError):
        done = import_file(path, folder)
        assert done is not None
        with SessionReader(done.path) as reader:
            assert reader.count() == done.messages


def test_an_end_that_is_missing_is_told(tmp_path: Path, folder: Path) -> None:
    store = SessionStore.create(tmp_path, {"serial": "1", "start_time_ns": 1}, [stored(message(1))])
    store.close()
    done = import_file(store.path, folder)
    assert done is not None
    assert done.problem is None
    assert done.remark is not None
    assert "broke off" in done.remark


def test_cancelling_leaves_nothing(make_session: MakeSession, folder: Path) -> None:
    path = make_session([message(number) for number in range(1, 4001)])
    told: list[int] = []
    done = import_file(path, folder, progress=told.append, cancelled=lambda: bool(told))
    assert done is None
    assert told == [2000]
    assert list(folder.iterdir()) == []


def test_a_disk_that_fills_up_is_told_and_leaves_nothing(
    make_session: MakeSession, folder: Path
) -> None:
    def fill(done: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = make_session([message(1)])
    with pytest.raises(SessionError, match="is full") as failure:
        import_file(path, folder, progress=fill)
    assert failure.value.hint
    assert list(folder.iterdir()) == []


def test_what_stayed_in_a_side_file_is_no_import(make_session: MakeSession, folder: Path) -> None:
    def look_in(done: int) -> None:
        [part] = folder.glob("*/*.ifcbsession")
        other.execute("ATTACH ? AS part", (str(part),))
        other.execute("BEGIN")
        other.execute("SELECT id FROM part.entries").fetchone()

    path = make_session([message(1)])
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as other:
        with pytest.raises(SessionError, match="locked"):
            import_file(path, folder, progress=look_in)
        assert list(folder.iterdir()) == []


def test_a_session_beside_itself_gets_another_name(make_session: MakeSession) -> None:
    path = make_session([message(1)])
    before = path.read_bytes()
    done = import_file(path, path.parent)
    assert done is not None
    assert done.path != path
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["none.jsonl", "none.ifcbsession", "."])
def test_a_file_that_is_not_there(tmp_path: Path, folder: Path, name: str) -> None:
    with pytest.raises(SessionError) as failure:
        import_file(tmp_path / name, folder)
    assert failure.value.hint
    assert not folder.exists()


def test_a_session_of_which_nothing_can_be_read(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "x.ifcbsession"
    path.write_bytes(b"\xff" * 5000)
    with pytest.raises(SessionError, match="no session"):
        import_file(path, folder)
