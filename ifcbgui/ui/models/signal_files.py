"""Rows of triggers or ROIs as a CSV file. No Qt here, and for worker threads.

A line for each row, a column for each of its values, ``time`` (ISO 8601, UTC) first. What nobody
said has no value. ``f1`` to ``f4`` are the four values of graphchanged, whose order is not
verified; peaks and integrated signals are volts, places and sizes pixels.
"""

from __future__ import annotations

import csv
import io
import math
from typing import Final

import numpy as np

from ifcbgui.instrument.imaging.tables import Rows

_UNSAID: Final = ("rois", "left", "top")  # -1 says so there


def stem_of(what: str, rows: Rows) -> str:
    """Return a name for a file of these rows: what it has, and when the newest came (UTC)."""
    if not len(rows):
        return what
    newest = np.datetime_as_string(rows["time_ns"][-1:].view("M8[ns]"), unit="s")[0]
    return f"{what}_{newest.replace('-', '').replace(':', '')}Z"


def csv_of(rows: Rows) -> bytes:
    """Return a CSV file."""
    names = [name for name in rows.dtype.names or () if name != "time_ns"]
    times = np.datetime_as_string(np.array(rows["time_ns"]).view("M8[ns]"), unit="ms")
    columns = [_column(rows, name) for name in names]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("time", *names))
    writer.writerows(
        (f"{time}Z", *values) for time, *values in zip(times.tolist(), *columns, strict=True)
    )
    return buffer.getvalue().encode()


def _column(rows: Rows, name: str) -> list[object]:
    values = rows[name].tolist()
    if rows.dtype[name].kind == "f":
        # As short as the four bytes of the value allow.
        return ["" if math.isnan(value) else f"{value:.7g}" for value in values]
    if name in _UNSAID:
        return ["" if value < 0 else value for value in values]
    return list(values)
