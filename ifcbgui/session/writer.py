"""The recorder's work on its own thread: what waits goes into session files, come what may."""

from __future__ import annotations

import json
import logging
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from sqlite3 import Error as SqliteError

from ifcbgui import __version__
from ifcbgui.session.columns import StoredRow
from ifcbgui.session.disk import DiskWatch, FreeSpace, bytes_text
from ifcbgui.session.errors import SessionError, SessionFileGone, explain_write_error, is_locked
from ifcbgui.session.names import iso_time
from ifcbgui.session.notes import change_bookmarks_of
from ifcbgui.session.records import BookmarkChange, EventKind, Extras, SessionEvent, Snapshot
from ifcbgui.session.snapshots import state_to_json
from ifcbgui.session.status import DiskLevel, RecorderLimits, RecorderSettings
from ifcbgui.session.store import Connect, SessionStore
from ifcbgui.session.waiting import Batch, TakenState, WaitingRows

_log = logging.getLogger(__name__)

_STATUS_PERIOD_S = 0.5
_DAY_NS = 86_400 * 1_000_000_000
_MEANWHILE = "Until then messages are kept in memory, and written afterwards."


class SessionWriter:
    """Writes batches; one thread calls it, any may read its attributes.

    Args:
        folder: Where the files go; made when needed.
        meta: What each of them says of the instrument.
        waiting: Where the batches come from.
        limits: When to write, to warn and to stop.
        settings: When to begin a new file.
        connect: Opens a database.
        free_space: Tells the free bytes on the disk of a folder.
        tell: Called when there is something new, and twice a second.

    Attributes:
        files: The files of this recording, each with the id of its first message.
        rows: Rows written.
        bytes: Size of the newest file.
        problem: None, or what keeps it from writing, what to do and what it means.
        disk: How the disk stands.
    """

    def __init__(
        self,
        folder: Path,
        meta: Mapping[str, str],
        waiting: WaitingRows,
        limits: RecorderLimits,
        settings: RecorderSettings,
        connect: Connect,
        free_space: FreeSpace,
        tell: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._about: dict[str, str | int] = dict(meta)
        self._waiting = waiting
        self._limits = limits
        self._settings = settings
        self._connect = connect
        self._free_space = free_space
        self._tell_others = tell
        self._store: SessionStore | None = None
        self._start_ns = 0
        self._next_id = 1
        self._images: dict[str, tuple[int, int]] = {}
        self._written = self._written_before = 0
        self._why_new_file = ""
        self._retry_at = 0.0
        self._status_due = 0.0
        self.files: list[tuple[int, Path]] = []
        self.rows = 0
        self.bytes = 0
        self.problem: str | None = None
        self.disk = DiskWatch(limits)

    def step(self) -> None:
        """Write what waits, where that can be done now."""
        if time.monotonic() >= self._status_due:
            self._look()
        if self.disk.level is DiskLevel.STOPPED:
            self._stop()
        elif time.monotonic() >= self._retry_at:
            while self._write_batch():
                pass
        if time.monotonic() >= self._status_due:
            self._tell()

    def close(self) -> None:
        """Write what waits, be the disk nearly full, and close the file."""
        if self.disk.level is not DiskLevel.STOPPED or self._waiting.pending:
            while self._write_batch():
                pass
        self._waiting.shut()
        if self._store:
            self._close_file()
        self._tell()

    # One batch ---------------------------------------------------------------------------

    def _write_batch(self) -> bool:
        """Write what waits up to the next new file; return True where that waits, too."""
        batch = self._waiting.take()
        try:
            self._write(batch)
        except Exception as error:  # noqa: BLE001 - a recorder that died would lose what follows
            self._fail(error)
            return False
        more = self._waiting.done()
        self.rows += len(batch.rows)
        self._next_id = batch.last_id + 1
        if self.problem:
            self.problem, self._status_due = None, 0.0
        return more

    def _write(self, batch: Batch) -> None:
        if batch.begins_file and self._store:
            self._end_file()
        rows = list(batch.rows.values())
        events = [*batch.events, _gap_event(batch)] if batch.lost else batch.events
        images = _together(self._images if self._store else {}, batch.images)
        first_id = self.files[-1][0] if self._store else next(iter(batch.rows), self._next_id)
        has_earlier = len(self.files) > (1 if self._store else 0)
        extras = Extras(
            list(_snapshots(batch.states)),
            _from(first_id if has_earlier else 0, batch.bookmarks),
            {**batch.meta, "thinned": json.dumps(images)} if batch.images else batch.meta,
        )
        self._about.update(batch.meta)
        if self._store:
            self._store.write(rows, events, extras)
        else:
            self._begin_file(first_id, rows, events, extras, planned=batch.begins_file)
        self._images = images
        self._change_earlier(batch.bookmarks)

    # Files -------------------------------------------------------------------------------

    def _begin_file(
        self,
        first_id: int,
        rows: Sequence[StoredRow],
        events: Sequence[SessionEvent],
        extras: Extras,
        *,
        planned: bool,
    ) -> None:
        meta = self._meta()
        if planned and self.files:
            events = [_note(f"This file goes on from {self.files[-1][1].name}."), *events]
        store = SessionStore.create(
            self._folder,
            meta,
            rows,
            events,
            extras,
            taken=[path for _, path in self.files],
            connect=self._connect,
        )
        self._store, self._start_ns = store, int(meta["start_time_ns"])
        self.files.append((first_id, store.path))
        self._status_due = 0.0
        if len(self.files) > 1 and not planned:
            self._waiting.want_state(new_file=False)
        _log.info("Recording into %s", store.path)

    def _end_file(self) -> None:
        """Close a file that is large or old enough; the batch at hand begins the next one."""
        if self._store:
            text = f"{self._why_new_file}: the recording goes on in a new file."
            self._store.write((), [_note(text)])
            self._close_file()

    def _close_file(self) -> None:
        if self._store:
            self._store.close(time.time_ns())
            self._forget_file()

    def _forget_file(self) -> None:
        self._store = None
        self._written_before = self._written

    def _meta(self) -> dict[str, str | int]:
        now_ns = time.time_ns()
        meta: dict[str, str | int] = {
            **self._about,
            "start_time": iso_time(now_ns),
            "start_time_ns": now_ns,
            "start_monotonic_ns": time.monotonic_ns(),
            "program": "ifcbgui",
            "program_version": __version__,
            "python_version": platform.python_version(),
        }
        if self.files:
            meta["continues"] = self.files[-1][1].name
        return meta

    def _change_earlier(self, changes: Sequence[BookmarkChange]) -> None:
        """Change the bookmarks of messages that are in earlier files of this recording."""
        for (first_id, path), (next_id, _) in pairwise(self.files):
            wanted = [
                change
                for change in changes
                if isinstance(change, int) or first_id <= change.message < next_id
            ]
            if not wanted:
                continue
            try:
                change_bookmarks_of(path, wanted)
            except SessionError as error:
                self._tell_event(EventKind.PROBLEM, f"A bookmark could not be kept: {error}")

    # Trouble -----------------------------------------------------------------------------

    def _fail(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + self._limits.retry_s
        if self._store and not is_locked(error):
            self._store.close()
            self._forget_file()
        if isinstance(error, SessionFileGone):
            first_id, last_id = self.files[-1][0], self._next_id - 1
            self._tell_event(EventKind.GAP, f"{error} It held messages {first_id} to {last_id}.")
        what, hint = explain_write_error(error, self._folder)
        self._have_problem(f"{what} {hint} {_MEANWHILE}")
        self._status_due = 0.0

    def _stop(self) -> None:
        """Close the file while there is room to do so."""
        problem = (
            f"Less than {bytes_text(self._limits.stop_free_bytes)} are left on the disk of "
            f"{self._folder}, so the recording has stopped. Free some space. {_MEANWHILE}"
        )
        if self._store:
            with suppress(OSError, SqliteError):
                self._store.write((), [_event(EventKind.PROBLEM, problem)])
            self._close_file()
        self._have_problem(problem)

    def _have_problem(self, problem: str) -> None:
        if problem != self.problem:
            _log.warning("%s", problem)
            self._tell_event(EventKind.PROBLEM, problem)
            self.problem, self._status_due = problem, 0.0

    def _tell_event(self, kind: EventKind, text: str) -> None:
        self._waiting.add_event(_event(kind, text))

    # Status ------------------------------------------------------------------------------

    def _look(self) -> None:
        """See to the disk, and to whether it is time for a new file."""
        if self._store:
            self._store.sync()
            with suppress(SqliteError):
                self._written = self._written_before + self._store.length()
        self.disk.look(time.monotonic(), self._written, self._free_bytes(), self._folder)
        self._why_new_file = self._find_why_new_file() or self._why_new_file
        if self._store and self._find_why_new_file():
            self._waiting.want_state(new_file=True)

    def _find_why_new_file(self) -> str:
        limit = self._settings.rollover_bytes
        if limit and self.bytes >= limit:
            return f"This file has reached {bytes_text(limit)}"
        if self._settings.rollover_daily and self._start_ns // _DAY_NS != time.time_ns() // _DAY_NS:
            return "A new day has begun (UTC)"
        return ""

    def _free_bytes(self) -> int | None:
        for folder in (self._folder, *self._folder.parents):
            try:
                return self._free_space(folder)
            except OSError:
                continue  # it is made, or comes back, later
        return None

    def _tell(self) -> None:
        self._status_due = time.monotonic() + _STATUS_PERIOD_S
        if self._store:
            self.bytes = self._store.size()
        self._tell_others()


def _event(kind: EventKind, text: str) -> SessionEvent:
    return SessionEvent(kind, time.time_ns(), time.monotonic_ns(), text)


def _note(text: str) -> SessionEvent:
    return _event(EventKind.NOTE, text)


def _gap_event(batch: Batch) -> SessionEvent:
    return _event(
        EventKind.GAP,
        f"{batch.lost} messages (among {batch.lost_from} to {batch.lost_to}) were lost: "
        "the memory for messages waiting for the disk was full.",
    )


def _snapshots(states: Iterable[TakenState]) -> Iterator[Snapshot]:
    for taken in states:
        try:
            text = state_to_json(taken.state).decode()
        except (TypeError, ValueError) as error:  # the messages tell the same
            _log.warning("A snapshot could not be written: %s", error)
            continue
        yield Snapshot(*taken[:-1], text)


def _from(first_id: int, changes: Sequence[BookmarkChange]) -> list[BookmarkChange]:
    """Return the changes of bookmarks that are none of messages in earlier files."""
    return [change for change in changes if isinstance(change, int) or change.message >= first_id]


def _together(
    images: Mapping[str, tuple[int, int]], more: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Add up by form how many images were kept, and how many were not."""
    counted = dict(images)
    for form, (kept, left_out) in more.items():
        before = counted.get(form, (0, 0))
        counted[form] = (before[0] + kept, before[1] + left_out)
    return counted
