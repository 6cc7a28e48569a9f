"""The columns of the message log, and their times in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Final

from ifcbgui.instrument.entry import Direction


class Column(IntEnum):
    """Columns of the log, in their usual order."""

    TIME = 0
    RELATIVE = 1
    SINCE = 2
    DIRECTION = 3
    KIND = 4
    MESSAGE = 5
    VALUE = 6
    NOTE = 7


OPTIONAL: Final = (Column.RELATIVE, Column.SINCE, Column.NOTE)
"""Columns that are hidden until somebody wants them."""

TITLES: Final = {
    Column.TIME: "Time",
    Column.RELATIVE: "From zero",
    Column.SINCE: "Since last",
    Column.DIRECTION: "Dir.",
    Column.KIND: "Kind",
    Column.MESSAGE: "Message",
    Column.VALUE: "Value",
    Column.NOTE: "Note",
}
TIPS: Final = {
    Column.TIME: "When the message arrived at this computer, or was sent from it. "
    "The first of a day has the date",
    Column.RELATIVE: "Time from the row that was made zero in the menu of a row; else from the "
    "first row of the log",
    Column.SINCE: "Time since the row above",
    Column.DIRECTION: "in: from the instrument; out: sent by this program",
    Column.KIND: "Group of the message in the catalogue",
    Column.MESSAGE: "What the message is called; words the catalogue lacks stand as received",
    Column.VALUE: "What it says, with units; long ones are cut, the details have the whole",
    Column.NOTE: "What was noted when the message was bookmarked",
}
WIDEST: Final = {
    Column.TIME: "00:00:00.000",
    Column.RELATIVE: "-00:00:00.000",
    Column.SINCE: "+00:00.000",
    Column.DIRECTION: "↑ out",
    Column.KIND: "environment",
    Column.NOTE: "a note of some length",
}
"""Texts of about the width that the columns need."""


@dataclass(frozen=True, slots=True)
class RowTimes:
    """The times of a shown row, as its cells have them.

    Attributes:
        clock: Time of day; of the first row of another day, the date and the time.
        new_day: Whether the row above is of another day.
        relative: Time from zero.
        since: Time since the row above, or "" for the first.
    """

    clock: str
    new_day: bool
    relative: str
    since: str


def direction_text(direction: Direction) -> str:
    """Return a direction as an arrow and a word."""
    return "↑ out" if direction is Direction.OUT else "↓ in"


def elapsed_text(span_ns: int) -> str:
    """Return a length of time with its sign: ``+0.035``, ``+2:03.400``, ``-1:00:00.000``."""
    milliseconds = (abs(span_ns) + 500_000) // 1_000_000
    minutes, rest = divmod(milliseconds, 60_000)
    sign = "-" if span_ns < 0 and milliseconds else "+"
    if not minutes:
        return f"{sign}{rest / 1000:.3f}"
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest / 1000:06.3f}"
    return f"{sign}{hours}:{minutes:02}:{seconds}" if hours else f"{sign}{minutes}:{seconds}"


def day_clock_text(time_ns: int, *, utc: bool) -> str:
    """Return date and time in as many characters as a time of day: ``22 Nov 16:00``."""
    return f"{_moment(time_ns // 1_000_000_000, utc):%d %b %H:%M}"


def same_day(one_ns: int, other_ns: int, *, utc: bool) -> bool:
    """Return whether two moments are of the same day, in UTC or in the machine's zone."""
    if abs(one_ns - other_ns) > 86_400_000_000_000:
        return False
    return _day(one_ns // 1_000_000_000, utc) == _day(other_ns // 1_000_000_000, utc)


@lru_cache(maxsize=1024)
def _day(seconds: int, utc: bool) -> int:
    return _moment(seconds, utc).toordinal()


def _moment(seconds: int, utc: bool) -> datetime:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if utc else moment.astimezone()
