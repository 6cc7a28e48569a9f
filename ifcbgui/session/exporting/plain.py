"""Text, CSV and JSON Lines.

All are UTF-8 and keep each text whole; `ifcbgui.session.lines` says how text and JSON do it. CSV
follows RFC 4180: lines end in CR LF, and a text with a comma, a quote or a line break is quoted.
Its header names the columns of the view ``messages``, and ``time``, ISO 8601 in UTC. A value that
is not there is empty, true and false stand as such. Half a surrogate pair, which UTF-8 lacks,
stands there in three bytes as if it had it ("surrogatepass" reads it).
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ifcbgui.instrument.entry import JsonScalar
from ifcbgui.session.lines import entry_text, json_lines
from ifcbgui.session.names import iso_time
from ifcbgui.session.recording import MessageSource
from ifcbgui.session.records import SessionRow

_Write = Callable[[Sequence[SessionRow]], int]


@contextmanager
def text_file(path: Path, _source: MessageSource, _bounds: tuple[int, int]) -> Iterator[_Write]:
    """Make a file with a line for each message."""
    with _file(path, b"", _text) as write:
        yield write


@contextmanager
def csv_file(path: Path, _source: MessageSource, _bounds: tuple[int, int]) -> Iterator[_Write]:
    """Make a table for spreadsheets and statistics."""
    with _file(path, csv_lines([(*SessionRow._fields, "time")]), _csv) as write:
        yield write


@contextmanager
def jsonl_file(path: Path, _source: MessageSource, _bounds: tuple[int, int]) -> Iterator[_Write]:
    """Make a file with a JSON object for each message."""
    with _file(path, b"", json_lines) as write:
        yield write


def csv_lines(lines: Iterable[Sequence[JsonScalar]]) -> bytes:
    """Return lines of CSV."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(lines)
    return buffer.getvalue().encode(errors="surrogatepass")


@contextmanager
def _file(
    path: Path, header: bytes, encode: Callable[[Sequence[SessionRow]], bytes]
) -> Iterator[_Write]:
    with path.open("wb") as file:
        file.write(header)

        def write(rows: Sequence[SessionRow]) -> int:
            file.write(encode(rows))
            return len(rows)

        yield write
        file.flush()
        os.fsync(file.fileno())


def _text(rows: Sequence[SessionRow]) -> bytes:
    return "".join(f"{entry_text(row)}\n" for row in rows).encode()


def _csv(rows: Sequence[SessionRow]) -> bytes:
    return csv_lines(
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


def _csv_scalar(value: JsonScalar) -> JsonScalar:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
