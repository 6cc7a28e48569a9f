from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ifcbgui.session import SessionError, SessionReader
from ifcbgui.session.notes import add_bookmark, add_note, change_bookmark, remove_bookmark
from tests.helpers.recorded import MakeSession, message


@pytest.fixture
def session(make_session: MakeSession) -> Path:
    return make_session([message(row_id, time_ns=row_id * 10) for row_id in (1, 2, 3)])


def test_bookmarks_of_a_finished_session_are_put_changed_and_taken_away(session: Path) -> None:
    first = add_bookmark(session, 3, "here")
    second = add_bookmark(session, 1)
    change_bookmark(session, second, "and there")
    with SessionReader(session) as reader:
        assert reader.bookmarks() == [(second, 1, 10, "and there"), (first, 3, 30, "here")]
    remove_bookmark(session, first)
    with SessionReader(session) as reader:
        assert [bookmark.id for bookmark in reader.bookmarks()] == [second]
        assert reader.info().closed_ns == 1  # a note is no reason to call it unfinished


def test_a_note_comes_to_the_end_of_the_session(session: Path) -> None:
    add_note(session, "Nets were out \ud800.")
    with SessionReader(session) as reader:
        [event] = reader.events()
        assert reader.info().notes == ("Nets were out \\ud800.",)
    assert event.message == 3
    assert event.monotonic_ns == event.time_ns  # as in the messages of this session


def test_a_session_without_messages_takes_a_note(make_session: MakeSession) -> None:
    path = make_session([])
    add_note(path, "Nothing came.")
    with SessionReader(path) as reader:
        assert reader.info().notes == ("Nothing came.",)


def test_nothing_is_left_beside_the_file(session: Path) -> None:
    add_bookmark(session, 1)
    assert list(session.parent.iterdir()) == [session]


def test_a_session_of_the_first_version_takes_bookmarks_and_notes(session: Path) -> None:
    with sqlite3.connect(session) as old:
        old.executescript(
            "PRAGMA user_version = 1; DROP TABLE bookmarks; DROP TABLE snapshots;"
            "ALTER TABLE events DROP COLUMN message;"
        )
    old.close()
    bookmark = add_bookmark(session, 2, "old but good")
    add_note(session, "Read again.")
    with SessionReader(session) as reader:
        assert reader.bookmarks() == [(bookmark, 2, 20, "old but good")]
        assert reader.info().notes == ("Read again.",)
        assert reader.info().schema == 1


def test_what_is_no_session_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.ifcbsession"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE mine (a)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(SessionError, match="no session of this program"):
        add_bookmark(path, 1)
    assert path.read_bytes() == before
    (tmp_path / "text").write_text("hello " * 100)
    with pytest.raises(SessionError):
        add_bookmark(tmp_path / "text", 1)
    with pytest.raises(SessionError, match="There is no file"):
        add_bookmark(tmp_path / "gone", 1)


def test_a_session_that_another_program_writes_is_told(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ifcbgui.session.notes._BUSY_TIMEOUT_S", 0.05)
    other = sqlite3.connect(session, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(SessionError, match="locked"):
        add_bookmark(session, 1)
    other.close()


@pytest.fixture
def protected(session: Path, tmp_path: Path) -> Iterator[Path]:
    """A session where nothing can be written, for whoever runs the tests."""
    if os.geteuid():
        session.chmod(0o400)
        yield session
        return
    mount = tmp_path / "read-only"
    mount.mkdir()
    bound = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", mount], check=False)
    if bound.returncode:
        pytest.skip("This machine lets nobody mount anything.")
    try:
        copy = mount / session.name
        copy.write_bytes(session.read_bytes())
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        yield copy
    finally:
        subprocess.run(["umount", mount], check=True)


def test_a_write_protected_session_says_so(protected: Path) -> None:
    with pytest.raises(SessionError, match="write-protected") as refused:
        add_bookmark(protected, 1)
    assert "in a copy" in refused.value.hint
    with SessionReader(protected) as reader:
        assert reader.bookmarks() == []
