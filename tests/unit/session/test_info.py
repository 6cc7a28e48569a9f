"""How a session is known to be written, closed or broken off."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from ifcbgui.session import SessionReader, lock
from tests.helpers.recorded import MakeRecorder, entry


def info(path: Path):  # type: ignore[no-untyped-def]
    with SessionReader(path) as reader:
        return reader.info()


def test_a_session_under_way_did_not_break_off_but_its_copy_did(
    make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry(time_ns=1_795_363_500_000_000_000))
    recorder.flush()
    path = recorder.status.path
    assert path is not None
    assert lock.is_held(path)
    assert not info(path).broke_off
    assert info(path).loss == ""
    assert info(path).messages is None

    copy = tmp_path / "copy.ifcbsession"
    shutil.copy(path, copy)
    shutil.copy(f"{path}-wal", f"{copy}-wal")
    assert info(copy).broke_off
    assert "2026-11-22T16:05:00.000000Z" in info(copy).loss
    assert "up to 0.1 s" in info(copy).loss

    recorder.close()
    assert not lock.is_held(path)
    assert not info(path).broke_off
    assert info(path).messages == 1


def test_what_broke_off_stays_so_once_other_programs_have_tidied_it(
    make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.record(entry())
    recorder.flush()
    assert recorder.status.path
    copy = tmp_path / "copy.ifcbsession"
    shutil.copy(recorder.status.path, copy)
    shutil.copy(f"{recorder.status.path}-wal", f"{copy}-wal")
    database = sqlite3.connect(copy)
    database.execute("PRAGMA journal_mode = DELETE").fetchone()
    database.close()

    assert not Path(f"{copy}-wal").exists()
    assert info(copy).broke_off


def test_a_session_without_messages_ends_where_it_began(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.close()
    assert recorder.status.path
    found = info(recorder.status.path)
    assert (found.last_ns, found.messages, found.host_version) == (found.start_ns, 0, "")


def test_what_is_said_of_thinning_may_be_damaged(make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.describe("thinned", "{broken")
    recorder.close()
    assert recorder.status.path
    assert info(recorder.status.path).thinned == {}


def test_nobody_holds_what_is_not_there(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path / "gone")
    assert lock.hold(tmp_path / "gone") is None
