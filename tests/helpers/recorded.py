"""Entries, rows and a disk that fails on demand, for tests of recording."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session import Recorder, SessionRow
from ifcbgui.session.columns import StoredRow

MakeSession = Callable[..., Path]
MakeRecorder = Callable[..., Recorder]


def entry(text: str = "valuechanged:pausestate:0", **values: Any) -> Entry:
    return Entry(parse_message(text), **{"direction": Direction.IN, **values})


def wait_for(condition: Callable[[], object], timeout_s: float = 5.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "It did not come to pass in time."
        time.sleep(0.002)


class FakeDisk:
    """Opens real databases, whose statements fail while ``error`` is set.

    Only those that begin with ``failing`` fail; opening fails if that is empty.

    Attributes:
        free: Bytes that are free, as the recorder is told.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.failing = ""
        self.free = 10**12

    def free_space(self, folder: Path) -> int:
        return self.free

    def connect(self, path: Path) -> sqlite3.Connection:
        disk = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
                if disk.error and sql.strip().startswith(disk.failing):
                    raise disk.error
                return super().execute(sql, *arguments)

        if self.error and not self.failing:
            raise self.error
        return sqlite3.connect(path, timeout=0.05, isolation_level=None, factory=Connection)

    def fill(self) -> None:
        self.error = sqlite3.OperationalError("database or disk is full")

    def mend(self) -> None:
        self.error = None


def stored(row: SessionRow) -> StoredRow:
    return (row.id, row.time_ns, row.time_ns, parse_message(row.text).group, *row[2:])


def message(row_id: int, text: str = "reportevent:Sample done", **values: Any) -> SessionRow:
    usual = SessionRow(row_id, 1_795_364_700_123_456_789 + row_id, "in", "host", 2, row_id, text)
    return usual._replace(**values)
