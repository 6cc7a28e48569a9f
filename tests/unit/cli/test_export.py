from __future__ import annotations

from pathlib import Path

import pytest

from ifcbgui.cli import main
from ifcbgui.session.store import SessionStore
from tests.helpers.recorded import message, stored


@pytest.mark.parametrize("closed_ns", [None, 1])
def test_exporting_what_broke_off_says_so_and_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], closed_ns: int | None
) -> None:
    store = SessionStore.create(tmp_path, {"serial": "1", "start_time_ns": 1})
    store.write([stored(message(1))], [])
    store.close(closed_ns)

    code = main(["export", str(store.path), "--format", "text", "-o", str(tmp_path / "out.txt")])
    said = capsys.readouterr()
    assert code == 0
    assert "1 messages in" in said.out
    assert ("broke off" in said.err) is (closed_ns is None)
