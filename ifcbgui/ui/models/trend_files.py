"""Values of series as a CSV file. No Qt here, and for worker threads.

One value a line, in five columns: ``time`` (ISO 8601, UTC), ``series`` (its name), ``value``,
``unit`` and ``label`` (what the screen calls it): the long form that pandas and R take as it is,
whatever the times of the series. A line with an empty value says that a gap begins. A setting
begins with the value it had before.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ifcbgui.session.history import Series

COLUMNS: Final = ("time", "series", "value", "unit", "label")
_PIECE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Values of a series, copied: they may be read in any thread.

    Attributes:
        name: Name of the series.
        label: What an operator calls it.
        unit: Its unit.
        times: UTC of each value.
        values: The values; NaN where a gap begins.
    """

    name: str
    label: str
    unit: str
    times: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]


def excerpt(series: Series, start_ns: int | None = None, stop_ns: int | None = None) -> Excerpt:
    """Copy the values of a range; all of them without one."""
    times = series.times
    first = 0 if start_ns is None else int(np.searchsorted(times, start_ns, "left"))
    stop = len(times) if stop_ns is None else int(np.searchsorted(times, stop_ns, "right"))
    if series.held and first > 0:
        first -= 1
    return Excerpt(
        series.name,
        series.label,
        series.unit,
        times[first:stop].copy(),
        series.values[first:stop].copy(),
    )


def csv_text(excerpts: Iterable[Excerpt]) -> Iterator[str]:
    """Yield a CSV file in pieces."""
    yield ",".join(COLUMNS) + "\n"
    for part in excerpts:
        for at in range(0, len(part.times), _PIECE):
            buffer = io.StringIO()
            writer = csv.writer(buffer, lineterminator="\n")
            moments = np.datetime_as_string(part.times[at : at + _PIECE].view("M8[ns]"), unit="ms")
            values = part.values[at : at + _PIECE].tolist()
            writer.writerows(
                (
                    f"{moment}Z",
                    part.name,
                    "" if math.isnan(value) else repr(value),
                    part.unit,
                    part.label,
                )
                for moment, value in zip(moments.tolist(), values, strict=True)
            )
            yield buffer.getvalue()
