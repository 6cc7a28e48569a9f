from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from ifcbgui.session import lock


def test_it_is_held_from_hold_to_close(tmp_path: Path) -> None:
    path = tmp_path / "x.ifcbsession"
    assert lock.hold(path) is None
    Path(f"{path}-wal").touch()
    assert not lock.is_held(path)
    held = lock.hold(path)
    assert held is not None
    assert lock.is_held(path)
    held.close()
    assert not lock.is_held(path)


def test_where_there_are_no_such_locks_nothing_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "fcntl", None)
    there = runpy.run_path(lock.__file__)
    path = tmp_path / "x.ifcbsession"
    Path(f"{path}-wal").touch()
    assert there["hold"](path) is None
    assert not there["is_held"](path)
