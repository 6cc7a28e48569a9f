"""Writes the messages of a session to a file for people or other programs.

Every format is UTF-8 and keeps each text whole; `ifcbgui.session.lines` says how text and JSON do
it. CSV follows RFC 4180: lines end in CR LF, and a text with a comma, a quote or a line break is
quoted. Its header names the columns of the view ``messages``, and ``time``, ISO 8601 in UTC. A
value that is not there is empty, true and false stand as such. Half a surrogate pair, which UTF-8
lacks, stands there in three bytes as if it had it ("surrogatepass" reads it).
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ifcbgui.instrument.entry import JsonScalar
from ifcbgui.session.errors import SessionError, explain_write_error
from ifcbgui.session.filters import EntryFilter, FilterRow
from ifcbgui.session.lines import entry_text, json_lines
from ifcbgui.session.names import iso_time
from ifcbgui.session.recording import MessageSource
from ifcbgui.session.store import SessionRow

_ROWS_AT_ONCE = 1000


def export(
    reader: MessageSource,
    out: Path,
    format: str,  # noqa: A002 - the word that the command line uses
    *,
    entry_filter: EntryFilter | None = None,
    ids: Iterable[int] | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Write messages to a file, which is there whole or as it was before.

    What of a damaged session could not be read is left out; the reader's `problem` then says so.

    Args:
        reader: The session: a `SessionReader`, or `Recorder.reader`.
        out: The file; an existing one is replaced.
        format: One of `FORMATS`.
        entry_filter: Only what it lets through; None for everything. Its times count back from
            the newest message of the session.
        ids: Only messages of these ids, in ascending order; None for all there are now.
        progress: Called now and then with the number of messages looked at so far.
        cancelled: Asked now and then; True ends the export and leaves no new file.

    Returns:
        Number of messages written; 0 if cancelled.

    Raises:
        SessionError: If the file could not be written.
        ValueError: If there is no such format.
    """
    if format not in FORMATS:
        raise ValueError(f"There is no format {format!r}; there are {', '.join(FORMATS)}.")
    pages = _watched(_pages(reader, ids), progress, cancelled)
    temporary = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.exists() and any(path.exists() and out.samefile(path) for path in reader.paths):
            raise SessionError(f"{out} is the session itself.", "Choose another name.")
        with temporary.open("wb") as file:
            count = _write(_wanted(pages, reader, entry_filter), file, format)
            file.flush()
            os.fsync(file.fileno())
        if cancelled and cancelled():
            return 0
        temporary.replace(out)
    except _Cancelled:
        return 0
    except OSError as error:
        raise SessionError(*explain_write_error(error, out.parent)) from error
    finally:
        with suppress(OSError):  # where it could not be made, it cannot be looked for either
            temporary.unlink(missing_ok=True)
    return count


class _Cancelled(Exception):
    pass


def _pages(reader: MessageSource, ids: Iterable[int] | None) -> Iterator[list[SessionRow]]:
    rows = reader.rows(stop_id=reader.last_id() + 1) if ids is None else reader.rows(ids=ids)
    while page := list(islice(rows, _ROWS_AT_ONCE)):
        yield page


def _watched(
    pages: Iterator[list[SessionRow]],
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Iterator[list[SessionRow]]:
    done = 0
    for page in pages:
        if cancelled and cancelled():
            raise _Cancelled
        yield page
        done += len(page)
        if progress:
            progress(done)


def _wanted(
    pages: Iterator[list[SessionRow]], reader: MessageSource, entry_filter: EntryFilter | None
) -> Iterator[list[SessionRow]]:
    if entry_filter is None:
        yield from pages
        return
    matches = entry_filter.matches_row
    now_ns = next((row.time_ns for row in reader.rows(start_id=reader.last_id())), 0)
    for page in pages:
        yield [row for row in page if matches(FilterRow.of_row(row, now_ns))]


def _write(
    pages: Iterator[list[SessionRow]],
    file: BinaryIO,
    format: str,  # noqa: A002
) -> int:
    header, encode = _FORMATS[format]
    file.write(header)
    count = 0
    for rows in pages:
        file.write(encode(rows))
        count += len(rows)
    return count


def _text(rows: Sequence[SessionRow]) -> bytes:
    return "".join(f"{entry_text(row)}\n" for row in rows).encode()


def _csv(rows: Sequence[SessionRow]) -> bytes:
    return _csv_lines(
        (
            row.id,
            row.time_ns,
            row.direction,
            _csv_scalar(row.sender),
            _csv_scalar(row.source),
            row.seqno,
            row.text,
            iso_time(row.time_ns),
        )
        for row in rows
    )


def _csv_lines(lines: Iterable[Sequence[JsonScalar]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(lines)
    return buffer.getvalue().encode(errors="surrogatepass")


def _csv_scalar(value: JsonScalar) -> JsonScalar:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


_FORMATS: dict[str, tuple[bytes, Callable[[Sequence[SessionRow]], bytes]]] = {
    "text": (b"", _text),
    "csv": (_csv_lines([(*SessionRow._fields, "time")]), _csv),
    "jsonl": (b"", json_lines),
}
FORMATS = tuple(_FORMATS)
