"""Keeps every message in a session file, whatever the disk does meanwhile."""

from __future__ import annotations

import logging
import platform
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ifcbgui import __version__
from ifcbgui.instrument.entry import Entry
from ifcbgui.session.errors import SessionFileGone, explain_write_error, is_locked
from ifcbgui.session.names import iso_time, public_address
from ifcbgui.session.recording import RecordingReader
from ifcbgui.session.store import Connect, EventKind, SessionEvent, SessionStore, connect
from ifcbgui.session.waiting import Batch, WaitingRows

_log = logging.getLogger(__name__)

_STATUS_PERIOD_S = 0.5


@dataclass(frozen=True, slots=True)
class RecorderLimits:
    """How long rows may wait for the disk, and how many.

    Attributes:
        batch_s: Seconds between two writes.
        retry_s: Seconds between two attempts at a new file after trouble.
        max_rows: Rows kept in memory while they cannot be written.
        max_bytes: Bytes of memory for their texts.
    """

    batch_s: float = 0.05
    retry_s: float = 2.0
    max_rows: int = 100_000
    max_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How the recording stands.

    Attributes:
        path: The newest session file, or None before there is one.
        rows: Rows written, all files of this recording together.
        bytes: Size of that file.
        pending: Rows in memory that are not written yet.
        lost: Rows and events given up because the memory for waiting ones was full.
        problem: None, or what keeps the recorder from writing, what to do and what it means.
        free_bytes: Free space on the disk of the folder, or None where it cannot be told.
    """

    path: Path | None
    rows: int
    bytes: int
    pending: int
    lost: int
    problem: str | None
    free_bytes: int | None


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
        connect: Connect = connect,
    ) -> None:
        """Prepare a recording; nothing is written before `start`.

        Args:
            folder: Where the session file goes; made when needed.
            instrument: Serial of the instrument.
            server: Its address; user, password and query are not kept.
            limits: Other than the usual limits.
            connect: Opens a database.
        """
        self._folder = folder
        self._instrument = instrument
        self._server = public_address(server)
        self._limits = limits or RecorderLimits()
        self._connect = connect
        self._waiting = WaitingRows(self._limits.max_rows, self._limits.max_bytes)
        self._listeners: list[Callable[[RecorderStatus], None]] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=False)
        # The rest is written by the recorder's thread only.
        self._store: SessionStore | None = None
        self._files: list[tuple[int, Path]] = []
        self._next_id = 1
        self._rows = 0
        self._bytes = 0
        self._free_bytes: int | None = None
        self._problem: str | None = None
        self._retry_at = 0.0
        self._status_due = 0.0

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
        return RecorderStatus(
            path=self._files[-1][1] if self._files else None,
            rows=self._rows,
            bytes=self._bytes,
            pending=self._waiting.pending,
            lost=self._waiting.lost,
            problem=self._problem,
            free_bytes=self._free_bytes,
        )

    def add_status_listener(self, listener: Callable[[RecorderStatus], None]) -> None:
        """Have a function called, from the recorder's thread, with each new status.

        It is called at once when a file is opened or a problem comes or goes, and twice a second
        otherwise.
        """
        self._listeners.append(listener)

    def text(self, row_id: int) -> str | None:
        """Return the whole text of a row, or None if it was lost or its file cannot be read."""
        return self.texts([row_id]).get(row_id)

    def texts(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the whole texts of many rows at once, much quicker than one by one.

        Args:
            ids: Row ids, ascending; those lost or in a file that cannot be read are left out.
        """
        texts = self._waiting.texts(ids)
        written = [row_id for row_id in ids if row_id not in texts]
        if written:
            reader = RecordingReader(list(self._files), (), written[-1])
            texts.update((row.id, row.text) for row in reader.rows(ids=written))
            if reader.problem:
                _log.warning("Some messages could not be read: %s", reader.problem)
        return texts

    def reader(self) -> RecordingReader:
        """Return a reader of all that was recorded so far, be it in files or still in memory."""
        waiting, last_id = self._waiting.snapshot()
        return RecordingReader(list(self._files), waiting, last_id)

    def _run(self) -> None:
        self._step()
        # A program that ends without closing must neither hang nor lose what waits.
        while threading.main_thread().is_alive() and not self._closing.wait(self._limits.batch_s):
            self._step()
        self._retry_at = 0.0
        self._step()
        self._waiting.shut()
        if self._store:
            self._store.close(time.time_ns())
        self._tell()

    def _step(self) -> None:
        if time.monotonic() < self._retry_at:
            return
        batch = self._waiting.take()
        try:
            self._write(batch)
        except Exception as error:  # noqa: BLE001 - a recorder that died would lose what follows
            self._fail(error)
            return
        self._waiting.done()
        self._rows += len(batch.rows)
        self._next_id = next(reversed(batch.rows), self._next_id - 1) + 1
        self._problem = None
        if time.monotonic() >= self._status_due:
            self._tell()

    def _write(self, batch: Batch) -> None:
        rows = list(batch.rows.values())
        events = [*batch.events, _gap_event(batch)] if batch.lost else batch.events
        if self._store:
            self._store.write(rows, events)
            return
        self._store = SessionStore.create(
            self._folder, self._meta(), rows, events, connect=self._connect
        )
        self._files.append((next(iter(batch.rows), self._next_id), self._store.path))
        self._status_due = 0.0
        _log.info("Recording into %s", self._store.path)

    def _fail(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + self._limits.retry_s
        if self._store and not is_locked(error):
            self._store.close()
            self._store = None
        if isinstance(error, SessionFileGone):
            first_id, last_id = self._files[-1][0], self._next_id - 1
            self.event(EventKind.GAP, f"{error} It held messages {first_id} to {last_id}.")
        what, hint = explain_write_error(error, self._folder)
        problem = f"{what} {hint} Until then messages are kept in memory, and written afterwards."
        if problem != self._problem:
            _log.warning("%s", problem)
            self.event(EventKind.PROBLEM, problem)
        self._problem = problem
        self._tell()
        self._status_due = 0.0  # the next success is told at once

    def _tell(self) -> None:
        self._status_due = time.monotonic() + _STATUS_PERIOD_S
        with suppress(OSError):
            self._free_bytes = shutil.disk_usage(self._folder).free
        if self._store:
            self._bytes = self._store.size()
        status = self.status
        for listener in self._listeners:
            try:
                listener(status)
            except Exception:  # noqa: BLE001 - a listener's fault must not end the recording
                _log.exception("A listener to the recorder's status failed")

    def _meta(self) -> dict[str, str | int]:
        now_ns = time.time_ns()
        meta: dict[str, str | int] = {
            "serial": self._instrument,
            "server": self._server,
            "start_time": iso_time(now_ns),
            "start_time_ns": now_ns,
            "start_monotonic_ns": time.monotonic_ns(),
            "program": "ifcbgui",
            "program_version": __version__,
            "python_version": platform.python_version(),
        }
        if self._files:
            meta["continues"] = self._files[-1][1].name
        return meta


def _gap_event(batch: Batch) -> SessionEvent:
    text = (
        f"{batch.lost} messages (among {batch.lost_from} to {batch.lost_to}) were lost: "
        "the memory for messages waiting for the disk was full."
    )
    return SessionEvent(EventKind.GAP, time.time_ns(), time.monotonic_ns(), text)
