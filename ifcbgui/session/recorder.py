"""Keeps every message in a session file, whatever the disk does meanwhile."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.disk import FreeSpace, free_space
from ifcbgui.session.names import public_address
from ifcbgui.session.recording import RecordingReader
from ifcbgui.session.records import Bookmark, EventKind, SessionEvent
from ifcbgui.session.status import RecorderLimits, RecorderSettings, RecorderStatus
from ifcbgui.session.store import Connect, connect
from ifcbgui.session.waiting import WaitingRows
from ifcbgui.session.writer import SessionWriter

_log = logging.getLogger(__name__)


class Recorder:
    """Writes a session on a thread of its own; recording never waits for the disk.

    While the disk fails, rows wait in memory and go into a fresh file as soon as one can be
    made. Row ids go on through all files of one recording; an id is missing only if its row was
    lost, and an event of kind ``gap`` then says so.
    """

    def __init__(
        self,
        folder: Path,
        *,
        instrument: str,
        server: str,
        limits: RecorderLimits | None = None,
        settings: RecorderSettings | None = None,
        connect: Connect = connect,
        free_space: FreeSpace = free_space,
    ) -> None:
        """Prepare a recording; nothing is written before `start`.

        Args:
            folder: Where the session file goes; made when needed.
            instrument: Serial of the instrument.
            server: Its address; user, password and query are not kept.
            limits: Other than the usual limits.
            settings: What the operator has chosen.
            connect: Opens a database.
            free_space: Tells the free bytes on the disk of a folder.
        """
        limits, settings = limits or RecorderLimits(), settings or RecorderSettings()
        self._batch_s = limits.batch_s
        self._waiting = WaitingRows(limits.max_rows, limits.max_bytes, settings.image_every)
        self._writer = SessionWriter(
            folder,
            {"serial": instrument, "server": public_address(server)},
            self._waiting,
            limits,
            settings,
            connect,
            free_space,
            self._tell,
        )
        self._listeners: list[Callable[[RecorderStatus], None]] = []
        self._bookmark_id = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=False)

    def start(self) -> None:
        """Start writing. The file is made by the recorder's thread, a moment later."""
        self._thread.start()

    def record(self, entry: Entry) -> int:
        """Keep an entry and return its row id, from 1. Takes microseconds and never raises."""
        return self._waiting.add(entry)

    def event(
        self, kind: str, text: str, time_ns: int | None = None, message: int | None = None
    ) -> None:
        """Keep an event, e.g. ``connected``, ``lost`` or ``note``.

        Args:
            kind: One of `EventKind`.
            text: What happened; no secrets.
            time_ns: UTC, nanoseconds since 1970; now if None.
            message: Row id of the message it is about, or None.
        """
        now_ns = time.time_ns()
        time_ns = now_ns if time_ns is None else time_ns
        monotonic_ns = time.monotonic_ns() - (now_ns - time_ns)
        self._waiting.add_event(SessionEvent(str(kind), time_ns, monotonic_ns, text, message))

    def note(self, text: str) -> SessionEvent:
        """Keep what the operator has to say, beside the newest message; return the event."""
        now = (time.time_ns(), time.monotonic_ns())
        event = SessionEvent(EventKind.REMARK, *now, text, self._waiting.last_id)
        self._waiting.add_event(event)
        return event

    def bookmark(self, message_id: int, note: str = "") -> int:
        """Mark a message, to be found again; return the bookmark's id."""
        now_ns = time.time_ns()
        self._bookmark_id = max(self._bookmark_id + 1, now_ns)
        self._waiting.add_bookmark(Bookmark(self._bookmark_id, message_id, now_ns, note))
        return self._bookmark_id

    def remove_bookmark(self, bookmark_id: int) -> None:
        """Take a bookmark of this recording away."""
        self._waiting.add_bookmark(bookmark_id)

    @property
    def state_wanted(self) -> bool:
        """True when a snapshot should be taken soon: a new file is due, or has begun."""
        return self._waiting.state_wanted

    def snapshot(self, state: InstrumentState, reason: str) -> None:
        """Keep the state that the instrument has after the newest message recorded.

        A file that is full or old is closed here, and a new one begins with this state.

        Args:
            state: The state.
            reason: Why it is taken, a word or two.
        """
        self._waiting.add_state(time.time_ns(), time.monotonic_ns(), reason, state)

    def describe(self, key: str, value: str) -> None:
        """Have this and later files of the recording say something of themselves.

        Args:
            key: Name in the table ``meta``.
            value: What it says; no secrets.
        """
        self._waiting.add_meta(key, value)

    def flush(self, timeout_s: float = 2.0) -> bool:
        """Wait until all that was recorded so far is in the file; False if it is not in time."""
        return self._waiting.wait_until_settled(timeout_s)

    def close(self) -> None:
        """Write what waits, close the file and end the thread. May be called again.

        What could not be written stays ``pending`` and can be had from `reader`.
        """
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._waiting.shut()

    @property
    def status(self) -> RecorderStatus:
        """How the recording stands now."""
        writer, disk = self._writer, self._writer.disk
        return RecorderStatus(
            path=writer.files[-1][1] if writer.files else None,
            rows=writer.rows,
            bytes=writer.bytes,
            pending=self._waiting.pending,
            lost=self._waiting.lost,
            problem=writer.problem,
            free_bytes=disk.free_bytes,
            rate=disk.rate,
            seconds_left=disk.seconds_left,
            level=disk.level,
            warning=disk.warning,
            thinned=self._waiting.thinned,
        )

    def add_status_listener(self, listener: Callable[[RecorderStatus], None]) -> None:
        """Have a function called, from the recorder's thread, with each new status.

        It is called at once when a file is opened or a problem comes or goes, and twice a second
        otherwise.
        """
        self._listeners.append(listener)

    def text(self, row_id: int) -> str | None:
        """Return the whole text of a row, or None if it was not kept or cannot be read."""
        return self.texts([row_id]).get(row_id)

    def texts(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the whole texts of many rows at once, much quicker than one by one.

        Args:
            ids: Row ids, ascending; those lost or in a file that cannot be read are left out.
        """
        texts = self._waiting.texts(ids)
        written = [row_id for row_id in ids if row_id not in texts]
        if written:
            reader = RecordingReader(list(self._writer.files), (), written[-1])
            texts.update((row.id, row.text) for row in reader.rows(ids=written))
            if reader.problem:
                _log.warning("Some messages could not be read: %s", reader.problem)
        return texts

    def reader(self) -> RecordingReader:
        """Return a reader of all that was recorded so far, be it in files or still in memory."""
        waiting, last_id = self._waiting.snapshot()
        return RecordingReader(list(self._writer.files), waiting, last_id)

    def _run(self) -> None:
        self._writer.step()
        # A program that ends without closing must neither hang nor lose what waits.
        while threading.main_thread().is_alive() and not self._closing.wait(self._batch_s):
            self._writer.step()
        self._writer.close()

    def _tell(self) -> None:
        status = self.status
        for listener in self._listeners:
            try:
                listener(status)
            except Exception:  # noqa: BLE001 - a listener's fault must not end the recording
                _log.exception("A listener to the recorder's status failed")
