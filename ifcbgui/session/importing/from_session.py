"""What can be read of another session, be it of an earlier version or damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ifcbgui.session.columns import StoredRow, stored_row
from ifcbgui.session.names import iso_time
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.records import Extras, SessionEvent, Snapshot


class SessionSource:
    """Another session."""

    def __init__(self, reader: SessionReader) -> None:
        self._reader = reader
        self._info = reader.info()

    @property
    def meta(self) -> Mapping[str, str | int]:
        """What the session says of itself."""
        info = self._info
        meta: dict[str, str | int] = {
            "serial": info.serial,
            "server": info.server,
            "start_time": iso_time(info.start_ns),
            "start_time_ns": info.start_ns,
            "program": "ifcbgui",
            "program_version": info.program_version,
            "python_version": info.python_version,
            "host_version": info.host_version,
            "continues": info.continues,
        }
        if info.thinned:
            meta["thinned"] = json.dumps(dict(info.thinned))
        return {key: value for key, value in meta.items() if key == "serial" or value != ""}

    def rows(self) -> Iterator[StoredRow]:
        """Yield the messages that can be read."""
        for row_id, entry in self._reader.entries():
            yield stored_row(row_id, entry)

    def events(self) -> Sequence[SessionEvent]:
        """Return the events."""
        return self._reader.events()

    def extras(self) -> Extras:
        """Return snapshots and bookmarks."""
        return Extras(list(self._snapshots())[::-1], self._reader.bookmarks())

    def _snapshots(self) -> Iterator[Snapshot]:
        """Yield the snapshots, the newest first; the newest of those after the same message."""
        message = self._reader.last_id()
        while snapshot := self._reader.snapshot_before(message):
            yield snapshot
            message = snapshot.message - 1

    @property
    def problem(self) -> str | None:
        """None, or what could not be read so far."""
        return self._reader.problem

    @property
    def remark(self) -> str | None:
        """None, or what the session may lack because it broke off."""
        return self._info.loss or None
