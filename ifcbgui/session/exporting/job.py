"""Chooses the messages to export, and sees that their file is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from ifcbgui.session.errors import SessionError, explain_write_error
from ifcbgui.session.exporting.formats import FORMATS
from ifcbgui.session.exporting.time_range import TimeRange
from ifcbgui.session.filters import EntryFilter, FilterRow
from ifcbgui.session.recording import MessageSource
from ifcbgui.session.records import SessionRow

_ROWS_AT_ONCE = 1000
_Pages = Iterator[list[SessionRow]]


def export(
    reader: MessageSource,
    out: Path,
    format: str,  # noqa: A002 - the word that the command line uses
    *,
    entry_filter: EntryFilter | None = None,
    ids: Iterable[int] | None = None,
    time_range: TimeRange | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Write messages to a file, or a folder, which is there whole or as it was before.

    What of a damaged session could not be read is left out; the reader's `problem` then says so.

    Args:
        reader: The session: a `SessionReader`, or `Recorder.reader`.
        out: The file; an existing one is replaced. A folder must be new, or empty.
        format: One of `FORMATS`.
        entry_filter: Only what it lets through; None for everything. Its times count back from
            the newest message of the session.
        ids: Only messages of these ids, in ascending order; None for all there are now.
        time_range: Only messages from then; its times count back likewise.
        progress: Called now and then with the number of messages looked at so far.
        cancelled: Asked now and then; True ends the export and leaves no new file.

    Returns:
        Number of messages written, or of images if that is what the format has; 0 if cancelled.

    Raises:
        SessionError: If the file could not be written.
        ValueError: If there is no such format.
    """
    if format not in FORMATS:
        raise ValueError(f"There is no format {format!r}; there are {', '.join(FORMATS)}.")
    now_ns = next((row.time_ns for row in reader.rows(start_id=reader.last_id())), 0)
    bounds = (time_range or TimeRange()).bounds(now_ns)
    pages = _watched(_pages(reader, ids), progress, cancelled)
    if time_range is not None:
        pages = _within(pages, bounds)
    if entry_filter is not None:
        pages = _let_through(pages, entry_filter, now_ns)
    temporary = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        _refuse(reader, out, is_folder=not FORMATS[format].suffix)
        with FORMATS[format].open(temporary, reader, bounds) as write:
            count = sum(map(write, pages))
        if cancelled and cancelled():
            return 0
        if out.is_dir():
            out.rmdir()
        temporary.replace(out)
    except _Cancelled:
        return 0
    except OSError as error:
        raise SessionError(*explain_write_error(error, out.parent)) from error
    finally:
        _remove(temporary)
    return count


class _Cancelled(Exception):
    pass


def _refuse(reader: MessageSource, out: Path, *, is_folder: bool) -> None:
    """Raise if what is there already must stay."""
    if not out.exists():
        return
    if any(path.exists() and out.samefile(path) for path in reader.paths):
        raise SessionError(f"{out} is the session itself.", "Choose another name.")
    if is_folder and not out.is_dir():
        raise SessionError(f"{out} is a file, and images go into a folder.", "Choose another name.")
    if is_folder and any(out.iterdir()):
        raise SessionError(f"The folder {out} is not empty.", "Choose a new name for it.")
    if not is_folder and out.is_dir():
        raise SessionError(f"{out} is a folder.", "Name a file in it.")


def _remove(temporary: Path) -> None:
    with suppress(OSError):  # where it could not be made, it cannot be looked for either
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)


def _pages(reader: MessageSource, ids: Iterable[int] | None) -> _Pages:
    rows = reader.rows(stop_id=reader.last_id() + 1) if ids is None else reader.rows(ids=ids)
    while page := list(islice(rows, _ROWS_AT_ONCE)):
        yield page


def _watched(
    pages: _Pages,
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> _Pages:
    done = 0
    for page in pages:
        if cancelled and cancelled():
            raise _Cancelled
        yield page
        done += len(page)
        if progress:
            progress(done)


def _within(pages: _Pages, bounds: tuple[int, int]) -> _Pages:
    start_ns, stop_ns = bounds
    for page in pages:
        yield [row for row in page if start_ns <= row.time_ns < stop_ns]


def _let_through(pages: _Pages, entry_filter: EntryFilter, now_ns: int) -> _Pages:
    matches = entry_filter.matches_row
    for page in pages:
        yield [row for row in page if matches(FilterRow.of_row(row, now_ns))]
