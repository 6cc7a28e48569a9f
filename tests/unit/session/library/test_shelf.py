"""The files of a folder: all of them, whatever is wrong with them, and each read once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ifcbgui.session import Recorder, SessionRow
from ifcbgui.session.columns import StoredRow
from ifcbgui.session.library import SessionState, Shelf, read_facts, recordings
from ifcbgui.session.lock import is_held
from ifcbgui.session.names import files_of
from ifcbgui.session.store import SessionStore
from tests.helpers.recorded import entry, message, stored

START_NS = 1_795_364_700_000_000_000


def make(folder: Path, rows: list[SessionRow], *, closed: bool = True, **meta: str | int) -> Path:
    meta = {"serial": "111", "start_time_ns": START_NS, **meta}
    store = SessionStore.create(folder, meta)
    store.write([_stored(row) for row in rows], [])
    store.close(closed_ns=START_NS + 60_000_000_000 if closed else None)
    return store.path


def _stored(row: SessionRow) -> StoredRow:
    values = stored(row)
    return (*values[:3], "command", *values[4:]) if row.direction == "out" else values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "data" / "library.json"


def test_facts_of_a_closed_session(folder: Path) -> None:
    facts = read_facts(make(folder, [message(1), message(2)]))
    assert (facts.state, facts.serial, facts.messages) == (SessionState.CLOSED, "111", 2)
    assert facts.start_ns == START_NS
    assert facts.end_ns == START_NS + 60_000_000_000
    assert facts.problem == ""


def test_a_run_is_named_by_its_title(folder: Path) -> None:
    rows = [
        message(1, "routine:runsample", direction="out", sender=None, source=None, seqno=None),
        message(2, "valuechanged:interactive:started"),
        message(3, "valuechanged:interactive:stopped"),
    ]
    assert read_facts(make(folder, rows)).routines == ("Run sample",)


def test_without_a_proper_end_it_broke_off_and_says_what_is_missing(folder: Path) -> None:
    facts = read_facts(make(folder, [message(1)], closed=False))
    assert facts.state is SessionState.BROKE_OFF
    assert "broke off" in facts.problem
    assert facts.messages == 1


def test_an_empty_file_and_one_of_another_kind_are_damaged_not_hidden(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.ifcbsession").touch()
    (folder / "b.ifcbsession").write_bytes(b"no session" * 200)
    shelf = Shelf(folder)
    files = [shelf.read(file) for file in shelf.files()]
    assert len(files) == 2
    for file in files:
        assert file.facts is not None
        assert file.facts.state is SessionState.DAMAGED
        assert file.facts.problem


def test_a_damaged_page_is_told(folder: Path) -> None:
    path = make(folder, [message(number, "reportevent:" + "x" * 3000) for number in range(1, 60)])
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 8192)
    facts = read_facts(path)
    assert facts.state is SessionState.DAMAGED
    assert facts.serial == "111"
    assert "could not be read" in facts.problem


def test_one_that_is_written_is_held_and_never_remembered(folder: Path, index: Path) -> None:
    recorder = Recorder(folder, instrument="111", server="")
    recorder.start()
    try:
        recorder.record(entry())
        assert recorder.flush()
        path = recorder.status.path
        assert path is not None
        assert is_held(path)
        shelf = Shelf(folder, index)
        [file] = shelf.files()
        assert file.held
        read = shelf.read(file)
        assert read.facts is not None
        assert read.facts.state is SessionState.RECORDING
        assert recordings([file])[0].state is SessionState.RECORDING
        assert shelf.files()[0].facts is None
    finally:
        recorder.close()
    [file] = shelf.files()
    assert not file.held


def test_what_was_read_once_is_known_to_the_next_shelf(folder: Path, index: Path) -> None:
    make(folder, [message(1)])
    shelf = Shelf(folder, index)
    read = [shelf.read(file) for file in shelf.files()]
    assert shelf.files() == read
    shelf.save()
    assert Shelf(folder, index).files() == read


def test_a_changed_file_is_read_again(folder: Path) -> None:
    path = make(folder, [message(1)])
    shelf = Shelf(folder)
    shelf.read(shelf.files()[0])
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO meta VALUES ('more', ?)", ("x" * 9000,))
    connection.close()
    assert shelf.files()[0].facts is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"version":99,"folder":"","files":{}}', b"\xff\xfe"]
)
def test_a_broken_index_is_made_anew(folder: Path, index: Path, content: bytes) -> None:
    make(folder, [message(1)])
    index.parent.mkdir()
    index.write_bytes(content)
    shelf = Shelf(folder, index)
    [file] = shelf.files()
    assert file.facts is None
    shelf.read(file)
    shelf.save()
    assert Shelf(folder, index).files()[0].facts is not None
    assert list(index.parent.iterdir()) == [index]


def test_an_index_that_cannot_be_written_is_no_trouble(folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    make(folder, [message(1)])
    shelf = Shelf(folder, blocked / "library.json")
    shelf.read(shelf.files()[0])
    shelf.save()


def test_a_thousand_known_files_are_listed_without_reading_them(folder: Path, index: Path) -> None:
    path = make(folder, [message(1)])
    content = path.read_bytes()
    for number in range(999):
        (folder / f"111_20261122T16{number:06}Z.ifcbsession").write_bytes(content)
    shelf = Shelf(folder, index)
    for file in shelf.files():
        shelf.read(file)
    shelf.save()
    files = Shelf(folder, index).files()
    assert len(files) == 1000
    assert all(file.facts for file in files)


def test_without_a_folder_there_are_no_sessions(folder: Path) -> None:
    assert Shelf(folder).files() == []


def test_side_files_belong_to_a_session(folder: Path) -> None:
    path = make(folder, [message(1)])
    wal = Path(f"{path}-wal")
    wal.touch()
    assert files_of(path) == [path, wal]
