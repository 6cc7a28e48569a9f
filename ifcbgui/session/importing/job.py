"""Makes the new session, which is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from ifcbgui import __version__
from ifcbgui.session.errors import SessionError, explain_write_error
from ifcbgui.session.importing.from_lines import LinesSource
from ifcbgui.session.importing.from_session import SessionSource
from ifcbgui.session.importing.source import Source
from ifcbgui.session.names import SUFFIX, session_path
from ifcbgui.session.reader import SessionReader
from ifcbgui.session.records import EventKind, SessionEvent
from ifcbgui.session.store import SessionStore

_ROWS_AT_ONCE: Final = 2000
_SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import.

    Attributes:
        path: The new session.
        messages: Number of messages in it.
        problem: None, or what could not be read, which an event of the session says as well.
        remark: None, or what else is to be known of the messages; likewise.
    """

    path: Path
    messages: int
    problem: str | None
    remark: str | None


def import_file(
    path: Path,
    folder: Path,
    *,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Imported | None:
    """Make a new session of JSON Lines, or of what can be read of another session.

    Its ``meta`` says where it came from: ``imported_from`` (the file's name), ``imported_by``.

    Args:
        path: The file, which stays as it is.
        folder: Where the session goes; made if it is not there.
        progress: Called now and then with the number of messages so far.
        cancelled: Asked now and then; True ends the import and leaves no session.

    Returns:
        None if cancelled.

    Raises:
        SessionError: If nothing of the file can be read, or the session cannot be written.
    """
    part = folder / f".import.{os.getpid()}.part"
    with _opened(path) as source:
        try:
            about = {"imported_from": path.name, "imported_by": f"ifcbgui {__version__}"}
            store = SessionStore.create(part, {**source.meta, **about})
            try:
                count = _copy(source, store, progress, cancelled)
            finally:
                store.close()
            if count is None:
                return None
            meta = source.meta
            target = session_path(folder, str(meta["serial"]), int(meta["start_time_ns"]))
            store.path.replace(target)
        except (OSError, sqlite3.Error) as error:
            raise SessionError(*explain_write_error(error, folder)) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return Imported(target, count, source.problem, source.remark)


@contextmanager
def _opened(path: Path) -> Iterator[Source]:
    if _is_session(path):
        with SessionReader(path) as reader:
            yield SessionSource(reader)
    else:
        yield LinesSource(path)


def _is_session(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE or path.suffix == SUFFIX
    except OSError as error:
        hint = "Check the name, and that you may read it."
        raise SessionError(f"{path} cannot be read ({error.strerror}).", hint) from error


def _copy(
    source: Source,
    store: SessionStore,
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> int | None:
    """Write all there is and end the session; return how many messages, None if cancelled."""
    rows = source.rows()
    count, end_ns, end_monotonic_ns = 0, int(source.meta["start_time_ns"]), 0
    while page := list(islice(rows, _ROWS_AT_ONCE)):
        if cancelled and cancelled():
            return None
        store.write(page, ())
        count += len(page)
        _, end_ns, end_monotonic_ns, *_ = page[-1]
        if progress:
            progress(count)
    events = list(source.events())
    if said := " ".join(filter(None, (source.problem, source.remark))):
        text = f"When this was imported: {said}"
        events.append(SessionEvent(EventKind.PROBLEM, end_ns, end_monotonic_ns, text))
    store.write((), events, source.extras())
    store.finish(end_ns)  # what is left in a side file would stay behind
    return count
