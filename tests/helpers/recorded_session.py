"""Session files made of chosen entries and events, at chosen times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ifcbgui.instrument.entry import Entry
from ifcbgui.session.columns import stored_row
from ifcbgui.session.records import SessionEvent
from ifcbgui.session.store import SessionStore

UTC_NS = 1_795_364_700 * 1_000_000_000
START_NS = 5_000 * 1_000_000_000


def write_session(
    folder: Path, entries: Iterable[Entry], events: Sequence[SessionEvent] = (), serial: str = "207"
) -> Path:
    """Write entries with the ids 1, 2, 3, ... and events; return the file."""
    rows = [stored_row(number, entry) for number, entry in enumerate(entries, 1)]
    meta = {"serial": serial, "start_time_ns": UTC_NS}
    store = SessionStore.create(folder, meta, rows, events)
    store.close(UTC_NS)
    return store.path
