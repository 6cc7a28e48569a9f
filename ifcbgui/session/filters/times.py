"""Moments as a filter has them: ``-10m``, ``12:30``, ``2026-11-22T10:00``. All are UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from ifcbgui.session.filters.errors import FilterError
from ifcbgui.session.filters.terms import DAY_NS, TimeCompare
from ifcbgui.session.names import iso_time

_SECOND_NS: Final = 1_000_000_000
_UNITS_NS: Final = {"s": _SECOND_NS, "m": 60 * _SECOND_NS, "h": 3600 * _SECOND_NS, "d": DAY_NS}
_CENTURY_NS: Final = 36_525 * DAY_NS  # keeps every moment within 64 bits
_AGO: Final = re.compile(r"-(\d{1,10}(?:\.\d{1,9})?)([smhd])", re.ASCII)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,6})?))?z?", re.ASCII)
_YEARS: Final = range(1970, 2200)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EXAMPLES: Final = "time>=-10m, time>=12:30, time<2026-11-22 or time<2026-11-22T10:00"


def read_time(operator: str, value: str, position: int) -> TimeCompare:
    """Return the comparison of a message's time with a moment.

    Args:
        operator: How to compare.
        value: The moment, in lower case.
        position: Where it stands in the filter's text.

    Raises:
        FilterError: If it is no moment, or times cannot be compared so.
    """
    if operator not in ("<", "<=", ">", ">="):
        reason = f"A time is compared with <, <=, > or >=, for example {_EXAMPLES}."
        raise FilterError(reason, position)
    if found := _AGO.fullmatch(value):
        ago = int(Decimal(found[1]) * _UNITS_NS[found[2]])
        return TimeCompare(operator, "now", -min(ago, _CENTURY_NS))
    if found := _CLOCK.fullmatch(value):
        minutes = int(found[1]) * 60 + int(found[2])
        seconds = minutes * 60 + Decimal(found[3] or 0)
        return TimeCompare(operator, "day", int(seconds * _SECOND_NS))
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        moment = _EPOCH.replace(year=1)
    if moment.year not in _YEARS:
        reason = f"{value!r} is no time. Write it as in {_EXAMPLES}."
        raise FilterError(reason, position)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return TimeCompare(operator, "epoch", (moment - _EPOCH) // timedelta(microseconds=1) * 1000)


def time_text(term: TimeCompare) -> str:
    """Return a comparison as it is typed."""
    if term.base == "now":
        moment = f"-{Decimal(-term.offset_ns) / _SECOND_NS:f}s"
    else:
        moment = iso_time(term.offset_ns)
        moment = moment if term.base == "epoch" else moment[len("1970-01-01T") :]
    return f"time{term.operator}{moment}"
